# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``request_rate`` as the store sees it."""

from __future__ import annotations

from collections.abc import Callable

from . import faults
from .jobs import Trial
from .proxy import FaultProxy, Rule

RATE = 20  # requests a second
SLACK = RATE  # requests that a second's standstill of the machine may delay, and then let loose at once


def test_no_more_requests_come_than_were_allowed(
    make_trial: Callable[..., Trial], make_proxy: Callable[..., FaultProxy]
) -> None:
    trial = make_trial("objects")
    proxy = make_proxy(trial, Rule(fault=faults.answer(503, "SlowDown"), probability=0.3), page=1)
    result = trial.run(proxy.endpoint, request_rate=RATE, retries=20, workers=16)
    assert not result.get("failed"), result["msg"]
    trial.check(result)
    times = [arrival.at for arrival in proxy.log]
    assert proxy.hits > 5
    assert len(times) > 2 * SLACK
    for first, start in enumerate(times):
        for last in range(first, len(times)):
            assert last - first <= RATE * (times[last] - start) + SLACK
