"""The synthetic corpus as columns: what record `index` of a seed is, without its text.

Every value is a function of (seed, index), whatever the number of records; a million records take some 150 MB.
Records come in groups of sixteen: fourteen stand alone, two ("companions") may hang on one of them as its preprint,
erratum, retraction notice, second PMID and so on (relations.py). Dates are proleptic ordinals (date.toordinal), 0 none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from harvester.errors import UsageError
from harvester.sandbox import headings, people, prose
from harvester.sandbox.chance import Bools, Ints, Units, choose, draw, draws
from harvester.sandbox.relations import LAG, NO_ABSTRACT, PREFIX, SHARE, TYPE_SET, Relation
from harvester.sandbox.units import Stock, build

FIRST_DAY = date(2013, 9, 1).toordinal()
DAYS = 4096  # the last ordinary day is 2024-11-17
LAST_DAY = FIRST_DAY + DAYS - 1
BULK_DAY = date(2020, 4, 15).toordinal() - FIRST_DAY  # a publisher's backfile: one day with very many records
BASE_PMID = 80_000_000  # no real PMID is near, so that nobody mistakes one for the other
MOST = 1_000_000
BOTH, WORKER, CONDITION, NEAR, FAR = range(5)
DAY, MONTH, YEAR, SEASON, MONTHS, YEARS = range(6)  # how precise a printed date is
_CLASSES = np.array([BOTH] * 25 + [WORKER] * 12 + [CONDITION] * 18 + [NEAR] * 20 + [FAR] * 25)
_AGES = np.array(
    [0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 6, 7, 8, 9, 10, 11, 12, 13, 1], dtype=np.uint8
)
_PRECISIONS = np.array([DAY] * 16 + [MONTH] * 14 + [YEAR] * 3 + [SEASON] * 3 + [MONTHS] * 3 + [YEARS])
_LAYOUTS = np.array([0] * 8 + [1] * 45 + [2] * 30 + [3] * 13 + [4, 4, 5, 6], dtype=np.uint8)
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass
class Corpus:
    """The columns. `title` is prefix, lead, middle, tail; `abstract` nine sentences; `keywords` four (unit numbers)."""

    seed: int
    stock: Stock
    size: int
    pmid: Ints
    created: Ints  # [crdt]
    entered: Ints  # [edat]
    indexed: Ints  # [mhda], 0: never
    deleted: Ints
    printed: Ints  # the first day that the printed date covers
    precision: Ints
    online: Ints  # electronic publication, 0: none
    print_known: Ints  # the day on which the printed date replaced the electronic one, 0: always known
    abstract_since: Ints
    new_version: Ints  # the day on which version 2 replaced version 1, 0: never
    relation: Ints
    target: Ints  # -1: none
    companion: Ints  # the record that hangs on this one, -1: none
    base: Ints  # whose draws this record shares
    kind: Ints  # BOTH ... FAR
    title: Units
    abstract: Units
    keywords: Units
    layout: Ints
    language: Ints
    second_language: Ints  # -1: none
    topic: Ints
    age: Ints
    journal: Ints
    type_set: Ints
    book: Bools
    newest_first: Ints  # indices by falling PMID

    def index_of(self, pmid: int) -> int:
        """The index of a PMID, or -1 where the corpus has none such."""
        ascending = self.newest_first[::-1]
        place = int(np.searchsorted(self.pmid, pmid, sorter=ascending))
        if place < self.size and int(self.pmid[ascending[place]]) == pmid:
            return int(ascending[place])
        return -1

    def visible(self, clock: int) -> Bools:
        """Which records exist on the day `clock` (an ordinal)."""
        there: Bools = (self.created <= clock) & ((self.deleted == 0) | (self.deleted > clock))
        return there

    def has_abstract(self, clock: int) -> Bools:
        """Whose abstract has come by `clock`."""
        there: Bools = (self.layout > 0) & (self.abstract_since <= clock)
        return there

    def has_headings(self, clock: int) -> Bools:
        """Who is indexed with MeSH by `clock`."""
        there: Bools = (self.indexed > 0) & (self.indexed <= clock)
        return there

    def notices(self, clock: int) -> Ints:
        """The day on which a record's companion appeared there, 0 where none has by `clock`."""
        linked = np.isin(self.relation, [int(r) for r in _LINKED])
        has = self.companion >= 0
        other = np.where(has, self.companion, 0)
        days = np.where(has & linked[other], self.created[other], 0)
        out: Ints = np.where((days > 0) & (days <= clock), days, 0)
        return out

    def modified(self, clock: int) -> Ints:
        """[lr]: the last day, by `clock`, on which anything about a record changed."""
        latest = self.created.copy()
        for days in (self.indexed, self.print_known, self.abstract_since, self.new_version, self.notices(clock)):
            np.maximum(latest, np.where(days <= clock, days, 0), out=latest)
        return latest


_LINKED = (
    Relation.PREPRINT,
    Relation.ERRATUM,
    Relation.RETRACTION,
    Relation.COMMENT,
    Relation.UPDATE,
    Relation.CONCERN,
)


def make(records: int, seed: int) -> Corpus:
    """A corpus of the first `records` records of `seed`. Raises UsageError outside 1 to 1,000,000."""
    if not 1 <= records <= MOST:
        raise UsageError(f"a sandbox of {records} records", hint=f"Ask for 1 to {MOST:,} records.")
    return _Maker(records, seed).corpus()


class _Maker:
    def __init__(self, records: int, seed: int) -> None:
        self.seed = seed
        self.size = records
        self.index = np.arange(records, dtype=np.int64)
        self.stock = build(seed)
        self._relate()
        self._identify()

    def draw(self, salt: int, index: Ints | None = None) -> Ints:
        return draws(self.seed, self.base if index is None else index, salt)

    def _relate(self) -> None:
        group, member = self.index >> 4, self.index & 15
        companions = member >= 14
        # Members 6 and 13 are never targets: they may lie in the bulk day.
        self.target = np.where(companions, (group << 4) + (member - 14) * 7 + draws(self.seed, self.index, 1) % 6, -1)
        shares = np.array([int(kind) for kind, share in SHARE.items() for _ in range(share)])
        self.relation = np.where(companions, choose(shares, draws(self.seed, self.index, 2)), 0)
        self._show_a_retraction()
        self.base = np.where(self.relation > 0, self.target, self.index)
        self.companion = np.full(self.size, -1, dtype=np.int64)
        hanging = self.relation > 0
        self.companion[self.target[hanging]] = self.index[hanging]

    def _show_a_retraction(self) -> None:
        """Whatever the seed: an article of 2021 that is on topic is retracted in the autumn of 2022."""
        wanted = date(2022, 10, 3).toordinal() - FIRST_DAY - LAG[Relation.RETRACTION]
        for day in range(wanted, wanted + 60):
            number = (day - draw(self.seed, 0, 3)) * pow(_STRIDE, -1, DAYS) % DAYS
            group, member = divmod(number, 14)
            if member not in (6, 13):
                break
        # The same record in a corpus of any size, though a small one may lack it, or only its notice.
        self.retracted = 16 * group + member
        notice = 16 * group + (14 if member < 7 else 15)
        if notice < self.size:
            self.target[notice] = self.retracted
            self.relation[notice] = Relation.RETRACTION

    def _identify(self) -> None:
        group, member = self.index >> 4, self.index & 15
        number = 14 * group + np.minimum(member, 13)
        day = (number * _STRIDE + draw(self.seed, 0, 3)) % DAYS
        slot = number // DAYS
        bulk = ((member == 6) | (member == 13)) & (draws(self.seed, self.index, 4) % 10 < 7)
        day = np.where(bulk, BULK_DAY, day)
        companions = self.target >= 0
        target = np.where(companions, self.target, 0)
        lags = np.array([LAG[Relation(kind)] for kind in range(len(LAG))])
        day = np.where(companions, day[target] + lags[self.relation], day)
        slot = np.where(companions, 250 * (1 + self.relation) + slot[target], slot)
        self.day = day
        pmid = BASE_PMID + day * 3000 + np.where(day > BULK_DAY, MOST, 0) + slot
        self.pmid = np.where(bulk, BASE_PMID + (BULK_DAY + 1) * 3000 + number, pmid)
        self.created = day + FIRST_DAY

    def corpus(self) -> Corpus:
        relation = self.relation
        kind = choose(_CLASSES, self.draw(10))
        kind[self.base == self.retracted] = BOTH
        journal = np.where(
            kind == FAR,
            choose(np.array(people.FAR_JOURNALS), self.draw(11)),
            choose(np.array(people.NEAR_JOURNALS), self.draw(11)),
        )
        journal[relation == Relation.PREPRINT] = people.PREPRINTS
        types = choose(np.array([0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4, 5, 12]), self.draw(12))
        for companion, number in TYPE_SET.items():
            types[relation == companion] = number
        languages = np.array([n for n, (_, _, times) in enumerate(prose.LANGUAGES) for _ in range(times)])
        language = choose(languages, self.draw(13))
        second = np.where((self.draw(14) % 60 == 0) & (language == 0), 1 + self.draw(15) % 5, -1)
        age = choose(_AGES, self.draw(16)).astype(np.int64)
        shown = self.base == self.retracted
        language[shown], age[shown] = 0, 1
        types[self.index == self.retracted] = 0
        topic = np.where(kind == FAR, choose(np.array(headings.FAR_TOPICS), self.draw(17)), self.draw(17) % 6)
        book = (self.draw(18) % 150 == 0) & (relation == 0) & (kind != FAR)
        layout = choose(_LAYOUTS, self.draw(19)).astype(np.int64)
        layout[np.isin(relation, [int(r) for r in NO_ABSTRACT])] = 0
        title, abstract, keywords = _Texts(self, kind).columns()
        # A label must have its sentence: short abstracts are never structured.
        short = (abstract == 0).any(axis=0)
        layout = np.where(short & (layout > 1), 1, layout)
        dates = self._dates(book)
        return Corpus(
            seed=self.seed, stock=self.stock, size=self.size, pmid=self.pmid, created=self.created,
            relation=relation, target=self.target, companion=self.companion, base=self.base, kind=kind,
            title=title, abstract=abstract, keywords=keywords, layout=layout, language=language,
            second_language=second, topic=topic, age=age, journal=journal, type_set=types, book=book,
            newest_first=np.argsort(-self.pmid, kind="stable"), **dates,
        )  # fmt: skip

    def _dates(self, book: Bools) -> dict[str, Ints]:
        created, own = self.created, self.index
        roll = self.draw(30) % 100
        ahead = (roll < 25) & ~book
        late = roll >= 92
        offset = np.select(
            [ahead, roll < 80, ~late],
            [60 + self.draw(31) % 240, self.draw(31) % 60 - 20, -30 - self.draw(31) % 170],
            -400 - self.draw(31) % 1800,
        )
        # A second PMID of the same article was published when the first was.
        twin = np.isin(self.relation, [Relation.DUPLICATE, Relation.MERGED])
        anchor = np.where(twin, created - LAG[Relation.DUPLICATE], created)
        anchor = np.where(self.relation == Relation.MERGED, created - LAG[Relation.MERGED], anchor)
        precision = choose(_PRECISIONS, self.draw(32))
        precision = np.where(ahead & (precision > MONTH), MONTH, precision)
        day = anchor + offset
        shown = self.index == self.retracted
        ahead &= ~shown
        day[shown], precision[shown] = date(2021, 9, 14).toordinal(), DAY
        printed = _floor(day, precision)
        online = np.where(ahead, anchor - 1 - self.draw(33) % 5, 0)
        known = np.where(ahead, day, 0)
        # [edat] is the day of entry, but the publication date where that was more than a year before.
        entered = np.where(created - printed > 365, printed, created)
        indexed = np.where(self.draw(34, own) % 20 < 11, created + 30 + self.draw(35, own) % 400, 0)
        indexed[self.relation == Relation.PREPRINT] = 0
        waits = self.draw(36, own) % 25 == 0
        abstract_since = np.where(waits, created + 15 + self.draw(37, own) % 150, created)
        version = np.where((self.draw(38, own) % 200 == 0) & ~book, created + 100, 0)
        return {
            "printed": printed, "precision": precision, "online": online, "print_known": known, "entered": entered,
            "indexed": indexed, "abstract_since": abstract_since, "new_version": version,
            "deleted": np.where(self.relation == Relation.MERGED, created + 200, 0),
        }  # fmt: skip


_STRIDE = 1597  # odd: a walk over all the days before it meets one twice


def _floor(day: Ints, precision: Ints) -> Ints:
    """The first day of the month or year, as [dp] takes a date that says no more; a season counts as its year."""
    when = (day - _EPOCH).astype("datetime64[D]")
    month = when.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + _EPOCH
    year = when.astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64) + _EPOCH
    out: Ints = np.select([precision == DAY, np.isin(precision, [MONTH, MONTHS])], [day, month], year)
    return out


class _Texts:
    """Which units make up the titles, abstracts and keywords."""

    def __init__(self, maker: _Maker, kind: Ints) -> None:
        self.maker = maker
        self.kind = kind
        self.pools = maker.stock.pools
        self.far = kind == FAR
        self.on_workers = (kind == BOTH) | (kind == WORKER)
        self.on_conditions = (kind == BOTH) | (kind == CONDITION)
        # Where the term is: 0-3 title, 4-6 title and abstract, 7-8 abstract, 9 keywords.
        self.worker_at = np.where(self.on_workers, maker.draw(40) % 10, -1)
        self.condition_at = np.where(self.on_conditions, maker.draw(41) % 10, -1)

    def pick(self, name: str, salt: int) -> Units:
        found: Units = choose(self.pools[name], self.maker.draw(salt))
        return found

    def mix(self, section: str, salt: int, cases: list[tuple[Bools, str]]) -> Units:
        """A sentence for every record: the first case that holds, else the far or the neutral pool."""
        picks = [self.pick(f"{section}/{name}", salt) for _, name in cases]
        neutral = np.where(self.far, self.pick(f"{section}/far", salt), self.pick(f"{section}/neutral", salt))
        out: Units = np.select([case for case, _ in cases], picks, neutral) if cases else neutral
        return out

    def columns(self) -> tuple[Units, Units, Units]:
        draw = self.maker.draw
        relation = self.maker.relation
        w, c = self.worker_at, self.condition_at
        decoys = ~self.far & (draw(42) % 4 == 0)
        shown = self.maker.base == self.maker.retracted
        w[shown], c[shown] = 4, 4
        lead = self.mix("lead", 50, [((w >= 0) & (w < 7), "worker"), (decoys, "decoy")])
        middle = self.mix("middle", 51, [((c >= 0) & (c < 7), "condition"), (decoys, "decoy")])
        tail = self.pick("tail", 52)
        own_tail = choose(self.pools["tail"], draw(52, self.maker.index))
        tail = np.where(relation == Relation.PROTOCOL, own_tail, tail)
        prefix = np.zeros_like(tail)
        for kind, text in PREFIX.items():
            prefix[relation == kind] = self.maker.stock.add(text)
        sentences = self._sentences()
        keywords = self._keywords()
        title: Units = np.stack([prefix, lead, middle, tail])
        return title, sentences, keywords

    def _sentences(self) -> Units:
        draw = self.maker.draw
        w, c = self.worker_at, self.condition_at
        near = ~self.far
        boundary = near & (draw(43) % 120 == 0)
        rows = [
            self.mix("background", 60, [((c >= 4) & (c <= 8), "condition")]),
            self.mix("background", 61, []),
            self.mix("aim", 62, [((w >= 4) & (w <= 6) | (w == 8), "worker")]),
            self.mix("methods", 63, []),
            self.mix("methods", 64, []),
            self.mix("results", 65, [((w == 5) | (w == 7), "worker")]),
            self.mix("results", 66, [((c == 6) | (c == 7), "condition")]),
            self.mix("results", 67, [(near & (draw(44) % 10 < 3), "decoy")]),
            self.mix("conclusion", 68, [((self.kind == BOTH) & (w < 9) & (draw(45) % 3 == 0), "both")]),
        ]
        rows[7] = np.where(boundary, self.pick("boundary", 46), rows[7])
        short = (draw(47) % 10 == 0) | (self.maker.relation == Relation.MEETING)
        for place in (1, 3, 4, 6, 7):
            rows[place] = np.where(short, 0, rows[place])
        for place, before in ((1, 0), (4, 3), (6, 5), (7, 5), (7, 6)):
            rows[place] = np.where(rows[place] == rows[before], 0, rows[place])
        # A preprint's abstract is not yet the paper's.
        rows[7] = np.where(self.maker.relation == Relation.PREPRINT, 0, rows[7])
        out: Units = np.stack(rows).astype(np.uint16)
        return out

    def _keywords(self) -> Units:
        draw = self.maker.draw
        some = draw(70) % 10 < 6
        pool = [np.where(self.far, self.pick("keyword/far", s), self.pick("keyword/neutral", s)) for s in (71, 72, 73)]
        first = np.where(self.worker_at == 9, self.pick("keyword/worker", 74), np.where(some, pool[0], 0))
        second = np.where(self.condition_at == 9, self.pick("keyword/condition", 75), np.where(some, pool[1], 0))
        third = np.where(some, pool[2], 0)
        last = np.where(~self.far & (draw(76) % 12 == 0), self.pick("keyword/decoy", 77), 0)
        out: Units = np.stack([first, second, third, last]).astype(np.uint16)
        return out
