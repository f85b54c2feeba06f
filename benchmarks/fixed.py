# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task costs before it does anything: small jobs, through ansible-playbook."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import yaml

from tests.servers.rgw import Rgw
from tests.servers.store import NotHere, Store
from tests.servers.witness import Witness

from .measuring import Case, Row, Sample, Target, failure, interleaved, ratio, run

SPACE = "my-space"
FLOOR = "ansible.builtin.ping"
THEIRS = "amazon.aws.s3_object"
OURS = "tidy.spaces.spaces_folder"
# By default it asks for encryption, which Ceph RGW refuses without keys of its own.
CREATE = {"mode": "create", "encrypt": False}
AS_SET = "mode: create, encrypt: false"
NEW = "NEW"  # stands for a name that no run had before
REPEATS = 5  # of single tasks in a round: they are short, and differ by little
LOOP_SHARE = 5  # in a quick run one folder in so many


@dataclass(eq=False, frozen=True, kw_only=True)
class Job:
    """A play of one task; ``created``: how many markers must be there afterwards."""

    client: str
    setting: str
    tasks: Sequence[Mapping[str, Any]]
    folders: int = 1
    created: int = 0
    share: int = 1


def fixed_cost(*, folders: int, rounds: int, quick: bool, scratch: Path) -> list[Case]:
    """Time single tasks, and many folders in a loop and in one task."""
    share = LOOP_SHARE if quick else 1
    single = Case(
        title="Fixed cost: one task",
        measured="Seconds of ansible-playbook with one task, less the median of a play without tasks; "
        f"on a Ceph RGW on the same machine. {FLOOR} does nothing: the floor. Each is run {REPEATS} times a round.",
    )
    many = Case(
        title=f"Fixed cost: {folders} folders created",
        measured="Likewise. A loop runs the module once for each folder."
        + (f" Loops got a fifth of the folders, and their time is multiplied by {share}." if quick else ""),
    )
    try:
        with Rgw() as store:
            witness = Witness.of(store, SPACE)
            witness.create_space()
            witness.put(["first"])  # which makes a new store create what it keeps objects in
            empty = Job(client="no task", setting="the play itself, not taken off", tasks=[])
            singles, loops = _singles(), _loops(folders, share)
            numbers = itertools.count()
            measured = _measure([empty, *singles], store, rounds * REPEATS, scratch, numbers)
            measured |= _measure(loops, store, rounds, scratch, numbers)
    except NotHere as missing:
        single.not_run = many.not_run = str(missing)
        return [single, many]
    baseline = median(sample.wall for sample in measured[empty].samples)
    for job, row in measured.items():
        row.baseline = 0.0 if job is empty else baseline
        (many if job in loops else single).rows.append(row)
    created, absent, their_created, their_absent = (measured[job] for job in singles[1:])
    loop, task, their_loop = (measured[job] for job in loops[1:])
    single.targets = [
        Target(text=f"{THEIRS}'s time, created", figure=ratio(created, their_created), limit=0.85, at_least=False),
        Target(text=f"{THEIRS}'s time, nothing there", figure=ratio(absent, their_absent), limit=0.85, at_least=False),
    ]
    many.targets = [
        Target(text=f"as fast in one task as {THEIRS} in a loop", figure=ratio(their_loop, task), limit=50,
               at_least=True),
        Target(text=f"{THEIRS}'s time, both in a loop", figure=ratio(loop, their_loop), limit=0.85, at_least=False),
    ]  # fmt: skip
    return [single, many]


def _singles() -> list[Job]:
    folder, item = f"{NEW}/", {"bucket": SPACE, "object": f"{NEW}/"}
    create = {**item, **CREATE}
    return [
        Job(client=FLOOR, setting="nothing done", tasks=[{FLOOR: {}}]),
        Job(client=OURS, setting="state: present, created", tasks=[{OURS: {"path": folder}}], created=1),
        Job(client=OURS, setting="state: absent, found absent", tasks=[{OURS: {"path": folder, "state": "absent"}}]),
        Job(client=THEIRS, setting=f"{AS_SET}, created", tasks=[{THEIRS: create}], created=1),
        Job(client=THEIRS, setting="mode: delobj, nothing there", tasks=[{THEIRS: {**item, "mode": "delobj"}}]),
    ]


def _loops(folders: int, share: int) -> list[Job]:
    each = folders // share
    names = [f"{NEW}/{number:03}/" for number in range(folders)]
    item = {"bucket": SPACE, "object": "{{ item }}", **CREATE}
    loop = {"loop": names[:each]}
    shared = {"folders": each, "created": each, "share": share}
    return [
        Job(client=FLOOR, setting="loop", tasks=[{FLOOR: {}, **loop}], folders=each, share=share),
        Job(client=OURS, setting="loop", tasks=[{OURS: {"path": "{{ item }}"}, **loop}], **shared),
        Job(client=OURS, setting="one task, paths", tasks=[{OURS: {"paths": names}}], folders=folders, created=folders),
        Job(client=THEIRS, setting=f"loop, {AS_SET}", tasks=[{THEIRS: item, **loop}], **shared),
    ]


def _measure(
    jobs: Sequence[Job], store: Store, rounds: int, scratch: Path, numbers: itertools.count[int]
) -> dict[Job, Row]:
    rows = {
        job: Row(
            client=job.client,
            setting=job.setting,
            objects=job.folders * job.share,
            share=job.share,
            ours=job.client == OURS,
        )
        for job in jobs
    }
    for job in interleaved(jobs, rounds):
        sample = _sample(job, store, f"run-{next(numbers):05}", scratch)
        rows[job].samples.append(sample)
        print(f"  {job.client}, {job.setting}: {sample.wall:.2f} s {sample.problem}", file=sys.stderr, flush=True)
    return rows


def _sample(job: Job, store: Store, name: str, scratch: Path) -> Sample:
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": {
            "group/tidy.spaces.spaces": {"space": SPACE},
            THEIRS: {
                "endpoint_url": store.endpoint,
                "access_key": store.access_key,
                "secret_key": store.secret_key,
                "region": "us-east-1",
            },
        },
        "tasks": job.tasks,
    }
    playbook = scratch / "playbook.yml"
    playbook.write_text(yaml.safe_dump([play]).replace(NEW, name))
    nobodys = scratch / "ansible.cfg"
    nobodys.touch()
    environment = {
        **os.environ,
        **store.environment,
        "ANSIBLE_CONFIG": str(nobodys),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    }
    ended = run([str(Path(sys.executable).with_name("ansible-playbook")), str(playbook)], environment=environment)
    there = len(Witness.of(store, SPACE).keys(f"{name}/"))
    problems = failure(ended)
    if there != job.created:
        problems.append(f"{there} folders are there, not {job.created}")
    return Sample(wall=ended.wall, problem=", ".join(problems))
