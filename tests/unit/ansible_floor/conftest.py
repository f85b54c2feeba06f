# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A store in this process' reach, and the module run against it."""

from __future__ import annotations

import itertools
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.modules import (
    spaces_folder_expiration,
    spaces_folder_info,
    spaces_folder_prune,
)
from tests.servers.moto import Moto
from tests.servers.store import Store
from tests.servers.witness import Witness
from tests.unit.ansible_floor.running import Task
from tests.unit.s3.connecting import isolate

_numbers = itertools.count()


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    isolate(monkeypatch, tmp_path)


@pytest.fixture(autouse=True)
def signals_kept() -> Iterator[None]:
    """Put back what the module takes over: it expects a process of its own."""
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
def task(store: Store, witness: Witness, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run the module on the Space of this test."""
    task = Task(capsys, store.endpoint)
    task.connection["space"] = witness.space
    return task


@pytest.fixture
def info(store: Store, witness: Witness, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run spaces_folder_info on the Space of this test."""
    task = Task(capsys, store.endpoint, spaces_folder_info)
    task.connection["space"] = witness.space
    return task


@pytest.fixture
def prune(store: Store, witness: Witness, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run spaces_folder_prune on the Space of this test."""
    task = Task(capsys, store.endpoint, spaces_folder_prune)
    task.connection["space"] = witness.space
    return task


@pytest.fixture
def expiration(store: Store, witness: Witness, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run spaces_folder_expiration on the Space of this test."""
    task = Task(capsys, store.endpoint, spaces_folder_expiration)
    task.connection["space"] = witness.space
    return task
