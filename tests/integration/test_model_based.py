# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Removals and restores beside their definitions, on a real store, with keys and histories nobody would think of."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.record_reader import RecordReader
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.recorder import Recorder
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.path import FolderPath
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.report import FolderReport
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.restoration import RecordedKeys
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.remove import Remove
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.restore import Record, Restore
from tests.integration.harness import Harness, totals
from tests.servers.store import Store
from tests.servers.witness import Witness
from tests.unit.engine.model.test_record import HEADER
from tests.unit.engine.operations.test_model_based import ALL, below, sampled, trees
from tests.unit.engine.operations.test_restore import STEPS

OF_ONE_SPACE = settings(
    deadline=None, print_blob=True, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
Tree = tuple[list[str], list[str]]


harness_for = functools.cache(Harness)  # its clients take longer to make than an example takes


def refill(witness: Witness, keys: Sequence[str]) -> None:
    """Make the Space hold just these keys."""
    for key in set(witness.keys()) - set(keys):
        witness.client.delete_object(Bucket=witness.space, Key=key)
    witness.put(keys, b"123")


def removal_takes_what_is_below(store: Store, witness: Witness, tree: Tree, page_size: int, workers: int) -> None:
    folders, keys = tree
    refill(witness, keys)
    harness = harness_for(store, witness.space, page_size=page_size, workers=workers)
    expected = below(folders, keys)
    previewed = harness.remove(*folders, exact=True, dry_run=True, sample_size=ALL)
    assert witness.keys() == sorted(keys)
    assert sampled(previewed) == expected
    done = harness.remove(*folders, exact=True, sample_size=ALL)
    assert witness.keys() == sorted(set(keys) - set(expected))
    assert done == previewed
    assert totals(done)["bytes"] == 3 * len(expected)
    assert not any(folder.changed for folder in harness.remove(*folders, exact=True).folders)


def drawn(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Draw trees, and how they are listed."""

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        given_trees = given(tree=trees(), page_size=st.sampled_from([1, 2, 3, 1000]), workers=st.sampled_from([1, 8]))
        return settings(OF_ONE_SPACE, max_examples=examples)(given_trees(test))

    return decorate


@pytest.mark.stores("rgw")
@drawn(50)
def test_exactly_the_keys_below_a_folder_go(
    store: Store, witness: Witness, tree: Tree, page_size: int, workers: int
) -> None:
    removal_takes_what_is_below(store, witness, tree, page_size, workers)


@pytest.mark.long
@pytest.mark.stores("rgw")
@drawn(100)
def test_exactly_the_keys_below_a_folder_go_in_many_trees(
    store: Store, witness: Witness, tree: Tree, page_size: int, workers: int
) -> None:
    removal_takes_what_is_below(store, witness, tree, page_size, workers)


NAMES = st.text(st.sampled_from([*"ab .-+%&é😀"]), min_size=1, max_size=6).filter(
    lambda name: name not in (".", "..") and name == name.strip()
)


@pytest.mark.stores("rgw")
@settings(OF_ONE_SPACE, max_examples=30)
@given(path=st.lists(NAMES, max_size=4).map(lambda names: "/".join(["t", *names])), parents=st.booleans())
def test_creation_and_removal_take_turns(store: Store, witness: Witness, path: str, parents: bool) -> None:
    harness = harness_for(store, witness.space)
    for _turn in range(2):
        assert harness.create(path, parents=parents).folders[0].changed
        assert not harness.create(path, parents=parents).folders[0].changed
        assert witness.keys(f"{path}/") == [f"{path}/"]
        assert harness.remove("t").folders[0].changed
        assert not harness.remove("t").folders[0].changed
        assert witness.keys() == []


Steps = list[tuple[str, str]]
Version = tuple[str, str]
numbers = itertools.count()


def play(witness: Witness, folder: str, steps: Steps) -> None:
    """Do what a history says, below a folder."""
    for what, name in steps:
        key = folder + name
        if what == "put":
            witness.put([key], b"123")
        elif what == "delete":
            witness.client.delete_object(Bucket=witness.space, Key=key)
        else:
            status = "Suspended" if what == "suspend" else "Enabled"
            witness.client.put_bucket_versioning(Bucket=witness.space, VersioningConfiguration={"Status": status})


def data(witness: Witness, folder: str, *, current: bool = False) -> set[Version]:
    """Name the versions that hold data; ``current``: only those that are the newest entry of their key."""
    listed = witness.client.list_object_versions(Bucket=witness.space, Prefix=folder).get("Versions", ())
    return {(version["Key"], version["VersionId"]) for version in listed if version["IsLatest"] or not current}


def restored(harness: Harness, folder: FolderPath, file: str) -> FolderReport:
    """Restore what a record names."""
    reader = RecordReader(path=file, option="from_record")
    record = Record(keys=RecordedKeys(reader.lines()), lines=reader.lines, complete=reader.complete)
    plan = Restore(
        folders=[folder],
        lister=harness.lister,
        markers=harness.connection.markers,
        retrier=harness.retrier,
        record=record,
    )
    return harness.removed(plan).folders[0]


@pytest.fixture
def versioned(make_space: Callable[..., Witness]) -> Witness:
    """Create a Space that keeps versions."""
    return make_space(versioned=True)


@pytest.mark.long
@pytest.mark.stores("rgw")
@settings(OF_ONE_SPACE, max_examples=60)
@given(before=STEPS, meanwhile=STEPS, page_size=st.sampled_from([1, 2, 1000]))
def test_a_restore_removes_no_data_and_names_every_difference(
    store: Store,
    versioned: Witness,
    tmp_path: Path,
    before: Steps,
    meanwhile: Steps,
    page_size: int,
) -> None:
    witness, number = versioned, next(numbers)
    top, file = f"{number}/", str(tmp_path / f"{number}.jsonl")
    harness = harness_for(store, witness.space, page_size=page_size)
    play(witness, top, [("enable", ""), *before])
    folder = FolderPath.parse(f"{top}p/")
    was = data(witness, folder.prefix, current=True)
    recorder = Recorder(place=file, name="", header=HEADER)
    harness.removed(Remove(folders=[folder], lister=harness.lister), recorder=recorder, record_versions=True)
    assert not data(witness, folder.prefix, current=True)
    if not was:
        assert recorder.path is None
        return
    play(witness, top, meanwhile)
    kept, current = data(witness, top), set(witness.keys(top))
    report = restored(harness, folder, file)
    assert report.restored
    assert data(witness, top) == kept
    assert current <= set(witness.keys(top))
    named = sum(number for name, number in report.restored.left.items() if name != "in_place") + report.failures_total
    assert len(was - data(witness, folder.prefix, current=True)) <= named
    assert report.restored.objects + report.restored.left["in_place"] + named == len(was)
