# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stores that this machine has."""

from __future__ import annotations

from .minio import Minio
from .moto import Moto
from .rgw import Rgw, RgwTls
from .seaweedfs import SeaweedFS
from .store import Store

STORES: dict[str, type[Store]] = {store.name: store for store in (Moto, Minio, Rgw, RgwTls, SeaweedFS)}
