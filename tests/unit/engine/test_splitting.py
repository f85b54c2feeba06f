# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One listing shared by several workers."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.tidy.spaces.plugins.module_utils._engine.model import Entry, Page, Report
from ansible_collections.tidy.spaces.plugins.module_utils._engine.pipeline import Tally
from ansible_collections.tidy.spaces.plugins.module_utils._engine.splitting import places_ahead
from ansible_collections.tidy.spaces.plugins.module_utils._engine.walk import Scan

from .memory_store import MemoryStore
from .test_model_based import ALL, LETTERS
from .workbench import DENIED, SLOW_DOWN, Workbench


class ShuffledPool:
    """As many workers as are wanted, who end in any order, which is the same on every run."""

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

    def settle(self) -> None:
        job, done = self._jobs.pop(self._random.randrange(len(self._jobs)))
        result = job()
        self.in_flight -= 1
        done(result)

    def __enter__(self) -> ShuffledPool:
        return self

    def __exit__(self, *_exc: object) -> None:
        """Nothing was started that is not settled."""


class ShuffledBench(Workbench):
    """What a task puts together, with that pool."""

    def __init__(self, store: MemoryStore, *, workers: int = 8, seed: int = 0, rate: float | None = None) -> None:
        super().__init__(store, rate=rate)
        self.shuffled = ShuffledPool(workers=workers, seed=seed)

    def pool(self) -> ShuffledPool:
        return self.shuffled


def places(
    keys: Sequence[str], page: int, *, until: str | None = None, most: int = 99, guess: bool = False
) -> list[str]:
    """Look ahead of a page that ends after so many keys."""
    bench = Workbench(MemoryStore(keys))
    listed = sorted(keys)[:page]
    level = bench.store.list_level
    return places_ahead(level, bench.caller, prefix="p/", keys=listed, until=until, most=most, guess=guess)


def test_the_subfolders_ahead_are_places() -> None:
    keys = [f"p/{folder}/{number}" for folder in "abcdef" for number in range(4)]
    assert places(keys, 2) == ["p/b", "p/c", "p/d", "p/e", "p/f"]
    assert places(keys, 9) == ["p/d"]  # three subfolders have gone by in one page: no more than one page is ahead
    assert places(keys, 2, until="p/d/1") == ["p/b", "p/c", "p/d"]
    assert places(keys, 2, most=2) == ["p/b", "p/d"]
    assert places(keys, 24) == []


def test_subfolders_that_are_small_are_not_worth_a_request_each() -> None:
    keys = [f"p/{number:03}/x" for number in range(100)]
    assert places(keys, 10) == [f"p/{number:03}" for number in range(10, 100, 10)]
    assert places(keys, 60) == []


def test_a_subfolder_that_holds_most_is_split_further() -> None:
    keys = [f"p/big/{folder}/{number}" for folder in "abc" for number in range(4)]
    assert places(keys, 2) == ["p/big/b", "p/big/c"]
    assert places([*keys, "p/c/x"], 2, until="p/c") == ["p/big/b", "p/big/c"]
    assert places(keys, 2, until="p/big/b/2") == ["p/big/b"]


def test_a_flat_folder_has_no_places() -> None:
    assert places([f"p/{number}" for number in range(9)], 3) == []


def test_counters_are_guessed_on() -> None:
    keys = [f"p/object-{number:04}.bin" for number in range(2000)]
    guessed = places(keys, 100, guess=True)
    assert [place for place in guessed if place <= keys[-1]] == [f"p/object-0{digit}" for digit in range(1, 10)] + [
        "p/object-1"
    ]
    assert guessed == sorted(guessed)
    assert all(place > keys[99] for place in guessed)
    assert places(keys, 100, guess=True, most=3) == ["p/object-01", "p/object-02", "p/object-03"]
    assert places(keys, 100, guess=True, until="p/object-03") == ["p/object-01", "p/object-02"]


def test_hashes_are_guessed_on() -> None:
    keys = [f"p/{number * 0x9E3779B1 % 2**32:08x}" for number in range(4000)]
    guessed = places(keys, 500, guess=True)
    assert set(guessed) >= {f"p/{digit}" for digit in "3456789abcdef"}
    assert len(guessed) < 30


@pytest.mark.parametrize(
    "keys", [["p/a"], ["p/a", "p/ab"], ["p/a/x", "p/b"], ["p/é", "p/😀"], ["p/", "p//", "p///"]], ids=ascii
)
def test_what_cannot_be_guessed_is_not(keys: list[str]) -> None:
    assert all(place > keys[-1] for place in places(keys, len(keys), guess=True))


def test_a_flat_folder_is_shared_too() -> None:
    keys = [f"p/object-{number:05}" for number in range(3000)]
    store = MemoryStore(keys, page_size=10, batch_size=100)
    report, pool = purge(store, workers=8, seed=0, rehearse=True)
    assert report.folders[0].removed.objects == 3000
    assert pool.busiest == 8
    assert len(store.asked("list_objects")) < 450  # of 300 that it takes in any case


def test_a_question_that_only_helps_is_asked_once() -> None:
    keys = [f"p/{folder}/{number}" for folder in range(9) for number in range(9)]
    store = MemoryStore(keys, page_size=10)
    store.fail("list_level", SLOW_DOWN)
    bench = ShuffledBench(store)
    assert bench.purged("p/", rehearse=True).folders[0].removed.objects == len(keys)
    assert bench.cancellation.slept == []
    assert bench.gate.allowed == 1


def test_no_question_takes_the_turn_of_another_request() -> None:
    keys = [f"p/{folder}/{number}" for folder in range(9) for number in range(9)]
    store = MemoryStore(keys, page_size=10)
    bench = ShuffledBench(store, rate=0.001)
    assert bench.purged("p/", rehearse=True).folders[0].removed.objects == len(keys)
    assert store.asked("list_level") == []


def test_guessing_takes_no_more_than_it_gives() -> None:
    keys = sorted("p/" + "x" * 900 + chr(0x4E00 + number) for number in range(1000))
    bench = Workbench(MemoryStore())
    level = bench.store.list_level
    assert len(places_ahead(level, bench.caller, prefix="p/", keys=keys, until=None, most=16, guess=True)) <= 16


def test_a_store_that_does_not_answer_has_no_places() -> None:
    bench = Workbench(MemoryStore(["p/a/x", "p/b/x"]))
    bench.store.fail("list_level", DENIED)
    level = bench.store.list_level
    assert places_ahead(level, bench.caller, prefix="p/", keys=["p/a/x"], until=None, most=9, guess=True) == []


def purge(store: MemoryStore, *, workers: int, seed: int, **options: Any) -> tuple[Report, ShuffledPool]:
    bench = ShuffledBench(store, workers=workers, seed=seed)
    return bench.purged("p/", exact=True, sample_size=ALL, **options), bench.shuffled


@pytest.mark.parametrize("versioned", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_a_listing_is_shared_and_nothing_is_listed_twice_or_left(seed: int, versioned: bool) -> None:
    keys = [f"p/{folder:02}/{number:02}" for folder in range(20) for number in range(20)]
    store = MemoryStore([*keys, "p", "p0/x", "q"], page_size=10, batch_size=10, versioned=versioned)
    report, pool = purge(store, workers=8, seed=seed, rehearse=True, versions=versioned)
    assert [entry.key for entry in report.folders[0].sample] == keys
    assert pool.busiest == 8
    assert len(store.asked("list_level")) < 40
    assert len(store.asked("list_objects", "list_versions")) < 120
    done, _pool = purge(store, workers=8, seed=seed, versions=versioned)
    assert done == report
    assert store.current == ["p", "p0/x", "q"]


@pytest.mark.parametrize("seed", range(20))
def test_subfolders_whose_names_sort_otherwise_with_a_slash_are_listed_once(seed: int) -> None:
    """``v1-0/`` comes before ``v1/``, and ``v1`` before ``v1-0``."""
    keys = [f"p/a/{number:02}" for number in range(11)]
    keys += [f"p/v1-{folder}/{number}" for folder in range(3) for number in range(7)]
    keys += [f"p/{folder}/{number}" for folder in ("v1", "v1.x", "v1 x", "v1+x") for number in range(5)]
    store = MemoryStore(keys, page_size=10, batch_size=10)
    report, _pool = purge(store, workers=8, seed=seed, rehearse=True, max_objects=len(keys))
    assert report.folders[0].removed.objects == len(keys)


def test_places_are_taken_in_order_whatever_their_order() -> None:
    store = MemoryStore()
    tally = Tally(path="p/", sample_size=0)
    scan: Scan[Entry, Tally] = Scan(prefix="p/", fetch=store.list_objects, tally=tally, level=store.list_level)
    scan.advance(Page([Entry("p/a")], True))
    ranges = scan.split(["p/v1-0", "p/v1", "p/b", "p/v1", "p/a", "p/0"])
    assert [(each._start, each._until) for each in [scan, *ranges]] == [
        ("", "p/b"),
        ("p/b", "p/v1"),
        ("p/v1", "p/v1-0"),
        ("p/v1-0", None),
    ]


@pytest.mark.parametrize("seed", range(5))
def test_a_key_where_ranges_meet_keeps_all_its_versions_in_one(seed: int) -> None:
    keys = [f"p/{folder}/{number}" for folder in "abcdefgh" for number in range(10)]
    store = MemoryStore(
        [*keys, *(f"p/{folder}" for folder in "bcdefgh" for _each in range(12))], page_size=5, versioned=True
    )
    versions = len(store.versions)
    report, _pool = purge(store, workers=8, seed=seed, rehearse=True, versions=True)
    assert report.folders[0].removed.entries == versions


def test_a_small_folder_takes_no_other_request() -> None:
    store = MemoryStore([f"p/{folder}/x" for folder in range(9)], page_size=10)
    purge(store, workers=8, seed=0, rehearse=True)
    assert store.asked("list_level") == []


def test_a_flat_folder_is_seldom_looked_at() -> None:
    store = MemoryStore([f"p/{'x' * number}" for number in range(1000)], page_size=10)
    purge(store, workers=8, seed=0, rehearse=True)
    assert 0 < len(store.asked("list_level")) <= 8


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
    rehearsed, _pool = purge(store, rehearse=True, **options)
    assert store.versions == versions
    assert sorted(entry.key for entry in rehearsed.folders[0].sample) == sorted(keys * writes)
    done, pool = purge(store, **options)
    assert done == rehearsed
    assert store.versions == []
    assert pool.busiest <= workers
