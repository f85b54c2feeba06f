# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One listing shared by several workers."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.splitting import (
    MOST_GUESSES,
    Lookout,
    Outlook,
    guesses,
    levels_worth_a_look,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import ProtocolError
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.report import Report
from tests.unit.engine.memory_store import (
    EndsWithoutKeysAsMarkers,
    FolderByFolder,
    LosesAVersion,
    MemoryStore,
    NeedsKeysAsMarkers,
    RepeatsFolders,
    SkipsBelowFolders,
    SkipsBelowNames,
)
from tests.unit.engine.operations.test_model_based import ALL, LETTERS
from tests.unit.engine.workbench import DENIED, SLOW_DOWN, Workbench


class ShuffledPool:
    """As many workers as requested; their jobs end in a random order, which is the same on every run."""

    def __init__(self, *, workers: int, seed: int) -> None:
        self.workers = workers
        self.in_flight = 0
        self.busiest = 0
        self._random = random.Random(seed)
        self._jobs: list[tuple[Callable[[], Any], Callable[[Any], None]]] = []

    def submit(self, job: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self._jobs.append((job, done))
        self.in_flight += 1
        self.busiest = max(self.busiest, self.in_flight)

    def collect(self) -> None:
        job, done = self._jobs.pop(self._random.randrange(len(self._jobs)))
        result = job()
        self.in_flight -= 1
        done(result)

    def __enter__(self) -> ShuffledPool:
        return self

    def __exit__(self, *_exc: object) -> None:
        """Every job that was started has been collected."""


class ShuffledBench(Workbench):
    """The objects that a task builds, with that pool."""

    def __init__(self, store: MemoryStore, *, workers: int = 8, seed: int = 0, rate: float | None = None) -> None:
        super().__init__(store, rate=rate)
        self.shuffled = ShuffledPool(workers=workers, seed=seed)

    def pool(self) -> ShuffledPool:
        return self.shuffled


def look(store: MemoryStore, keys: Sequence[str], *, until: str | None = None, requests: int = 9) -> Outlook:
    """Look ahead of a page with these keys."""
    bench = Workbench(store)
    levels = levels_worth_a_look("p/", keys, until)
    lookout = Lookout(
        prefix="p/",
        keys=keys,
        until=until,
        places=(),
        requests=requests,
        list_level=store.list_level,
        fetch=store.list_objects,
        levels=levels,
    )
    return lookout(bench.retrier.once)


def places(keys: Sequence[str], page: int, *, until: str | None = None) -> list[str]:
    """Return the places ahead of a page that ends after so many keys."""
    return list(look(MemoryStore(keys), sorted(keys)[:page], until=until).places)


def test_the_subfolders_ahead_are_places() -> None:
    keys = [f"p/{folder}/{number}" for folder in "abcdef" for number in range(4)]
    assert places(keys, 2) == ["p/b/", "p/c/", "p/d/", "p/e/", "p/f/"]
    assert places(keys, 6) == [
        "p/e/"
    ]  # two have gone by in one page: two pages are ahead, and the next one comes anyway
    assert places(keys, 2, until="p/d/1") == ["p/b/", "p/c/", "p/d/"]


def test_subfolders_that_are_small_are_not_worth_a_request_each() -> None:
    keys = [f"p/{number:03}/x" for number in range(100)]
    assert places(keys, 10) == [f"p/{number:03}/" for number in range(20, 100, 10)]


def test_a_subfolder_that_holds_most_is_split_further() -> None:
    keys = [f"p/big/{folder}/{number}" for folder in "abcd" for number in range(4)]
    assert places(keys, 2) == ["p/big/b/", "p/big/c/", "p/big/d/"]
    assert places([*keys, "p/c/x"], 2, until="p/c") == ["p/big/b/", "p/big/c/", "p/big/d/"]
    assert places(keys, 2, until="p/big/c/2") == ["p/big/b/", "p/big/c/"]


def test_a_flat_folder_is_not_asked_for_subfolders() -> None:
    assert levels_worth_a_look("p/", [f"p/{number}" for number in range(9)], None) == []
    assert levels_worth_a_look("p/", ["p/a/1", "p/b/1", "p/b/2"], None) == ["p/"]


def test_a_look_takes_no_more_requests_than_it_may() -> None:
    store = MemoryStore([f"p/a/b/c/{number}" for number in range(9)])
    outlook = look(store, ["p/a/b/c/1", "p/a/b/c/2"], requests=2)
    assert outlook.requests == len(store.calls) == 2
    assert outlook.page is None
    assert outlook.barren == ["p/", "p/a/"]


def test_counters_are_guessed_on() -> None:
    keys = [f"p/object-{number:04}.bin" for number in range(100)]
    guessed = guesses(keys, None)
    assert guessed[:10] == [f"p/object-0{digit}" for digit in range(1, 10)] + ["p/object-1"]
    assert guessed == sorted(guessed)
    assert all(place > keys[-1] for place in guessed)
    assert guesses(keys, "p/object-03") == ["p/object-01", "p/object-02"]


def test_hashes_are_guessed_on() -> None:
    keys = sorted(f"p/{number * 0x9E3779B1 % 2**32:08x}" for number in range(4000))[:500]
    guessed = guesses(keys, None)
    assert set(guessed) >= {f"p/{digit}" for digit in "3456789abcdef"}
    assert len(guessed) < 30


@pytest.mark.parametrize(
    "keys", [["p/a"], ["p/a", "p/ab"], ["p/a/x", "p/b"], ["p/é", "p/😀"], ["p/", "p//", "p///"]], ids=ascii
)
def test_every_guess_lies_behind_the_last_key(keys: list[str]) -> None:
    assert all(place > keys[-1] for place in guesses(keys, None))


def test_a_flat_folder_is_shared_too() -> None:
    keys = [f"p/object-{number:05}" for number in range(3000)]
    store = MemoryStore(keys, page_size=10, batch_size=100)
    report, pool = remove(store, workers=8, seed=0, dry_run=True)
    assert report.folders[0].removed.objects == 3000
    assert pool.busiest == 8
    assert len(store.asked("list_objects")) < 450  # of 300 that it takes in any case


def test_a_question_that_only_helps_is_asked_once() -> None:
    keys = [f"p/{folder}/{number}" for folder in range(9) for number in range(9)]
    store = MemoryStore(keys, page_size=10)
    store.fail("list_level", SLOW_DOWN)
    bench = ShuffledBench(store)
    assert bench.removed("p/", dry_run=True).folders[0].removed.objects == len(keys)
    assert bench.cancellation.slept == []
    assert bench.limiter.allowed == 1


def test_no_question_takes_the_turn_of_another_request() -> None:
    keys = [f"p/{folder}/{number}" for folder in range(9) for number in range(9)]
    store = MemoryStore(keys, page_size=10)
    bench = ShuffledBench(store, rate=0.001)
    assert bench.removed("p/", dry_run=True).folders[0].removed.objects == len(keys)
    assert store.asked("list_level") == []


def test_guessing_takes_no_more_than_it_gives() -> None:
    keys = sorted("p/" + "x" * 900 + chr(0x4E00 + number) for number in range(1000))
    assert len(guesses(keys, None)) <= MOST_GUESSES


def test_a_store_that_does_not_answer_has_no_places() -> None:
    store = MemoryStore(["p/a/x", "p/b/x", "p/c/x"])
    store.fail("list_level", DENIED)
    outlook = look(store, ["p/a/x"])
    assert (outlook.places, outlook.page, outlook.requests) == ((), None, 1)


def remove(store: MemoryStore, *, workers: int, seed: int, **options: Any) -> tuple[Report, ShuffledPool]:
    bench = ShuffledBench(store, workers=workers, seed=seed)
    return bench.removed("p/", exact=True, sample_size=ALL, **options), bench.shuffled


@pytest.mark.parametrize("versioned", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_a_listing_is_shared_and_nothing_is_listed_twice_or_left(seed: int, versioned: bool) -> None:
    keys = [f"p/{folder:02}/{number:02}" for folder in range(20) for number in range(20)]
    store = MemoryStore([*keys, "p", "p0/x", "q"], page_size=10, batch_size=10, versioned=versioned)
    report, pool = remove(store, workers=8, seed=seed, dry_run=True, versions=versioned)
    assert [entry.key for entry in report.folders[0].sample] == keys
    assert pool.busiest == 8
    assert len(store.asked("list_level")) < 40
    assert len(store.asked("list_objects", "list_versions")) < 120
    done, _pool = remove(store, workers=8, seed=seed, versions=versioned)
    assert done == report
    assert store.current == ["p", "p0/x", "q"]


@pytest.mark.parametrize("seed", range(20))
def test_subfolders_whose_names_sort_otherwise_with_a_slash_are_listed_once(seed: int) -> None:
    """``v1-0/`` comes before ``v1/``, and ``v1`` before ``v1-0``."""
    keys = [f"p/a/{number:02}" for number in range(11)]
    keys += [f"p/v1-{folder}/{number}" for folder in range(3) for number in range(7)]
    keys += [f"p/{folder}/{number}" for folder in ("v1", "v1.x", "v1 x", "v1+x") for number in range(5)]
    store = MemoryStore(keys, page_size=10, batch_size=10)
    report, _pool = remove(store, workers=8, seed=seed, dry_run=True, max_objects=len(keys))
    assert report.folders[0].removed.objects == len(keys)


@pytest.mark.parametrize("seed", range(5))
def test_a_key_where_ranges_meet_keeps_all_its_versions_in_one(seed: int) -> None:
    keys = [f"p/{folder}/{number}" for folder in "abcdefgh" for number in range(10)]
    store = MemoryStore(
        [*keys, *(f"p/{folder}" for folder in "bcdefgh" for _each in range(12))], page_size=5, versioned=True
    )
    versions = len(store.versions)
    report, _pool = remove(store, workers=8, seed=seed, dry_run=True, versions=True)
    assert report.folders[0].removed.entries == versions


def test_a_small_folder_takes_no_other_request() -> None:
    store = MemoryStore([f"p/{folder}/x" for folder in range(9)], page_size=10)
    remove(store, workers=8, seed=0, dry_run=True)
    assert store.asked("list_level") == []


@example(  # a range begins with a key whose versions do not fit into its first page
    keys=["p/", "p/0", "p/\x1f", "p/\n", "p/q", "p/0\x1f", "p/.p"], writes=3, page_size=2, workers=2, seed=470
)
@given(
    keys=st.lists(st.text(LETTERS, max_size=6).map("p/".__add__), max_size=60, unique=True),
    writes=st.integers(1, 3),
    page_size=st.integers(1, 5),
    workers=st.integers(2, 9),
    seed=st.integers(0, 2**32),
)
def test_sharing_changes_nothing(keys: list[str], writes: int, page_size: int, workers: int, seed: int) -> None:
    store = MemoryStore(keys * writes, page_size=page_size, batch_size=3, versioned=writes > 1)
    versions = store.versions
    options: dict[str, Any] = {"versions": writes > 1, "workers": workers, "seed": seed}
    previewed, _pool = remove(store, dry_run=True, **options)
    assert store.versions == versions
    assert sorted(entry.key for entry in previewed.folders[0].sample) == sorted(keys * writes)
    done, pool = remove(store, **options)
    assert done == previewed
    assert store.versions == []
    assert pool.busiest <= workers


NAMES = st.sampled_from(["a", "a-b", "a0", "a.", "b", "0", "00", "01", "1"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
TREES = st.lists(
    st.builds(str.__add__, PATHS, st.sampled_from(["", "", "/"])).map("p/".__add__), max_size=80, unique=True
)


def walked_alone(store: MemoryStore) -> int:
    """Return how many requests one worker needs."""
    Workbench(store).removed("p/", dry_run=True)
    return len(store.asked("list_objects", "list_level"))


@pytest.mark.parametrize(
    "kind", [MemoryStore, SkipsBelowNames, SkipsBelowFolders, NeedsKeysAsMarkers, EndsWithoutKeysAsMarkers]
)
@given(keys=TREES, page_size=st.integers(1, 5), workers=st.integers(1, 17), seed=st.integers(0, 2**32))
def test_the_count_is_exact_however_a_store_interprets_page_markers(
    kind: type[MemoryStore], keys: list[str], page_size: int, workers: int, seed: int
) -> None:
    if kind is SkipsBelowNames:  # where x is beside x/, it can only lose what is in x/, shared or not
        keys = [key for key in keys if not any(other.startswith(key + "/") for other in keys)]
    store = kind(keys, page_size=page_size)
    report, _pool = remove(store, workers=workers, seed=seed, dry_run=True, max_objects=len(keys))
    assert [entry.key for entry in report.folders[0].sample] == sorted(keys)
    assert report.folders[0].removed.objects == len(keys)


@pytest.mark.parametrize("kind", [MemoryStore, SkipsBelowFolders, NeedsKeysAsMarkers, LosesAVersion])
@given(keys=TREES, page_size=st.integers(1, 5), workers=st.integers(1, 17), seed=st.integers(0, 2**32))
def test_all_versions_are_counted_however_a_store_takes_markers(
    kind: type[MemoryStore], keys: list[str], page_size: int, workers: int, seed: int
) -> None:
    store = kind([*keys, *keys[::2], *keys[::3]], page_size=page_size, versioned=True)
    report, _pool = remove(store, workers=workers, seed=seed, dry_run=True, versions=True)
    assert report.folders[0].removed.versions == len(store.versions)


@pytest.mark.parametrize("kind", [RepeatsFolders, FolderByFolder])
@given(keys=TREES, page_size=st.integers(1, 5), workers=st.integers(1, 17), seed=st.integers(0, 2**32))
def test_a_store_with_another_order_is_found_out_or_counted_well(
    kind: type[MemoryStore], keys: list[str], page_size: int, workers: int, seed: int
) -> None:
    store = kind(keys, page_size=page_size)
    try:
        report, _pool = remove(store, workers=workers, seed=seed, dry_run=True)
    except ProtocolError:
        return
    assert [entry.key for entry in report.folders[0].sample] == sorted(keys)


@given(keys=TREES, page_size=st.integers(1, 5), workers=st.integers(1, 17), seed=st.integers(0, 2**32))
def test_sharing_takes_at_most_twice_the_requests(keys: list[str], page_size: int, workers: int, seed: int) -> None:
    alone = walked_alone(MemoryStore(keys, page_size=page_size))
    store = MemoryStore(keys, page_size=page_size)
    remove(store, workers=workers, seed=seed, dry_run=True)
    assert len(store.asked("list_objects", "list_level")) <= 2 * alone


@pytest.mark.parametrize("kind", [MemoryStore, SkipsBelowNames, SkipsBelowFolders])
@pytest.mark.parametrize("workers", [2, 4, 16])
def test_twelve_folders_are_shared_and_counted(kind: type[MemoryStore], workers: int) -> None:
    keys = [f"p/d{folder}/{number:04}" for folder in range(30, 42) for number in range(101)]
    store = kind(keys, page_size=10, batch_size=100)
    report, pool = remove(store, workers=workers, seed=0, dry_run=True, max_objects=len(keys))
    assert report.folders[0].removed.objects == len(keys)
    assert pool.busiest == workers
