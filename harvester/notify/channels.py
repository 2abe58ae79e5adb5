"""Where a message goes. Addresses that are secrets (webhooks, passwords) come from the environment, never from a file
of the review, and stand in no message.

Slack: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
Teams: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
GitHub: https://docs.github.com/actions/reference/workflow-commands-for-github-actions#adding-a-job-summary
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from harvester.errors import ConfigError, HarvesterError, UsageError
from harvester.notify.news import News
from harvester.notify.say import markdown, plain, slack, subject, teams, text

if TYPE_CHECKING:
    import smtplib

    from harvester.config import Config

SMTP, SENDER = "HARVESTER_SMTP", "HARVESTER_MAIL_FROM"
WEBHOOKS: dict[str, tuple[str, Callable[[News], dict[str, Any]]]] = {
    "slack": ("HARVESTER_SLACK_WEBHOOK", slack),
    "teams": ("HARVESTER_TEAMS_WEBHOOK", teams),
    "webhook": ("HARVESTER_WEBHOOK", plain),
}
APPRISE = "HARVESTER_APPRISE"
SUMMARY = "GITHUB_STEP_SUMMARY"
KINDS = ("email", *WEBHOOKS, "github", "apprise", "file")
SECONDS = 30.0
_SUMMARY_BYTES = 1 << 20


class NotTold(HarvesterError):
    """A message that could not be sent. The run it speaks of is kept."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to tell: `kind` is one of KINDS, `target` the addressees or the file where there are any."""

    kind: str
    target: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.target}" if self.target else self.kind


def channel(spec: str) -> Channel:
    """Read `email:ADDRESS[,ADDRESS]`, `file:PATH` or the name of another kind. Raises UsageError."""
    kind, _, target = spec.partition(":")
    if kind not in KINDS or (kind in ("email", "file")) != bool(target):
        known = "email:ADDRESS, file:PATH, slack, teams, webhook, github, apprise"
        raise UsageError(f"{spec!r} is no way to tell", hint=f"Write one of: {known}.")
    if kind == "email" and not all(part.count("@") == 1 and part.isprintable() for part in target.split(",")):
        raise UsageError(f"{target!r} holds something that is no e-mail address", hint="Write email:you@example.org.")
    return Channel(kind, target)


def preview(where: Channel, news: News) -> str:
    """What would be sent, as text. Needs no credentials and sends nothing."""
    if where.kind in WEBHOOKS:
        return json.dumps(WEBHOOKS[where.kind][1](news), ensure_ascii=False, indent=2, default=str)
    if where.kind in ("github", "file"):
        return markdown(news)
    head = f"Subject: {subject(news)}\n"
    return (f"To: {where.target}\n{head}\n" if where.kind == "email" else head + "\n") + text(news)


def send(where: Channel, news: News, config: Config) -> None:
    """Send a message. Raises ConfigError when a setting is missing or malformed, NotTold when it does not get there."""
    if where.kind == "email":
        _mail(where.target, news, config)
    elif where.kind in WEBHOOKS:
        name, form = WEBHOOKS[where.kind]
        _post(_needed(config, name, where), json.dumps(form(news), ensure_ascii=False, default=str), where)
    elif where.kind == "github":
        _append(Path(_needed(config, SUMMARY, where)), markdown(news), most=_SUMMARY_BYTES)
    elif where.kind == "apprise":
        _apprise(_needed(config, APPRISE, where), news)
    else:
        _append(Path(where.target), markdown(news))


def _needed(config: Config, name: str, where: Channel) -> str:
    value = config.get(name)
    if not value:
        hint = (
            "It is set inside a GitHub Actions step."
            if name == SUMMARY
            else f"Set {name} in the environment or in .env."
        )
        raise ConfigError(f"{where.kind} needs {name}", hint=hint)
    return value


def _post(address: str, body: str, where: Channel) -> None:
    import requests

    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and _loopback(parts.hostname or "")):
        raise ConfigError(
            f"the address for {where.kind} is not an https one", hint="Copy it again from where it was made."
        )
    try:
        answer = requests.post(
            address,
            data=body.encode(),
            headers={"Content-Type": "application/json"},
            timeout=SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        # The exception's own text holds the address, which is a secret.
        raise _not_told(where, type(error).__name__) from None
    if not answer.ok or answer.is_redirect:
        raise _not_told(where, f"HTTP {answer.status_code}")


def _mail(target: str, news: News, config: Config) -> None:
    import smtplib
    import ssl
    from email.message import EmailMessage

    parts = urlsplit(_needed(config, SMTP, Channel("email")))
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ConfigError(f"{SMTP} is not like smtps://user:password@mail.example.org", hint="smtp:// uses STARTTLS.")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    sender = config.get(SENDER) or (user if "@" in user else "")
    if not sender:
        raise ConfigError(f"email needs {SENDER}", hint=f"Set {SENDER} to the address that the message comes from.")
    message = EmailMessage()
    message["Subject"] = subject(news)
    message["From"] = sender
    message["To"] = ", ".join(part.strip() for part in target.split(","))
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
    message.set_content(text(news))
    try:
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(
                parts.hostname, parts.port or 465, timeout=SECONDS, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(parts.hostname, parts.port or 587, timeout=SECONDS)
        with server:
            server.ehlo()
            if parts.scheme == "smtp":
                _protect(server, ssl.create_default_context(), parts.hostname)
            if user:
                server.login(user, password)
            refused = server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise _not_told(Channel("email"), f"{type(error).__name__}{_code(error)}") from None
    if refused:
        raise _not_told(Channel("email"), f"refused for {', '.join(sorted(refused))}")


def _protect(server: smtplib.SMTP, context: Any, hostname: str) -> None:
    if server.has_extn("starttls"):
        server.starttls(context=context)
        server.ehlo()
    elif not _loopback(hostname):
        raise NotTold(
            f"{hostname} does not offer STARTTLS: neither a password nor a message is sent in the clear",
            hint=f"Use smtps:// in {SMTP}.",
        )


def _code(error: Exception) -> str:
    code = getattr(error, "smtp_code", None)
    return f" ({code})" if code else ""


def _loopback(hostname: str) -> bool:
    if hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(hostname).is_loopback
    except ValueError:
        return False


def _apprise(urls: str, news: News) -> None:
    try:
        import apprise  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        raise ConfigError("the package apprise is not installed", hint="pip install apprise") from None
    sender = apprise.Apprise()
    added = [sender.add(url) for url in urls.split(",")]
    if not all(added):
        raise ConfigError(f"{APPRISE} holds an address that apprise does not know", hint="See apprise's own list.")
    if not sender.notify(title=subject(news), body=text(news)):
        raise _not_told(Channel("apprise"), "at least one of its services refused")


def _append(path: Path, said: str, most: int | None = None) -> None:
    try:
        there = path.stat().st_size if path.exists() else 0
        if most is not None and there + len(said.encode()) > most:
            raise NotTold(
                f"{path.name} takes no more than {most:,} bytes", hint="Write to a file of your own: file:PATH."
            )
        with path.open("a", encoding="utf-8") as out:
            out.write(said)
    except OSError as error:
        raise NotTold(
            f"{path} cannot be written: {error.strerror}", hint="Check the folder and who may write there."
        ) from None


def _not_told(where: Channel, why: str) -> NotTold:
    return NotTold(
        f"the message did not get through by {where.kind}: {why}",
        hint="What the run found is kept; `harvester tell` sends the message again.",
    )
