"""Records that RIS can hold whole, for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from harvester.record import Author, PartialDate, Record, Section

# Everything printable and not, except halves of characters, which no file can hold.
ANY_TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)
# What survives a line: no controls, single blanks, something to see at both ends.
LINE = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cf", "Cn", "Co")), min_size=1, max_size=30
)
PLAIN = st.text("abcdefghij XYZ äöß–'-:./()", min_size=1, max_size=40).map(lambda s: " ".join(s.split())).filter(bool)
NAME = st.text("abcdefgXYZäöß-'", min_size=2, max_size=12).filter(lambda s: s.strip("-'"))
PERSON = st.builds(Author, family=NAME, given=NAME.filter(lambda s: s.lower() not in ("jr", "sr", "ii", "iii", "v")))
DATE = st.one_of(
    st.just(PartialDate()),
    st.builds(PartialDate, year=st.integers(1000, 2999)),
    st.builds(PartialDate, year=st.integers(1000, 2999), month=st.integers(1, 12)),
    st.builds(PartialDate, year=st.integers(1000, 2999), month=st.integers(1, 12), day=st.integers(1, 28)),
    st.builds(PartialDate, year=st.integers(1000, 2999), month=st.integers(1, 12), text=st.just("Nov-Dec")),
)
DIGITS = st.integers(1, 99_999_999).map(str)


def _record(values: dict) -> Record:  # type: ignore[type-arg]
    pmid = values.pop("pmid")
    doi = values.pop("doi")
    identifiers = {}
    if doi:
        identifiers["doi"] = (doi,)
    identifiers["pmid"] = (pmid,)
    record = Record(source="pubmed", source_id=pmid, identifiers=identifiers, **values)
    if record.kind in ("chapter", "conference"):
        record.book_title = record.journal
        record.journal = ""
    return record


RIS_RECORD = st.fixed_dictionaries(
    {
        "pmid": DIGITS,
        "doi": st.sampled_from(["", "10.1155/2023/7191247", "10.1000/a(b)c"]),
        "title": PLAIN,
        "kind": st.sampled_from(["article", "book", "chapter", "thesis", "report", "web", "conference", "other"]),
        "authors": st.lists(PERSON, max_size=4).map(tuple),
        "editors": st.lists(PERSON, max_size=2).map(tuple),
        "journal": PLAIN,
        "volume": st.sampled_from(["", "12", "12(3)", "A-7"]),
        "issue": st.sampled_from(["", "4", "Suppl 1"]),
        "pages": st.sampled_from(["", "77-84", "e123", "S1-S9", "1-4, 9", "iv–vi"]).map(lambda s: s.replace("–", "-")),
        "published": DATE,
        "abstract": PLAIN.map(lambda s: (Section(s),)),
        "languages": st.lists(st.sampled_from(["eng", "fre", "ger"]), unique=True, max_size=2).map(tuple),
        "publication_types": st.lists(st.sampled_from(["Review", "Journal Article"]), unique=True).map(tuple),
        "keywords": st.lists(PLAIN, max_size=4).map(tuple),
        "issns": st.sampled_from([(), ("0028-0836",), ("0028-0836", "1476-4687")]),
        "publisher": st.sampled_from(["", "Hindawi"]),
        "place": st.sampled_from(["", "London"]),
        "url": st.sampled_from(["", "https://example.org/a?b=c#d"]),
        "extra": st.sampled_from([{}, {"ris": {"N1": ["one", "two"], "XX": ["unknown"], "AD": ["Leeds"]}}]),
    }
).map(_record)
