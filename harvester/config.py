"""Settings and credentials, gathered once and passed on as an argument. Never stored, logged or printed.

A credential comes from the first of: what the command line gave, the environment, a `.env` file, the system's
keyring (only where the package `keyring` is installed). A strategy file never holds one.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harvester.errors import ConfigError

KEYRING_SERVICE = "harvester"
_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*\Z", re.DOTALL)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\Z")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Config:
    """What the work may use. `get` answers for one credential; printing a Config shows no values.

    `given` are the credentials of the command line, `environ` the environment, `dotenv` the values of a `.env` file.
    """

    given: Mapping[str, str] = field(default_factory=dict, repr=False)
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    dotenv: Mapping[str, str] = field(default_factory=dict, repr=False)
    use_keyring: bool = False

    @classmethod
    def load(
        cls,
        given: Mapping[str, str | None] | None = None,
        *,
        environ: Mapping[str, str] | None = None,
        dotenv: Path | None = None,
        use_keyring: bool = True,
    ) -> Config:
        """The settings of this process. `dotenv` is `.env` in the current directory unless told.

        Raises ConfigError for a `.env` that cannot be read.
        """
        path = Path(".env") if dotenv is None else dotenv
        return cls(
            given={name: value for name, value in (given or {}).items() if value},
            environ=dict(os.environ if environ is None else environ),
            dotenv=read_dotenv(path) if path.is_file() else {},
            use_keyring=use_keyring,
        )

    def get(self, name: str) -> str:
        """The credential or setting `name` ("NCBI_API_KEY"), or "".

        Raises ConfigError when it is there and malformed; the message does not show it.
        """
        for place in (self.given, self.environ, self.dotenv):
            value = place.get(name, "").strip()
            if value:
                return _checked(name, value)
        value = _from_keyring(name).strip() if self.use_keyring else ""
        return _checked(name, value) if value else ""

    def secrets(self, *names: str) -> tuple[str, ...]:
        """The values of `names` that are present: what must never leave."""
        return tuple(value for name in names if (value := self.get(name)))


def _checked(name: str, value: str) -> str:
    if any(character.isspace() or not character.isprintable() for character in value):
        raise ConfigError(f"{name} holds a blank or a control character", hint=f"Set {name} again, without quotes.")
    if name.endswith("_EMAIL") and not _EMAIL.match(value):
        raise ConfigError(f"{name} is not an e-mail address", hint=f"Set {name} to an address like you@example.org.")
    return value


def read_dotenv(path: Path) -> dict[str, str]:
    """The NAME=value lines of a `.env` file; `#` begins a comment, quotes are taken off.

    Raises ConfigError naming the line (never its content) that is none of these.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path} cannot be read ({type(error).__name__})", hint="Save it as UTF-8 text, or remove it."
        ) from None
    values: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.match(line)
        if found is None:
            raise ConfigError(f"{path}:{number}: not a line like NAME=value", hint="Write NCBI_EMAIL=you@example.org.")
        values[found.group(1)] = _unquoted(found.group(2), path, number)
    return values


def _unquoted(value: str, path: Path, number: int) -> str:
    if value[:1] in ("'", '"'):
        end = value.find(value[0], 1)
        rest = value[end + 1 :].strip()
        if end < 0 or (rest and not rest.startswith("#")):
            raise ConfigError(f"{path}:{number}: the quotes are not closed", hint="Write the value without quotes.")
        return value[1:end]
    return re.split(r"\s+#", value, maxsplit=1)[0].strip()


def _from_keyring(name: str) -> str:
    """The value in the system's keyring, or "" where there is no such package, no such entry or no keyring at all."""
    try:
        import keyring  # type: ignore[import-not-found,unused-ignore]
        from keyring.errors import KeyringError  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return ""
    try:
        return keyring.get_password(KEYRING_SERVICE, name) or ""
    except KeyringError as error:
        # A locked or missing keyring is no error: the credential is then reported as absent by `sources`.
        _log.debug("the keyring did not answer for %s: %s", name, type(error).__name__)
        return ""


def load_config(given: Mapping[str, str | None] | None = None) -> Config:
    """The settings of this process: what the command line gave, the environment, `.env`, the keyring.

    Raises ConfigError for a `.env` that cannot be read.
    """
    return Config.load(given)
