# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan is only for the run that it was made for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.plugin_utils.plans import plan_of, plan_problem, preview_problem

DEFAULTS = {"versions": "current"}
ENTRIES = [{"space": "one", "paths": ["a"], "secret_key": "s3cret"}, {"space": "two", "paths": ["b", "c/d"]}]


def result(
    space: str, *paths: str, endpoint: str = "https://s3.example.com", as_of: str = "2026-01-01T12:00:00Z"
) -> Any:
    return {
        "space": space,
        "endpoint": endpoint,
        "folders": [{"path": path} for path in paths],
        "totals": {"objects": 1},
        "etag": f"etag of {space}",
        "as_of": as_of,
    }


RESULTS = [result("one", "a/"), result("two", "b/", "c/d/")]
PLAN = plan_of(RESULTS, playbook="teardown", entries=ENTRIES, defaults=DEFAULTS)


def test_a_plan_fits_its_run_and_holds_no_secret() -> None:
    assert plan_problem(PLAN, playbook="teardown", entries=ENTRIES, defaults=DEFAULTS) == ""
    assert preview_problem(RESULTS, plan=PLAN) == preview_problem(RESULTS) == ""
    assert "s3cret" not in str(PLAN)
    assert PLAN["entries"][1]["folders"] == ["b/", "c/d/"]


@pytest.mark.parametrize(
    ("plan", "entries", "problem"),
    [
        ("text", ENTRIES, "It is not a plan."),
        ({"entries": 5}, ENTRIES, "It is not a plan."),
        ({**PLAN, "playbook": "prune"}, ENTRIES, "It is a plan of 'prune', not of 'teardown'."),
        (PLAN, ENTRIES[:1], "It has 2 entries, and this run has 1."),
        ({**PLAN, "entries": [{}, {}]}, ENTRIES, "Entry 0 is not complete."),
        (PLAN, [ENTRIES[0], {**ENTRIES[1], "versions": "all"}], "Entry 1 selects {"),
        (PLAN, [ENTRIES[0], {**ENTRIES[1], "paths": ["b"]}], "Entry 1 selects {"),
        (PLAN, [ENTRIES[0], {**ENTRIES[1], "paths": [date(2026, 1, 1)]}], "Entry 1 selects {"),  # as YAML reads it
    ],
)
def test_a_plan_of_something_else_is_refused(plan: Any, entries: Any, problem: str) -> None:
    assert plan_problem(plan, playbook="teardown", entries=entries, defaults=DEFAULTS).startswith(problem)


@pytest.mark.parametrize(
    ("results", "max_age", "problem"),
    [
        ([RESULTS[0], result("two", "b/", endpoint="https://other.example.com")], "24h", "Entry 1 is for https://s3."),
        ([result("one", "a/", as_of="2026-01-02T12:00:01Z"), RESULTS[1]], "24h", "The plan is 1 day, 0:00:01 old"),
        (RESULTS, "1 day", "spaces_plan_max_age is '1 day'."),
        ([{**RESULTS[0], "as_of": None}, RESULTS[1]], "24h", "The store's replies carry no readable date"),
    ],
)
def test_a_preview_that_differs_is_refused(results: Any, max_age: str, problem: str) -> None:
    assert preview_problem(results, plan=PLAN, max_age=max_age).startswith(problem)


def test_a_plan_may_be_as_old_as_allowed() -> None:
    later = [result("one", "a/", as_of="2026-01-03T12:00:00Z"), RESULTS[1]]
    assert preview_problem(later, plan=PLAN, max_age="2d") == ""


@pytest.mark.parametrize(
    ("first", "second", "overlap"), [("a/", "a/b/", True), ("/", "x/", True), ("a/", "ab/", False)]
)
def test_entries_that_overlap_cannot_be_planned(first: str, second: str, overlap: bool) -> None:
    results = [result("one", first), result("one", second)]
    assert bool(preview_problem(results)) == bool(preview_problem(results[::-1])) == overlap
    assert preview_problem([results[0], result("two", second)]) == ""
