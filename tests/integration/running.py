# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module that runs in a process of its own, which a test may interrupt.

The process is forked from one that has imported the module and botocore, because that takes longer than most tasks.
"""

from __future__ import annotations

import json
import multiprocessing
import multiprocessing.connection
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from importlib import import_module
from multiprocessing.connection import Connection
from types import ModuleType
from typing import Any

PRELOADED = "tests.integration.module_server"
_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload([PRELOADED])
_LOCK = threading.Lock()  # only one thread at a time may ask how a process has ended; starting another asks, too


class RunningModule:
    """A module that has been started, with those methods of :class:`subprocess.Popen` that its tests need."""

    def __init__(self, module: ModuleType, params: Mapping[str, Any]) -> None:
        self.returncode: int | None = None
        self._printed = ["", ""]
        streams = [_SERVER.Pipe(duplex=False) for _stream in self._printed]
        writers = [writer for _reader, writer in streams]
        self._process = _SERVER.Process(
            target=_run, args=(module.__name__, json.dumps(params), dict(os.environ), *writers), daemon=True
        )
        with _LOCK:
            self._process.start()
        for writer in writers:
            writer.close()
        self._waiter = threading.Thread(target=self._wait, args=[reader for reader, _writer in streams], daemon=True)
        self._waiter.start()

    def wait(self, timeout: float) -> None:
        """Wait for its end, at most so many seconds."""
        self._waiter.join(timeout)
        if self._waiter.is_alive():
            raise subprocess.TimeoutExpired(self._process.name, timeout)

    def communicate(self, timeout: float) -> tuple[str, str]:
        """Wait for its end; return what it printed to its output and to its error stream."""
        self.wait(timeout)
        output, errors = self._printed
        return output, errors

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it has not ended."""
        assert self._process.pid
        with _LOCK:
            if self._process.is_alive():
                os.kill(self._process.pid, number)

    def _wait(self, *readers: Connection) -> None:
        threads = [threading.Thread(target=self._read, args=each, daemon=True) for each in enumerate(readers)]
        for thread in threads:
            thread.start()
        multiprocessing.connection.wait([self._process.sentinel])
        for thread in threads:
            thread.join()
        with _LOCK:
            self.returncode = self._process.exitcode

    def _read(self, number: int, reader: Connection) -> None:
        with open(os.dup(reader.fileno()), encoding="utf-8") as stream:
            self._printed[number] = stream.read()
        reader.close()


def _run(module: str, params: str, environment: Mapping[str, str], output: Connection, errors: Connection) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for target, stream in enumerate((output, errors), 1):
        os.dup2(stream.fileno(), target)
        stream.close()
    assert PRELOADED in sys.modules, "the server could not import it, and says nothing of that"
    from ansible.module_utils.testing import patch_module_args

    with patch_module_args(json.loads(params)):
        import_module(module).main()
