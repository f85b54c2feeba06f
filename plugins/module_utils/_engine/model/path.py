# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths of folders: the rules that they must follow, and the prefixes that they stand for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import InvalidOption

LONGEST = 1024  # bytes of UTF-8: S3's limit for an object key
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([^/]*)/?(.*)", re.DOTALL)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, kw_only=True)
class FolderPath:
    """A folder: every key that begins with ``prefix``, which ends in ``/`` unless it is the whole Space (``""``)."""

    prefix: str

    @classmethod
    def parse(cls, value: object, *, option: str = "path", exact: bool = False, allow_root: bool = False) -> FolderPath:
        """Check ``value`` against the path rules; raise :class:`InvalidOption` with the rule that it breaks."""
        text = _text(value, option)
        if exact:
            if not text.endswith("/"):
                raise InvalidOption(
                    option,
                    text,
                    "is taken literally (exact is true) and does not end in '/'",
                    advice=f"Write {with_slash(text)!r}.",
                )
            return cls(prefix=_short_enough(text, option))
        if text == "/":
            if not allow_root:
                raise InvalidOption(
                    option,
                    text,
                    "is the whole Space",
                    advice="If you mean everything in the Space, set allow_root: true; "
                    "a folder named '/' takes exact: true.",
                )
            return cls(prefix="")
        _refuse_irregular(text, option)
        return cls(prefix=_short_enough(with_slash(text), option))

    @property
    def path(self) -> str:
        """The path in the form that results use."""
        return self.prefix or "/"

    @property
    def depth(self) -> int:
        """The number of segments; 0 for the whole Space."""
        return self.prefix.count("/")

    @property
    def ancestors(self) -> list[str]:
        """The prefixes of the folders above this one, outermost first."""
        cuts = [index + 1 for index, character in enumerate(self.prefix[:-1]) if character == "/"]
        return [self.prefix[:cut] for cut in cuts]


def with_slash(path: str) -> str:
    """Return the path of a folder, which ends in ``/``."""
    return path if path.endswith("/") else f"{path}/"


def parse_paths(*, path: object, paths: object, exact: bool = False, allow_root: bool = False) -> list[FolderPath]:
    """Parse the ``path`` or the ``paths`` option, whichever is set."""
    if path is not None:
        return [FolderPath.parse(path, exact=exact, allow_root=allow_root)]
    if paths is None:
        raise InvalidOption(
            "path", None, "is not set", advice="Name a folder; often a variable in the path was not set."
        )
    if not isinstance(paths, (list, tuple)):
        raise InvalidOption(
            "paths",
            paths,
            "is not a list",
            advice="Give a YAML list of folders; a single folder goes into path.",
        )
    if not paths:
        raise InvalidOption("paths", paths, "is empty", advice="List at least one folder, or skip the task with when.")
    return [
        FolderPath.parse(value, option=f"paths[{index}]", exact=exact, allow_root=allow_root)
        for index, value in enumerate(paths)
    ]


def require_depth(folders: Sequence[FolderPath], least: int) -> None:
    """Raise :class:`InvalidOption` for a folder with fewer segments than ``min_depth`` allows."""
    for folder in folders:
        if folder.depth < least:
            raise InvalidOption(
                "path",
                folder.path,
                f"has {folder.depth} segment{'' if folder.depth == 1 else 's'}, and min_depth asks for {least} or more",
                advice="Often a variable at its end was empty. If this folder is meant, set min_depth for this task.",
            )


def _text(value: object, option: str) -> str:
    if isinstance(value, (bool, int, float)):
        raise InvalidOption(
            option,
            value,
            "is a number or a boolean, not a string",
            advice="Quote it: YAML turns 1.10 into 1.1, 0755 into 493 and yes into true, "
            "so another folder than the one you wrote would be meant.",
        )
    if not isinstance(value, str):
        raise InvalidOption(option, value, "is not a string", advice="Give one folder, such as 'builds/42/'.")
    if not value or value.isspace():
        raise InvalidOption(
            option,
            value,
            "is empty or blank",
            advice="Name a folder; often a variable in the path was not set.",
        )
    return value


def _refuse_irregular(text: str, option: str) -> None:
    exactly = "if the store really holds such a key, add exact: true."
    control = CONTROL.search(text)
    if control:
        raise InvalidOption(option, text, f"has the control character {control[0]!r}", advice=f"Remove it; {exactly}")
    url = _URL.fullmatch(text)
    if url:
        raise InvalidOption(
            option,
            text,
            "is a URL, not a path in a Space",
            advice=f"If the Space is {url[1]!r}, write space: {url[1]} and {option}: {url[2] or '/'}",
        )
    fixed = re.sub("/+", "/", text).lstrip("/")
    if not fixed:
        raise InvalidOption(option, text, "has only slashes", advice=f"Name a folder; {exactly}")
    if text.startswith("/"):
        raise InvalidOption(option, text, "starts with '/'", advice=f"Write {fixed!r}; {exactly}")
    if "//" in text:
        raise InvalidOption(
            option,
            text,
            "has an empty segment ('//')",
            advice=f"Set the variable that came out empty, or write {fixed!r} if that is meant; {exactly}",
        )
    dots = {".", ".."}.intersection(text.split("/"))
    if dots:
        raise InvalidOption(
            option,
            text,
            f"has the segment {min(dots)!r}, which an object store takes literally",
            advice=f"Write the path without it; {exactly}",
        )
    blank = next((segment for segment in text.split("/") if segment != segment.strip()), None)
    if blank is not None:
        raise InvalidOption(
            option,
            text,
            f"has a blank at the start or the end of {blank!r}",
            advice=f"Often it came from a variable: use the trim filter; {exactly}",
        )


def _short_enough(text: str, option: str) -> str:
    try:
        size = len(text.encode())
    except UnicodeEncodeError as exc:
        raise InvalidOption(
            option, text, "cannot be written as UTF-8", advice="S3 keys are UTF-8: correct the path's encoding."
        ) from exc
    if size > LONGEST:
        raise InvalidOption(
            option, text, f"takes {size} bytes of UTF-8", advice=f"An S3 key has at most {LONGEST}: shorten it."
        )
    return text
