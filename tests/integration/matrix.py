# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run every molecule scenario on every store that this machine has, and end with a table that hides nothing.

``python -m tests.integration.matrix [--store NAME …] [--scenario NAME …] [--jobs N]``
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml

from tests.servers.registry import STORES
from tests.servers.store import NotHere, Store

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "extensions" / "molecule"
PASSED, FAILED, NOT_RUN = "passed", "FAILED", "not run"
LONGEST = 1200  # seconds that one scenario may take on one store
Table = dict[tuple[str, str], str]


def scenarios() -> list[str]:
    """Name all scenarios."""
    return sorted(path.parent.name for path in SCENARIOS.glob("*/molecule.yml"))


def needs_of(scenario: str) -> set[str]:
    """Name the capabilities that a scenario needs."""
    return set(yaml.safe_load((SCENARIOS / scenario / "needs.yml").read_text())["needs"])


def run_store(name: str, chosen: Sequence[str], logs: Path, jobs: int) -> tuple[Table, str | None]:
    """Run scenarios on one store; return what each gave, and why the store was not there, if so."""
    try:
        with STORES[name]() as store, ThreadPoolExecutor(jobs) as pool:
            outcomes = list(pool.map(lambda scenario: _run(store, scenario, logs), chosen))
    except NotHere as missing:
        return {(scenario, name): NOT_RUN for scenario in chosen}, str(missing)
    return {(scenario, name): outcome for scenario, outcome in zip(chosen, outcomes, strict=True)}, None


def _run(store: Store, scenario: str, logs: Path) -> str:
    lacking = needs_of(scenario) - store.capabilities
    if lacking:
        return f"no {', '.join(sorted(lacking))}"
    log = logs / f"{store.name}-{scenario}.log"
    # A directory of its own: in another one molecule may remember that the scenario was prepared.
    ephemeral = store.directory / "molecule" / scenario
    ephemeral.mkdir(parents=True)
    environment = {
        **os.environ,
        **store.environment,
        "MOLECULE_EPHEMERAL_DIRECTORY": str(ephemeral),
        "NO_COLOR": "1",
    }
    with log.open("wb") as output:
        try:
            code = subprocess.run(
                [Path(sys.executable).with_name("molecule"), "test", "--scenario-name", scenario],
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
    outcome = PASSED if code == 0 else FAILED
    print(f"{store.name:8} {scenario:20} {outcome}{'' if code == 0 else f' (see {log})'}", flush=True)
    return outcome


def show(table: Table, absent: dict[str, str]) -> None:
    """Print a row for each scenario and a column for each store, and what was not run and why."""
    rows, columns = (list(dict.fromkeys(pair[part] for pair in table)) for part in (0, 1))
    width = max(len(row) for row in rows)
    widths = [max(len(column), *(len(table[row, column]) for row in rows)) for column in columns]
    print(
        "\n"
        + " | ".join(["scenario".ljust(width), *(name.ljust(size) for name, size in zip(columns, widths, strict=True))])
    )
    print("-|-".join(["-" * width, *("-" * size for size in widths)]))
    for row in rows:
        cells = [table[row, column].ljust(size) for column, size in zip(columns, widths, strict=True)]
        print(" | ".join([row.ljust(width), *cells]))
    for name, reason in absent.items():
        print(f"{name} was not run: {reason}")


def main() -> int:
    """Run the matrix; fail if a scenario failed or none ran."""
    parser = argparse.ArgumentParser(prog="python -m tests.integration.matrix")
    parser.add_argument("--store", action="append", choices=list(STORES), default=[])
    parser.add_argument("--scenario", action="append", choices=scenarios(), default=[])
    parser.add_argument("--jobs", type=int, default=max(2, os.cpu_count() or 2))
    parser.add_argument("--logs", type=Path, default=ROOT / ".cache" / "molecule")
    asked = parser.parse_args()
    asked.logs.mkdir(parents=True, exist_ok=True)
    table: Table = {}
    absent: dict[str, str] = {}
    for name in asked.store or STORES:
        outcomes, missing = run_store(name, asked.scenario or scenarios(), asked.logs, asked.jobs)
        table.update(outcomes)
        if missing:
            absent[name] = missing
    show(table, absent)
    passed = sum(outcome == PASSED for outcome in table.values())
    failed = sum(outcome == FAILED for outcome in table.values())
    print(f"\n{passed} passed, {failed} failed, {len(table) - passed - failed} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
