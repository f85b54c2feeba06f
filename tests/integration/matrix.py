# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run every molecule scenario through both doors on every store that this machine has, and end with a table that
hides nothing.

``python -m tests.integration.matrix [--store NAME …] [--scenario NAME …] [--door NAME …] [--jobs N]``

``--part promises`` runs the main promises on two stores, each through another door. ``--part rest`` runs what that
leaves: every scenario on every store, through both doors on one of them. On the others the doors take turns: no door
knows which store it leads to, and ``test_doors.py`` compares them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import yaml

from tests.integration.doors import DOORS, SETTINGS, TELL, doors_in
from tests.servers.registry import STORES
from tests.servers.store import NotHere, Store

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "extensions" / "molecule"
PASSED, FAILED, NOT_HERE = "passed", "FAILED", "not here"
LONGEST = 1200  # seconds that one scenario may take on one store
PROMISES = ("siblings", "many_objects", "versioned_space", "incomplete_uploads", "check_mode", "guards")
PREFERRED = ("rgw", "seaweedfs", "minio", "moto")  # of these, the first two that are here prove the promises


class Cell(NamedTuple):
    """One scenario, through one door, on one store."""

    scenario: str
    door: str
    store: str


Table = dict[Cell, str]


def scenarios() -> list[str]:
    """Name all scenarios."""
    return sorted(path.parent.name for path in SCENARIOS.glob("*/molecule.yml"))


def needs_of(scenario: str) -> set[str]:
    """Name the capabilities that a scenario needs."""
    return set(yaml.safe_load((SCENARIOS / scenario / "needs.yml").read_text())["needs"])


def is_here(store: str) -> bool:
    """Tell whether a store can be run on this machine."""
    try:
        STORES[store]().require()
    except NotHere:
        return False
    return True


def proving() -> list[str]:
    """Name the two stores that prove the main promises."""
    return list(filter(is_here, PREFERRED))[:2]


def turns() -> dict[tuple[str, str], str]:
    """Choose one door for each scenario and store, so that all doors come to all of them in turn."""
    stores = list(dict.fromkeys([*proving(), *STORES]))
    return {
        (scenario, store): DOORS[(number + shift) % len(DOORS)]
        for number, scenario in enumerate(scenarios())
        for shift, store in enumerate(stores)
    }


def cells_of_promises() -> list[Cell]:
    """Name the cells that prove the main promises: each through one door on one store, through the other on another."""
    return [
        Cell(name, door, store) for (name, store), door in turns().items() if name in PROMISES and store in proving()
    ]


def cells_of_rest() -> list[Cell]:
    """Name the cells that prove everything else: all through both doors on one store, and by turns on the others."""
    promises = cells_of_promises()
    first, *_others = proving()
    chosen = [
        Cell(name, each, store)
        for (name, store), door in turns().items()
        for each in (DOORS if store == first else (door,))
    ]
    return [cell for cell in chosen if cell not in promises]


def run_all(cells: Sequence[Cell], logs: Path, jobs: int) -> tuple[Table, dict[str, str]]:
    """Run scenarios, with all stores up, so that no processor waits for the last ones on each; return what each gave,
    and which stores were not there and why.
    """
    running: dict[str, Store] = {}
    absent: dict[str, str] = {}
    with ExitStack() as stores:
        for name in dict.fromkeys(cell.store for cell in cells):
            try:
                running[name] = stores.enter_context(STORES[name]())
            except NotHere as missing:
                absent[name] = str(missing)
        with ThreadPoolExecutor(jobs) as pool:
            outcomes = pool.map(
                lambda cell: NOT_HERE if cell.store in absent else _run(running[cell.store], cell, logs), cells
            )
            return dict(zip(cells, outcomes, strict=True)), absent


def _run(store: Store, cell: Cell, logs: Path) -> str:
    lacking = needs_of(cell.scenario) - store.capabilities
    if lacking:
        return f"lacks {', '.join(sorted(lacking))}"
    log = logs / f"{store.name}-{cell.scenario}-{cell.door}.log"
    task_log = log.with_suffix(".tasks.log")
    task_log.write_text("")
    # A directory of its own: in another one molecule may remember that the scenario was prepared.
    ephemeral = store.directory / "molecule" / cell.door / cell.scenario
    ephemeral.mkdir(parents=True)
    environment = {
        **os.environ,
        **SETTINGS[cell.door],
        **store.environment,
        "TEST_SPACE": f"{cell.scenario}-{cell.door}".replace("_", "-"),
        "MOLECULE_EPHEMERAL_DIRECTORY": str(ephemeral),
        "ANSIBLE_LOG_PATH": str(task_log),
        "ANSIBLE_LOG_VERBOSITY": str(TELL),
        "NO_COLOR": "1",
    }
    with log.open("wb") as output:
        try:
            code = subprocess.run(
                [Path(sys.executable).with_name("molecule"), "test", "--scenario-name", cell.scenario],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=LONGEST,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            code = -1
    doors = doors_in(task_log.read_text(errors="replace"))
    outcome = PASSED if code == 0 and doors == [cell.door] else FAILED
    why = f" (see {log})" if code else f" (its tasks went {' and '.join(doors) or 'nowhere'}, see {task_log})"
    print(f"{store.name:8} {cell.scenario:20} {cell.door:10} {outcome}{'' if outcome == PASSED else why}", flush=True)
    return outcome


def show(table: Table, absent: dict[str, str]) -> None:
    """Print a row for each scenario and door, a column for each store, and what was not run and why."""
    columns = list(dict.fromkeys(cell.store for cell in table))
    rows = [["scenario", "door", *columns]]
    for scenario, door in sorted({(cell.scenario, cell.door) for cell in table}):
        rows.append([scenario, door, *(table.get(Cell(scenario, door, store), "") for store in columns)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rows.insert(1, ["-" * width for width in widths])
    print()
    for row in rows:
        print(" | ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
    left_out = Counter(
        f"{cell.store} {outcome}{f': {absent[cell.store]}' if cell.store in absent else ''}"
        for cell, outcome in table.items()
        if outcome not in (PASSED, FAILED)
    )
    for reason, number in left_out.items():
        print(f"SKIPPED [{number}] {reason}")


def main() -> int:
    """Run the matrix; fail if a scenario failed or none ran."""
    parser = argparse.ArgumentParser(prog="python -m tests.integration.matrix")
    parser.add_argument("--store", action="append", choices=list(STORES), default=[])
    parser.add_argument("--scenario", action="append", choices=scenarios(), default=[])
    parser.add_argument("--door", action="append", choices=DOORS, default=[])
    parser.add_argument("--jobs", type=int, default=max(2, os.cpu_count() or 2))
    parser.add_argument("--logs", type=Path, default=ROOT / ".cache" / "molecule")
    parser.add_argument("--part", choices=["promises", "rest"])
    asked = parser.parse_args()
    asked.logs.mkdir(parents=True, exist_ok=True)
    cells = [
        Cell(scenario, door, store)
        for store in asked.store or STORES
        for scenario in asked.scenario or scenarios()
        for door in asked.door or DOORS
    ]
    if asked.part:
        part = cells_of_promises() if asked.part == "promises" else cells_of_rest()
        cells = [cell for cell in part if cell in cells]
    table, absent = run_all(cells, asked.logs, asked.jobs)
    show(table, absent)
    passed = sum(outcome == PASSED for outcome in table.values())
    failed = sum(outcome == FAILED for outcome in table.values())
    print(f"\n{passed} passed, {failed} failed, {len(table) - passed - failed} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
