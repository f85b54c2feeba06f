# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks that run under faults, and what must be true of every result."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, NamedTuple

from ansible_collections.tidy.spaces.plugins.modules import spaces_folder, spaces_folder_info, spaces_folder_prune
from tests.clock import next_second
from tests.integration.running import RunningModule
from tests.servers.witness import Witness

HANG = 300  # seconds after which a task counts as one that never ends; the longest takes fifteen if it runs alone
SIBLINGS = ("p", "p.txt", "p-x/y", "pp/x", "p0/")
FOLDER = ("p/", *(f"p/{number:02}" for number in range(24)), "p/\x01control")  # no batch can carry the last one
PATIENCE = {"connect_timeout": 2, "read_timeout": 2, "retries": 3, "workers": 4}
ONLY_KEYS_FAILED = ("key was not ", "keys were not ")


class Thing(NamedTuple):
    """A version (of a Space without them, an object), a delete marker or an incomplete upload."""

    key: str
    version_id: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Job:
    """A task: what there is before it, and which of that it has to remove, or which keys it has to make."""

    module: ModuleType
    options: Mapping[str, Any]
    fill: Callable[[Witness], object]
    removes: Callable[[str], bool] = lambda key: False
    makes: frozenset[str] = frozenset()
    versioned: bool = False


def put_all(witness: Witness) -> None:
    """Fill a folder and its siblings."""
    witness.put([*FOLDER, *SIBLINGS], b"12345")


def _put_versions(witness: Witness) -> None:
    put_all(witness)
    put_all(witness)
    for key in ("p/03", "p/04", "pp/x"):
        witness.client.delete_object(Bucket=witness.space, Key=key)


def _start_uploads(witness: Witness) -> None:
    witness.put([*FOLDER[:3], *SIBLINGS])
    witness.start_uploads(["p/up/1", "p/up/2", "p/up/3", "pp/up"])


def _put_builds(witness: Witness) -> None:
    """Put builds of one age, which goes by the second; the last of them is over."""
    ages: set[object] = set()
    while len(ages) != 1:
        next_second()
        witness.put(["p/", "p/note", *SIBLINGS, *(f"p/{build}/{name}" for build in "1234" for name in "abc")])
        listed = witness.client.list_objects(Bucket=witness.space, Prefix="p/")["Contents"]
        ages = {entry["LastModified"].replace(microsecond=0) for entry in listed}
    next_second()  # what was written in that of the survey stays


def _put_mixture(witness: Witness) -> None:
    _put_versions(witness)
    witness.start_uploads(["p/up/1", "pp/up"])


def _in_folder(key: str) -> bool:
    return key.startswith("p/")


JOBS = {
    "objects": Job(module=spaces_folder, options={"path": "p", "state": "absent"}, fill=put_all, removes=_in_folder),
    "versions": Job(
        module=spaces_folder,
        options={"path": "p", "state": "absent", "versions": "all"},
        fill=_put_versions,
        removes=_in_folder,
        versioned=True,
    ),
    "uploads": Job(
        module=spaces_folder,
        options={"path": "p", "state": "absent", "uploads": True},
        fill=_start_uploads,
        removes=_in_folder,
    ),
    "present": Job(
        module=spaces_folder,
        options={"path": "a/b/c", "parents": True},
        fill=lambda witness: witness.put(["a", "a/b", "a/bc/x"]),
        makes=frozenset({"a/", "a/b/", "a/b/c/"}),
    ),
    "prune": Job(
        module=spaces_folder_prune,
        options={"path": "p", "keep_newest": 2},
        fill=_put_builds,
        removes=lambda key: key.startswith(("p/1/", "p/2/")),
    ),
    "info": Job(
        module=spaces_folder_info,
        options={"path": "p", "gather": ["totals", "subfolders", "objects", "versions", "uploads"]},
        fill=_put_mixture,
        versioned=True,
    ),
}


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One job on a Space, and what that held before."""

    job: Job
    witness: Witness
    before: frozenset[Thing]

    @classmethod
    def prepare(cls, job: Job, witness: Witness) -> Trial:
        """Create the Space, and fill it."""
        witness.create_space(versioned=job.versioned)
        job.fill(witness)
        return cls(job=job, witness=witness, before=look(witness))

    @property
    def wanted(self) -> frozenset[Thing]:
        """What of that has to go."""
        return frozenset(thing for thing in self.before if self.job.removes(thing.key))

    def options(self, endpoint: str) -> dict[str, Any]:
        """Write the task's options."""
        sample = {} if self.job.module is spaces_folder_info else {"sample_size": 2000}
        connection = {
            "space": self.witness.space,
            "endpoint_url": endpoint,
            "access_key": self.witness.access_key,
            "secret_key": self.witness.secret_key,
        }
        return {**connection, **sample, **PATIENCE, **self.job.options}

    def start(self, endpoint: str, **more: Any) -> RunningModule:
        """Start the task as a process."""
        return RunningModule(self.job.module, {**self.options(endpoint), **more})

    def run(self, endpoint: str, **more: Any) -> dict[str, Any]:
        """Run the task to its end, which must come."""
        return result_of(self.start(endpoint, **more))

    def check(self, result: Mapping[str, Any]) -> None:
        """Compare what a task reported with what it did."""
        after = look(self.witness)
        wanted = self.wanted
        new = after - self.before
        assert not self.before - wanted - after, "something else went"
        assert {thing.key for thing in new} <= self.job.makes, "something else came"
        if self.job.module is spaces_folder_info:
            self._check_findings(result)
            return
        gone, left = wanted - after, wanted & after
        missing = self.job.makes - {thing.key for thing in after}
        reported = sum(number for name, number in result["totals"].items() if name != "bytes")
        if not result.get("failed"):
            assert not left, "success, with keys left"
            assert not missing, "success, with markers missing"
            assert result["failures_total"] == 0
            assert reported == len(wanted)
            assert result["changed"] == bool(gone or new)
            if self.job.module is spaces_folder_prune:
                assert result["folders"][0]["kept"] == self.job.options["keep_newest"]
            return
        assert reported <= len(gone), "more was reported than was done"
        assert len(gone) - reported <= result["failures_total"], "something went, and nobody says so"
        assert result["changed"] or not (gone or new), "something changed, and nobody says so"
        if result["msg"].partition(" ")[2].startswith(ONLY_KEYS_FAILED):  # there is no other reason
            named = {failure["key"] for failure in result["failures"]}
            assert {thing.key for thing in left} | missing <= named, "a key is left, and not named"

    def finish(self) -> int:
        """Run the task again, where nothing is in the way; return how much there was left to do."""
        rest = Trial(job=self.job, witness=self.witness, before=look(self.witness))
        result = rest.run(self.witness.client.meta.endpoint_url)
        assert not result.get("failed"), result
        rest.check(result)
        assert self.before - self.wanted <= look(self.witness)
        return len(rest.wanted) or len(self.job.makes - {thing.key for thing in rest.before})

    def _check_findings(self, result: Mapping[str, Any]) -> None:
        if result.get("failed"):
            assert result["folders"] == [], "figures from a survey that was not finished"
            return
        (folder,) = result["folders"]
        below = [thing for thing in self.before if _in_folder(thing.key)]
        keys = self.witness.keys("p/")
        assert (folder["objects"], folder["bytes"]) == (len(keys), 5 * len(keys))
        assert [entry["key"] for entry in folder["contents"]] == keys
        assert {(entry["key"], entry["version_id"]) for entry in folder["versions"]} == {
            (thing.key, thing.version_id) for thing in below if thing.kind != "Uploads"
        }
        assert [upload["key"] for upload in folder["uploads"]] == ["p/up/1"]


def look(witness: Witness) -> frozenset[Thing]:
    """See what a Space holds now."""
    return frozenset(
        [
            *(Thing(*version) for version in witness.versions()),
            *(Thing(key, "", "Uploads") for key in witness.uploads()),
        ]
    )


def result_of(process: RunningModule) -> dict[str, Any]:
    """Return the result of a module that ends, and ends properly."""
    try:
        printed, complaints = process.communicate(timeout=HANG)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        raise
    assert "Traceback" not in printed + complaints, complaints
    result: dict[str, Any] = json.loads(printed)
    assert process.returncode == int(bool(result.get("failed")))
    return result
