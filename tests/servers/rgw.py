# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ceph RGW, the engine of DigitalOcean Spaces: one monitor, one OSD in memory, one gateway."""

from __future__ import annotations

import subprocess
import uuid
from pathlib import Path

from tests.servers.store import CAPABILITIES, Store, free_port, listens, require_executables
from tests.servers.tls import self_signed

PROGRAMS = ("ceph", "ceph-mon", "ceph-osd", "monmaptool", "radosgw", "radosgw-admin")
DATA_BYTES = 4 * 1024**3
LIFECYCLE_DAY = 10  # seconds
WATCH_TIMEOUT = 3  # seconds that a gateway that crashed holds up what others do to Spaces

CONFIGURATION = """\
[global]
fsid = {fsid}
mon host = v1:127.0.0.1:{monitor_port}
ms bind msgr2 = false
auth cluster required = none
auth service required = none
auth client required = none
mon allow pool size one = true
mon data avail warn = 1
mon data avail crit = 0
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd crush chooseleaf type = 0
osd crush update on start = false
osd class update on start = false
osd objectstore = memstore
osd client watch timeout = {watch_timeout}
memstore device bytes = {data_bytes}
run dir = {directory}
log file = {directory}/$name.log
admin socket = {directory}/$name.asok
pid file = {directory}/$name.pid
mon data = {directory}/mon
osd data = {directory}/osd
rgw data = {directory}/rgw
rgw lc debug interval = {lifecycle_day}
rgw enable lc threads = {lifecycle}
rgw enable usage log = false
"""


class Rgw(Store):
    """A cluster of its own, and a gateway over plain http.

    ``lifecycle``: whether it carries out lifecycle rules. To look for them takes 3 % of a processor all the time.
    """

    name = "rgw"
    capabilities = frozenset(CAPABILITIES)

    def __init__(self, *, lifecycle: bool = True) -> None:
        super().__init__()
        self._lifecycle = lifecycle
        if not lifecycle:
            self.capabilities = self.capabilities - {"expires"}
        self.gateway: subprocess.Popen[bytes] | None = None
        self._configuration = Path()
        self._users: set[str] = set()

    def require(self) -> None:
        require_executables(PROGRAMS)

    def start(self) -> None:
        self._start_cluster()
        self.port = free_port()
        self.start_gateway()
        self.create_user("tests", access_key=self.access_key, secret_key=self.secret_key)

    def start_gateway(self) -> None:
        """Start the gateway alone: the data is in the OSD, so it may come and go."""
        self.endpoint, frontend = self._frontend(self.port)
        self.gateway = self.spawn(
            "radosgw", "radosgw", "-f", "-n", "client.rgw", *self._conf(), f"--rgw-frontends={frontend}"
        )
        self.wait(lambda: listens(self.port), "radosgw")

    def kill_gateway(self) -> None:
        """End the gateway as a crash does."""
        assert self.gateway
        self.gateway.kill()
        self.end(self.gateway)

    def create_user(self, name: str, *, access_key: str, secret_key: str) -> None:
        """Create a user of the store, if need be."""
        if name in self._users:
            return
        self._users.add(name)
        self._run(
            "radosgw-admin", "user", "create", f"--uid={name}", f"--display-name={name}",
            f"--access-key={access_key}", f"--secret-key={secret_key}",
        )  # fmt: skip

    def _frontend(self, port: int) -> tuple[str, str]:
        return f"http://127.0.0.1:{port}", f"beast endpoint=127.0.0.1:{port}"

    def _start_cluster(self) -> None:
        fsid, osd = str(uuid.uuid4()), str(uuid.uuid4())
        monitor_port = free_port()
        self._configuration = self.directory / "ceph.conf"
        self._configuration.write_text(
            CONFIGURATION.format(
                fsid=fsid,
                monitor_port=monitor_port,
                data_bytes=DATA_BYTES,
                directory=self.directory,
                lifecycle=self._lifecycle,
                lifecycle_day=LIFECYCLE_DAY,
                watch_timeout=WATCH_TIMEOUT,
            )
        )
        for name in ("mon", "osd", "rgw"):
            (self.directory / name).mkdir()
        monmap = self.directory / "monmap"
        address = f"[v1:127.0.0.1:{monitor_port}]"
        self._run("monmaptool", "--create", "--fsid", fsid, "--addv", "a", address, monmap, configured=False)
        self._run("ceph-mon", "--mkfs", "-i", "a", "--monmap", monmap)
        self.spawn("mon", "ceph-mon", "-f", "-i", "a", *self._conf())
        self.wait(lambda: listens(monitor_port), "ceph-mon")
        self._insist("ceph", "osd", "new", osd, "0")
        # Placed by hand, because the OSD's own command to the monitor can race the first monitor map.
        self._insist("ceph", "osd", "crush", "add", "osd.0", "1", "root=default", "host=local")
        self._run("ceph-osd", "--mkfs", "-i", "0", "--osd-uuid", osd)
        self.spawn("osd", "ceph-osd", "-f", "-i", "0", *self._conf())

    def _conf(self) -> tuple[str, ...]:
        return (f"--conf={self._configuration}",)

    def _run(self, *command: str | Path, configured: bool = True) -> None:
        """Run one of Ceph's commands to its end."""
        done = self._attempt(*command, *(self._conf() if configured else ()))
        if done.returncode:
            raise RuntimeError(f"{command} ended with {done.returncode}: {done.stderr}; logs are in {self.directory}")

    def _insist(self, *command: str) -> None:
        """Run a command that a busy monitor may refuse: EPERM, "problem getting command descriptions"."""
        self.wait(lambda: self._attempt(*command, *self._conf()).returncode == 0, " ".join(command))

    def _attempt(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60, check=False)


class RgwTls(Rgw):
    """The same over TLS, with a certificate of its own authority."""

    name = "rgw-tls"

    def _frontend(self, port: int) -> tuple[str, str]:
        self.ca_bundle, key = self_signed(self.directory)
        options = f"ssl_endpoint=127.0.0.1:{port} ssl_certificate={self.ca_bundle} ssl_private_key={key}"
        return f"https://127.0.0.1:{port}", f"beast {options}"
