"""Reading a strategy file. Whatever is wrong is said with file, line and column, and with what to write instead."""

from __future__ import annotations

import difflib
import hashlib
import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Any, NoReturn

from harvester.errors import StrategyError, UsageError
from harvester.strategy.duplicates import read_duplicates
from harvester.strategy.model import Block, Limits, SourceSettings, Strategy, TermText, Update, Years
from harvester.strategy.places import Path as Where
from harvester.strategy.places import Places
from harvester.strategy.sites import read_all_sites, read_sites
from harvester.window import first_day, last_day

_KEYS: dict[str, tuple[str, ...]] = {
    "": ("review", "block", "limits", "update", "sources", "site", "sites", "expand", "dedupe", "prisma_s"),
    "review": ("name", "title", "question", "date"),
    "block": ("name", "title", "terms"),
    "limits": ("language", "published", "age", "age_by"),
    "update": ("by", "overlap_days", "published", "lines"),
    "source": ("query", "first", "dialect", "note"),
    "prisma_s": ("contacts", "other_methods", "filters", "prior_work", "peer_review"),
}
_RENAMED = {
    "searched_on": "date",
    "blocks": "block",
    "limit": "limits",
    "source": "sources",
    "expansions": "expand",
    "languages": "language",
    "years": "published",
    "prisma-s": "prisma_s",
}
_AGE_BY = ("screening", "exclude-children")
_BY = ("entered", "modified", "published")
_YEARS = re.compile(
    r"\s*(\d{4}(?:-\d\d(?:-\d\d)?)?)?\s+to\s+(\d{4}(?:-\d\d(?:-\d\d)?)?)?\s*\Z|\s*(\d{4})?\s*([-–])\s*(\d{4})?\s*\Z"
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")
_LARGEST = 20_000_000  # characters: no strategy of people's making comes near it


def load(ref: str | Path, dialect: str = "") -> Strategy:
    """The strategy at `ref`: a path to a .toml file, or a name looked for in the current directory, in its
    `queries/`, and among the strategies that come with the program. With `dialect`, or when the path does not end in
    .toml, the file is one query or line set in a database's own language ("pubmed" unless said otherwise).

    Raises StrategyError (exit code 3), with the place in the file and a hint; UsageError when there is no such file.
    """
    path, data = _find(str(ref))
    if len(data) > _LARGEST:
        raise UsageError(
            f"{path} has {len(data):,} bytes: that is no strategy", hint="Name the strategy's own .toml file."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as found:
        line = data.count(b"\n", 0, found.start) + 1
        raise StrategyError(
            "this file is not UTF-8 text", file=path, line=line, hint="Save it again as UTF-8."
        ) from None
    sha256 = hashlib.sha256(data).hexdigest()
    if dialect or not path.endswith(".toml"):
        return Strategy(Path(path).stem, path, text, sha256, dialect=dialect or "pubmed")
    return read(text, path, sha256)


def _find(ref: str) -> tuple[str, bytes]:
    places = [Path(ref)]
    if not ref.endswith(".toml"):
        places += [Path(f"{ref}.toml"), Path("queries") / f"{ref}.toml"]
    for place in places:
        if place.is_file():
            return str(place), place.read_bytes()
    if _NAME.match(ref):
        name = ref.removesuffix(".toml")
        packaged = resources.files("harvester.queries") / f"{name}.toml"
        if packaged.is_file():
            return str(packaged), packaged.read_bytes()
    known = sorted(
        entry.name.removesuffix(".toml")
        for entry in resources.files("harvester.queries").iterdir()
        if entry.name.endswith(".toml")
    )
    close = difflib.get_close_matches(ref, known, 1)
    hint = f"Did you mean {close[0]}?" if close else f"Name a .toml file, or one of: {', '.join(known)}."
    raise UsageError(f"there is no strategy {ref!r}", hint=hint)


def read(text: str, path: str = "", sha256: str = "") -> Strategy:
    """The strategy in `text`, the content of a TOML file. Raises StrategyError."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as found:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(found))
        line, column = (int(place[1]), int(place[2])) if place else (text.count("\n") + 1, 0)
        message = re.sub(r" \(at .*\)$", "", str(found))
        raise StrategyError(
            f"this is not TOML: {message}",
            file=path,
            line=line,
            column=column,
            hint='A term stands in quotes, with a comma after it: "social prescrib*",',
        ) from None
    return _Reader(path, Places(text), data).strategy(text, sha256 or hashlib.sha256(text.encode()).hexdigest())


class _Reader:
    def __init__(self, path: str, places: Places, data: Mapping[str, Any]) -> None:
        self.path = path
        self.places = places
        self.data = data

    def fail(self, where: Where, message: str, hint: str) -> NoReturn:
        line, column = self.places.of(where)
        raise StrategyError(message, file=self.path, line=line, column=column, hint=hint)

    def strategy(self, raw: str, sha256: str) -> Strategy:
        self.known((), self.data, "")
        review = self.table(("review",), "review")
        name = self.text(("review", "name"), review) or Path(self.path).stem or "strategy"
        if not _NAME.match(name):
            self.fail(
                ("review", "name"), f"{name!r} is no name for files", "Use letters, digits, - and _: link-workers."
            )
        use, settings = self.sources()
        return Strategy(
            name=name,
            path=self.path,
            raw=raw,
            sha256=sha256,
            title=self.text(("review", "title"), review),
            question=self.text(("review", "question"), review),
            date=self.date(("review", "date"), review.get("date")),
            blocks=self.blocks(),
            limits=self.limits(),
            update=self.update(),
            sources=use,
            settings=settings,
            sites=(
                *read_sites(self.data.get("site", {}), self.fail, self.places.of),
                *read_all_sites(self.data.get("sites", {}), self.fail, self.places.of),
            ),
            expansions=self.expansions(),
            prisma_s=self.prisma_s(),
            duplicates=read_duplicates(self.data.get("dedupe", {}), self.fail),
        )

    def known(self, where: Where, table: Mapping[str, Any], kind: str) -> None:
        allowed = _KEYS[kind]
        for key in table:
            if key in allowed:
                continue
            close = [_RENAMED[key]] if _RENAMED.get(key) in allowed else difflib.get_close_matches(key, allowed, 1)
            here = f"[{kind}]" if kind else "a strategy"
            hint = f"Write {close[0]!r} instead." if close else f"{here} takes: {', '.join(allowed)}."
            self.fail((*where, key), f"unknown key {key!r}", hint)

    def table(self, where: Where, kind: str) -> Mapping[str, Any]:
        value = self.data.get(str(where[0]), {})
        if not isinstance(value, dict):
            self.fail(where, f"{where[0]} has to be a table", f"Write [{where[0]}] on a line of its own.")
        self.known(where, value, kind)
        return value

    def text(self, where: Where, table: Mapping[str, Any], default: str = "") -> str:
        value = table.get(str(where[-1]), default)
        if not isinstance(value, str):
            self.fail(where, f"{where[-1]} has to be text", f'Put it in quotes: {where[-1]} = "...".')
        return value

    def date(self, where: Where, value: Any) -> date | None:
        if value is None:
            return None
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        return self.fail(where, f"{where[-1]} has to be a day", f"Write it as {where[-1]} = 2022-07-31.")

    def blocks(self) -> tuple[Block, ...]:
        value = self.data.get("block", [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.fail(("block",), "blocks are not written like this", "Begin each block with a line [[block]].")
        if not value:
            self.fail((), "there is no block of terms", 'Add one: [[block]], name = "...", terms = ["...", "..."].')
        blocks: list[Block] = []
        for number, entry in enumerate(value):
            where: Where = ("block", number)
            self.known(where, entry, "block")
            name = self.text((*where, "name"), entry) or f"{number + 1}"
            if name in {block.name for block in blocks}:
                self.fail((*where, "name"), f"two blocks are called {name!r}", "Give each block its own name.")
            terms = self.terms((*where, "terms"), entry.get("terms"))
            line, column = self.places.of(where)
            blocks.append(Block(name, self.text((*where, "title"), entry), terms, line, column))
        return tuple(blocks)

    def terms(self, where: Where, value: Any) -> tuple[TermText, ...]:
        if not isinstance(value, list) or not value:
            self.fail(where, "a block needs its terms", 'Write terms = ["first term", "second term*"].')
        terms: list[TermText] = []
        for number, text in enumerate(value):
            place: Where = (*where, number)
            if not isinstance(text, str):
                self.fail(place, "a term has to be text", 'Put it in quotes: "social prescrib*".')
            if not text.strip():
                self.fail(place, "this term is empty", "Remove it, or write the term.")
            spots = tuple(map(self.places.line_column, self.places.characters(place)))
            terms.append(TermText(text, *spots[0], places=spots))
        return tuple(terms)

    def limits(self) -> Limits:
        table = self.table(("limits",), "limits")
        languages = table.get("language", [])
        languages = [languages] if isinstance(languages, str) else languages
        if not isinstance(languages, list) or not all(isinstance(part, str) for part in languages):
            self.fail(("limits", "language"), "language has to be text", 'Write language = "english".')
        age = self.text(("limits", "age"), table)
        if age not in ("", "adults"):
            self.fail(
                ("limits", "age"),
                f"no rule is known for age {age!r}",
                'Only age = "adults" is understood; leave others to screening.',
            )
        return Limits(
            tuple(part.strip().lower() for part in languages if part.strip()),
            self.years(("limits", "published"), table),
            age,
            self.choice(("limits", "age_by"), table, _AGE_BY),
        )

    def choice(self, where: Where, table: Mapping[str, Any], allowed: tuple[str, ...]) -> str:
        value = self.text(where, table, allowed[0])
        if value not in allowed:
            close = difflib.get_close_matches(value, allowed, 1) or allowed[:1]
            self.fail(
                where,
                f"{where[-1]} cannot be {value!r}",
                f'Write {where[-1]} = "{close[0]}"; it may be: {", ".join(allowed)}.',
            )
        return value

    def years(self, where: Where, table: Mapping[str, Any]) -> Years | None:
        value = table.get(str(where[-1]))
        if value is None:
            return None
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if isinstance(text, str) and re.fullmatch(r"\s*\d{4}\s*", text):
            return Years(text.strip(), text.strip())
        found = _YEARS.match(text) if isinstance(text, str) else None
        if not found or not any(found.group(1, 2, 3, 5)):
            self.fail(
                where,
                f"{where[-1]} is not a range of years",
                'Write "2017-2022", "2017-" or "2017-01 to 2022-07-31".',
            )
        since, until = (found[1] or found[3] or "", found[2] or found[5] or "")
        try:
            wrong = bool(since and until and first_day(since) > last_day(until))
        except UsageError as error:
            self.fail(where, error.message, 'Write "2017-2022", "2017-" or "2017-01 to 2022-07-31".')
        if wrong:
            self.fail(where, "this range ends before it begins", f'Write "{until}-{since}".')
        return Years(since, until)

    def update(self) -> Update:
        table = self.table(("update",), "update")
        days = table.get("overlap_days", 30)
        if isinstance(days, bool) or not isinstance(days, int) or days < 0:
            self.fail(("update", "overlap_days"), "overlap_days has to be a number of days", "Write overlap_days = 30.")
        lines = table.get("lines")
        if lines is not None and not isinstance(lines, bool):
            self.fail(("update", "lines"), "lines has to be true or false", "Write lines = true.")
        by, years = self.choice(("update", "by"), table, _BY), self.years(("update", "published"), table)
        return Update(by, days, years, lines)

    def sources(self) -> tuple[tuple[str, ...], tuple[SourceSettings, ...]]:
        value = self.data.get("sources", {})
        if not isinstance(value, dict):
            self.fail(("sources",), "sources has to be a table", 'Write [sources] and then use = ["pubmed"].')
        use = value.get("use", [])
        if not isinstance(use, list) or not all(isinstance(name, str) and name for name in use):
            self.fail(("sources", "use"), "use has to be a list of names", 'Write use = ["pubmed", "cinahl"].')
        settings: list[SourceSettings] = []
        for name, table in value.items():
            if name == "use":
                continue
            where: Where = ("sources", name)
            if not isinstance(table, dict):
                self.fail(where, f"unknown key {name!r}", "Write 'use' instead, or [sources.NAME] for one source.")
            self.known(where, table, "source")
            first = table.get("first")
            if first is not None and (isinstance(first, bool) or not isinstance(first, int) or first < 1):
                self.fail((*where, "first"), "first has to be a number above 0", "Write first = 100.")
            line, column = self.places.of((*where, "query"))
            settings.append(
                SourceSettings(
                    name,
                    self.text((*where, "query"), table),
                    first,
                    self.text((*where, "dialect"), table),
                    self.text((*where, "note"), table),
                    line,
                    column,
                )
            )
        return tuple(dict.fromkeys(use)), tuple(settings)

    def expansions(self) -> dict[str, tuple[str, ...]]:
        value = self.data.get("expand", {})
        if not isinstance(value, dict):
            self.fail(
                ("expand",), "expand has to be a table", 'Write [expand] and then "refer*" = ["referral", "referrals"].'
            )
        found: dict[str, tuple[str, ...]] = {}
        for stem, forms in value.items():
            where: Where = ("expand", stem)
            if "*" not in stem and "?" not in stem:
                self.fail(where, f"{stem!r} is not truncated", f'Write "{stem}*" = [...].')
            if not isinstance(forms, list) or not forms or not all(isinstance(f, str) and f.strip() for f in forms):
                self.fail(where, "an expansion is a list of words", f'Write "{stem}" = ["...", "..."].')
            pattern = re.compile(re.escape(stem.casefold()).replace(r"\*", r"\w*").replace(r"\?", r"\w?") + r"\Z")
            for number, form in enumerate(forms):
                if not pattern.match(form.casefold()):
                    self.fail((*where, number), f"{form!r} is not a form of {stem!r}", "Remove it or mend the stem.")
            found[stem.casefold()] = tuple(dict.fromkeys(form.strip() for form in forms))
        return found

    def prisma_s(self) -> dict[str, str]:
        table = self.table(("prisma_s",), "prisma_s")
        return {key: self.text(("prisma_s", key), table) for key in _KEYS["prisma_s"]}
