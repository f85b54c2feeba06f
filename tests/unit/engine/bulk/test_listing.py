# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which pages of a listing are accepted, and what a folder's counter reports."""

from __future__ import annotations

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.listing import Scan
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.outcomes import Outcome, State
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.pipeline import FolderCounter
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import ProtocolError
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import (
    Entry,
    Item,
    Page,
    Subfolder,
    Upload,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.path import FolderPath
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.report import Failure, Removal
from tests.unit.engine.memory_store import MemoryStore


def counter_of(path: str, sample_size: int = 0) -> FolderCounter:
    return FolderCounter(folder=FolderPath(prefix=path), sample_size=sample_size)


def scan_of(*pages: Page, prefix: str = "p/") -> Scan:
    """Walk some pages."""
    remaining = list(pages)
    scan: Scan = Scan(
        prefix=prefix,
        fetch=lambda _prefix, _after: remaining.pop(0),
        consumer=counter_of(prefix, 9),
    )
    while remaining:
        scan.advance(scan.fetch())
    return scan


def page(*items: str | Item | Subfolder, truncated: bool = True) -> Page:
    return Page([Entry(item) if isinstance(item, str) else item for item in items], truncated)


def version(key: str, version_id: str) -> Entry:
    return Entry(key, version_id=version_id)


def test_each_page_is_asked_for_behind_the_last_item_of_the_one_before() -> None:
    asked: list[tuple[str, Item | None]] = []
    pages = [page("p/a", "p/b"), page("p/c"), page(truncated=False)]

    def fetch(prefix: str, after: Entry | None) -> Page[Entry]:
        asked.append((prefix, after))
        return pages[len(asked) - 1]

    scan: Scan[Entry] = Scan(prefix="p/", fetch=fetch, consumer=counter_of("p/"))
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
        [page("p/\uffee"), page("p/\U0001f600")],
        [page("p/a", Subfolder("p/b/")), page("p/b0", Subfolder("p/c/"))],
        [page("p/x/", Subfolder("p/x/"))],
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
        ([page("p/a")], page("p/a"), "the key 'p/a' a second time"),
        ([page("p/a", "p/b")], page("p/a", "p/b"), "the key 'p/a' after 'p/b'"),
        ([page("p/a", "p/b")], page("p/b", "p/c"), "the key 'p/b' a second time"),
        ([page("p/a", "p/b")], page("p/a", "p/c"), "the key 'p/a' after 'p/b'"),
        ([page("p/b")], page("p/a", truncated=False), "the key 'p/a' after 'p/b'"),
        ([page("p/b")], page("p/c", "p/a"), "the key 'p/a' after 'p/c'"),
        ([], page("p/aa/1", "p/bb/1", "p/cc/1", "p/aa/2"), "the key 'p/aa/2' after 'p/cc/1'"),
        ([], page("p/a", "p/b", "p/b", "p/c"), "the key 'p/b' a second time"),
        ([], page(Subfolder("p/a/"), "p/b", Subfolder("p/a/")), "the key 'p/a/' after 'p/b'"),
        ([], page(Subfolder("p/a/"), Subfolder("p/a/")), "the key 'p/a/' a second time"),
        ([], page("p/\U0001f600", "p/\uffee"), "which is not S3's order"),
        ([page(version("p/a", "1"))], page(version("p/a", "1"), version("p/b", "1")), "the key 'p/a' a second time"),
        ([page(version("p/b", "1"))], page(version("p/a", "9")), "the key 'p/a' after 'p/b'"),
        (
            [],
            page(version("p/a", "2"), version("p/a", "1"), version("p/b", "1"), version("p/b", "1")),
            "the key 'p/b' a second time",
        ),
        (
            [],
            page(version("p/a", "3"), version("p/a", "2"), version("p/a", "3")),
            "the key 'p/a' a second time",
        ),
        (
            [page(version("p/a", "4"), version("p/a", "3"))],
            page(version("p/a", "2"), version("p/a", "4")),
            "the key 'p/a' a second time",
        ),
        (
            [page(version("p/a", "4"), version("p/a", "3")), page(version("p/a", "2"), version("p/a", "1"))],
            page(version("p/a", "4"), version("p/a", "3")),
            "the key 'p/a' a second time",
        ),
        (
            [page(Upload("p/a", "1")), page(Upload("p/a", "2"))],
            page(Upload("p/a", "1")),
            "the key 'p/a' a second time",
        ),
        ([], page(Upload("p/a", "1"), Upload("p/b", "1"), Upload("p/a", "1")), "the key 'p/a' a second time"),
        ([page(Upload("p/b", "1"))], page(Upload("p/a", "1"), Upload("q", "1")), "the key 'q', which is not below it"),
        ([page("p/a/b", "p/a b")], page("p/a", truncated=False), "the key 'p/a' after 'p/a b'"),
        ([page("p/a b", "p/a/b")], page("p/a b/c", truncated=False), "the key 'p/a b/c' after 'p/a/b'"),
        ([], page("p/a/b", "o/x", "p/a b"), "the key 'o/x', which is not below it"),
    ],
)
def test_an_invalid_listing_is_refused(pages: list[Page], last: Page, problem: str) -> None:
    scan = scan_of(*pages)
    with pytest.raises(ProtocolError) as caught:
        scan.advance(last)
    message = str(caught.value)
    assert message.startswith("The store's listing of 'p/' has ")
    assert problem in message
    assert "proxy or a cache" in message


def test_uploads_come_in_whatever_order_the_store_keeps_them() -> None:
    """Ceph RGW sorts what it makes of a key and an upload's number, and so has "a b" before "a"."""
    scan_of(page(Upload("p/a b", "1"), Upload("p/a", "2")), page(Upload("p/a", "1"), Upload("p/a/x", "1")))


BY_FOLDER = [page("p/a", "p/a/x"), page("p/a b", "p/a-b/x"), page("p/b", truncated=False)]


def test_a_store_may_sort_folder_by_folder() -> None:
    """SeaweedFS walks directories, so that what is in one folder comes together all the same."""
    assert scan_of(*BY_FOLDER).ended


def test_a_range_of_keys_is_not_cut_out_of_such_an_order() -> None:
    scan: Scan = Scan(
        prefix="p/",
        fetch=lambda _prefix, _after: page(),
        consumer=counter_of("p/"),
        until="p/z",
    )
    scan.advance(BY_FOLDER[0])
    with pytest.raises(ProtocolError, match=r"'p/a b' after 'p/a/x'.*set workers to 1"):
        scan.advance(BY_FOLDER[1])


@pytest.mark.parametrize(("pages", "splittable"), [([page("p/a", "p/a/x")], True), (BY_FOLDER[:2], False)])
def test_a_listing_in_such_an_order_is_not_shared(pages: list[Page], splittable: bool) -> None:
    level = MemoryStore().list_level
    scan: Scan = Scan(
        prefix="p/",
        fetch=lambda _prefix, _after: page(),
        consumer=counter_of("p/"),
        level=level,
    )
    for each in pages:
        scan.advance(each)
    assert scan.splittable is splittable


@pytest.mark.parametrize(
    ("keys", "own", "ended"),
    [
        (["p/a", "p/b"], ["p/a", "p/b"], False),
        (["p/a", "p/b", "p/c"], ["p/a", "p/b"], True),
        (["p/a", "p/b0", "p/c0"], ["p/a", "p/b0"], True),
        (["p/b", "p/b/", "p/c/x"], ["p/b", "p/b/"], True),
        (["p/d"], [], True),
    ],
)
def test_a_range_ends_before_the_next_one(keys: list[str], own: list[str], ended: bool) -> None:
    scan: Scan = Scan(
        prefix="p/",
        fetch=lambda _prefix, _after: page(),
        consumer=counter_of("p/"),
        until="p/c",
        meets={("p/c", None)},
    )
    scan.advance(page(*keys))
    assert [item.key for item in scan.selected(page(*keys))] == own
    assert scan.ended == ended


@pytest.mark.parametrize(
    ("last", "unproven"),
    [
        (page("p/b", "p/c"), False),
        (page("p/d"), False),
        (page("p/b", "p/c", truncated=False), False),
        (page("p/b/x", "p/e"), True),
        (page("p/c0", "p/f"), True),
        (page("p/b", truncated=False), True),
        (page(truncated=False), True),
    ],
)
def test_a_range_that_does_not_come_upon_the_next_one_is_unproven(last: Page, unproven: bool) -> None:
    scan: Scan = Scan(
        prefix="p/",
        fetch=lambda _prefix, _after: page(),
        consumer=counter_of("p/"),
        until="p/c",
        meets={("p/c", None), ("p/d", None)},
    )
    scan.advance(page("p/a"))
    assert not scan.unproven
    scan.advance(last)
    assert scan.ended
    assert scan.unproven == unproven
    assert "p/c" in str(scan.unproven_error())


def test_a_long_listing_takes_no_more_memory_than_a_short_one() -> None:
    scan = scan_of(*[page(version(f"p/{number:04}", "1")) for number in range(500)])
    assert len(scan._seen) == 1


def test_every_key_is_below_the_whole_space() -> None:
    scan_of(prefix="").advance(page("/", "a", "b/c"))


def test_a_tally_counts_each_kind() -> None:
    counter = counter_of("p/", 20)
    assert not counter.report().changed
    counter.count([Entry("p/a", 3), Entry("p/b", 4)])
    assert counter.removed == Removal(objects=2, bytes=7)
    counter.count([Upload("p/u", "1"), Upload("p/u", "2")])
    assert counter.removed == Removal(objects=2, uploads=2, bytes=7)
    counter.count([Entry("p/a", 5, "", "1"), Entry("p/a", 0, "", "2", True), Entry("p/b", 6, "", "null")])
    assert counter.removed == Removal(objects=2, versions=2, delete_markers=1, uploads=2, bytes=18)
    assert counter.removed.entries == 5
    assert counter.report().changed


def test_an_aborted_upload_is_a_change_without_a_sample() -> None:
    counter = counter_of("p/", 20)
    counter.count([Upload("p/u", "1")])
    assert counter.report().changed
    assert counter.report().sample == ()


@pytest.mark.parametrize(("size", "expected"), [(0, []), (2, ["p/a", "p/b"]), (9, ["p/a", "p/b", "p/c", "p/d"])])
def test_a_sample_holds_the_first_keys_in_whatever_order_they_went(size: int, expected: list[str]) -> None:
    counter = counter_of("p/", size)
    counter.count([Entry("p/d"), Entry("p/b")])
    counter.count([Entry("p/c")])
    counter.count([Entry("p/a")])
    assert [entry.key for entry in counter.report().sample] == expected
    assert counter.removed.objects == 4


@pytest.mark.parametrize("size", [0, 2, 9])
def test_all_failures_are_counted_and_the_first_are_reported(size: int) -> None:
    counter = counter_of("p/", size)
    for number in range(5):
        counter.fail(Entry(f"p/{number}"), Outcome(State.FAILED, "X", "no"))
    assert counter.failures_total == 5
    assert counter.report().failed == tuple(
        Failure(key=f"p/{number}", version_id=None, code="X", message="no") for number in range(5)[:size]
    )
    assert not counter.report().changed
