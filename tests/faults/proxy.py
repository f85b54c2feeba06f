# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Between a client and a real store: every request is logged, checked and forwarded, unless a rule spoils it."""

from __future__ import annotations

import base64
import hashlib
import http.client
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from tests.servers.witness import Witness
from tests.unit.s3.scripted_server import Reply, Request, ScriptedServer

PATIENCE = 30  # seconds that the store itself may take for a reply
HOP = {"connection", "keep-alive", "transfer-encoding"}  # headers that speak of one connection alone


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request, and what a fault may want to do with it."""

    request: Request
    operation: str
    witness: Witness
    forward: Callable[[Request], Reply]

    def answer(self) -> Reply:
        """Let the store do it, and return its reply."""
        return self.forward(self.request)


Fault = Callable[[Exchange], Reply]


@dataclass(kw_only=True)
class Rule:
    """Spoil requests of an operation, or of those that a glob matches.

    From the ``first`` on, so many ``times``, and each with some probability.
    """

    fault: Fault
    operation: str = "*"
    first: int = 1
    times: float = float("inf")
    probability: float = 1.0
    seed: int = 1
    met: int = 0  # requests of the operation so far
    hits: int = 0  # of them spoiled
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def strikes(self, operation: str) -> bool:
        """Return whether the next request, one of ``operation``, is spoiled."""
        if not fnmatchcase(operation, self.operation):
            return False
        self.met += 1
        struck = self.first <= self.met and self.hits < self.times and self._random.random() < self.probability
        self.hits += struck
        return struck


@dataclass(frozen=True)
class Arrival:
    """One request in the log; ``at`` is monotonic."""

    at: float
    operation: str
    request: Request


class FaultProxy(ScriptedServer):
    """Forward to the store of a witness; ``shape`` changes every reply that comes from there."""

    def __init__(self, witness: Witness, *rules: Rule, shape: Callable[[Reply], Reply] = lambda reply: reply) -> None:
        super().__init__()
        self.rules = list(rules)
        self.log: list[Arrival] = []
        self.wrong_checksums: list[Request] = []
        self.defects: list[Exception] = []
        self._at_work = 0
        self._witness = witness
        self._store = urlsplit(witness.client.meta.endpoint_url).netloc
        self._shape = shape

    @property
    def hits(self) -> int:
        """How many requests were spoiled."""
        return sum(rule.hits for rule in self.rules)

    def take(self, request: Request) -> Reply:
        operation = operation_of(request)
        with self._arrived:
            self.log.append(Arrival(time.monotonic(), operation, request))
            self.requests.append(request)
            self._arrived.notify_all()
            striking = next((rule for rule in self.rules if rule.strikes(operation)), None)
            self._at_work += 1
        try:
            reply = self._reply(request, operation, striking)
        except Exception as exc:  # a mistake in the test, which the client would take for a fault of the network
            self.defects.append(exc)
            raise
        finally:
            with self._arrived:
                self._at_work -= 1
                self._arrived.notify_all()
        if reply.hang:
            self._released.wait()
        return reply

    def wait_for_store(self) -> None:
        """Return when the store is at work on nothing any more: it does not stop because a client is gone."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: not self._at_work, PATIENCE):
                raise TimeoutError("The store is still at work.")

    def _reply(self, request: Request, operation: str, striking: Rule | None) -> Reply:
        if not _checksum_is_right(request, needed=operation == "DeleteObjects"):
            self.wrong_checksums.append(request)
            return Reply(status=400, body=b"<Error><Code>InvalidDigest</Code></Error>")
        exchange = Exchange(request=request, operation=operation, witness=self._witness, forward=self.forward)
        return striking.fault(exchange) if striking else exchange.answer()

    def forward(self, request: Request) -> Reply:
        """Send a request on as it is, the Host that it was signed for included; a store that is away gives a 502."""
        connection = http.client.HTTPConnection(self._store, timeout=PATIENCE)
        try:
            connection.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
            for name, value in request.headers.items():
                if name not in HOP | {"expect"}:
                    connection.putheader(name, value)
            connection.endheaders(request.body)
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            return Reply(status=502)
        finally:
            connection.close()
        dropped = HOP if request.method == "HEAD" else HOP | {"content-length"}
        headers = {name: value for name, value in answer.getheaders() if name.lower() not in dropped}
        return self._shape(Reply(status=answer.status, body=body, headers=headers))


def operation_of(request: Request) -> str:
    """Name what S3 calls a request in path style."""
    _root, _space, *key = request.path.split("/", 2)
    method, query = request.method, request.query
    if any(key):
        if method == "DELETE" and "uploadId" in query:
            return "AbortMultipartUpload"
        return {"HEAD": "HeadObject", "PUT": "PutObject", "DELETE": "DeleteObject"}.get(method, f"{method} of a key")
    if method == "POST" and "delete" in query:
        return "DeleteObjects"
    if method != "GET":
        return f"{method} of the Space"
    listings = {
        "uploads": "ListMultipartUploads",
        "versions": "ListObjectVersions",
        "versioning": "GetBucketVersioning",
    }
    return next((name for parameter, name in listings.items() if parameter in query), "ListObjects")


def _checksum_is_right(request: Request, *, needed: bool) -> bool:
    """Compare Content-MD5 with the body: Ceph RGW takes a wrong one."""
    given = request.headers.get("content-md5")
    if given is None:
        return not needed
    return given == base64.b64encode(hashlib.md5(request.body, usedforsecurity=False).digest()).decode()
