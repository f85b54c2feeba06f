# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A model of a store far away: requests take as long as they would over a long line, and nearly nothing here.

``python -m benchmarks.far_store --port 9000 --shape subfolders --count 200000 --round-trip 60`` serves S3 to whoever
asks, without looking at signatures. It keeps true state: what a client leaves behind can be counted, at ``/-/state``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from benchmarks.keyspace import FOLDER, SHAPES, SIBLINGS, KeySpace, keys_of
from benchmarks.replies import Replies, Reply
from tests.servers.store import Store, free_port, listens

STATE = "/-/state"  # "-" can be no bucket: a name has three characters at least


@dataclass(frozen=True, kw_only=True)
class Distance:
    """How far away a store is: milliseconds, and requests a second that it allows (0: any number).

    ``rate`` is for all clients together. ``rate_per_key`` is for each access key, as Ceph RGW limits its users.
    """

    round_trip: float = 0.0
    page: float = 0.0
    key: float = 0.0
    rate: float = 0.0
    rate_per_key: float = 0.0


class TokenBucket:
    """Holds one second's worth of requests."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._tokens = rate
        self._refilled = time.monotonic()

    def admits(self) -> bool:
        """Take one request out, if there is one, or if there is no limit."""
        if not self._rate:
            return True
        now = time.monotonic()
        self._tokens = min(self._rate, self._tokens + (now - self._refilled) * self._rate)
        self._refilled = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class FarStore(Store):
    """The model, in a process of its own, for the length of a ``with`` block."""

    name = "far"
    capabilities = frozenset({"uploads"})

    def __init__(
        self, *, shape: str = "flat", count: int = 0, distance: Distance | None = None, versioned: bool = False
    ) -> None:
        super().__init__()
        self._versioned = versioned
        self._shape = shape
        self._count = count
        self._distance = distance or Distance()

    def require(self) -> None:
        """It is always there."""

    def start(self) -> None:
        port = free_port()
        self.endpoint = f"http://127.0.0.1:{port}"
        options = {"port": port, "shape": self._shape, "count": self._count, **vars(self._distance)}
        arguments = [part for name, value in options.items() for part in (f"--{name.replace('_', '-')}", str(value))]
        if self._versioned:
            arguments.append("--versioned")
        root = Path(__file__).parents[1]
        self.spawn(
            "far", sys.executable, "-m", "benchmarks.far_store", *arguments, environment={"PYTHONPATH": str(root)}
        )
        self.wait(lambda: listens(port), "the model")

    def state(self) -> dict[str, Any]:
        """Return what is left in the folder and beside it, which requests came, and how much CPU they took."""
        with urllib.request.urlopen(self.endpoint + STATE, timeout=30) as reply:
            state: dict[str, Any] = json.load(reply)
        return state


class Server:
    """Replies, and when they are due."""

    def __init__(self, *, keys: KeySpace, distance: Distance) -> None:
        self._keys = keys
        self._replies = Replies(keys)
        self._distance = distance
        self._bucket = TokenBucket(distance.rate)
        self._bucket_of_key = defaultdict[bytes, TokenBucket](lambda: TokenBucket(distance.rate_per_key))
        self.requests: Counter[str] = Counter()

    @property
    def round_trip(self) -> float:
        """Return it in seconds."""
        return self._distance.round_trip / 1000

    def reply(self, method: str, target: str, body: bytes, *, access_key: bytes = b"") -> tuple[Reply, float]:
        """Return a reply, and after how many seconds it is due."""
        if target == STATE:
            return self._state(), 0.0
        if not (self._bucket_of_key[access_key].admits() and self._bucket.admits()):
            self.requests["refused"] += 1
            return self._replies.slow_down(), self.round_trip
        parts = urlsplit(target)
        reply = self._replies.of(method, parts.path, parse_qs(parts.query, keep_blank_values=True), body)
        self.requests[reply.kind] += 1
        service = reply.pages * self._distance.page + reply.removed * self._distance.key
        return reply, self.round_trip + service / 1000

    def _state(self) -> Reply:
        state = {
            "left": self._keys.count(FOLDER.encode()),
            "siblings_lost": sum(name.encode() not in self._keys for name in SIBLINGS),
            "requests": self.requests,
            "cpu": time.process_time(),
        }
        return Reply("state", 200, json.dumps(state).encode())


class Connection(asyncio.Protocol):
    """One connection: one request at a time, as HTTP/1.1 clients send them."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._buffer = b""
        self._handshake = server.round_trip  # which the loopback's own took no time for
        self._continued = False
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            headers = self._buffer[:end].lower()
            length = int(_header(headers, b"content-length") or 0)
            whole = end + 4 + length
            if len(self._buffer) < whole:
                if not self._continued and _header(headers, b"expect") == b"100-continue":
                    self._continued = True
                    self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                return
            self._continued = False
            method, target, _version = self._buffer[: self._buffer.index(b"\r\n")].decode().split(" ")
            body = self._buffer[end + 4 : whole]
            self._buffer = self._buffer[whole:]
            access_key = _header(headers, b"authorization").partition(b"credential=")[2].partition(b"/")[0]
            reply, due = self._server.reply(method, target, body, access_key=access_key)
            self._write(reply.encoded(head=method == "HEAD"), due)

    def _write(self, encoded: bytes, due: float) -> None:
        if due:
            asyncio.get_running_loop().call_later(due + self._handshake, self._send, encoded)
        else:
            self._send(encoded)
        self._handshake = 0.0

    def _send(self, encoded: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(encoded)


def _header(headers: bytes, name: bytes) -> bytes:
    """Find a header's value in the lower-case head of a request."""
    _before, found, rest = headers.partition(b"\r\n" + name + b":")
    return rest.partition(b"\r\n")[0].strip() if found else b""


async def serve(server: Server, port: int) -> None:
    """Serve until the process is ended."""
    listener = await asyncio.get_running_loop().create_server(
        lambda: Connection(server), "127.0.0.1", port, backlog=1024
    )
    await listener.serve_forever()


def main(arguments: Sequence[str]) -> None:
    """Fill the store, and serve it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.far_store", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--shape", choices=list(SHAPES), default="flat")
    parser.add_argument("--count", type=int, default=0, help="objects in the folder")
    parser.add_argument("--round-trip", type=float, default=0, help="ms, of each request, and of a connection's start")
    parser.add_argument("--page", type=float, default=0, help="ms, for a page of a listing")
    parser.add_argument("--key", type=float, default=0, help="ms, for each key of a deletion")
    parser.add_argument("--rate", type=float, default=0, help="requests a second; more are answered 503 SlowDown")
    parser.add_argument("--rate-per-key", type=float, default=0, help="likewise, of each access key")
    parser.add_argument("--versioned", action="store_true", help="keep a version of each object that is removed")
    asked = parser.parse_args(arguments)
    keys = KeySpace((key.encode() for key in keys_of(asked.shape, asked.count)), versioned=asked.versioned)
    distance = Distance(**{each.name: getattr(asked, each.name) for each in fields(Distance)})
    asyncio.run(serve(Server(keys=keys, distance=distance), asked.port))


if __name__ == "__main__":
    main(sys.argv[1:])
