# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""MinIO: one that runs already, an executable on PATH, or a container."""

from __future__ import annotations

import os
import shutil
import subprocess
import urllib.error
import urllib.request

from tests.servers.store import NotHere, Store, free_port

IMAGE = "quay.io/minio/minio"


class Minio(Store):
    """MinIO, on one directory."""

    name = "minio"
    capabilities = frozenset(
        {
            "versions",
            "level_pages",
            "ordered_versions",
            "marker_sizes",
            "backslashes",
            "fixed_spaces",
            "credentials",
        }
    )

    def require(self) -> None:
        if not (os.environ.get("MINIO_ENDPOINT") or shutil.which("minio") or _container_engine()):
            raise NotHere("no minio on PATH, no MINIO_ENDPOINT, no container engine that answers")

    def start(self) -> None:
        running = os.environ.get("MINIO_ENDPOINT")
        if running:
            self.endpoint = running
            self.access_key = os.environ["MINIO_ROOT_USER"]
            self.secret_key = os.environ["MINIO_ROOT_PASSWORD"]
            return
        port = free_port()
        self.endpoint = f"http://127.0.0.1:{port}"
        address = f"127.0.0.1:{port}"
        login = {"MINIO_ROOT_USER": self.access_key, "MINIO_ROOT_PASSWORD": self.secret_key, "MINIO_UPDATE": "off"}
        if shutil.which("minio"):
            self.spawn("minio", "minio", "server", "--address", address, self.directory / "data", environment=login)
        else:
            engine = _container_engine()
            names = [part for name in login for part in ("--env", name)]
            command = (engine, "run", "--rm", "--network=host", *names, IMAGE, "server", "--address", address, "/data")
            self.spawn("minio", *command, environment=login)
        self.wait(self._ready, "MinIO")

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.endpoint}/minio/health/ready", timeout=1):
                return True
        except (urllib.error.URLError, OSError):
            return False


def _container_engine() -> str:
    for engine in ("docker", "podman"):
        path = shutil.which(engine)
        if path and subprocess.run([path, "info"], capture_output=True, timeout=20, check=False).returncode == 0:
            return path
    return ""
