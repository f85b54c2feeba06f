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
from tests.unit.s3.scripted_server import MARKER, ScriptedServer


@pytest.fixture(autouse=True)
def isolated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    isolate(monkeypatch, tmp_path)


@pytest.fixture(scope="module")
def running_server() -> Iterator[ScriptedServer]:
    with ScriptedServer(MARKER) as running:
        yield running


@pytest.fixture
def server(running_server: ScriptedServer) -> ScriptedServer:
    """Provide a server that answers with an empty object until a test changes its replies."""
    running_server.requests.clear()
    running_server.script(MARKER)
    return running_server


@pytest.fixture(scope="module")
def connection(running_server: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Connection:
    """Connect to the server, which has answered as S3 does; once, because a client takes a while to make."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        isolate(monkeypatch, tmp_path_factory.mktemp("home"))
        connection = connect(endpoint_url=running_server.endpoint, **PAIR)
        assert connection.lister
        assert connection.markers.size("p/") is not None
    return connection
