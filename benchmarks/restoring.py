# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long it takes to restore a folder, compared with its removal."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from benchmarks.bulk import FAR
from benchmarks.far_store import FarStore
from benchmarks.keyspace import FOLDER
from benchmarks.measuring import Case, Row, Sample, Target, failure, ratio, run
from tests.integration import process

REMOVAL, RESTORE = "spaces_folder", "spaces_folder_restore"
WORKERS = 32
LIMIT = 1.2  # times as long as the removal


def restoring(*, objects: int, rounds: int, scratch: Path) -> Case:
    """Remove a folder of a Space with versioning, with a record, and restore it."""
    case = Case(
        title=f"Restore: {objects:,} objects in subfolders of a Space with versioning",
        measured="Seconds from the command's start to its end, on the model of a far store. Each removal writes a "
        "record, and the restore reads it. A listing shows two entries for each removed object. The modules are "
        "processes of their own, without ansible-playbook.",
    )
    case.rows = [
        Row(client=module, setting=f"workers: {WORKERS}, {record}", objects=objects, ours=True)
        for module, record in ((REMOVAL, "no record"), (REMOVAL, "record"), (RESTORE, "from_record"))
    ]
    plain, removal, restore = case.rows
    for number in range(rounds):
        record = str(scratch / f"record-{number}.jsonl.gz")
        with FarStore(shape="subfolders", count=objects, distance=FAR, versioned=True) as store:
            plain.samples.append(_sample(store, REMOVAL, left=0, state="absent"))
        with FarStore(shape="subfolders", count=objects, distance=FAR, versioned=True) as store:
            removal.samples.append(_sample(store, REMOVAL, left=0, state="absent", record=record))
            restore.samples.append(_sample(store, RESTORE, left=objects, from_record=record))
        for row in case.rows:
            print(f"  {row.client}, {row.setting}: {row.samples[-1].wall:.1f} s", file=sys.stderr, flush=True)
    case.targets = [
        Target(text=f"the time of a removal with {text}", figure=ratio(restore, row), limit=LIMIT, at_least=False)
        for row, text in ((removal, "a record, to restore all of it"), (plain, "no record, to restore all of it"))
    ]
    return case


def _sample(store: FarStore, module: str, *, left: int, **options: Any) -> Sample:
    params = {
        "space": "my-space",
        "path": FOLDER,
        "workers": WORKERS,
        "endpoint_url": store.endpoint,
        "access_key": store.access_key,
        "secret_key": store.secret_key,
        **options,
    }
    ended = run(process.command(module), environment=os.environ, stdin=json.dumps(params))
    state = store.state()
    problems = failure(ended)
    if state["left"] != left:
        problems.append(f"{state['left']:,} keys are there, not {left:,}")
    read = None if ended.code else process.read(ended.stdout, ended.stderr)
    return Sample(
        wall=ended.wall,
        cpu=ended.cpu,
        problem=", ".join(problems),
        peak_memory=read.peak_memory if read else None,
        requests=state["requests"],
        store_cpu=state["cpu"],
    )
