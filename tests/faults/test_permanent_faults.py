# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A permanent fault makes the task fail, and is reported; the next run finishes when the fault is gone."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.faults import faults
from tests.faults.jobs import Trial
from tests.faults.proxy import Fault, FaultProxy, Rule

DENIED = ("p/03", "p/11", "p/\x01control", "p/up/2", "p/1/b", "a/b/")
deny = partial(faults.refuse_keys, dict.fromkeys(DENIED, "AccessDenied"))
mix = partial(
    faults.refuse_keys, {**dict.fromkeys(DENIED, "AccessDenied"), "p/05": "SlowDown", "p/06": "InternalError"}
)
deny_all = partial(faults.answer, 403, "AccessDenied")
vanish = partial(faults.answer, 404, "NoSuchBucket")
redirect = partial(faults.answer, 307, "TemporaryRedirect", Location="http://127.0.0.1:9/elsewhere")
LONG = [
    *(("page 2 is page 1", job) for job in ("versions", "prune", "info")),
    *(("page 3 is page 1", job) for job in ("objects", "prune")),
    ("a redirect", "objects"),
    ("a clock +20 minutes off", "objects"),
    *(("a clock -20 minutes off", job) for job in ("versions", "uploads")),
    *(("a listing that is hollow", job) for job in ("versions", "uploads")),
]


def case(name: str, job: str, operation: str, make: Callable[[], Fault], says: str, first: int = 1) -> Any:
    """Describe a fault, and what the task must say of it; the long run has some of the same kind."""
    marks = pytest.mark.long if (name, job) in LONG else ()
    return pytest.param(name, job, operation, make, says, first, id=f"{name}, {operation}, {job}", marks=marks)


CASES = [
    case("two keys and one alone denied", "objects", "*", deny, "^3 keys were not removed.*AccessDenied"),
    case("some keys denied, some slow", "objects", "*", mix, "^5 keys were not removed"),
    case("versions denied", "versions", "DeleteObjects", deny, "^5 keys were not removed"),
    case("a key denied", "prune", "DeleteObjects", deny, "^1 key was not removed"),
    case("an upload denied", "uploads", "AbortMultipartUpload", deny, "^1 key .*p/up/2.*s3:AbortMultipartUpload"),
    case("a marker denied", "present", "PutObject", deny, "^1 key was not created.*s3:PutObject"),
    case("all denied", "objects", "Delete*", deny_all, "s3:DeleteObject"),
    case("page 2 denied", "objects", "ListObjects", deny_all, "s3:ListBucket", 2),
    case("the Space gone", "objects", "ListObjects", vanish, "does not exist", 3),
    *(
        case(f"page {honest + 1} is page 1", job, operation, partial(faults.StalePage, honest=honest), "trusted")
        for job, operation in [
            ("objects", "ListObjects"),
            ("versions", "ListObjectVersions"),
            ("prune", "ListObjects"),
            ("info", "ListObjects"),
            ("info", "ListObjectVersions"),
        ]
        for honest in (1, 2)
    ),
    *(
        case("a redirect", job, operation, redirect, "redirects to http://127.0.0.1:9/elsewhere")
        for job, operation in [("objects", "ListObjects"), ("objects", "DeleteObjects"), ("present", "PutObject")]
    ),
    *(
        case(f"a clock {minutes:+} minutes off", job, operation, partial(faults.other_clock, minutes), "clock")
        for job, operation, minutes in [
            ("objects", "ListObjects", 20),
            ("versions", "DeleteObjects", -20),
            ("uploads", "AbortMultipartUpload", -20),
            ("present", "PutObject", 20),
            ("prune", "DeleteObjects", -20),
            ("info", "ListObjects", 20),
        ]
    ),
    *(
        case("a listing that is hollow", job, operation, lambda: faults.hollow, "cannot be read")
        for job, operation in [
            ("objects", "ListObjects"),
            ("versions", "ListObjectVersions"),
            ("uploads", "ListMultipartUploads"),
            ("info", "ListObjects"),
        ]
    ),
]


@pytest.mark.parametrize(("name", "job", "operation", "make", "says", "first"), CASES)
def test_a_fault_that_will_not_pass_is_reported(
    make_trial: Callable[..., Trial],
    make_proxy: Callable[..., FaultProxy],
    note: Callable[..., None],
    name: str,
    job: str,
    operation: str,
    make: Callable[[], Fault],
    says: str,
    first: int,
) -> None:
    trial = make_trial(job)
    proxy = make_proxy(trial, Rule(fault=make(), operation=operation, first=first))
    result = trial.run(proxy.endpoint, retries=2)
    assert result.get("failed")
    assert re.search(says, result["msg"]), result["msg"]
    assert proxy.hits
    trial.check(result)
    note(f"{name}, {operation}", job, proxy.hits, f"failed: {says.strip('^')}", trial.finish())


def test_a_store_whose_clock_is_behind_loses_nothing(
    make_trial: Callable[..., Trial], make_proxy: Callable[..., FaultProxy], note: Callable[..., None]
) -> None:
    trial = make_trial("prune")
    proxy = make_proxy(trial, Rule(fault=faults.other_date(-20), operation="ListObjects"))
    result = trial.run(proxy.endpoint)
    assert not result.get("failed"), result["msg"]
    assert not result["changed"]
    assert result["folders"][0]["kept"] == 4
    note("the store's clock 20 minutes behind", "prune", proxy.hits, "nothing is old", trial.finish())


def test_ages_are_not_guessed_without_the_store_s_clock(
    make_trial: Callable[..., Trial], make_proxy: Callable[..., FaultProxy], note: Callable[..., None]
) -> None:
    trial = make_trial("prune")
    proxy = make_proxy(trial, Rule(fault=faults.no_date, operation="ListObjects"))
    result = trial.run(proxy.endpoint)
    assert result["failed"]
    assert "no readable date" in result["msg"]
    trial.check(result)
    note("replies without a date", "prune", proxy.hits, "failed: no date", trial.finish())
