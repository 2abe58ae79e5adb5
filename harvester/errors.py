"""Every error a user can meet. Each carries an exit code and a hint: the one thing to try next.

Whatever is raised that is not a HarvesterError is a bug in the program and shows its traceback.
"""

from __future__ import annotations


class HarvesterError(Exception):
    """Something a user can act on. `hint` is the one thing to try next; `exit_code` is for schedulers."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(HarvesterError):
    """The command line or a setting is wrong: nothing was started."""

    exit_code = 2


class ConfigError(UsageError):
    """A credential or a setting that the work needs is missing or malformed."""


class StrategyError(HarvesterError):
    """A strategy that cannot be read. Says where, and what to write instead.

    `line` and `column` count from 1, in characters.
    """

    exit_code = 3

    def __init__(self, message: str, *, file: str = "", line: int = 0, column: int = 0, hint: str = "") -> None:
        place = ":".join(str(part) for part in (file, line, column) if part)
        super().__init__(f"{place}: {message}" if place else message, hint=hint)
        self.bare_message = message
        self.file = file
        self.line = line
        self.column = column


class SourceError(HarvesterError):
    """A source that gave no trustworthy answer. Never to be read as "no hits".

    `source` is the source's name in the program ("pubmed").
    """

    exit_code = 4

    def __init__(self, message: str, *, source: str = "", hint: str = "") -> None:
        super().__init__(f"{source}: {message}" if source else message, hint=hint)
        self.source = source


class Refused(SourceError):
    """The source answered and said no: a wrong query, a missing key, a forbidden address. Asking again is useless."""


class Unavailable(SourceError):
    """The source could not be reached or kept failing, after the retries. Asking later may help."""


class Changed(SourceError):
    """The source answered in a shape that this program does not know. The program needs mending, not the search."""


class Incomplete(HarvesterError):
    """Fewer records came than the source counted. What came is kept; the window stays open."""

    exit_code = 5


class StoreError(HarvesterError):
    """The SQLite file cannot be opened, read, written or trusted."""

    exit_code = 6


class StoreInUse(StoreError):
    """Another process holds this store."""


class FormatError(HarvesterError):
    """A reference file that cannot be read whole. `file` and `line` say where (line from 1, 0 when unknown)."""

    exit_code = 7

    def __init__(self, message: str, *, file: str = "", line: int = 0, hint: str = "") -> None:
        place = ":".join(str(part) for part in (file, line) if part)
        super().__init__(f"{place}: {message}" if place else message, hint=hint)
        self.file = file
        self.line = line
