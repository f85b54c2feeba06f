# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look ahead of a listing that is in progress, so that several workers can share the rest of it.

A place is only a hint: a string after which a page is requested. The listing is split at the first key of that page. So
it does not matter how a store interprets a marker that is not a key, if it continues correctly after a key.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ..errors import RequestFailed
from ..model.entries import Entry, Page, Subfolder

Level = Callable[[str, "Entry | Subfolder | None"], Page["Entry | Subfolder"]]
"""List one level below a prefix, after a key."""
Send = Callable[[Callable[[], Page[Any]]], Page[Any]]
"""Send a request."""

MOST_GUESSES = 64


class Budget:
    """How many requests may be spent on sharing one listing: one for each full page of keys that it has listed.

    A range takes at most one page more than its keys fill. So a shared listing takes at most twice as many requests as
    one worker needs.
    """

    def __init__(self) -> None:
        self._listed = 0
        self._page_size = 1
        self._spent = 0

    @property
    def left(self) -> int:
        """Return how many requests may be sent now."""
        return self._listed // self._page_size - self._spent

    def earn(self, *, keys: int, page_size: int) -> None:
        """Count the keys of a page that were not listed before."""
        self._listed += keys
        self._page_size = max(self._page_size, page_size)

    def spend(self, requests: int) -> None:
        """Reserve requests, or give some back."""
        self._spent += requests


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """The result of a look ahead: ``places``, and the ``page`` of the listing after one of them.

    ``barren``: the levels in which no places were found.
    """

    places: Sequence[str]
    requests: int
    barren: Sequence[str] = ()
    place: str = ""
    page: Page[Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Lookout:
    """Look ahead of a page with these ``keys``, up to ``until``, with at most ``requests`` requests.

    Known ``places`` are used; if there are none, it looks for some below each of ``levels``.
    """

    prefix: str
    keys: Sequence[str]
    until: str | None
    places: Sequence[str]
    requests: int
    list_level: Level
    fetch: Callable[[str, Any], Page[Any]]
    levels: Sequence[str] = field(default=())

    def __call__(self, call: Send) -> Outlook:
        """Look for places if necessary, and request the page after the one in the middle."""
        requests = 0
        barren: list[str] = []
        places = self.places
        try:
            for level in () if places else self.levels[: self.requests]:
                requests += 1
                places = self._places(call(partial(self.list_level, level, Entry(self.keys[-1]))), level)
                if places:
                    break
                barren.append(level)
            places = places or guesses(self.keys, self.until)
            if not places or requests == self.requests:
                return Outlook(places=places, requests=requests, barren=barren)
            requests += 1
            place = places[len(places) // 2]
            page = call(partial(self.fetch, self.prefix, Entry(place)))
            return Outlook(places=places, requests=requests, barren=barren, place=place, page=page)
        except RequestFailed:
            return Outlook(places=(), requests=requests, barren=barren)

    def _places(self, page: Page[Any], level: str) -> list[str]:
        return subfolders_ahead(page, level=level, keys=self.keys, until=self.until)


class Prospects:
    """What one scan of a shared listing knows about the keys ahead of it.

    ``places`` are hints. So are ``bound``, a place after which the scan has no keys, and ``barren``, the levels that
    have no places in its range. ``pages``: how many pages this scan, and the scans that it was split from, have walked.
    """

    def __init__(
        self,
        *,
        list_level: Level,
        budget: Budget,
        places: Sequence[str] = (),
        bound: str | None = None,
        barren: Collection[str] = frozenset(),
        pages: int = 0,
    ) -> None:
        self._list_level = list_level
        self._budget = budget
        self._places = places
        self._bound = bound
        self._barren = frozenset(barren)
        self._pages = pages
        self._pages_to_look = 0
        self._looking = False
        self._keys: Sequence[str] = ()  # of the last page

    def walked(self, keys: Sequence[str], *, own: int) -> None:
        """Note a page that the scan has walked; ``own``: how many of its keys belong to the scan."""
        self._pages += 1
        self._keys = keys
        self._budget.earn(keys=own, page_size=len(keys))

    @property
    def promising(self) -> bool:
        """Return whether it is worth looking ahead; only one look ahead is in progress at a time."""
        return bool(self._keys) and not self._looking and self._pages >= self._pages_to_look and self._budget.left > 0

    def look(self, *, prefix: str, until: str | None, fetch: Callable[[str, Any], Page[Any]]) -> Lookout:
        """Return a :class:`Lookout` that looks ahead of the last page."""
        keys = self._keys
        until = min((bound for bound in (until, self._bound) if bound is not None), default=None)
        places = [place for place in self._places if keys[-1] < place and (until is None or place < until)]
        levels = [] if places else levels_worth_a_look(prefix, keys, until)
        levels = [level for level in levels if level not in self._barren]
        requests = min(self._budget.left, len(levels) + 1)
        self._budget.spend(requests)
        self._looking = True
        return Lookout(
            prefix=prefix,
            keys=keys,
            until=until,
            places=places,
            requests=requests,
            list_level=self._list_level,
            fetch=fetch,
            levels=levels,
        )

    def learn(self, outlook: Outlook, *, reserved: int) -> None:
        """Note the result of a look ahead."""
        self._budget.spend(outlook.requests - reserved)
        self._looking = False
        self._places = outlook.places
        self._barren |= frozenset(outlook.barren)
        if not outlook.places:
            self._pages_to_look = 2 * self._pages

    def end_at(self, place: str) -> None:
        """Note that there seem to be no keys of this scan after a place."""
        self._bound = place

    def behind(self, key: str) -> Prospects:
        """Return what is known about the range that begins with ``key``, for its new scan."""
        return Prospects(
            list_level=self._list_level,
            budget=self._budget,
            places=[place for place in self._places if key < place],
            bound=self._bound if self._bound is not None and key < self._bound else None,
            barren=self._barren,
            pages=self._pages,
        )


def levels_worth_a_look(prefix: str, keys: Sequence[str], until: str | None) -> list[str]:
    """Return the folders above the last key that may have subfolders ahead.

    They begin with the innermost folder that contains ``until`` too. Folders without subfolders on the page are left
    out.
    """
    last = keys[-1]
    folders = [prefix, *(last[: index + 1] for index in range(len(prefix), len(last)) if last[index] == "/")]
    shared = [folder for folder in folders if until is not None and until.startswith(folder)]
    ahead = folders[max(len(shared) - 1, 0) :]
    return [level for level in ahead if any(key.startswith(level) and "/" in key[len(level) :] for key in keys)]


def subfolders_ahead(page: Page[Entry | Subfolder], *, level: str, keys: Sequence[str], until: str | None) -> list[str]:
    """Choose the subfolders that are worth a request: as many as the pages that they probably fill.

    The number of keys in a subfolder is estimated from ``keys``.

    If a page holds several subfolders, the first one is not worth a request, because the next page shows it.
    """
    last = keys[-1]
    names = (item.key for item in page.items if isinstance(item, Subfolder))
    ahead = sorted(name for name in names if last < name and (until is None or name < until))
    passed = {key[: key.find("/", len(level)) + 1] for key in keys if key.startswith(level)}
    count = len(ahead) // len(passed)
    return [ahead[number * len(ahead) // count] for number in range(len(passed) > 1, count)]


def guesses(keys: Sequence[str], until: str | None) -> list[str]:
    """Guess how the keys of a page continue in their folder."""
    continuations = itertools.islice(_continuations(keys, keys[-1].rfind("/") + 1), MOST_GUESSES)
    return sorted(place for place in continuations if until is None or place < until)


def _continuations(keys: Sequence[str], start: int) -> Iterator[str]:
    """Guess how the keys of a page continue, like a counter or a hash, from position ``start``; nearest guess first.

    The keys of a page show which characters are used from the first position at which they differ: from ``0000`` to
    ``0999`` these are digits. So ``1``, ``2`` and so on may follow in place of the first ``0``.
    """
    last = keys[-1]
    varied = next((index for index, (a, b) in enumerate(zip(keys[0], last, strict=False)) if a != b), -1)
    alphabet = sorted({character for key in keys for character in key[varied : varied + 2]})
    for index in range(varied, start - 1, -1):
        if last[index] in alphabet:
            yield from (last[:index] + character for character in alphabet if character > last[index])
