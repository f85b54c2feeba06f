# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A store of any size that takes no time to fill: its keys are computed, and only their removal is remembered."""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
PAGE = 1000


class BigStore:
    """Serve LIST and DeleteObjects for the keys ``p/0000000`` to ``p/(count - 1)``, on a port of the loopback."""

    def __init__(self, count: int) -> None:
        self._alive = bytearray(b"\1" * count)
        self._lock = threading.Lock()
        store = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                query = parse_qs(urlsplit(self.path).query)
                self._send(store.uploads() if "uploads" in query or "uploads" in self.path else store.page(query))

            def do_POST(self) -> None:
                self._send(store.delete(self.rfile.read(int(self.headers["Content-Length"]))))

            def _send(self, body: str) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_arguments: object) -> None:
                """Be quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> BigStore:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def left(self) -> int:
        """How many keys there are."""
        return self._alive.count(1)

    def page(self, query: dict[str, list[str]]) -> str:
        """List what follows the marker."""
        marker = query.get("marker", [""])[0]
        start = int(marker.removeprefix("p/")) + 1 if marker else 0
        found = []
        with self._lock:
            while len(found) <= PAGE:
                start = self._alive.find(1, start)
                if start < 0:
                    break
                found.append(start)
                start += 1
        truncated = str(len(found) > PAGE).lower()
        contents = "".join(
            f"<Contents><Key>p/{number:07}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
            '<ETag>"d41d8cd98f00b204e9800998ecf8427e"</ETag><Size>1</Size><StorageClass>STANDARD</StorageClass>'
            "<Owner><ID>tests</ID><DisplayName>tests</DisplayName></Owner></Contents>"
            for number in found[:PAGE]
        )
        return (
            f'<ListBucketResult xmlns="{NAMESPACE}"><IsTruncated>{truncated}</IsTruncated>{contents}</ListBucketResult>'
        )

    def uploads(self) -> str:
        """List no uploads."""
        name = "ListMultipartUploadsResult"
        return f'<{name} xmlns="{NAMESPACE}"><IsTruncated>false</IsTruncated></{name}>'

    def delete(self, body: bytes) -> str:
        """Delete a batch."""
        with self._lock:
            for number in re.findall(rb"<Key>p/(\d+)</Key>", body):
                self._alive[int(number)] = 0
        return f'<DeleteResult xmlns="{NAMESPACE}"></DeleteResult>'
