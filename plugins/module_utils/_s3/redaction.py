# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make texts from other programs safe to quote in a message."""

from __future__ import annotations

import re

LONGEST = 300  # characters of a text that a message quotes
HIDDEN = "***"

_MOST_READ = 2000  # characters that are examined, because a reply may hold megabytes
_SIGNED = (
    (re.compile(r"(\bauthorization[\"']?\s*[:=]).*", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (
        re.compile(
            r"((?:signature|token|credential|password|secret)[\w-]*[\"']?\s*(?:=|%3D|:\s))\s*\S+", re.IGNORECASE
        ),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"\bAWS [^\s:]+:\S+"), f"AWS {HIDDEN}"),
)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)  # as long as a signature
_OPENING = re.compile(r"[\"'(<]*[A-Za-z][A-Za-z0-9+.-]*:/+")
_LOGIN = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:/+|/*)(.*)(?:@|%40)", re.IGNORECASE | re.DOTALL)


def shown(text: object) -> str:
    """Return a text on one line, shortened, and without logins and signatures.

    It is cut between words, because code that censors the message would not recognise a part of a secret.
    """
    quoted = _cut(" ".join(str(text).split()), _MOST_READ)
    for pattern, replacement in _SIGNED:
        quoted = pattern.sub(replacement, quoted)
    return _cut(" ".join(map(_shown_word, quoted.split())), LONGEST)


def shown_url(url: str) -> str:
    """Return a URL, even an invalid one, without its query and a possible login (everything before its last @)."""
    opening = _OPENING.match(url)
    scheme = opening[0] if opening else ""
    if "%40" in url:
        return f"{scheme}{HIDDEN}"
    _login, at, place = url.rpartition("@")
    place, mark, _query = re.split(r"([?#]|\Z)", place, maxsplit=1)
    return f"{scheme}{HIDDEN}@{place}" if at else f"{place}{mark}{HIDDEN if mark else ''}"


def login_of(url: str) -> str | None:
    """Return the possible user name and password in a URL, even an invalid one; ``None`` if there is none."""
    login = _LOGIN.match(url)
    return login[1] if login else None


def secrets_in(url: str) -> tuple[str, ...]:
    """Return the texts that have to be censored wherever this URL is shown."""
    login = login_of(url) or ""
    return tuple(filter(None, (login, login.partition(":")[2])))


def _shown_word(word: str) -> str:
    if _DIGEST.search(word):
        return HIDDEN
    login, at, place = word.rpartition("@")
    if not at or not {":", "/"}.intersection(login):
        return word
    opening = _OPENING.match(word)
    return f"{opening[0]}{HIDDEN}@{place}" if opening else HIDDEN


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most + 1].rpartition(' ')[0]} …".lstrip()
