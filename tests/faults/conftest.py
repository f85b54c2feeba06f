# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One Ceph RGW for all faults, and a table of what became of each."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator

import pytest

from tests.faults import faults
from tests.faults.jobs import JOBS, Job, Trial
from tests.faults.proxy import FaultProxy, Rule
from tests.servers.lending import lend
from tests.servers.rgw import Rgw
from tests.servers.witness import Witness

ROW = "fault"  # the name under which a test reports its row
PAGE = 10  # how many the proxy lets the store list at once
HEADINGS = ("fault", "job", "spoiled", "outcome", "left to a second run")
_numbers = itertools.count()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table: a row for each fault that was tried to its end, by this process or another."""
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.stats.get(outcome, ())]
    rows = [row for report in reports if report.when == "call" for name, row in report.user_properties if name == ROW]
    if not rows:
        return
    table = [HEADINGS, *sorted(rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(HEADINGS))]
    terminalreporter.section("faults and what became of them")
    for row in table:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        terminalreporter.write_line(" | ".join(cells).rstrip())


@pytest.fixture(scope="session")
def rgw() -> Iterator[Rgw]:
    """Start Ceph RGW once."""
    yield from lend(Rgw(lifecycle=False))


@pytest.fixture
def witness(rgw: Rgw) -> Witness:
    """Look at a Space for one test, which is not created yet."""
    return Witness.of(rgw, f"faults-{next(_numbers)}")


@pytest.fixture
def make_trial(witness: Witness) -> Callable[[Job | str], Trial]:
    """Prepare a job, given as itself or by its name."""
    return lambda job: Trial.prepare(JOBS[job] if isinstance(job, str) else job, witness)


@pytest.fixture
def note(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Add a row to the table."""
    return lambda *cells: record_property(ROW, [str(cell) for cell in cells])


@pytest.fixture
def make_proxy() -> Iterator[Callable[..., FaultProxy]]:
    """Put proxies before the store; no request may lack the checksum it needs, and no fault's code may raise."""
    with contextlib.ExitStack() as stack:
        made: list[FaultProxy] = []

        def make(trial: Trial, *rules: Rule, page: int = PAGE) -> FaultProxy:
            made.append(stack.enter_context(FaultProxy(trial.witness, *rules, shape=faults.short_pages(page))))
            return made[-1]

        yield make
    assert [request.target for proxy in made for request in proxy.wrong_checksums] == []
    assert [defect for proxy in made for defect in proxy.defects] == []
