# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure this collection beside what else removes folders: ``python -m benchmarks [--quick] [--case NAME …]``."""

from __future__ import annotations

import argparse
import datetime
import json
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import bulk, entries, fixed, fleet, restoring
from benchmarks.chart import draw
from benchmarks.machine import facts
from benchmarks.measuring import Case, as_json
from benchmarks.report import markdown

CASES = ("store", "network", "fixed", "scale", "entries", "restore", "fleet")
RESULTS = Path(__file__).parent / "results"


def options(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line; what is not given follows from ``--quick``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes and one round: about eight minutes")
    parser.add_argument("--case", action="append", choices=CASES, default=[], help="again for more; by default all")
    parser.add_argument("--rounds", type=int, help="how often each client runs (3)")
    parser.add_argument("--store-objects", type=int, help="in the real store (20000)")
    parser.add_argument("--network-objects", type=int, help="in the model of a far store (200000)")
    parser.add_argument("--rate", type=float, default=0, help="requests a second that the far store stands (any)")
    parser.add_argument("--folders", type=int, default=100, help="to create in a loop and in one task (100)")
    parser.add_argument("--scale", type=int, action="append", help="a size; again for more (10000, 100000, 1000000)")
    parser.add_argument("--output", type=Path, default=RESULTS, help="a directory (benchmarks/results)")
    asked = parser.parse_args(arguments)
    quick = asked.quick
    asked.case = asked.case or list(CASES)
    asked.rounds = asked.rounds or (1 if quick else 3)
    asked.store_objects = asked.store_objects or (2_000 if quick else 20_000)
    asked.network_objects = asked.network_objects or (20_000 if quick else 200_000)
    asked.scale = sorted(asked.scale or ([10_000, 100_000] if quick else [10_000, 100_000, 1_000_000]))
    return asked


def measure(asked: argparse.Namespace, scratch: Path) -> Iterator[Case]:
    """Run the cases that were asked for."""
    if "store" in asked.case:
        yield bulk.store_bound(objects=asked.store_objects, rounds=asked.rounds, scratch=scratch)
    if "network" in asked.case:
        yield from bulk.network_bound(
            objects=asked.network_objects, rate=asked.rate, rounds=asked.rounds, scratch=scratch
        )
    if "fixed" in asked.case:
        yield from fixed.fixed_cost(folders=asked.folders, rounds=asked.rounds, quick=asked.quick, scratch=scratch)
    if "scale" in asked.case:
        yield bulk.scale(sizes=asked.scale, rounds=asked.rounds, scratch=scratch)
    if "entries" in asked.case:
        yield entries.entry_cost(sizes=asked.scale, rounds=asked.rounds, scratch=scratch)
    if "restore" in asked.case:
        yield restoring.restoring(objects=asked.network_objects, rounds=asked.rounds, scratch=scratch)
    if "fleet" in asked.case:
        yield fleet.fleet(objects=asked.store_objects, rounds=asked.rounds, scratch=scratch)


def main() -> int:
    """Measure; write the results down after each case, so that what was measured is not lost."""
    asked = options(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_received: sys.exit(1))  # so that what was started is ended
    asked.output.mkdir(parents=True, exist_ok=True)
    stem = asked.output / ("quick" if asked.quick else "full")
    known = {
        "Date": f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}",
        **facts(),
        "Rounds": str(asked.rounds),
    }
    for name, value in known.items():
        print(f"{name}: {value}", file=sys.stderr)
    cases: list[Case] = []
    with tempfile.TemporaryDirectory() as scratch:
        for case in measure(asked, Path(scratch)):
            cases.append(case)
            print(f"{case.title}: {case.not_run or 'done'}", file=sys.stderr, flush=True)
            document = {"facts": known, "cases": [as_json(each) for each in cases]}
            stem.with_suffix(".json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
            stem.with_suffix(".md").write_text(markdown(cases, facts=known))
    draw(cases, stem=stem)
    print(markdown(cases, facts=known))
    failed = [
        f"{row.client}, {row.setting}: {each}"
        for case in cases
        for row in case.rows
        for each in row.problems
        if row.ours
    ]
    for line in failed:
        print(f"This collection failed: {line}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
