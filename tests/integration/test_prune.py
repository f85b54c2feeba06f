# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ages on real stores, by the store's own clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.globs import Globs
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.path import FolderPath
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.retention import Rule
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.prune import Prune
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.unit_selection import Kind
from tests.integration.harness import Harness
from tests.servers.store import Store
from tests.servers.witness import Witness


def prune(store: Store, space: str, kind: Kind, older_than: timedelta) -> int:
    """Remove what is older from ``p/``; return how many objects went."""
    harness = Harness(store, space, page_size=3)
    plan = Prune(
        folders=[FolderPath.parse("p")],
        lister=harness.lister,
        kind=kind,
        rule=Rule(older_than=older_than, keep_newest=None),
        globs=Globs(),
    )
    return harness.removed(plan).folders[0].removed.objects


def pruned_in_time(store: Store, witness: Witness, gap: int) -> bool:
    """Prune what is older by ``gap`` seconds.

    Return False, without a verdict, if what was newer has become too old meanwhile, on a busy machine.
    """
    witness.put(["p/", "p/1/x", "p/2/x", "p/2/y/z", "p/3/x", "p/note", "pp/x"])
    time.sleep(gap)
    witness.put(["p/2/new", "p/4/x"])
    written = witness.client.head_object(Bucket=witness.space, Key="p/4/x")["LastModified"]
    begun = datetime.now(timezone.utc)
    age = begun - written + timedelta(seconds=gap / 2)
    subfolders, left = prune(store, witness.space, "subfolders", age), witness.keys()
    objects, finally_left = prune(store, witness.space, "objects", age), witness.keys()
    if datetime.now(timezone.utc) - begun >= timedelta(seconds=gap / 2):
        return False
    assert (subfolders, objects) == (2, 3)
    assert left == ["p/", "p/2/new", "p/2/x", "p/2/y/z", "p/4/x", "p/note", "pp/x"]
    assert finally_left == ["p/", "p/2/new", "p/4/x", "pp/x"]
    return True


def test_older_units_are_removed(store: Store, make_space: Callable[..., Witness]) -> None:
    assert any(pruned_in_time(store, make_space(), gap) for gap in (4, 16, 64, 256))


def test_younger_units_stay(store: Store, witness: Witness) -> None:
    witness.put(["p/1/x", "p/2/x"])
    assert prune(store, witness.space, "subfolders", timedelta(hours=1)) == 0
    assert witness.keys() == ["p/1/x", "p/2/x"]
