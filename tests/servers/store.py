# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every store for tests has in common: it is started, lent out, and ended by its own pid."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

CAPABILITIES = {
    "versions": "keeps versions of objects",
    "single_key_pages": "says that more follows after a page of one key",
    "level_pages": "goes on where it ended in a listing with a delimiter",
    "ordered_versions": "lists versions and delete markers in one order, page after page",
    "uploads": "lists the incomplete uploads below a folder",
    "ordered_uploads": "lists incomplete uploads in the order of their keys",
    "twins": "keeps an object beside a folder of the same name, and lists both page by page",
    "marker_sizes": "reports the size of a marker that has content",
    "backslashes": "takes keys with a backslash",
    "fixed_spaces": "refuses to write into a Space that is not there, instead of making it",
    "awkward": "takes keys that XML 1.0 cannot carry, '//', '.' and '..'",
    "credentials": "checks the secret key",
    "abort_rules": "keeps lifecycle rules that abort uploads",
    "transitions": "keeps lifecycle rules that move objects to a storage class",
    "expires": "carries out lifecycle rules while a test waits",
    "policies": "denies by bucket policy",
    "object_lock": "retains what is locked",
}
STARTUP = 300  # seconds; a busy machine takes its time


class NotHere(Exception):
    """This store cannot be run on this machine; the message says what is missing."""


class Store(ABC):
    """One S3 store, for the length of a ``with`` block.

    Data and logs lie in a temporary directory, which is kept if the block fails.
    """

    name: str
    capabilities: frozenset[str]
    access_key = "tidy-spaces"
    secret_key = "a-secret-for-tests-only"
    ca_bundle: Path | None = None
    endpoint: str

    def __init__(self) -> None:
        self.directory = Path()
        self._processes: list[subprocess.Popen[bytes]] = []

    @abstractmethod
    def require(self) -> None:
        """Raise :class:`NotHere` if the store cannot be run here."""

    @abstractmethod
    def start(self) -> None:
        """Start it, and return when it serves S3."""

    def __enter__(self) -> Store:
        self.require()
        self.directory = Path(tempfile.mkdtemp(prefix=f"tidy-spaces-{self.name}-"))
        try:
            self.start()
        except BaseException:
            self._stop(keep=True)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_exc: object) -> None:
        self._stop(keep=kind is not None)

    @property
    def environment(self) -> dict[str, str]:
        """What a playbook or a script needs to reach the store."""
        return {
            "TEST_STORE": self.name,
            "TEST_STORE_CAPABILITIES": " ".join(sorted(self.capabilities)),
            "TEST_STORE_CA_BUNDLE": str(self.ca_bundle or ""),
            "SPACES_ENDPOINT_URL": self.endpoint,
            "SPACES_ACCESS_KEY_ID": self.access_key,
            "SPACES_SECRET_ACCESS_KEY": self.secret_key,
            "SPACES_REGION": "us-east-1",
        }

    def spawn(self, name: str, *command: str | Path, environment: Mapping[str, str] | None = None) -> subprocess.Popen:
        """Start a process that ends with the store; its output goes to a log in the store's directory."""
        with (self.directory / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**_unmeasured_environment(), **(environment or {})},
                start_new_session=True,  # a Ctrl-C on the tests must not end the store under them
            )
        self._processes.append(process)
        return process

    def wait(self, ready: Callable[[], bool], what: str) -> None:
        """Wait until ``ready``; raise if a process ended or time is up."""
        deadline = time.monotonic() + STARTUP
        while not ready():
            for process in self._processes:
                if process.poll() is not None:
                    raise RuntimeError(f"{process.args} ended with {process.returncode}; logs are in {self.directory}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"{what} was not ready after {STARTUP} s; logs are in {self.directory}")
            time.sleep(0.1)

    def end(self, process: subprocess.Popen) -> None:
        """End one process of this store: politely, then not."""
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.remove(process)

    def _stop(self, *, keep: bool) -> None:
        for process in reversed(self._processes):
            self.end(process)
        if keep:
            print(f"The logs of {self.name} are kept in {self.directory}", file=sys.stderr)
        else:
            shutil.rmtree(self.directory, ignore_errors=True)


def _unmeasured_environment() -> dict[str, str]:
    """Return this process' environment, without what makes a program measure its coverage: that takes time."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}


def free_port() -> int:
    """Return a TCP port of the loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def listens(port: int) -> bool:
    """Return whether somebody listens on a port of the loopback."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def require_executables(names: Iterable[str]) -> None:
    """Raise :class:`NotHere` if a program is not on PATH."""
    missing = [name for name in names if shutil.which(name) is None]
    if missing:
        raise NotHere(f"no {', '.join(missing)} on PATH")
