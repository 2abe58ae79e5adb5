"""Credentials: from where, in which order, and never shown."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from harvester.config import Config, read_dotenv
from harvester.errors import ConfigError

NAME = "NCBI_API_KEY"


def dotenv(folder: Path, text: str) -> Path:
    """A `.env` file."""
    path = folder / ".env"
    path.write_text(text, encoding="utf-8")
    return path


def fake_keyring(monkeypatch: pytest.MonkeyPatch, value: str | None, *, locked: bool = False) -> None:
    """A keyring package that holds `value`."""

    class KeyringError(Exception):
        pass

    def get_password(_service: str, _name: str) -> str | None:
        if locked:
            raise KeyringError
        return value

    errors = types.ModuleType("keyring.errors")
    errors.KeyringError = KeyringError  # type: ignore[attr-defined]
    keyring = types.ModuleType("keyring")
    keyring.get_password = get_password  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)


def test_the_first_that_has_it_gives_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Command line, environment, .env, keyring, in this order."""
    path = dotenv(tmp_path, f"{NAME}=from-file\n")
    fake_keyring(monkeypatch, "from-keyring")
    environ = {NAME: "from-environment"}
    nowhere = tmp_path / "none"
    assert Config.load({NAME: "from-flag"}, environ=environ, dotenv=path).get(NAME) == "from-flag"
    assert Config.load({NAME: None}, environ=environ, dotenv=path).get(NAME) == "from-environment"
    assert Config.load(environ={NAME: " "}, dotenv=path).get(NAME) == "from-file"
    assert Config.load(environ={}, dotenv=nowhere).get(NAME) == "from-keyring"
    assert Config.load(environ={}, dotenv=nowhere, use_keyring=False).get(NAME) == ""


def test_a_missing_or_locked_keyring_holds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it the credential is simply absent."""
    config = Config.load(environ={}, dotenv=tmp_path / "none")
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert config.get(NAME) == ""
    fake_keyring(monkeypatch, None)
    assert config.get(NAME) == ""
    fake_keyring(monkeypatch, "x", locked=True)
    assert config.get(NAME) == ""


def test_printing_a_config_shows_no_value(tmp_path: Path) -> None:
    """Neither repr nor str holds a credential."""
    config = Config.load({NAME: "SECRET1"}, environ={"X": "SECRET2"}, dotenv=dotenv(tmp_path, "Y=SECRET3"))
    assert "SECRET" not in repr(config)
    assert "SECRET" not in str(config)


def test_the_lines_of_a_dotenv(tmp_path: Path) -> None:
    """Comments, quotes, `export`, blanks and a byte order mark."""
    path = dotenv(tmp_path, "\ufeff# head\n\nA=1\nexport B = two # tail\nC='x # y'\nD=\"q\" # tail\nE=\nF=a=b\n")
    assert read_dotenv(path) == {"A": "1", "B": "two", "C": "x # y", "D": "q", "E": "", "F": "a=b"}


@pytest.mark.parametrize("text", ["SECRETWORD\n", "A=1\n1B=SECRETWORD\n", "A='SECRETWORD\n", "A='x' SECRETWORD\n"])
def test_a_dotenv_that_cannot_be_read_names_the_line_and_not_its_content(tmp_path: Path, text: str) -> None:
    """An error message goes to logs, so it never quotes the file."""
    with pytest.raises(ConfigError, match=r"\.env:\d") as caught:
        read_dotenv(dotenv(tmp_path, text))
    assert "SECRETWORD" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_dotenv_in_another_encoding_is_an_error(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are told, not guessed."""
    path = tmp_path / ".env"
    path.write_bytes(b"A=\xff\xfe")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_dotenv(path)


@pytest.mark.parametrize(
    ("name", "value"), [("NCBI_API_KEY", "abc def"), ("NCBI_API_KEY", "abc\x00"), ("NCBI_EMAIL", "nobody")]
)
def test_a_malformed_credential_is_told_and_not_shown(name: str, value: str) -> None:
    """A slip of the hand ends before anything is sent."""
    with pytest.raises(ConfigError, match=name) as caught:
        Config(environ={name: value}).get(name)
    assert value not in str(caught.value)


def test_secrets_are_those_that_are_there() -> None:
    """What has to be taken out of a text."""
    config = Config(environ={"NCBI_API_KEY": "k", "NCBI_EMAIL": "a@example.org"})
    assert config.secrets("NCBI_API_KEY", "NCBI_EMAIL", "OTHER") == ("k", "a@example.org")
