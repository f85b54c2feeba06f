# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every test runs on every store that this machine has; one that is not there is skipped, and named at the end."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.playbooks import Player
from tests.servers.lending import lend
from tests.servers.moto import Moto
from tests.servers.registry import STORES
from tests.servers.store import Store
from tests.servers.witness import Witness

_numbers = itertools.count()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(*capabilities): what a store must be able to do")
    config.addinivalue_line("markers", "stores(*names): the only stores that the test is about")


@pytest.fixture(scope="session", params=list(STORES))
def running_store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Start each store once."""
    yield from lend(STORES[request.param]())


@pytest.fixture
def store(running_store: Store, request: pytest.FixtureRequest) -> Store:
    """Lend a store that can do what the test needs."""
    for mark in request.node.iter_markers("needs"):
        missing = set(mark.args) - running_store.capabilities
        if missing:
            pytest.skip(f"{running_store.name} lacks: {', '.join(sorted(missing))}")
    for mark in request.node.iter_markers("stores"):
        if running_store.name not in mark.args:
            pytest.skip(f"only about {', '.join(mark.args)}")
    return running_store


@pytest.fixture
def make_space(store: Store) -> Callable[..., Witness]:
    """Create Spaces for one test."""

    def make(*, versioned: bool = False, locked: bool = False) -> Witness:
        witness = Witness.of(store, f"space-{next(_numbers)}")
        witness.create_space(versioned=versioned, locked=locked)
        return witness

    return make


@pytest.fixture
def witness(make_space: Callable[..., Witness]) -> Witness:
    """Create a Space for one test."""
    return make_space()


@pytest.fixture(scope="session")
def moto() -> Iterator[Store]:
    """Start moto once, for tests of what no store has a part in."""
    with Moto() as store:
        yield store


@pytest.fixture
def player(moto: Store, tmp_path: Path) -> Player:
    """Run playbooks on moto."""
    return Player(moto, tmp_path)
