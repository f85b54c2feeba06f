# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a listing that is under way can be split, so that several workers share what is ahead of it.

The places are only hints. Every key lies in one of the ranges between them, wherever they are; a range may turn out to
be empty.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from .errors import RequestFailed
from .model import Entry, Page, Subfolder

Level = Callable[[str, "Entry | Subfolder | None"], Page["Entry | Subfolder"]]
"""List one level below a prefix, behind a key."""
Call = Callable[[Callable[[], Page["Entry | Subfolder"]]], Page["Entry | Subfolder"]]
"""Send a request."""


def places_ahead(
    list_level: Level, call: Call, *, prefix: str, keys: Sequence[str], until: str | None, most: int, guess: bool
) -> list[str]:
    """Look for places between the last of ``keys``, a page of the listing, and ``until``.

    They are beginnings of subfolders, evenly spread: of the widest folder that has some ahead. At most ``most``, and
    fewer where the page tells that subfolders are small: no more than the pages that they may fill. Where there are
    none, ``guess`` from the keys how they might go on.
    """
    after = keys[-1]
    for level in _levels(prefix, after, until):
        try:
            page = call(partial(list_level, level, Entry(after)))
        except RequestFailed:
            return []
        names = [item.key[:-1] for item in page.items if isinstance(item, Subfolder)]
        # Sorted, because "a-b/" comes before "a/", and "a" before "a-b".
        ahead = sorted(name for name in names if after < name and (until is None or name < until))
        passed = {key[: key.find("/", len(level)) + 1] for key in keys if key.startswith(level)}
        count = min(most, len(ahead) // len(passed))
        if count:
            return [ahead[number * len(ahead) // count] for number in range(count)]
    guesses = itertools.islice(_continuations(keys, after.rfind("/") + 1), most if guess else 0)
    return sorted(place for place in guesses if until is None or place < until)


def _continuations(keys: Sequence[str], start: int) -> Iterator[str]:
    """Guess how the keys of a page may go on: as a counter or a hash does, from ``start``, the nearest first.

    The first place where they differ has moved on within the page, and the one behind it has shown all that may stand
    there: from ``0000`` to ``0999`` it is the digits, and ``1``, ``2`` and so on may follow where the first ``0`` is.
    """
    last = keys[-1]
    varied = next((index for index, (a, b) in enumerate(zip(keys[0], last, strict=False)) if a != b), -1)
    alphabet = sorted({character for key in keys for character in key[varied : varied + 2]})
    for index in range(varied, start - 1, -1):
        if last[index] in alphabet:
            yield from (last[:index] + character for character in alphabet if character > last[index])


def _levels(prefix: str, after: str, until: str | None) -> list[str]:
    """Name the folders that ``after`` is in, from the innermost that ``until`` is in too."""
    folders = [prefix, *(after[: index + 1] for index in range(len(prefix), len(after)) if after[index] == "/")]
    shared = [folder for folder in folders if until is not None and until.startswith(folder)]
    return folders[max(len(shared) - 1, 0) :]
