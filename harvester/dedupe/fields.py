"""Two rows side by side, field by field: for each field one outcome and the words for it. Missing fields have none."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import Indel, JaroWinkler

from harvester.dedupe.prepare import Prepared
from harvester.dedupe.titles import Title, TitleMatch, compare_titles


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The outcome of every field, and the words for it. `fields` maps field to outcome; its weights are in weights.py."""

    title: TitleMatch
    fields: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]

    def get(self, field: str) -> str:
        """The outcome of one field; "" where it is missing."""
        for name, outcome in self.fields:
            if name == field:
                return outcome
        return ""


def worth_comparing(a: Prepared, b: Prepared) -> bool:
    """Whether two rows that share a key are near enough to be looked at closely: the cheap filter before `outcomes`."""
    one, other = a.compact, b.compact
    if Indel.normalized_similarity(one, other, score_cutoff=0.6):
        return bool(one)
    if a.abstract and a.abstract[:60] == b.abstract[:60]:
        return True
    if a.pmid and a.pmid == b.pmid:
        return True
    if a.start and a.start == b.start and (a.volume == b.volume or a.year == b.year):
        return True
    if a.dois and b.dois and not set(a.dois).isdisjoint(b.dois):
        return True
    if one and other and (one in other or other in one):
        return True
    return bool(a.other and a.other == other) or bool(b.other and b.other == one)


def outcomes(a: Prepared, b: Prepared) -> Outcomes:
    """All fields of two rows side by side."""
    title = compare_titles(a.title, b.title, a.compact, b.compact)
    if a.other or b.other:
        title = _other_titles(a, b, title)
    fields: list[tuple[str, str]] = [("title", _title_outcome(title, a, b))]
    reasons = [title.reason]

    def note(field: str, found: tuple[str, str] | None) -> None:
        if found is not None:
            fields.append((field, found[0]))
            if found[1]:
                reasons.append(found[1])

    note("doi", _dois(a, b))
    note("pmid", _pmids(a, b))
    note("authors", _names(a, b))
    note("year", _years(a, b))
    note("journal", _journals(a, b))
    note("volume", _numbers("volume", a.volume, b.volume))
    note("issue", _numbers("issue", a.issue, b.issue))
    note("pages", _pages(a, b))
    note("abstract", _abstracts(a, b))
    return Outcomes(title, tuple(fields), tuple(reasons))


def _other_titles(a: Prepared, b: Prepared, title: TitleMatch) -> TitleMatch:
    """A translated title counts as much as the title: the best of the pairs."""
    for one, other in ((a.other, b.compact), (a.compact, b.other), (a.other, b.other)):
        if one and one == other:
            return TitleMatch(Title.EQUAL, 1.0, "title equals the other's translated title")
    return title


def _title_outcome(title: TitleMatch, a: Prepared, b: Prepared) -> str:
    """The level of a title match together with how much a title of that length can say."""
    if title.level in (Title.DIFFERENT, Title.MISSING):
        return title.level.name.lower()
    length = min(len(a.compact), len(b.compact))
    size = "short" if length < 22 else "middle" if length < 45 else "long"
    return f"{title.level.name.lower()} {size}"


def _dois(a: Prepared, b: Prepared) -> tuple[str, str] | None:
    if not a.dois or not b.dois:
        return None
    if not set(a.dois).isdisjoint(b.dois):
        return "equal", "same DOI"
    one, other = a.dois[0], b.dois[0]
    if _mangled(one, other):
        return "mangled", f"DOIs alike ({one} / {other})"
    if one.partition("/")[0] == other.partition("/")[0]:
        return "same registrar", f"different DOIs of one registrar ({one} / {other})"
    return "different", f"different DOIs ({one} / {other})"


def _mangled(one: str, other: str) -> bool:
    """Whether one DOI is the other cut short or run into what follows it."""
    short, long = sorted((one, other), key=len)
    return len(short) > 12 and long.startswith(short) and not long[len(short) :][:1].isdigit()


def _pmids(a: Prepared, b: Prepared) -> tuple[str, str] | None:
    if not a.pmid or not b.pmid:
        return None
    if a.pmid == b.pmid:
        return "equal", "same PMID"
    return "different", f"different PMIDs ({a.pmid} / {b.pmid})"


def _names(a: Prepared, b: Prepared) -> tuple[str, str] | None:
    if not a.names or not b.names:
        return None
    few, many = (a.names, b.names) if len(a.names) <= len(b.names) else (b.names, a.names)
    shared = len(set(few).intersection(many))
    share = shared / len(few)
    first = a.names[0] in b.names[:3] or b.names[0] in a.names[:3]
    if share < 1.0:
        joined_few, joined_many = "".join(few), "".join(many)
        if joined_few in joined_many:
            share, first = 1.0, True
        elif share < 0.8:
            near = sum(any(JaroWinkler.similarity(name, other, score_cutoff=0.88) for other in many) for name in few)
            share = max(share, near / len(few))
            first = first or JaroWinkler.similarity(a.names[0], b.names[0]) >= 0.88
            if share < 0.8 and len(joined_few) >= 8:
                share = max(share, Indel.normalized_similarity(joined_few, joined_many) - 0.1)
    if share >= 0.75:
        if not first:
            return "reordered", "same authors in another order"
        return ("equal one" if len(few) == 1 else "equal"), "authors agree"
    if share >= 0.4:
        return ("part" if first else "part other first"), "some of the authors agree"
    if first:
        return "first", "first author agrees, the others do not"
    return "different", "authors differ"


def _years(a: Prepared, b: Prepared) -> tuple[str, str] | None:
    if not a.year or not b.year:
        return None
    apart = abs(a.year - b.year)
    if apart == 0:
        return "equal", f"year {a.year}"
    if apart == 1:
        return "one", f"years one apart ({a.year} / {b.year})"
    return ("two" if apart == 2 else "more"), f"years {apart} apart ({a.year} / {b.year})"


def _journals(a: Prepared, b: Prepared) -> tuple[str, str] | None:
    if a.issns and b.issns and not set(a.issns).isdisjoint(b.issns):
        return "equal", "same ISSN"
    if not a.journal or not b.journal:
        return None
    if a.journal == b.journal:
        return "equal", "same journal"
    if same_journal(a.journal, b.journal):
        return "abbreviated", "journal agrees but for abbreviation"
    return "different", "journals differ"


def same_journal(one: str, other: str) -> bool:
    """Whether one name is the other abbreviated, spelt without blanks, cut short, or its initials."""
    joined_one, joined_other = one.replace(" ", ""), other.replace(" ", "")
    if joined_one == joined_other:
        return True
    if len(joined_one) > 7 and len(joined_other) > 7:
        if joined_one.startswith(joined_other) or joined_other.startswith(joined_one):
            return True
        if Indel.normalized_similarity(joined_one, joined_other) >= 0.88:
            return True
    short, long = (one.split(), other.split()) if len(one) <= len(other) else (other.split(), one.split())
    if len(short) == 1 and len(long) > 1 and short[0] == "".join(word[0] for word in long):
        return True
    return _abbreviates("".join(short), long)


def _abbreviates(short: str, long: list[str]) -> bool:
    """Whether `short` is made of beginnings of the words of `long` in order, the first word among them."""
    if not long or len(short) < 4:
        return False
    reached = {0}
    for number, word in enumerate(long):
        following = set() if number == 0 else set(reached)
        for place in reached:
            length = 0
            while length < len(word) and place + length < len(short) and short[place + length] == word[length]:
                length += 1
                following.add(place + length)
        reached = following
        if not reached:
            return False
    return len(short) in reached


def _numbers(field: str, one: str, other: str) -> tuple[str, str] | None:
    if not one or not other:
        return None
    if one == other:
        return "equal", f"{field} {one}"
    return "different", f"{field}s differ ({one} / {other})"


def _pages(a: Prepared, b: Prepared) -> tuple[str, str] | None:
    if not a.start or not b.start:
        return None
    shown = f"{_range(a)} / {_range(b)}"
    if a.start == b.start:
        if a.end and b.end and a.end != b.end:
            return "start", f"first page {a.start}, last pages differ"
        if a.end and b.end:
            return "equal", f"pages {_range(a)}"
        return ("start" if len(a.start) > 1 else "start weak"), f"first page {a.start}"
    digits_a, digits_b = a.start.lstrip("abcdefghijklmnopqrstuvwxyz"), b.start.lstrip("abcdefghijklmnopqrstuvwxyz")
    if digits_a == digits_b:
        return "letter", f"pages alike but for a letter ({shown})"
    if (a.end and a.end == b.end) or _within(a, b):
        return "overlap", f"pages overlap ({shown})"
    if bool(a.end) != bool(b.end) or min(a.start, b.start, key=len) == "1":
        return "other kind", f"pages of another kind ({shown})"
    return "different", f"pages differ ({shown})"


def _range(row: Prepared) -> str:
    return f"{row.start}-{row.end}" if row.end else row.start


def _within(a: Prepared, b: Prepared) -> bool:
    if not (a.start.isdigit() and b.start.isdigit()):
        return False
    for one, other in ((a, b), (b, a)):
        if one.end.isdigit() and int(one.start) <= int(other.start) <= int(one.end) and int(one.start) > 1:
            return True
    return False


def _abstracts(a: Prepared, b: Prepared) -> tuple[str, str] | None:
    if not a.abstract or not b.abstract:
        return None
    length = min(len(a.abstract), len(b.abstract))
    one, other = a.abstract[:length], b.abstract[:length]
    if one == other:
        return "equal", "abstracts begin alike"
    similarity = Indel.normalized_similarity(one, other)
    if similarity >= 0.9:
        return "near", "abstracts nearly equal"
    if similarity >= 0.7:
        return "similar", "abstracts alike in part"
    return "different", "abstracts differ"
