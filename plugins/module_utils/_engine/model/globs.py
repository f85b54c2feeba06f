# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Globs on names: of the units of a retention rule, or of the keys that are restored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from ..errors import InvalidOption
from .path import CONTROL


@dataclass(frozen=True, kw_only=True)
class Globs:
    """Choose the names that an ``include`` matches (all, if there is none) and no ``exclude`` matches."""

    include: Sequence[str] = ()
    exclude: Sequence[str] = ()

    def choose(self, name: str) -> bool:
        """Return whether a name is chosen."""
        return self.omits(name) is None

    def omits(self, name: str) -> Literal["not_included", "excluded"] | None:
        """Return why a name is not chosen; ``None`` if it is."""
        if self.include and not any(matches(glob, name) for glob in self.include):
            return "not_included"
        return "excluded" if any(matches(glob, name) for glob in self.exclude) else None


def matches(glob: str, name: str) -> bool:
    """Return whether a glob matches a name, segment by segment.

    ``*``, ``?`` and ``[…]`` work as in :mod:`fnmatch`, within a segment. The segment ``**`` matches any number of
    segments, even none; at the end, at least one.
    """
    globs, names = _segments(glob), name.split("/")
    at = position = 0  # in globs, in names
    retry_at, retry_position = -1, 0  # behind the last ``**``, and where its match ends so far
    # Only the last ``**`` is ever extended: whatever an earlier one could match instead, the last one can match too. So
    # the number of steps is at most the product of both lengths.
    while position < len(names):
        if at < len(globs) and globs[at] == "**":
            at += 1
            retry_at, retry_position = at, position
        elif at < len(globs) and fnmatchcase(names[position], globs[at]):
            at += 1
            position += 1
        elif retry_at >= 0:
            retry_position += 1
            at, position = retry_at, retry_position
        else:
            return False
    return all(segment == "**" for segment in globs[at:])


def parse_globs(option: str, value: object, *, unit: Literal["subfolders", "objects"]) -> tuple[str, ...]:
    """Check a list of globs on names; raise :class:`InvalidOption` for one that cannot match any.

    ``unit``: whether the names are those of direct subfolders, or of objects, which may contain slashes.
    """
    if value is None:
        return ()
    if not isinstance(value, (list, tuple)):
        raise InvalidOption(option, value, "is not a list", advice="Give a YAML list, such as ['release-*', 'v1'].")
    if option == "include" and not value:
        raise InvalidOption(
            option,
            value,
            "is empty, so it chooses nothing",
            advice="Skip the task with when, or leave include out to choose everything.",
        )
    return tuple(_glob(f"{option}[{index}]", glob, unit) for index, glob in enumerate(value))


def require_glob(option: str, glob: object, *, example: str, matched: str) -> str:
    """Return a glob; raise :class:`InvalidOption` for what cannot be one, wherever globs are used.

    ``example`` and ``matched`` are words for the advice: a glob that fits, and what the globs of this option match.
    """
    if isinstance(glob, (bool, int, float)):
        raise InvalidOption(
            option, glob, "is a number or a boolean, not a string", advice="Quote it, because YAML turns 1.10 into 1.1."
        )
    if not isinstance(glob, str):
        raise InvalidOption(option, glob, "is not a string", advice=f"Give a glob, such as {example}.")
    if not glob.strip():
        raise InvalidOption(
            option, glob, "is empty or blank", advice="Give a glob, or remove it; often a variable was not set."
        )
    control = CONTROL.search(glob)
    if control:
        raise InvalidOption(
            option,
            glob,
            f"has the control character {control[0]!r}",
            advice="Often it is a line break at the end: use the trim filter. "
            f"Write '?' where a {matched} really has one.",
        )
    return glob


def _glob(option: str, value: object, unit: Literal["subfolders", "objects"]) -> str:
    if isinstance(value, (list, tuple)):
        raise InvalidOption(
            option, value, "is a list in a list", advice="Give a variable that holds a list without brackets around it."
        )
    glob = require_glob(option, value, example="'release-*'", matched="name")
    plain = re.sub("/+", "/", glob).strip("/")
    if glob != plain:
        raise InvalidOption(
            option,
            glob,
            "starts or ends with '/', or has an empty segment",
            advice=f"A glob matches the name of a unit, which has no slash around it: write {plain or '*'!r}.",
        )
    if unit == "subfolders" and sum(segment != "**" for segment in _segments(glob)) > 1:
        raise InvalidOption(
            option,
            glob,
            "can match no subfolder, because the name of a direct subfolder has no '/'",
            advice="Write the name alone, without the folders above or below it, or set unit to objects.",
        )
    return glob


def _segments(glob: str) -> list[str]:
    """Split a glob into segments; a ``**`` at the end is replaced, so that it matches at least one segment."""
    segments = glob.split("/")
    return [*segments, "*"] if segments[-1] == "**" else segments
