# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which pages of a listing are believed, and what a folder's tally tells."""

from __future__ import annotations

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import Misbehaved
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model import (
    Entry,
    Failure,
    Item,
    Page,
    Removal,
    Upload,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.pipeline import Tally
from ansible_collections.tidy.spaces.plugins.module_utils._engine.walk import Scan


def scan_of(*pages: Page, prefix: str = "p/") -> Scan:
    """Walk some pages."""
    remaining = list(pages)
    scan: Scan = Scan(
        prefix=prefix, fetch=lambda _prefix, _after: remaining.pop(0), tally=Tally(path=prefix, sample_size=9)
    )
    while remaining:
        scan.advance(scan.fetch())
    return scan


def page(*items: str | Item, truncated: bool = True) -> Page:
    return Page([Entry(item) if isinstance(item, str) else item for item in items], truncated)


def version(key: str, version_id: str) -> Entry:
    return Entry(key, version_id=version_id)


def test_each_page_is_asked_for_behind_the_last_item_of_the_one_before() -> None:
    asked: list[tuple[str, Item | None]] = []
    pages = [page("p/a", "p/b"), page("p/c"), page(truncated=False)]

    def fetch(prefix: str, after: Entry | None) -> Page[Entry]:
        asked.append((prefix, after))
        return pages[len(asked) - 1]

    scan: Scan[Entry] = Scan(prefix="p/", fetch=fetch, tally=Tally(path="p/", sample_size=0))
    for _each in pages:
        scan.advance(scan.fetch())
    assert asked == [("p/", None), ("p/", Entry("p/b")), ("p/", Entry("p/c"))]


@pytest.mark.parametrize(
    "pages",
    [
        [page(truncated=False)],
        [page("p/"), page("p/a", truncated=False)],
        [page("p/a"), page(truncated=False)],
        [page(version("p/a", "3"), version("p/a", "2")), page(version("p/a", "1")), page(version("p/b", "9"))],
        [page(version("p/a", "2")), page(version("p/a", "1"), version("p/b", "2")), page(version("p/b", "1"))],
        [page(version("p/a", "1")), page(version("p/b", "1")), page(version("p/c", "1"))],
        [page(version("p/a", "1"), version("p/b", "null")), page(version("p/c", "null"))],
        [page(Upload("p/a", "1")), page(Upload("p/a", "2")), page(Upload("p/b", "1"))],
    ],
)
def test_honest_listings_are_walked_to_their_end(pages: list[Page]) -> None:
    scan_of(*pages[:-1]).advance(pages[-1])


@pytest.mark.parametrize(
    ("pages", "last", "problem"),
    [
        ([], page(), "an empty page that promises more"),
        ([page("p/a")], page(), "an empty page that promises more"),
        ([], page("p/a", "px"), "the key 'px', which is not below it"),
        ([], page("p"), "the key 'p', which is not below it"),
        ([page("p/a")], page("p/b", "o/c", "p/d"), "the key 'o/c', which is not below it"),
        ([page("p/a")], page("p/a"), "goes back behind 'p/a'"),
        ([page("p/a", "p/b")], page("p/a", "p/b"), "goes back behind 'p/b'"),
        ([page("p/a", "p/b")], page("p/b", "p/c"), "goes back behind 'p/b'"),
        ([page("p/a", "p/b")], page("p/a", "p/c"), "goes back behind 'p/b'"),
        ([page("p/b")], page("p/a", truncated=False), "goes back behind 'p/b'"),
        ([page("p/b")], page("p/c", "p/a"), "goes back behind 'p/b'"),
        ([page(version("p/a", "1"))], page(version("p/a", "1"), version("p/b", "1")), "goes back behind 'p/a'"),
        ([page(version("p/b", "1"))], page(version("p/a", "9")), "goes back behind 'p/b'"),
        (
            [page(version("p/a", "4"), version("p/a", "3")), page(version("p/a", "2"), version("p/a", "1"))],
            page(version("p/a", "4"), version("p/a", "3")),
            "ends in 'p/a' a second time",
        ),
        (
            [page(Upload("p/a", "1")), page(Upload("p/a", "2"))],
            page(Upload("p/a", "1")),
            "ends in 'p/a' a second time",
        ),
    ],
)
def test_a_listing_that_cannot_be_is_not_believed(pages: list[Page], last: Page, problem: str) -> None:
    scan = scan_of(*pages)
    with pytest.raises(Misbehaved) as caught:
        scan.advance(last)
    message = str(caught.value)
    assert message.startswith("The store's listing of 'p/' has ")
    assert problem in message
    assert "proxy or a cache" in message


@pytest.mark.parametrize("start", [None, "p/b"])
@pytest.mark.parametrize("until", [None, "p/c"])
def test_a_range_is_behind_its_start_and_up_to_its_end(start: str | None, until: str | None) -> None:
    scan: Scan[Entry, Tally] = Scan(
        prefix="p/",
        fetch=lambda _prefix, _after: page(),
        tally=Tally(path="p/", sample_size=0),
        after=None if start is None else Entry(start),
        until=until,
    )
    listed = page(version("p/b", "2"), version("p/b", "1"), "p/b/", "p/c", "p/c/x")
    scan.advance(listed)
    kept = [item.key for item in scan.accepted(listed)]
    assert kept == ["p/b", "p/b", "p/b/", "p/c", "p/c/x"][2 if start else 0 : 4 if until else 5]
    assert scan.ended == (until is not None)


def test_a_long_listing_takes_no_more_memory_than_a_short_one() -> None:
    scan = scan_of(*[page(version(f"p/{number:04}", "1")) for number in range(500)])
    assert len(scan._ends) == 1


def test_every_key_is_below_the_whole_space() -> None:
    scan_of(prefix="").advance(page("/", "a", "b/c"))


def test_a_tally_counts_each_kind() -> None:
    tally = Tally(path="p/", sample_size=20)
    assert not tally.report().changed
    tally.count([Entry("p/a", 3), Entry("p/b", 4)])
    assert tally.removed == Removal(objects=2, bytes=7)
    tally.count([Upload("p/u", "1"), Upload("p/u", "2")])
    assert tally.removed == Removal(objects=2, uploads=2, bytes=7)
    tally.count([Entry("p/a", 5, "", "1"), Entry("p/a", 0, "", "2", True), Entry("p/b", 6, "", "null")])
    assert tally.removed == Removal(objects=2, versions=2, delete_markers=1, uploads=2, bytes=18)
    assert tally.removed.entries == 5
    assert tally.report().changed


def test_an_aborted_upload_is_a_change_without_a_sample() -> None:
    tally = Tally(path="p/", sample_size=20)
    tally.count([Upload("p/u", "1")])
    assert tally.report().changed
    assert tally.report().sample == ()


@pytest.mark.parametrize(("size", "expected"), [(0, []), (2, ["p/a", "p/b"]), (9, ["p/a", "p/b", "p/c", "p/d"])])
def test_a_sample_holds_the_first_keys_in_whatever_order_they_went(size: int, expected: list[str]) -> None:
    tally = Tally(path="p/", sample_size=size)
    tally.count([Entry("p/d"), Entry("p/b")])
    tally.count([Entry("p/c")])
    tally.count([Entry("p/a")])
    assert [entry.key for entry in tally.report().sample] == expected
    assert tally.removed.objects == 4


@pytest.mark.parametrize("size", [0, 2, 9])
def test_failures_are_all_counted_and_the_first_are_told(size: int) -> None:
    tally = Tally(path="p/", sample_size=size)
    failures = [Failure(key=f"p/{number}", version_id=None, code="X", message="no") for number in range(5)]
    for failure in failures:
        tally.fail(failure)
    assert tally.failures_total == 5
    assert tally.report().failed == tuple(failures[:size])
    assert not tally.report().changed
