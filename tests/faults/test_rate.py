# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``request_rate`` as the store sees it."""

from __future__ import annotations

from collections.abc import Callable

from tests.faults import faults
from tests.faults.jobs import Trial
from tests.faults.proxy import FaultProxy, Rule

RATE = 5  # requests a second
SLACK = 10  # requests that a standstill of the machine may delay, and then let loose at once


def test_no_more_requests_come_than_were_allowed(
    make_trial: Callable[..., Trial], make_proxy: Callable[..., FaultProxy]
) -> None:
    """All keys are removed one by one, by many workers at once, and some of them again: nothing else holds them up."""
    trial = make_trial("objects")
    no_batch = Rule(fault=faults.answer(405, "MethodNotAllowed"), operation="DeleteObjects")
    busy = Rule(fault=faults.answer(500, "InternalError"), operation="DeleteObject", times=10)
    proxy = make_proxy(trial, no_batch, busy, page=1000)
    result = trial.run(proxy.endpoint, request_rate=RATE, workers=16)
    assert not result.get("failed"), result["msg"]
    trial.check(result)
    assert busy.hits == 10
    times = [arrival.at for arrival in proxy.log]
    assert len(times) > 3 * SLACK
    for first, start in enumerate(times):
        for last in range(first, len(times)):
            assert last - first <= RATE * (times[last] - start) + SLACK
