# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No test here sees this machine's own configuration, nor any host but the loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._s3.client import Connection
from tests.unit.s3.connecting import PAIR, connect, isolate
from tests.unit.s3.scripted_server import Reply, ScriptedServer


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    isolate(monkeypatch, tmp_path)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """Lend a server that answers 200 with nothing in it until it is told otherwise."""
    with ScriptedServer(Reply()) as running:
        yield running


@pytest.fixture
def connection(server: ScriptedServer) -> Connection:
    """Connect to the server, with credentials from the options."""
    return connect(endpoint_url=server.endpoint, **PAIR)
