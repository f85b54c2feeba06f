# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task costs before it does anything: small jobs, through ansible-playbook, and ours through both executions."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import yaml

from benchmarks.measuring import Case, Row, Sample, Target, failure, interleaved, ratio, run
from tests.integration.execution import EXECUTIONS, SETTINGS, VERBOSITY, executions_in
from tests.servers.rgw import Rgw
from tests.servers.store import NotHere, Store
from tests.servers.witness import Witness

SPACE = "my-space"
FLOOR = "ansible.builtin.ping"
THEIRS = "amazon.aws.s3_object"
OURS = "tidy.spaces.spaces_folder"
# By default it asks for encryption, which Ceph RGW refuses without keys of its own.
CREATE = {"mode": "create", "encrypt": False}
AS_SET = "mode: create, encrypt: false"
NEW = "NEW"  # stands for a name that no run had before
REPEATS = 5  # of a task without a loop, in a round: it is short, and differs by little
LOOP_SHARE = 5  # in a quick run one folder in so many


@dataclass(eq=False, frozen=True, kw_only=True)
class Job:
    """A play of one task; ``created``: how many markers must be there afterwards.

    ``execution`` is how it must run."""

    client: str
    setting: str
    tasks: Sequence[Mapping[str, Any]]
    folders: int = 1
    created: int = 0
    share: int = 1
    execution: str = ""


class Ours(NamedTuple):
    """What is measured of each execution."""

    created: Job
    absent: Job
    together: Job
    loop: Job


class Theirs(NamedTuple):
    """What that is compared with."""

    created: Job
    absent: Job
    loop: Job


def fixed_cost(*, folders: int, rounds: int, quick: bool, scratch: Path) -> list[Case]:
    """Time single tasks, and many folders in a loop and in one task."""
    share = LOOP_SHARE if quick else 1
    single = Case(
        title="Fixed cost: one task",
        measured="Seconds of ansible-playbook with one task, less the median of a play without tasks; "
        f"on a Ceph RGW on the same machine. {FLOOR} does nothing: the floor of a module. Our tasks run in the "
        f"controller's process, or as a module too; a log shows that they did. Each is run {REPEATS} times a round.",
    )
    many = Case(
        title=f"Fixed cost: {folders} folders created",
        measured=f"Likewise. Tasks with paths are run {REPEATS} times a round."
        + (f" Loops got a fifth of the folders, and their time is multiplied by {share}." if quick else ""),
    )
    empty = Job(client="no task", setting="the play itself, not taken off", tasks=[])
    idle = Job(client=FLOOR, setting="nothing done", tasks=[{FLOOR: {}}])
    theirs = _theirs(folders, share)
    in_process, module = (_ours(execution, folders, share) for execution in EXECUTIONS)
    tasks = [
        *(empty, idle, in_process.created, in_process.absent, module.created, module.absent),
        *(theirs.created, theirs.absent, in_process.together, module.together),
    ]
    loops = [in_process.loop, module.loop, theirs.loop]
    try:
        with Rgw() as store:
            witness = Witness.of(store, SPACE)
            witness.create_space()
            witness.put(["first"])  # which makes a new store create what it keeps objects in
            numbers = itertools.count()
            measured = _measure(tasks, store, rounds * REPEATS, scratch, numbers)
            measured |= _measure(loops, store, rounds, scratch, numbers)
    except NotHere as missing:
        single.not_run = many.not_run = str(missing)
        return [single, many]
    baseline = median(sample.wall for sample in measured[empty].samples)
    several = {in_process.together, module.together, *loops}
    for job, row in measured.items():
        row.baseline = 0.0 if job is empty else baseline
        (many if job in several else single).rows.append(row)

    def target(text: str, above: Job, below: Job, limit: float, *, at_least: bool = False) -> Target:
        return Target(text=text, figure=ratio(measured[above], measured[below]), limit=limit, at_least=at_least)

    single.targets = [
        target(f"{THEIRS}'s time, created in process", in_process.created, theirs.created, 0.35),
        target(f"{THEIRS}'s time, created as a module", module.created, theirs.created, 0.85),
        target(f"{THEIRS}'s time, nothing there, as a module", module.absent, theirs.absent, 0.85),
    ]
    together = f"as fast as {THEIRS} in a loop: one task"
    many.targets = [
        target(f"{together}, in process", theirs.loop, in_process.together, 200, at_least=True),
        target(f"{together}, as a module", theirs.loop, module.together, 50, at_least=True),
        target(f"as fast as {THEIRS}, both in a loop, in process", theirs.loop, in_process.loop, 12.5, at_least=True),
        target(f"{THEIRS}'s time, both in a loop, as a module", module.loop, theirs.loop, 0.85),
    ]
    return [single, many]


def _names(folders: int) -> list[str]:
    return [f"{NEW}/{number:03}/" for number in range(folders)]


def _ours(execution: str, folders: int, share: int) -> Ours:
    names = _names(folders)
    each = folders // share

    def job(setting: str, options: Mapping[str, Any], **more: Any) -> Job:
        loop = {"loop": names[:each]} if setting == "loop" else {}
        return Job(
            client=OURS, setting=f"{execution}, {setting}", tasks=[{OURS: options, **loop}], execution=execution, **more
        )

    return Ours(
        created=job("state: present, created", {"path": f"{NEW}/"}, created=1),
        absent=job("state: absent, found absent", {"path": f"{NEW}/", "state": "absent"}),
        together=job("one task, paths", {"paths": names}, folders=folders, created=folders),
        loop=job("loop", {"path": "{{ item }}"}, folders=each, created=each, share=share),
    )


def _theirs(folders: int, share: int) -> Theirs:
    item = {"bucket": SPACE, "object": f"{NEW}/"}
    each = folders // share
    loop = {THEIRS: {**item, "object": "{{ item }}", **CREATE}, "loop": _names(each)}
    return Theirs(
        created=Job(client=THEIRS, setting=f"{AS_SET}, created", tasks=[{THEIRS: {**item, **CREATE}}], created=1),
        absent=Job(client=THEIRS, setting="mode: delobj, nothing there", tasks=[{THEIRS: {**item, "mode": "delobj"}}]),
        loop=Job(client=THEIRS, setting=f"loop, {AS_SET}", tasks=[loop], folders=each, created=each, share=share),
    )


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
        sample = sample_of(job, store, f"run-{next(numbers):05}", scratch)
        rows[job].samples.append(sample)
        print(f"  {job.client}, {job.setting}: {sample.wall:.2f} s {sample.problem}", file=sys.stderr, flush=True)
    return rows


def sample_of(job: Job, store: Store, name: str, scratch: Path) -> Sample:
    """Run a job once, with a folder ``name``, and see what it did and which execution it took."""
    defaults = {
        OURS: {"space": SPACE},
        THEIRS: {
            "endpoint_url": store.endpoint,
            "access_key": store.access_key,
            "secret_key": store.secret_key,
            "region": "us-east-1",
        },
    }
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": {name: options for name, options in defaults.items() if name == job.client},
        "tasks": job.tasks,
    }
    playbook = scratch / "playbook.yml"
    playbook.write_text(yaml.safe_dump([play]).replace(NEW, name))
    nobodys = scratch / "ansible.cfg"
    nobodys.touch()
    task_log = scratch / "ansible.log"
    task_log.write_text("")
    environment = {
        **os.environ,
        **store.environment,
        **SETTINGS.get(job.execution, {}),
        "ANSIBLE_CONFIG": str(nobodys),
        "ANSIBLE_LOG_PATH": str(task_log),
        "ANSIBLE_LOG_VERBOSITY": str(VERBOSITY),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    }
    ended = run([str(Path(sys.executable).with_name("ansible-playbook")), str(playbook)], environment=environment)
    there = len(Witness.of(store, SPACE).keys(f"{name}/"))
    problems = failure(ended)
    if there != job.created:
        problems.append(f"{there} folders are there, not {job.created}")
    executions = executions_in(task_log.read_text(errors="replace"))
    if job.execution and executions != [job.execution]:
        problems.append(f"went {' and '.join(executions) or 'nowhere'}")
    return Sample(wall=ended.wall, problem=", ".join(problems))
