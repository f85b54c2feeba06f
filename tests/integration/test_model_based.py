# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A removal beside its definition, on a real store, with keys that nobody would think of."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.harness import Harness, totals
from tests.servers.store import Store
from tests.servers.witness import Witness
from tests.unit.engine.operations.test_model_based import ALL, below, sampled, trees

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
@drawn(200)
def test_exactly_the_keys_below_a_folder_go_in_many_trees(
    store: Store, witness: Witness, tree: Tree, page_size: int, workers: int
) -> None:
    removal_takes_what_is_below(store, witness, tree, page_size, workers)


NAMES = st.text(st.sampled_from([*"ab .-+%&é😀"]), min_size=1, max_size=6).filter(lambda name: name not in (".", ".."))


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
