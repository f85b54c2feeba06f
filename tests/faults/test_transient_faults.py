# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fault that may pass is retried; one that does not pass is reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.faults import faults
from tests.faults.jobs import JOBS, SIBLINGS, Trial
from tests.faults.proxy import Fault, FaultProxy, Rule

PAGE = "a portal's page"  # if the first reply of all is one, the endpoint is not taken for a store
TRANSIENT: dict[str, Fault] = {
    "503": faults.answer(503, "SlowDown"),
    "500": faults.answer(500, "InternalError"),
    "500 after the work": faults.fail_after,
    "429": faults.answer(429, "TooManyRequests"),
    "reset before the work": faults.reset_before,
    "reset after the work": faults.lose_answer,
    "silence before the work": faults.never,
    "silence after the work": faults.never_confirm,
}
TRANSIENT_BODIES: dict[str, Fault] = {  # of replies that have one
    "reset amid the reply": faults.reset_amid,
    "reply cut short": faults.cut_short,
    "reply garbled": faults.garble,
    "reply empty": faults.say(200),
    "error within a 200": faults.answer(200, "InternalError"),
    PAGE: faults.say(200, "<html><body>Please log in.</body></html>"),
}
KINDS = [  # of requests: tried with every fault in the long run
    ("objects", "ListObjects"),
    ("objects", "DeleteObjects"),
    ("objects", "DeleteObject"),
    ("versions", "ListObjectVersions"),
    ("uploads", "ListMultipartUploads"),
    ("uploads", "AbortMultipartUpload"),
    ("present", "HeadObject"),
    ("present", "PutObject"),
]
OPERATIONS = [
    *KINDS,
    ("versions", "DeleteObjects"),
    ("prune", "ListObjects"),
    ("prune", "DeleteObjects"),
    ("info", "ListObjects"),
    ("info", "ListObjectVersions"),
    ("info", "ListMultipartUploads"),
]
WITHOUT_BODY = ("DeleteObject", "AbortMultipartUpload", "HeadObject", "PutObject")
MAIN = [("objects", "DeleteObjects"), ("present", "PutObject")]  # tried with every fault in the usual run
SAMPLE = "reset after the work"  # tried with every job and operation there
# Those that do the work and do not say so: tried there until the task gives up.
TRICKY = ("500 after the work", "reset after the work", "silence after the work", "reply garbled")


Chosen = Callable[[str, tuple[str, str]], bool]


def cases(*, soon: Chosen, later: Chosen) -> list[Any]:
    """Combine faults with jobs and operations: those of the usual run, and those that wait for the long one."""
    return [
        pytest.param(
            name,
            fault,
            *asked,
            id=f"{name}, {asked[1]}, {asked[0]}",
            marks=() if soon(name, asked) else pytest.mark.long,
        )
        for name, fault in {**TRANSIENT, **TRANSIENT_BODIES}.items()
        for asked in OPERATIONS
        if name in TRANSIENT or asked[1] not in WITHOUT_BODY
        if soon(name, asked) or later(name, asked)
    ]


PASSING = cases(
    soon=lambda name, asked: asked in MAIN or name == SAMPLE,
    later=lambda _name, asked: asked in KINDS,
)
# A request is given up in one place: what is left then depends on its kind, or on the fault, but not on both.
LASTING = cases(
    soon=lambda name, asked: asked in MAIN and name in TRICKY,
    later=lambda name, asked: asked in MAIN or (name == SAMPLE and asked in KINDS),
)


@pytest.mark.parametrize(("name", "fault", "job", "operation"), PASSING)
def test_a_fault_that_passes_is_retried(
    make_trial: Callable[..., Trial],
    make_proxy: Callable[..., FaultProxy],
    note: Callable[..., None],
    name: str,
    fault: Fault,
    job: str,
    operation: str,
) -> None:
    trial = make_trial(job)
    first = 2 if name == PAGE and operation.startswith("List") else 1
    proxy = make_proxy(trial, Rule(fault=fault, operation=operation, first=first, times=2))
    result = trial.run(proxy.endpoint)
    assert not result.get("failed"), result["msg"]
    trial.check(result)
    assert proxy.hits == 2
    note(f"{name}, {operation}", job, proxy.hits, "done", "")


@pytest.mark.parametrize(("name", "fault", "job", "operation"), LASTING)
def test_a_fault_that_does_not_pass_is_reported(
    make_trial: Callable[..., Trial],
    make_proxy: Callable[..., FaultProxy],
    note: Callable[..., None],
    name: str,
    fault: Fault,
    job: str,
    operation: str,
) -> None:
    trial = make_trial(job)
    proxy = make_proxy(trial, Rule(fault=fault, operation=operation))
    result = trial.run(proxy.endpoint, read_timeout=1, retries=2)
    assert result["failed"]
    assert "Gave up after 3 attempts" in result["msg"]
    trial.check(result)
    note(f"{name} for good, {operation}", job, proxy.hits, "failed: gave up", trial.finish())


def test_faults_at_random_are_retried(
    make_trial: Callable[..., Trial], make_proxy: Callable[..., FaultProxy], note: Callable[..., None]
) -> None:
    trial = make_trial("objects")
    rules = [Rule(fault=fault, probability=0.06, seed=seed) for seed, fault in enumerate(TRANSIENT.values())]
    proxy = make_proxy(trial, *rules, page=1)
    result = trial.run(proxy.endpoint, retries=20, read_timeout=1)
    assert not result.get("failed"), result["msg"]
    trial.check(result)
    assert proxy.hits > 5
    note("all of these at random", "objects", proxy.hits, "done", "")


SLOW = {
    "p/01": "SlowDown",
    "p/05": "InternalError",
    "p/09": "ServiceUnavailable",
    "p/13": "RequestTimeout",
    "p/17": "OperationAborted",
}


def test_keys_that_a_batch_leaves_for_a_while_are_tried_again(
    make_trial: Callable[..., Trial], make_proxy: Callable[..., FaultProxy], note: Callable[..., None]
) -> None:
    trial = make_trial("objects")
    proxy = make_proxy(trial, Rule(fault=faults.refuse_keys(SLOW), operation="DeleteObjects", times=2))
    result = trial.run(proxy.endpoint)
    assert not result.get("failed"), result["msg"]
    trial.check(result)
    note("five keys refused, each for another reason that passes", "objects", proxy.hits, "done", "")


MANAGED = 60  # keys at once; not below what is the least for a batch


@pytest.mark.parametrize("name", ["silence before the work", "silence after the work"])
def test_a_store_that_answers_few_keys_in_time_is_asked_for_few(
    make_trial: Callable[..., Trial], make_proxy: Callable[..., FaultProxy], note: Callable[..., None], name: str
) -> None:
    keys = [f"p/{number:03}" for number in range(4 * MANAGED)]
    trial = make_trial(replace(JOBS["objects"], fill=lambda witness: witness.put([*keys, *SIBLINGS], b"12345")))
    proxy = make_proxy(trial, Rule(fault=faults.above(MANAGED, TRANSIENT[name]), operation="DeleteObjects"), page=1000)
    result = trial.run(proxy.endpoint, read_timeout=1)
    assert not result.get("failed"), result["msg"]
    trial.check(result)
    sizes = [arrival.request.body.count(b"<Key>") for arrival in proxy.log if arrival.operation == "DeleteObjects"]
    assert sizes[:3] == [240, 120, 60]
    assert max(sizes[2:]) <= MANAGED
    note(f"{name} to batches of more than {MANAGED} keys", "objects", 2, "done", "")


@pytest.mark.parametrize("status", [400, 403, 405, 501])
def test_a_store_that_takes_no_batch_is_asked_key_by_key(
    make_trial: Callable[..., Trial], make_proxy: Callable[..., FaultProxy], note: Callable[..., None], status: int
) -> None:
    trial = make_trial("objects")
    proxy = make_proxy(trial, Rule(fault=faults.answer(status, "No"), operation="DeleteObjects"))
    result = trial.run(proxy.endpoint)
    assert not result.get("failed"), result["msg"]
    trial.check(result)
    note(f"{status} to batches for good", "objects", proxy.hits, "done", "")
