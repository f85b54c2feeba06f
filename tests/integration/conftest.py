# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every test runs on every store that this machine has; one that is not there is skipped, and named at the end."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.playbooks import Player
from tests.servers.lending import lend
from tests.servers.moto import Moto
from tests.servers.registry import OVER_TLS, STORES
from tests.servers.store import Store
from tests.servers.witness import Witness

_names = (
    f"space-{uuid.uuid4().hex[:8]}-{number}" for number in itertools.count()
)  # a store may run longer than the tests


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(*capabilities): what a store must be able to do")
    config.addinivalue_line("markers", "stores(*names): the only stores that the test is about")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests that are not about a store, and skip what it cannot do, before it is started for nothing."""
    wanted: list[pytest.Item] = []
    foreign: list[pytest.Item] = []
    for item in items:
        name = _store_of(item)
        (wanted if _is_about(item, name) else foreign).append(item)
        needs = {need for mark in item.iter_markers("needs") for need in mark.args}
        missing = needs - STORES[name].capabilities if name else set()
        if missing:
            item.add_marker(pytest.mark.skip(reason=f"{name} lacks {', '.join(sorted(missing))}"))
    items[:] = wanted
    config.hook.pytest_deselected(items=foreign)


def _is_about(item: pytest.Item, store: str) -> bool:
    """Return whether a test is to run on a store: on all of them, unless it names those that it is about."""
    named = [mark.args for mark in item.iter_markers("stores")]
    return not store or (all(store in names for names in named) if named else store != OVER_TLS)


def _store_of(item: pytest.Item) -> str:
    """Name the store that a test is going to run on, if it takes turns on all of them."""
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("running_store", "") if callspec else ""


@pytest.fixture(scope="session", params=list(STORES))
def running_store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Start each store once."""
    yield from lend(STORES[request.param]())


@pytest.fixture
def store(running_store: Store) -> Store:
    """Lend a store that can do what the test needs."""
    return running_store


@pytest.fixture
def make_space(store: Store) -> Callable[..., Witness]:
    """Create Spaces for one test."""

    def make(*, versioned: bool = False, locked: bool = False) -> Witness:
        witness = Witness.of(store, next(_names))
        witness.create_space(versioned=versioned, locked=locked)
        return witness

    return make


@pytest.fixture
def witness(make_space: Callable[..., Witness]) -> Witness:
    """Create a Space for one test."""
    return make_space()


@pytest.fixture(scope="session")
def running_moto() -> Iterator[Moto]:
    """Start moto once."""
    with Moto() as store:
        yield store


@pytest.fixture
def moto(running_moto: Moto) -> Iterator[Store]:
    """Lend an empty moto, for a test of what no store has a part in."""
    yield running_moto
    running_moto.forget()


@pytest.fixture
def player(moto: Store, tmp_path: Path) -> Player:
    """Run playbooks on moto."""
    return Player(moto, tmp_path)
