# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run molecule scenarios on the stores of this machine, and end with a table that hides nothing.

``python -m tests.integration.matrix [--store NAME …] [--scenario NAME …] [--execution NAME …] [--jobs N]``

Without ``--part``, every scenario runs on every store, in the controller's process and as a module.
``--part promises`` runs the main promises on two stores. ``--part rest`` runs every other scenario and store, without
molecule, which takes as long as all of a scenario's tasks. In both, the two executions take turns: neither depends on
the store, and ``test_parity.py`` compares their results key by key.
"""

from __future__ import annotations

import argparse
import functools
import os
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from tests.integration.execution import EXECUTIONS
from tests.integration.scenario import ROOT, SCENARIOS, read, run_scenario
from tests.servers.moto import Moto
from tests.servers.registry import OVER_TLS, STORES
from tests.servers.store import NotHere, Store

PASSED, FAILED, NOT_HERE = "passed", "FAILED", "not here"
PROMISES = ("siblings", "many_objects", "versioned_space", "incomplete_uploads", "check_mode", "guards")
ONLY_ON: dict[str, tuple[str, ...]] = {  # every other store has all scenarios
    OVER_TLS: ("many_objects", "scaffold"),  # batches and a PUT; test_tls.py proves whom a client trusts
    Moto.name: (),  # it is no real store, and all tests of playbooks and tasks in tests/integration run on it
}
OF_PLAYBOOKS = ("fleet_teardown", "prune_playbook", "scaffold", "teardown")
"""Scenarios of playbooks. They run on the two stores that prove the promises: a playbook only calls modules, and the
other scenarios prove what the modules do on each store."""
PREFERRED = ("rgw", "seaweedfs", "minio", "moto")  # of these, the first two that are here prove the promises


class Cell(NamedTuple):
    """One scenario on one store, in one execution."""

    scenario: str
    execution: str
    store: str


Table = dict[Cell, str]


def scenarios() -> list[str]:
    """Name all scenarios."""
    return sorted(path.parent.name for path in SCENARIOS.glob("*/molecule.yml"))


def needs_of(scenario: str) -> set[str]:
    """Name the capabilities that a scenario needs."""
    return set(read(scenario, "needs.yml")["needs"])


def scenarios_on(store: str) -> Sequence[str]:
    """Name the scenarios that run on a store: all of them, if it has to prove the main promises."""
    if store in proving():
        return scenarios()
    return ONLY_ON.get(store, [scenario for scenario in scenarios() if scenario not in OF_PLAYBOOKS])


@functools.cache
def is_here(store: str) -> bool:
    """Return whether a store can be run on this machine."""
    try:
        STORES[store]().require()
    except NotHere:
        return False
    return True


def proving() -> list[str]:
    """Name the two stores that prove the main promises."""
    return list(filter(is_here, PREFERRED))[:2]


def every_cell() -> list[Cell]:
    """Name a cell for each scenario and store, with both executions in turn for each scenario and for each store."""
    stores = list(dict.fromkeys([*proving(), *STORES]))
    return [
        Cell(scenario, EXECUTIONS[(number + shift) % len(EXECUTIONS)], store)
        for number, scenario in enumerate(scenarios())
        for shift, store in enumerate(stores)
        if scenario in scenarios_on(store)
    ]


def cells_of_promises() -> list[Cell]:
    """Name the cells that prove the main promises."""
    return [cell for cell in every_cell() if cell.scenario in PROMISES and cell.store in proving()]


def cells_of_rest() -> list[Cell]:
    """Name the cells that prove everything else."""
    promises = cells_of_promises()
    return [cell for cell in every_cell() if cell not in promises]


def run_all(cells: Sequence[Cell], logs: Path, jobs: int, *, with_molecule: bool) -> tuple[Table, dict[str, str]]:
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
                lambda cell: (
                    NOT_HERE
                    if cell.store in absent
                    else _run(running[cell.store], cell, logs, with_molecule=with_molecule)
                ),
                cells,
            )
            return dict(zip(cells, outcomes, strict=True)), absent


def _run(store: Store, cell: Cell, logs: Path, *, with_molecule: bool) -> str:
    lacking = needs_of(cell.scenario) - store.capabilities
    if lacking:
        return f"lacks {', '.join(sorted(lacking))}"
    problem = run_scenario(store, cell.scenario, cell.execution, logs=logs, with_molecule=with_molecule)
    outcome = FAILED if problem else PASSED
    print(f"{store.name:9} {cell.scenario:20} {cell.execution:10} {outcome}{problem and f' ({problem})'}", flush=True)
    return outcome


def show(table: Table, absent: dict[str, str]) -> None:
    """Print a row for each scenario and execution, a column for each store, and what was not run and why."""
    columns = list(dict.fromkeys(cell.store for cell in table))
    rows = [["scenario", "execution", *columns]]
    for scenario, execution in sorted({(cell.scenario, cell.execution) for cell in table}):
        rows.append([scenario, execution, *(table.get(Cell(scenario, execution, store), "") for store in columns)])
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
    parser.add_argument("--execution", action="append", choices=EXECUTIONS, default=[])
    parser.add_argument("--jobs", type=int, default=max(2, os.cpu_count() or 2))
    parser.add_argument("--logs", type=Path, default=ROOT / ".cache" / "molecule")
    parser.add_argument("--part", choices=["promises", "rest"])
    asked = parser.parse_args()
    asked.logs.mkdir(parents=True, exist_ok=True)
    cells = [
        Cell(scenario, execution, store)
        for store in asked.store or STORES
        for scenario in asked.scenario or scenarios()
        for execution in asked.execution or EXECUTIONS
    ]
    if asked.part:
        part = cells_of_promises() if asked.part == "promises" else cells_of_rest()
        cells = [cell for cell in part if cell in cells]
    table, absent = run_all(cells, asked.logs, asked.jobs, with_molecule=asked.part != "rest")
    show(table, absent)
    passed = sum(outcome == PASSED for outcome in table.values())
    failed = sum(outcome == FAILED for outcome in table.values())
    print(f"\n{passed} passed, {failed} failed, {len(table) - passed - failed} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
