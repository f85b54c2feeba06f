# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders of many objects: near a store that is slow by itself, far from one that is not, and ever larger."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from benchmarks import peers
from benchmarks.far_store import Distance, FarStore
from benchmarks.keyspace import FOLDER, SIBLINGS, SUBFOLDERS, flat
from benchmarks.measuring import Case, Row, Sample, Target, failure, fastest, interleaved, ratio
from benchmarks.peers import OURS, Client, Place
from tests.integration import process
from tests.servers.rgw import Rgw
from tests.servers.store import NotHere, Store
from tests.servers.witness import Witness

FAR = Distance(round_trip=60, page=60, key=0.6)
STORE_BOUND_SUBFOLDERS = 100
FILLERS = 4  # processes
MEBIBYTE = 1024**2


class Remains(NamedTuple):
    """What is there after a run, and what the store knows of it."""

    left: int
    siblings_lost: int
    requests: dict[str, int]
    cpu: float | None


Prepared = AbstractContextManager[tuple[Place, Callable[[], Remains]]]
Prepare = Callable[[int], Prepared]  # makes a folder of so many objects


def network_bound(*, objects: int, rate: float, rounds: int, scratch: Path) -> Iterator[Case]:
    """Remove from a store far away, which stands ``rate`` requests a second, or any number."""
    distance = replace(FAR, rate=rate)
    bound = f"more than {rate:g} requests a second answered 503 SlowDown" if rate else "served in parallel"
    common = [peers.ours(workers=32), peers.s5cmd(), peers.s5cmd(workers=32), peers.boto3(share=10)]
    single = [
        peers.rclone(share=100),
        peers.rclone(at_once=256, share=10),
        peers.aws(share=20),
        peers.aws(at_once=100, share=10),
    ]
    for shape, what in (
        ("subfolders", f"in {SUBFOLDERS} subfolders"),
        ("flat", "in one flat folder"),
    ):
        case = Case(
            title=f"Network-bound: {objects:,} objects {what}",
            measured=f"Seconds from the command's start to its end, on a model of a far store: {FAR.round_trip:g} ms "
            f"round trip, {FAR.page:g} ms for a page of a listing, {FAR.key:g} ms for each key of a deletion, requests "
            f"{bound}. Clients with a share got one in so many of the objects, and their time is multiplied. "
            "The module is a process of its own, without ansible-playbook.",
        )
        clients = common + (single if shape == "subfolders" else [])
        case.rows = measure(clients, partial(far, shape, distance=distance), objects, rounds, scratch)
        us = fastest(case.rows, OURS)
        speedup = ratio(fastest(case.rows, "s5cmd rm"), us)
        if shape == "subfolders":
            slow = next((row for row in case.rows if row.client.startswith("aws") and row.setting == "defaults"), None)
            case.targets = [
                Target(text="as fast as s5cmd", figure=speedup, limit=3, at_least=True),
                Target(text="as fast as aws s3 rm --recursive", figure=ratio(slow, us), limit=50, at_least=True),
            ]
        else:
            case.targets = [Target(text="as fast as s5cmd", figure=speedup, limit=1, at_least=True)]
        yield case


def store_bound(*, objects: int, rounds: int, scratch: Path) -> Case:
    """Remove from a real Ceph RGW on this machine."""
    case = Case(
        title=f"Store-bound: {objects:,} objects in {STORE_BOUND_SUBFOLDERS} subfolders of a Ceph RGW",
        measured="Seconds from the command's start to its end, on a real Ceph RGW on the same machine, which is the "
        "slower part. The module is a process of its own, without ansible-playbook.",
    )
    clients = [
        peers.ours(workers=16),
        peers.ours(workers=32),
        peers.s5cmd(),
        peers.s5cmd(workers=32),
        peers.rclone(at_once=32),
        peers.boto3(),
        peers.aws(),
    ]
    try:
        with Rgw() as store:
            numbers = itertools.count()
            case.rows = measure(clients, lambda count: _near(store, next(numbers), count), objects, rounds, scratch)
    except NotHere as missing:
        case.not_run = str(missing)
        return case
    slowdown = ratio(fastest(case.rows, OURS), fastest(case.rows, "s5cmd rm"))
    case.targets = [Target(text="s5cmd's time", figure=slowdown, limit=1, at_least=False)]
    return case


def scale(*, sizes: Sequence[int], rounds: int, scratch: Path) -> Case:
    """Remove ever larger folders from the model, which takes no time."""
    case = Case(
        title="Scale: one flat folder, ever larger",
        measured="The module's own process on the model without delays: seconds from start to end, CPU for each "
        "object with the start included, and the largest resident set, read by the process itself.",
    )
    client = peers.ours(workers=16)
    for size in sizes:
        case.rows += measure([client], partial(far, "flat", distance=Distance()), size, rounds, scratch)
    smallest, largest = case.rows[0], case.rows[-1]
    growth = None
    if smallest is not largest and largest.peak_memory and smallest.peak_memory:
        growth = (largest.peak_memory - smallest.peak_memory) / MEBIBYTE
    case.targets = [
        Target(
            text=f"more peak memory for {largest.objects:,} objects than for {smallest.objects:,}",
            figure=growth, limit=20, at_least=False, unit=" MiB",
        ),
        Target(
            text=f"of client CPU an object, for {largest.objects:,}",
            figure=largest.cpu_per_object, limit=35, at_least=False, unit=" µs",
        ),
    ]  # fmt: skip
    return case


def measure(clients: Sequence[Client], prepare: Prepare, objects: int, rounds: int, scratch: Path) -> list[Row]:
    """Give every client a fresh folder in every round."""
    rows = {
        client: Row(
            client=client.name,
            setting=client.setting,
            objects=objects,
            share=client.share,
            ours=client.name == OURS,
        )
        for client in clients
    }
    for client in interleaved(clients, rounds):
        with prepare(objects // client.share) as (place, look):
            sample = _sample(client, place, look, scratch)
        rows[client].samples.append(sample)
        line = f"  {client.name}, {client.setting}, {objects // client.share:,} objects: {sample.wall:.1f} s"
        print(f"{line} {sample.problem}", file=sys.stderr, flush=True)
    return list(rows.values())


def _sample(client: Client, place: Place, look: Callable[[], Remains], scratch: Path) -> Sample:
    ended = client.remove(place, scratch)
    remains = look()
    problems = failure(ended)
    if remains.left:
        problems.append(f"left {remains.left:,} keys")
    if remains.siblings_lost:
        problems.append(f"removed {remains.siblings_lost} siblings")
    read = client.name == OURS and not ended.code
    return Sample(
        wall=ended.wall,
        cpu=ended.cpu,
        problem=", ".join(problems),
        peak_memory=process.read(ended.stdout, ended.stderr).peak_memory if read else None,
        requests=remains.requests,
        store_cpu=remains.cpu,
    )


@contextmanager
def far(shape: str, count: int, *, distance: Distance) -> Iterator[tuple[Place, Callable[[], Remains]]]:
    """Start the model with a folder of ``count`` objects."""
    store = FarStore(shape=shape, count=count, distance=distance)
    with store:
        yield Place(store=store, space="my-space"), lambda: Remains(**store.state())


@contextmanager
def _near(store: Store, number: int, count: int) -> Iterator[tuple[Place, Callable[[], Remains]]]:
    """Fill a Space that nobody has used: an old one's index is full of what was removed."""
    witness = Witness.of(store, f"space-{number}")
    witness.create_space()
    names = [f"{FOLDER}build-{each % STORE_BOUND_SUBFOLDERS:03}/{flat(each)}" for each in range(count)]
    shares = [(store.environment, witness.space, names[first::FILLERS]) for first in range(FILLERS)]
    with ProcessPoolExecutor(FILLERS, mp_context=get_context("spawn")) as pool:
        list(pool.map(_fill, shares))
    witness.put(SIBLINGS)

    def look() -> Remains:
        keys = witness.keys()
        left = sum(key.startswith(FOLDER) for key in keys)
        return Remains(left, len(set(SIBLINGS) - set(keys)), {}, None)

    yield Place(store=store, space=witness.space), look


def _fill(share: tuple[dict[str, str], str, Sequence[str]]) -> None:
    """Put one process's share of the objects: one process alone cannot keep the store busy."""
    environment, space, keys = share
    os.environ.update(environment)
    Witness.from_environment(space).put(keys, b"1")
