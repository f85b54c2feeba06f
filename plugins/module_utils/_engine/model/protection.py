# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which keys are protected from removal: pure functions of globs and keys."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..errors import InvalidOption
from .globs import matches, require_glob
from .path import FolderPath

_ADVICE = "Choose another folder, or give this task a protect that does not name it."
_WILDCARD = re.compile(r"[*?\[]")
_CLASS = re.compile(r"\[(?:![^/]|[^!/])[^/\]]*\]")
_MISTAKES = (
    (
        re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://"),
        "is a URL, and begins with",
        "Write the key alone, without the name of the Space. Write '[:]' where a key really has a colon.",
    ),
    (
        re.compile(r"(?<![^/])\.\.?(?![^/])"),
        "has the segment",
        "A key has it only if it was written so: then write '[.]' for the dot.",
    ),
    (
        re.compile(r"(?<![^/])\s+|\s+(?![^/])"),
        "has a blank at the start or the end of a segment:",
        "Often it came from a variable: use the trim filter. Write '?' where a key really has one.",
    ),
    (
        re.compile(r"(?<!\[)\{[^{}]*,[^{}]*\}"),
        "has braces, which are taken literally:",
        "Write one glob for each alternative. Write '[{]' where a key really has a brace.",
    ),
)
"""What no user means in a glob of keys to protect: such a glob would protect nothing."""


class Protection:
    """Globs on whole keys; a glob that matches a folder protects everything below it.

    ``prod``, ``prod/``, ``prod/*`` and ``prod/**`` all protect ``prod/a/b``. The first protects an object named
    ``prod`` too. Wildcards are those of :func:`matches`.
    """

    def __init__(self, globs: Sequence[str]) -> None:
        self._globs = [(_as_folder(glob), glob.endswith("/")) for glob in globs]
        self._literals = tuple(_literal(glob) for glob, _folder_only in self._globs)
        self._folder = ""
        self._folder_protected = False

    def reaches(self, prefix: str) -> bool:
        """Return whether a key that begins with ``prefix`` can be protected; if not, no walk is needed."""
        return any(prefix.startswith(literal) or literal.startswith(prefix) for literal in self._literals)

    def protects_folder(self, prefix: str) -> bool:
        """Return whether a folder is protected or lies in a protected one, so that everything in it is protected."""
        return any(_matches_folder(glob, prefix) for glob, _folder_only in self._globs)

    def protected(self, keys: Sequence[str]) -> list[str]:
        """Return the keys that are protected; fast for keys in the order of a listing."""
        literals = self._literals
        return [key for key in keys if key.startswith(literals) and self._protects(key)]

    def _protects(self, key: str) -> bool:
        folder = key[: key.rfind("/") + 1]
        if folder != self._folder:
            self._folder, self._folder_protected = folder, self.protects_folder(folder)
        return self._folder_protected or any(
            not folder_only and matches(glob, key) for glob, folder_only in self._globs
        )


def parse_protect(option: str, value: object) -> tuple[str, ...]:
    """Check the globs of keys to protect; raise :class:`InvalidOption` for one that is certainly a mistake."""
    if not isinstance(value, (list, tuple)):
        raise InvalidOption(
            option,
            value,
            "is not a list",
            advice="Give a YAML list, such as ['prod/', '**/*.lock']; [] protects nothing.",
        )
    return tuple(_parsed(f"{option}[{index}]", glob) for index, glob in enumerate(value))


def require_unprotected(folders: Sequence[FolderPath], protection: Protection) -> None:
    """Raise :class:`InvalidOption` for a folder in which everything is protected."""
    for folder in folders:
        if protection.protects_folder(folder.prefix):
            raise InvalidOption("path", folder.path, "is protected by protect", advice=_ADVICE)


def require_unreached(folders: Sequence[FolderPath], protection: Protection) -> None:
    """Raise :class:`InvalidOption` for a folder in which a protected key may exist, now or later."""
    for folder in folders:
        if protection.reaches(folder.prefix):
            raise InvalidOption("path", folder.path, "may contain keys that protect names", advice=_ADVICE)


def only_at_the_top(glob: str) -> bool:
    """Return whether a glob can match only keys at the top of the Space, such as ``*.lock``; few users intend this."""
    return "/" not in glob and bool(_WILDCARD.search(glob)) and glob not in ("*", "**")


def _parsed(option: str, value: object) -> str:
    glob = require_glob(option, value, example="'prod/' or '**/*.lock'", matched="key")
    for mistake, problem, advice in _MISTAKES:
        if found := mistake.search(glob):
            raise InvalidOption(option, glob, f"{problem} {found[0]!r}", advice=advice)
    if "[" in _CLASS.sub("", glob):
        raise InvalidOption(
            option, glob, "has a bracket that is not closed", advice="Write '[[]' where a key really has one."
        )
    plain = re.sub("/+", "/", glob).lstrip("/")
    if glob != plain:
        raise InvalidOption(
            option,
            glob,
            "starts with '/' or has an empty segment",
            advice=f"A glob matches whole keys, which have no slash before them: write {plain or '**'!r}.",
        )
    return glob


def _as_folder(glob: str) -> str:
    """Return the glob of a folder's name without a slash."""
    return glob.removesuffix("/")


def _literal(glob: str) -> str:
    """Return the text that every match of a glob begins with, whether a key or a folder above it matches."""
    wildcard = _WILDCARD.search(glob)
    return glob[: wildcard.start()] if wildcard else glob


def _matches_folder(glob: str, prefix: str) -> bool:
    """Return whether a glob matches ``prefix``, which ends in a slash or is empty, or a folder above it."""
    cuts = (index for index, character in enumerate(prefix) if character == "/")
    return any(matches(glob, prefix[:cut]) for cut in cuts)
