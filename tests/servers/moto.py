# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""moto: embedded, in memory, always there."""

from __future__ import annotations

import sys
import urllib.request

from tests.servers.store import STARTUP, Store, free_port, listens


class Moto(Store):
    """AWS's S3 as moto imitates it; any credentials will do."""

    name = "moto"
    capabilities = frozenset(
        {
            "versions",
            "ordered_versions",
            "single_key_pages",
            "uploads",
            "ordered_uploads",
            "twins",
            "marker_sizes",
            "backslashes",
            "fixed_spaces",
            "abort_rules",
            "transitions",
        }
    )

    def require(self) -> None:
        import moto.server  # noqa: F401

    def start(self) -> None:
        port = free_port()
        self.endpoint = f"http://127.0.0.1:{port}"
        self.spawn("moto", sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port))
        self.wait(lambda: listens(port), "moto")

    def forget(self) -> None:
        """Remove all Spaces."""
        request = urllib.request.Request(f"{self.endpoint}/moto-api/reset", method="POST")
        with urllib.request.urlopen(request, timeout=STARTUP):
            pass
