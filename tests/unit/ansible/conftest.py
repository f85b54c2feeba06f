# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A store that this process can reach, and modules that run against it."""

from __future__ import annotations

import itertools
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.modules import (
    spaces_folder,
    spaces_folder_expiration,
    spaces_folder_info,
    spaces_folder_prune,
)
from tests.servers.moto import Moto
from tests.servers.store import Store
from tests.servers.witness import Witness
from tests.unit.ansible.running import Task
from tests.unit.s3.connecting import isolate

_numbers = itertools.count()


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    isolate(monkeypatch, tmp_path)


@pytest.fixture(autouse=True)
def signals_kept() -> Iterator[None]:
    """Restore what the module changes in its process, because it expects a process of its own."""
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    kept = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, kept, strict=True):
        signal.signal(number, handler)


@pytest.fixture(scope="session")
def store() -> Iterator[Store]:
    with Moto() as running:
        yield running


@pytest.fixture
def witness(store: Store) -> Witness:
    """Create a Space for one test."""
    witness = Witness.of(store, f"floor-{next(_numbers)}")
    witness.create_space()
    return witness


@pytest.fixture
def make_task(store: Store, witness: Witness, capsys: pytest.CaptureFixture[str]) -> Callable[[Any], Task]:
    """Prepare modules for the Space of this test."""

    def make(module: Any) -> Task:
        task = Task(capsys, store.endpoint, module)
        task.connection["space"] = witness.space
        return task

    return make


@pytest.fixture
def task(make_task: Callable[[Any], Task]) -> Task:
    """Run spaces_folder on the Space of this test."""
    return make_task(spaces_folder)


@pytest.fixture
def info(make_task: Callable[[Any], Task]) -> Task:
    """Run spaces_folder_info on the Space of this test."""
    return make_task(spaces_folder_info)


@pytest.fixture
def prune(make_task: Callable[[Any], Task]) -> Task:
    """Run spaces_folder_prune on the Space of this test."""
    return make_task(spaces_folder_prune)


@pytest.fixture
def expiration(make_task: Callable[[Any], Task]) -> Task:
    """Run spaces_folder_expiration on the Space of this test."""
    return make_task(spaces_folder_expiration)
