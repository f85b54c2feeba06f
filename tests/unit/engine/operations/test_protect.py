# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A removal never touches a protected key."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import LimitExceeded, ProtectedKeys
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import Entry
from tests.unit.engine.memory_store import Call, MemoryStore
from tests.unit.engine.workbench import Workbench

KEYS = [*(f"p/{number:02}" for number in range(10)), "p/a.lock", "p/z/keep/x"]


@pytest.fixture(params=[None, 4], ids=["serial", "threads"])
def workers(request: pytest.FixtureRequest) -> Any:
    """Do the work in the test's thread, or in others."""
    return request.param


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize("page_size", [1, 4, 1000])
@pytest.mark.parametrize(
    ("glob", "named"),
    [("**/*.lock", "'p/a.lock'"), ("p/z/keep", "'p/z/keep/x'"), ("p/0?", "'p/00', 'p/01', 'p/02' and 7 more")],
)
def test_a_protected_key_keeps_everything(
    workers: int | None, dry_run: bool, page_size: int, glob: str, named: str
) -> None:
    store = MemoryStore(KEYS, page_size=page_size, batch_size=2)
    remove = Workbench(store, workers=workers).remove("p", "p/z", protect=[glob], dry_run=dry_run)
    with pytest.raises(ProtectedKeys) as caught:
        remove.run()
    assert f"would be removed: {named}. Nothing was removed" in str(caught.value)
    assert store.writes() == []


def test_an_upload_counts_as_its_key(workers: int | None) -> None:
    store = MemoryStore(["p/a"], uploads=["p/b.lock"])
    with pytest.raises(ProtectedKeys, match=r"'p/b\.lock'"):
        Workbench(store, workers=workers).removed("p", protect=["**/*.lock"])
    assert store.writes() == []


def test_a_version_counts_as_its_key(workers: int | None) -> None:
    store = MemoryStore(["p/a", "p/b.lock"], versioned=True)
    store.delete_one(Entry("p/b.lock"))
    with pytest.raises(ProtectedKeys, match=r"'p/b\.lock' and 1 more"):
        Workbench(store, workers=workers).removed("p", protect=["**/*.lock"], versions=True)
    Workbench(store, workers=workers).removed("p", protect=["**/*.lock"])
    assert store.current == []


def test_the_limit_holds_beside_protection(workers: int | None) -> None:
    store = MemoryStore(KEYS)
    with pytest.raises(LimitExceeded, match="nothing was removed"):
        Workbench(store, workers=workers).removed("p", protect=["**/*.none"], max_objects=11)
    Workbench(store, workers=workers).removed("p", protect=["**/*.none"], max_objects=12)
    assert store.current == []


def test_no_listing_is_added_where_no_glob_reaches() -> None:
    asked = []
    for protect in ([], ["prod/**", "q/p/"], ["**/*.none"]):
        store = MemoryStore(KEYS)
        Workbench(store).removed("p", protect=protect)
        asked.append(len(store.asked("list_objects")))
    unprotected, out_of_reach, in_reach = asked
    assert unprotected == out_of_reach < in_reach


def test_a_protected_key_that_appears_later_stays_and_is_a_failure(workers: int | None) -> None:
    def appear(call: Call) -> None:
        if call.operation == "delete_batch" and "p/b.lock" not in store.current:
            store.put("p/b.lock")

    store = MemoryStore(["p/a", "p/c"])
    store.hook = appear
    report = Workbench(store, workers=workers).removed("p", protect=["**/*.lock"])
    assert store.current == ["p/b.lock"]
    [failure] = report.folders[0].failed
    assert (failure.key, failure.code) == ("p/b.lock", "Protected")


def test_prune_is_kept_from_protected_keys_among_what_goes() -> None:
    store = MemoryStore(["p/1/x", "p/2/b.lock", "p/3/x"])
    store.date = datetime(2026, 1, 2, tzinfo=timezone.utc)
    bench = Workbench(store)
    with pytest.raises(ProtectedKeys, match=r"'p/2/b\.lock'"):
        bench.prune("p", keep_newest=1, protect=["**/*.lock"]).run()
    assert store.writes() == []
    bench.prune("p", keep_newest=1, exclude=["2"], protect=["**/*.lock"]).run()
    assert store.current == ["p/2/b.lock", "p/3/x"]
