"""Takes credentials out of whatever leaves the program: messages, logs, kept requests."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

HIDDEN = "REDACTED"
# Parameter names that carry credentials or a person's address, in addresses, forms and headers' text.
_PARAMETER = re.compile(
    r"((?:^|[?&;\s\"'])(?:api[_-]?key|apikey|key|token|access_token|email|mailto|password|secret)=)[^&;\s\"'#]+",
    re.IGNORECASE,
)
_USERINFO = re.compile(r"(\w+://)[^/@\s]+@")
# Some servers print the key they were given inside an error's JSON: {"api-key":"..."}.
_JSON = re.compile(r"(\"(?:api[_-]?key|token|email|password)\"\s*:\s*\")[^\"]*", re.IGNORECASE)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without credentials: those in `secrets`, however quoted, and any parameter that looks like one."""
    for secret in secrets:
        if secret:
            for form in {secret, quote(secret, safe=""), quote_plus(secret), quote(secret)}:
                text = text.replace(form, HIDDEN)
    text = _PARAMETER.sub(rf"\g<1>{HIDDEN}", text)
    text = _JSON.sub(rf"\g<1>{HIDDEN}", text)
    return _USERINFO.sub(rf"\g<1>{HIDDEN}@", text)
