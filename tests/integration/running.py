# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module that runs in a process of its own, which a test may interrupt.

The process is forked from one that has imported the module and botocore, because that takes longer than most tasks.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import threading
from collections.abc import Mapping
from importlib import import_module
from multiprocessing.connection import Connection
from types import ModuleType
from typing import Any

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["tests.integration.module_server"])


class RunningModule:
    """A module that has been started; the methods are those of :class:`subprocess.Popen`."""

    def __init__(self, module: ModuleType, params: Mapping[str, Any]) -> None:
        streams = [_SERVER.Pipe(duplex=False) for _stream in range(2)]
        self._printed = ["", ""]
        self._readers = [
            threading.Thread(target=self._read, args=(number, reader), daemon=True)
            for number, (reader, _writer) in enumerate(streams)
        ]
        writers = [writer for _reader, writer in streams]
        self._process = _SERVER.Process(
            target=_run, args=(module.__name__, json.dumps(params), dict(os.environ), *writers), daemon=True
        )
        self._process.start()
        for writer in writers:
            writer.close()
        for thread in self._readers:
            thread.start()

    @property
    def returncode(self) -> int | None:
        """The code with which it ended, or a signal's negative number."""
        return self._process.exitcode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait for its end; return what it printed to its output and to its error stream."""
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0)
        for thread in self._readers:
            thread.join()
        output, errors = self._printed
        return output, errors

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        assert self._process.pid
        os.kill(self._process.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

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
    from ansible.module_utils.testing import patch_module_args

    with patch_module_args(json.loads(params)):
        import_module(module).main()
