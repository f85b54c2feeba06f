# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stores that this machine has."""

from __future__ import annotations

from tests.servers.juicefs import Juicefs
from tests.servers.minio import Minio
from tests.servers.moto import Moto
from tests.servers.rgw import Rgw, RgwTls
from tests.servers.seaweedfs import SeaweedFS
from tests.servers.store import Store

# Every scenario and integration test runs on these, except that only what TLS can change runs on the last one.
OVER_TLS = RgwTls.name
STORES: dict[str, type[Store]] = {store.name: store for store in (Moto, Minio, Rgw, SeaweedFS, RgwTls)}

# These can be started too: the collection does not support them, and a few tests of their own use them.
STARTABLE: dict[str, type[Store]] = {**STORES, Juicefs.name: Juicefs}
