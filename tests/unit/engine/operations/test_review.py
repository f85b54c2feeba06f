# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A removal with a review names nothing else in its requests."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import (
    LimitExceeded,
    NotReviewed,
    RequestFailed,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import Entry
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.etag import EntrySet
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.report import Report
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.review import Preview, Review
from tests.unit.engine.memory_store import Call, MemoryStore
from tests.unit.engine.workbench import DENIED, UNSUPPORTED, Workbench

KEYS = [f"p/{number:02}" for number in range(10)]


@pytest.fixture(params=[None, 4], ids=["serial", "threads"])
def workers(request: pytest.FixtureRequest) -> Any:
    """Do the work in the test's thread, or in others."""
    return request.param


def preview_of(store: MemoryStore, *paths: str, scope: str = "absent", **options: Any) -> Report:
    """Preview a removal, with its etags."""
    review = Review(scope=scope, returns_etags=True)
    return Workbench(store).removed(*paths, dry_run=True, review=review, **options)


def reviewed(preview: Report, *, scope: str = "absent") -> dict[str, Any]:
    """Return the option of a removal of what a preview has shown."""
    return {"review": Review(scope=scope, returns_etags=False, task=preview.etag)}


@pytest.mark.parametrize("versioned", [False, True])
@pytest.mark.parametrize("page_size", [1, 4, 1000])
def test_reviewed_keys_are_removed(workers: int | None, page_size: int, versioned: bool) -> None:
    store = MemoryStore(KEYS, uploads=["p/u"], page_size=page_size, batch_size=2, versioned=versioned)
    preview = preview_of(store, "p")
    assert store.writes() == []
    report = Workbench(store, workers=workers).removed("p", **reviewed(preview))
    assert (report.folders[0].removed.objects, report.folders[0].removed.uploads) == (10, 1)
    assert store.current == []
    assert sum(not version.delete_marker for version in store.versions) == (10 if versioned else 0)


@pytest.mark.parametrize("versioned", [False, True])
def test_anything_else_keeps_everything(workers: int | None, versioned: bool) -> None:
    store = MemoryStore(KEYS, versioned=versioned)
    preview = preview_of(store, "p")
    store.time = "2026-01-02T00:00:00.000Z"
    store.put("p/00")
    with pytest.raises(NotReviewed, match=r"'p/' is not as it was reviewed\. It has 10 entries"):
        Workbench(store, workers=workers).removed("p", **reviewed(preview))
    assert store.writes() == []


def test_a_new_upload_keeps_everything() -> None:
    store = MemoryStore(KEYS)
    preview = preview_of(store, "p")
    store.start_upload("p/u")
    with pytest.raises(NotReviewed, match="11 entries"):
        Workbench(store).removed("p", **reviewed(preview))
    assert store.writes() == []


def test_other_options_are_told_apart_from_other_contents() -> None:
    store = MemoryStore(KEYS)
    with pytest.raises(NotReviewed, match="stands for another listing"):
        Workbench(store).removed("p", **reviewed(preview_of(store, "p"), scope="absent without uploads"))


def test_reviewed_entries_are_not_removed_in_another_way() -> None:
    store = MemoryStore(KEYS, versioned=True)
    entries = EntrySet()
    entries.add(store.versions)
    preview = Preview(entries=entries, count=len(KEYS), bytes=0)
    review = Review(scope="absent", returns_etags=False, task=preview_of(store, "p").etag, preview=preview)
    with pytest.raises(NotReviewed, match="stands for another listing"):
        Workbench(store).removed("p", versions=True, review=review)
    assert store.writes() == []
    store.put("p/new")
    with pytest.raises(NotReviewed, match="does not name all that would be removed: 'p/new'"):
        Workbench(store).removed("p", review=review)
    store.delete_one(Entry("p/new"))
    store.delete_one(Entry("p/00"))
    Workbench(store).removed("p", review=review)
    assert store.current == []


def put_at_first_removal(store: MemoryStore, key: str) -> None:
    """Write a key when something is removed for the first time."""

    def put(call: Call) -> None:
        if call.operation.startswith("delete"):
            store.hook = lambda _call: None
            store.put(key)

    store.hook = put


def test_keys_that_appear_after_the_comparison_stay(workers: int | None) -> None:
    store = MemoryStore(KEYS, batch_size=2)
    preview = preview_of(store, "p")
    put_at_first_removal(store, "p/99")
    job = Workbench(store, workers=workers).remove("p", **reviewed(preview))
    job.run()
    assert store.current == ["p/99"]
    [failure] = job.report().folders[0].failed
    assert (failure.key, failure.code) == ("p/99", "NotReviewed")
    assert not any("p/99" in call.keys for call in store.writes() if call.operation.startswith("delete"))


def test_the_limit_holds_beside_a_review() -> None:
    store = MemoryStore(KEYS)
    with pytest.raises(LimitExceeded):
        Workbench(store).removed("p", max_objects=9, **reviewed(preview_of(store, "p")))
    assert store.writes() == []


@pytest.mark.parametrize("operation", ["versioning", "list_versions"])
@pytest.mark.parametrize("error", [DENIED, UNSUPPORTED, RequestFailed("No.", code="InvalidRequest")], ids=repr)
def test_an_etag_goes_by_objects_if_versions_cannot_be_listed(operation: str, error: RequestFailed) -> None:
    store = MemoryStore(KEYS, versioned=True)
    with_versions = preview_of(store, "p").etag
    store.fail(operation, error)
    without = preview_of(store, "p")
    assert without.etag
    assert without.etag != with_versions
    Workbench(store).removed("p", **reviewed(without))
    assert store.current == []


def test_the_rest_after_failures_has_an_etag() -> None:
    store = MemoryStore(KEYS)
    preview = preview_of(store, "p")
    store.reject("p/03", "AccessDenied")
    put_at_first_removal(store, "p/99")
    left = Workbench(store).removed("p", **reviewed(preview)).etag_left
    assert store.current == ["p/03", "p/99"]
    store.delete_one(Entry("p/99"))
    assert left == preview_of(store, "p").etag
