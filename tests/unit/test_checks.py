# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands that run all checks miss none, run none twice, and do not take a failure for a success."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.integration.execution import EXECUTIONS
from tests.integration.matrix import OF_PLAYBOOKS, ONLY_ON, cells_of_promises, cells_of_rest, scenarios, scenarios_on
from tests.servers.registry import STORES
from tools.check import PLANS, Outcome, Part, read, table

MAKEFILE = (Path(__file__).parents[2] / "Makefile").read_text()
PYTEST = "=========== 1 failed, 12 passed, 3 skipped, 2 errors in 60.01s (0:01:00) ==========="
PART = Part("test-unit", "the engine")


@pytest.mark.parametrize(
    ("lines", "code", "passed", "failed", "skipped"),
    [
        ([PYTEST], 1, 12, 3, 3),
        (["12 passed in 3.10s"], 0, 12, 0, 0),
        (["12 passed in 3.10s", "=== 2 passed, 9 deselected in 1.00s ==="], 0, 14, 0, 0),
        (["24 passed, 0 failed, 2 skipped"], 0, 24, 0, 2),
        (["24 passed, 0 failed, 2 skipped"], 2, 24, 1, 2),
        (["no tests ran in 0.01s"], 5, 0, 1, 0),
        (["0 passed, 0 failed, 9 skipped"], 0, 0, 1, 9),
        (["All checks passed!", "14 files left unchanged"], 0, 1, 0, 0),
        (["Found 2 errors."], 1, 0, 1, 0),
        ([], 0, 1, 0, 0),
        ([], 2, 0, 1, 0),
    ],
)
def test_a_part_counts_what_it_says_at_its_end(
    lines: list[str], code: int, passed: int, failed: int, skipped: int
) -> None:
    outcome = read(PART, lines, code)
    assert (outcome.passed, outcome.failed, outcome.skipped) == (passed, failed, skipped)


def test_the_table_says_what_was_not_run_and_why() -> None:
    lines = [
        "SKIPPED [2] tests/integration/conftest.py:47: minio not run: no minio on PATH",
        "SKIPPED [3] tests/integration/test_prune.py: rgw lacks wings",
        "SKIPPED [1] moto lacks awkward",
        "1 passed, 0 failed, 6 skipped",
    ]
    outcome = read(PART, lines, 0)
    assert outcome.why == {"minio not run: no minio on PATH": 2, "rgw lacks wings": 3, "moto lacks awkward": 1}
    shown = table([outcome, Outcome("lint", "style", passed=1, wall=61.5, cpu=3)])
    assert "make test-unit: 2 not run: minio not run: no minio on PATH" in shown
    assert re.split(r" +\| +", shown[3]) == ["make lint", "style", "1", "0", "0", "1:01", "0:03"]


def test_a_failure_is_named_at_the_end() -> None:
    lines = [
        "tests/unit/test_x.py F",
        "FAILED tests/unit/test_x.py::test_y[1] - assert 1 == 2",
        "ERROR tests/unit/test_x.py::test_z - RuntimeError: no",
        "rgw       prune                module     FAILED (see /tmp/rgw-prune-module.log)",
        "rgw       prune                in-process passed",
        "63 passed, 3 failed, 0 skipped",
    ]
    assert read(PART, lines, 1).failures == lines[1:4]


@pytest.mark.parametrize(
    ("lines", "explanation"),
    [
        (
            [">       assert x == y", "E       AssertionError: two", "E         lines", "x.py:7: Error", "1 failed"],
            ["E       AssertionError: two", "E         lines"],
        ),
        (["plugins/x.py:7: error: no", "Found 1 error"], ["plugins/x.py:7: error: no", "Found 1 error"]),
        ([*map(str, range(50))], [*map(str, range(10, 50))]),
    ],
)
def test_a_failure_is_explained_at_the_end(lines: list[str], explanation: list[str]) -> None:
    assert read(PART, lines, 1).explanation == explanation
    assert read(PART, ["E       no failure"], 0).explanation == []


def test_each_part_is_a_target_and_is_run_once() -> None:
    targets = [part.target for parts in PLANS.values() for part in parts]
    assert len(targets) == len(set(targets))
    assert set(targets) <= set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    for parts in PLANS.values():
        for number, part in enumerate(parts):
            assert set(part.after) <= {other.target for other in parts[:number]}


def test_no_part_runs_another_as_a_prerequisite() -> None:
    targets = {part.target for parts in PLANS.values() for part in parts} - {"environment", "debian"}
    for target, prerequisites in re.findall(r"^([a-z-]+):([^#\n]*)", MAKEFILE, re.MULTILINE):
        if target in targets:
            assert not targets & set(prerequisites.split()), target


def test_every_scenario_runs_on_its_stores_once_and_in_both_executions() -> None:
    cells = [*cells_of_promises(), *cells_of_rest()]
    assert len(cells) == len(set(cells))
    assert {(cell.scenario, cell.store) for cell in cells} == {
        (name, store) for store in STORES for name in scenarios_on(store)
    }
    assert all(
        set(scenarios()) - set(scenarios_on(store)) <= set(OF_PLAYBOOKS) for store in STORES if store not in ONLY_ON
    )
    assert {(cell.scenario, cell.execution) for cell in cells} == {
        (name, execution) for name in scenarios() for execution in EXECUTIONS
    }
