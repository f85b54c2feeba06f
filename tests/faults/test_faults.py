# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever happens on the way to a store: a task does all of it and says so, or it fails and names what is left."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from . import faults
from .jobs import Trial
from .proxy import Fault, FaultProxy, Rule

PAGE = 10  # how many the proxy lets the store list at once
MakeTrial = Callable[[str], Trial]
MakeProxy = Callable[..., FaultProxy]

TRANSIENT: dict[str, Fault] = {
    "503": faults.answer(503, "SlowDown"),
    "500": faults.answer(500, "InternalError"),
    "429": faults.answer(429, "TooManyRequests"),
    "reset before the work": faults.reset_before,
    "reset after the work": faults.lose_answer,
    "silence before the work": faults.never,
    "silence after the work": faults.never_tell,
    "reset amid the reply": faults.reset_amid,
    "reply cut short": faults.cut_short,
    "garbled reply": faults.garble,
}
WITH_BODIES = ("reset amid the reply", "reply cut short", "garbled reply")
OPERATIONS = [  # and whether their replies have bodies
    ("objects", "ListObjects", True),
    ("objects", "DeleteObjects", True),
    ("objects", "DeleteObject", False),
    ("versions", "ListObjectVersions", True),
    ("versions", "DeleteObjects", True),
    ("uploads", "ListMultipartUploads", True),
    ("uploads", "AbortMultipartUpload", False),
    ("present", "HeadObject", False),
    ("present", "PutObject", False),
    ("prune", "ListObjects", True),
    ("prune", "DeleteObjects", True),
    ("info", "ListObjects", True),
    ("info", "ListObjectVersions", True),
    ("info", "ListMultipartUploads", True),
]
EVERY_TIME = [*OPERATIONS[:2], *OPERATIONS[6:9]]  # tried with every fault; the others only in the long run
FIRST_OF_ALL = ("503", "reset after the work")  # tried with every operation


@pytest.fixture
def make_proxy() -> Iterator[MakeProxy]:
    """Put proxies before the store; each request through them must have carried a right checksum."""
    made: list[FaultProxy] = []

    def make(trial: Trial, *rules: Rule) -> FaultProxy:
        made.append(FaultProxy(trial.witness, *rules, shape=faults.short_pages(PAGE)).__enter__())
        return made[-1]

    yield make
    for proxy in made:
        proxy.__exit__(None, None, None)
        assert proxy.wrong_checksums == []


def transient_cases() -> Iterator[Any]:
    """Combine faults and operations; what is not among the first is marked as long."""
    for name in TRANSIENT:
        for job, operation, has_body in OPERATIONS:
            if name in WITH_BODIES and not has_body:
                continue
            soon = (job, operation, has_body) in EVERY_TIME or name in FIRST_OF_ALL
            marks = () if soon else pytest.mark.long
            yield pytest.param(name, job, operation, id=f"{name}, {operation}, {job}", marks=marks)


@pytest.mark.parametrize(("name", "job", "operation"), transient_cases())
def test_what_passes_is_outlasted(
    make_trial: MakeTrial, make_proxy: MakeProxy, note: Callable[..., None], name: str, job: str, operation: str
) -> None:
    trial = make_trial(job)
    proxy = make_proxy(trial, Rule(fault=TRANSIENT[name], operation=operation, times=2))
    result = trial.run(proxy.endpoint)
    assert not result.get("failed"), result["msg"]
    trial.check(result)
    assert proxy.hits == 2
    note(f"{name}, {operation}", job, proxy.hits, "done", "")


@pytest.mark.parametrize(("name", "job", "operation"), transient_cases())
def test_what_does_not_pass_is_told(
    make_trial: MakeTrial, make_proxy: MakeProxy, note: Callable[..., None], name: str, job: str, operation: str
) -> None:
    trial = make_trial(job)
    proxy = make_proxy(trial, Rule(fault=TRANSIENT[name], operation=operation))
    result = trial.run(proxy.endpoint, read_timeout=1, retries=2)
    assert result["failed"]
    assert "Gave up after 3 attempts" in result["msg"]
    trial.check(result)
    left = trial.finish(trial.witness.client.meta.endpoint_url)
    note(f"{name} for good, {operation}", job, proxy.hits, "failed: gave up", left)


def some(key: str) -> bool:
    return key in ("p/03", "p/11", "p/up/2", "p/1/b", "a/b/", "p/\x01control")


PERMANENT: dict[str, tuple[str, str, Callable[[], Fault], str]] = {
    # name: job, operation, fault, what the message says
    "AccessDenied for two keys and one single": (
        "objects", "*", lambda: only("Delete", faults.refuse_keys("AccessDenied", some)), "3 keys were not removed"
    ),
}
