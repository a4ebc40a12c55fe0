"""A database's address as `--store` says it; its password is shown to nobody."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from ...errors import StartError

FORM: Final = "postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
SCHEMES: Final = ("postgresql", "postgres")


def check_address(text: str) -> str:
    """The address; raises StartError, in one line without the password, for what is none."""
    scheme = text.split(":", 1)[0].lower()
    if scheme not in SCHEMES or "://" not in text:
        raise StartError(f"--store: unknown kind of store {scheme[:20]!r}; write {FORM}")
    try:
        urlsplit(text).port  # noqa: B018
    except ValueError:
        raise StartError(f"--store: the address cannot be read; write it as {FORM}") from None
    return text


def shown(text: str) -> str:
    """The address as a person may read it."""
    hidden = re.sub(r"//([^:/@]*):[^@]*@", r"//\1:***@", text)
    return re.sub(r"(password=)[^&]*", r"\1***", hidden)
