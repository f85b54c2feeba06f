# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fleet gains where the store limits each client."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.bulk import FAR, far
from benchmarks.keyspace import SUBFOLDERS
from benchmarks.measuring import Case, Row, Sample, Target, failure, interleaved, ratio, run

RATE = 20.0  # requests a second that the store allows to each access key
SIZES = (1, 4)  # hosts
LIMIT = 2.0  # times as fast, of the four that would be possible


def inventory(hosts: int, endpoint: str) -> str:
    """Describe a fleet on this machine; each host has an access key of its own."""
    connection = {"endpoint_url": endpoint, "region": "us-east-1", "secret_key": "any", "request_rate": RATE}
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    members = {
        f"worker-{number}": {**local, "spaces_connection": {**connection, "access_key": f"worker-{number}"}}
        for number in range(hosts)
    }
    return json.dumps({"all": {"children": {"spaces_fleet": {"hosts": members}}}})


def fleet(*, objects: int, rounds: int, scratch: Path) -> Case:
    """Remove a folder with one host, and with four."""
    case = Case(
        title=f"A fleet: {objects:,} objects in {SUBFOLDERS} subfolders",
        measured="Seconds of ansible-playbook tidy.spaces.fleet_teardown, on the model of a far store that allows "
        f"{RATE:g} requests a second to each access key. Each host has its own access key, and request_rate: {RATE:g}. "
        "All hosts are on one machine. If the store limits all clients of a Space together, a fleet gains nothing.",
    )
    rows = {
        hosts: Row(client="tidy.spaces.fleet_teardown", setting=f"hosts: {hosts}", objects=objects, ours=True)
        for hosts in SIZES
    }
    for hosts in interleaved(SIZES, rounds):
        rows[hosts].samples.append(_sample(hosts, objects, scratch))
        print(f"  a fleet of {hosts}: {rows[hosts].samples[-1].wall:.1f} s", file=sys.stderr, flush=True)
    case.rows = list(rows.values())
    gain = ratio(*(rows[hosts] for hosts in SIZES))
    case.targets = [Target(text="as fast with four hosts as with one", figure=gain, limit=LIMIT, at_least=True)]
    return case


def _sample(hosts: int, objects: int, scratch: Path) -> Sample:
    members = scratch / "hosts.json"
    with far("subfolders", objects, distance=replace(FAR, rate_per_key=RATE)) as (place, look):
        members.write_text(inventory(hosts, place.store.endpoint))
        command: Sequence[str | Path] = [
            Path(sys.executable).with_name("ansible-playbook"), "tidy.spaces.fleet_teardown",
            f"--inventory={members}", "--forks=4",
            f"--extra-vars=spaces_space={place.space} spaces_path=folder spaces_confirm=folder",
        ]  # fmt: skip
        ended = run([str(part) for part in command], environment=os.environ)
        remains = look()
    problems = failure(ended)
    if remains.left or remains.siblings_lost:
        problems.append(f"left {remains.left:,} keys, removed {remains.siblings_lost} siblings")
    return Sample(wall=ended.wall, problem=", ".join(problems), requests=remains.requests, store_cpu=remains.cpu)
