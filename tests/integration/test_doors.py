# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whichever door a task takes, what comes out of it is the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.integration.doors import DOORS, IN_PROCESS, MODULE
from tests.integration.doorway import SPACES_FOLDER, Doorway, without_times
from tests.integration.playbooks import Player
from tests.servers.store import Store
from tests.servers.witness import Witness

INFO, PRUNE, EXPIRATION = (f"{SPACES_FOLDER}_{name}" for name in ("info", "prune", "expiration"))
ABSENT = {"state": "absent"}
SAME = "the Space of this test"
NOWHERE = "http://127.0.0.1:9"  # the discard port: nobody listens there
PREVIEW = {"check_mode": True, "diff": True}
CALLS: dict[str, tuple[str, Mapping[str, Any], Mapping[str, Any]]] = {
    "created": (SPACES_FOLDER, {"path": "new/a", "parents": True}, {"diff": True}),
    "there already": (SPACES_FOLDER, {"path": "new/a"}, {"diff": True}),
    "creation previewed": (SPACES_FOLDER, {"paths": ["new/b", "new/c"]}, PREVIEW),
    "a marker with content": (SPACES_FOLDER, {"path": "filled"}, {}),
    "a date, which YAML gives a type of its own": (SPACES_FOLDER, {"path": date(2026, 1, 2)}, {}),
    "options as text": (SPACES_FOLDER, {"path": "new", "workers": "3", "read_timeout": "7", "exact": "no"}, {}),
    "info": (INFO, {"path": "p", "gather": ["totals", "subfolders", "objects", "uploads"]}, {}),
    "info of nothing": (INFO, {"paths": ["nothing", "p"], "names_only": True}, {}),
    "prune previewed": (PRUNE, {"path": "p", "keep_newest": 1}, PREVIEW),
    "prune": (PRUNE, {"path": "p", "keep_newest": 1, "unit": "objects", "include": ["o*"]}, {"diff": True}),
    "removal previewed": (SPACES_FOLDER, {"path": "p", **ABSENT}, PREVIEW),
    "more than max_objects": (SPACES_FOLDER, {"path": "p", **ABSENT, "max_objects": 1}, {}),
    "removed": (SPACES_FOLDER, {"paths": ["p", "p/sub", "q"], **ABSENT, "sample_size": 2}, {"diff": True}),
    "absent already": (SPACES_FOLDER, {"path": "p", **ABSENT}, {"diff": True}),
    "expiration previewed": (EXPIRATION, {"path": "logs", "days": 30}, PREVIEW),
    "expiration": (EXPIRATION, {"path": "logs", "days": 30}, {"diff": True}),
    "expiration again": (EXPIRATION, {"path": "logs", "days": 30}, {"diff": True}),
    "no option of ours": (SPACES_FOLDER, {"path": "p", "recursive": True}, {}),
    "an option of another name for the Space": (SPACES_FOLDER, {"path": "new", "bucket": SAME}, {}),
    "a boolean for a number": (SPACES_FOLDER, {"path": "old", **ABSENT, "max_objects": True}, {}),
    "a boolean for a number of seconds": (SPACES_FOLDER, {"path": "old", "read_timeout": True}, {}),
    "a limit without a value": (SPACES_FOLDER, {"path": "old", **ABSENT, "max_objects": None}, {}),
    "a glob that can match nothing": (PRUNE, {"path": "p", "keep_newest": 1, "exclude": ["sub/"]}, {}),
    "a number for a path": (SPACES_FOLDER, {"path": 1.10}, {}),
    "a number for paths": (SPACES_FOLDER, {"paths": 5}, {}),
    "a boolean for paths": (SPACES_FOLDER, {"paths": True, **ABSENT}, {}),
    "not a choice": (SPACES_FOLDER, {"path": "p", "state": "gone"}, {}),
    "not a number": (SPACES_FOLDER, {"path": "p", "retries": "many"}, {}),
    "two that exclude each other": (SPACES_FOLDER, {"path": "p", "paths": ["q"]}, {}),
    "nothing to keep by": (PRUNE, {"path": "p"}, {}),
    "no path": (INFO, {}, {}),
    "a path that is refused": (SPACES_FOLDER, {"path": "/etc", **ABSENT}, {}),
    "no such Space": (SPACES_FOLDER, {"path": "p", "space": "no-such-space"}, {}),
    "nobody there": (SPACES_FOLDER, {"path": "p", "endpoint_url": NOWHERE, "retries": 0}, {}),
    "a wrong secret": (INFO, {"path": "p", "access_key": "tidy-spaces", "secret_key": "not-the-secret"}, {}),
    "half a pair": (INFO, {"path": "p", "secret_key": "not-the-secret"}, {}),
    "no such profile": (INFO, {"path": "p", "profile": "nobodys"}, {}),
    "a password in the endpoint": (INFO, {"path": "p", "endpoint_url": "http://me:password@127.0.0.1:9"}, {}),
}
FAILURES = ["more than max_objects", *list(CALLS)[list(CALLS).index("no option of ours") :]]


@pytest.fixture
def doorway(store: Store, tmp_path: Path) -> Doorway:
    """Run tasks on the store of this test."""
    return Doorway(Player(store, tmp_path), tmp_path)


@pytest.fixture
def make_filled_space(make_space: Callable[..., Witness]) -> Callable[[], Witness]:
    """Create Spaces that hold the same."""

    def make() -> Witness:
        witness = make_space()
        witness.put(["p/", "p/one", "p/other", "p/sub/x", "pp/x", "q/y"], b"12345")
        witness.put(["filled/"], b"content")
        return witness

    return make


def given_in(witness: Witness, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options with the Space named where they want it."""
    return {name: witness.space if value == SAME else value for name, value in options.items()}


@pytest.mark.stores("moto", "rgw")
def test_both_doors_give_the_same_result(
    store: Store, doorway: Doorway, make_filled_space: Callable[[], Witness]
) -> None:
    results = {}
    left = {}
    for door in DOORS:
        witness = make_filled_space()
        tasks = [
            {module: {"space": witness.space, **given_in(witness, options)}, **keywords}
            for module, options, keywords in CALLS.values()
        ]
        given = doorway.results(tasks, door=door, environment={"ANSIBLE_INJECT_INVOCATION": "true"})
        results[door] = dict(zip(CALLS, without_times(given, witness.space), strict=True))
        left[door] = witness.keys(), witness.rules()
    for name in CALLS:
        in_process, as_module = (results[door][name] for door in DOORS)
        assert in_process == as_module, name
        if name != "a wrong secret" or "credentials" in store.capabilities:
            assert as_module["failed"] == (name in FAILURES), name
        assert as_module["invocation"]["module_args"], name
    assert left[IN_PROCESS] == left[MODULE]
    assert left[MODULE][0] == ["2026-01-02/", "filled/", "new/", "new/a/", "pp/x"]
