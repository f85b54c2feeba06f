# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An HTTP server on the loopback that sends the replies of a test's script, and remembers the requests."""

from __future__ import annotations

import socket
import struct
import sys
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One answer.

    ``cut``: how many bytes at the body's end are promised and never sent. ``drop``: close the connection instead of
    answering. ``reset``: where either closes the connection, do it as a machine that fails does, not politely.
    ``hang``: never answer, for as long as the server lives. A ``Date`` among the headers replaces the true one.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int = 0
    drop: bool = False
    reset: bool = False
    hang: bool = False


OF_OBJECT = {"ETag": '"d41d8cd98f00b204e9800998ecf8427e"', "x-amz-request-id": "1"}  # what S3 says of any object
MARKER = Reply(headers=OF_OBJECT)


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request as it arrived; names of headers in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The decoded path."""
        return unquote(urlsplit(self.target).path)

    @property
    def query(self) -> dict[str, str]:
        """The decoded query."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def shutdown_request(self, request: Any) -> None:
        """Close at once: shutting down first would say goodbye, which a connection that is reset does not."""
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let clients go away: those under test do, when they time out or are stopped."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class ScriptedServer:
    """Serve scripted replies for the length of a ``with`` block; the last one is repeated."""

    def __init__(self, *replies: Reply) -> None:
        self.requests: list[Request] = []
        self._replies = deque(replies)
        self._released = threading.Event()
        self._arrived = threading.Condition()
        self._server = _Listener(("127.0.0.1", 0), _handler(self))
        self.port: int = self._server.server_address[1]
        self.endpoint = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> ScriptedServer:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _exc: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()

    def script(self, *replies: Reply) -> None:
        """Replace what is still to be answered."""
        with self._arrived:
            self._replies = deque(replies)

    def wait_for_request(self, number: int = 1, *, guard: float = 60.0) -> None:
        """Return when so many requests have arrived."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.requests) >= number, guard):
                raise TimeoutError(f"{len(self.requests)} requests arrived, not {number}")

    def take(self, request: Request) -> Reply:
        """Note a request and return its reply."""
        with self._arrived:
            self.requests.append(request)
            self._arrived.notify_all()
            reply = self._replies.popleft() if len(self._replies) > 1 else self._replies[0]
        if reply.hang:
            self._released.wait()
        return reply


def _handler(server: ScriptedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = server.take(Request(method=self.command, target=self.path, headers=headers, body=body))
            if reply.reset:  # with no time to linger, closing sends RST
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if reply.drop or reply.hang:
                self.close_connection = True
                return
            (self.send_response_only if "Date" in reply.headers else self.send_response)(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.status != 204 and not {"Content-Length", "Transfer-Encoding"}.intersection(reply.headers):
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body[: len(reply.body) - reply.cut])
            if reply.cut:
                self.close_connection = True

        do_DELETE = do_GET = do_HEAD = do_POST = do_PUT = _answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_args: object) -> None:
            """Log nothing, because the requests are in the server's list."""

    return Handler
