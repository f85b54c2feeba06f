# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The results of ``spaces_folder`` on a store that works."""

from __future__ import annotations

import json
import sys
from typing import Any

import botocore
import pytest

from tests.servers.witness import Witness
from tests.unit.ansible.running import Task
from tests.unit.s3.scripted_server import Reply, ScriptedServer
from tests.unit.s3.xml_samples import objects


def removed(result: Any) -> dict[str, int]:
    return {name: count for name, count in result["totals"].items() if count}


@pytest.mark.parametrize("check", [False, True])
def test_a_folder_is_created(task: Any, witness: Witness, check: bool) -> None:
    result = task(path="a/b", parents=True, check=check)
    assert result["changed"]
    assert result["folders"] == [
        {
            "path": "a/b/",
            "state": "present",
            "changed": True,
            "removed": dict.fromkeys(result["totals"], 0),
            "sample": ["a/", "a/b/"],
        }
    ]
    assert witness.keys() == ([] if check else ["a/", "a/b/"])


@pytest.mark.parametrize("check", [False, True])
def test_a_folder_that_is_there_is_not_created_again(task: Any, witness: Witness, check: bool) -> None:
    witness.put(["a/"])
    result = task(path="a", check=check, diff=True)
    assert not result["changed"]
    assert result["folders"][0]["sample"] == []
    assert result["diff"] == []


@pytest.mark.parametrize("check", [False, True])
def test_a_folder_is_removed_and_its_siblings_stay(task: Any, witness: Witness, check: bool) -> None:
    siblings = ["a", "a.txt", "ab/x"]
    witness.put(["a/", "a/x", "a/b/y", *siblings], b"12345")
    witness.start_uploads(["a/up"])
    result = task(path="a", state="absent", check=check)
    assert result["changed"]
    assert removed(result) == {"objects": 3, "uploads": 1, "bytes": 15}
    assert result["folders"][0]["sample"] == ["a/", "a/b/y", "a/x"]
    assert witness.keys() == sorted([*siblings, *(["a/", "a/x", "a/b/y"] if check else [])])
    assert witness.uploads() == (["a/up"] if check else [])
    if not check:
        assert not task(path="a", state="absent")["changed"]


def test_the_diff_of_a_creation_names_the_markers(task: Any) -> None:
    result = task(path="a/b", parents=True, diff=True)
    assert result["diff"] == [{"before_header": "a/b/", "after_header": "a/b/", "before": "", "after": "a/\na/b/\n"}]


@pytest.mark.parametrize("check", [False, True])
def test_the_diff_of_a_removal_names_the_subfolders(task: Any, witness: Witness, check: bool) -> None:
    witness.put(["a/x", "a/y/1", "a/y/2", "b/z"], b"12345")
    result = task(paths=["a", "b", "c"], state="absent", diff=True, check=check)
    subfolders = [{part["path"]: part for part in folder["subfolders"]} for folder in result["folders"]]
    newest = {path: part["newest"] for parts in subfolders for path, part in parts.items()}
    assert subfolders[0]["a/y/"] == {
        "path": "a/y/", "objects": 2, "versions": 0, "delete_markers": 0, "bytes": 10, "newest": newest["a/y/"]
    }  # fmt: skip
    assert [list(parts) for parts in subfolders] == [["a/y/", "a/"], ["b/"], []]
    assert result["diff"] == [
        {
            "before_header": "a/",
            "after_header": "a/",
            "before": f"a/ (1 object, 5 B, newest {newest['a/']})\na/y/ (2 objects, 10 B, newest {newest['a/y/']})\n",
            "after": "",
        },
        {
            "before_header": "b/",
            "after_header": "b/",
            "before": f"b/ (1 object, 5 B, newest {newest['b/']})\n",
            "after": "",
        },
    ]
    assert "diff" not in task(path="a", state="absent")


def test_the_diff_of_a_large_removal_sums_up_what_it_does_not_name(capsys: pytest.CaptureFixture[str]) -> None:
    keys = [f"a/{number:04}/x" for number in range(1200)]
    sized = [
        objects(*part, truncated=more).replace(b"<Size>5<", b"<Size>43700<")
        for part, more in ((keys[:1000], True), (keys[1000:], False))
    ]
    replies = [b"<VersioningConfiguration/>", *sized]
    with ScriptedServer(*(Reply(body=body) for body in replies)) as server:
        result = Task(capsys, server.endpoint)(path="a", state="absent", uploads=False, check=True, diff=True)
    [diff] = result["diff"]
    lines = diff["before"].splitlines()
    assert len(lines) == 101
    assert lines[0].startswith("a/0000/ (1 object, 42.7 KiB, newest ")
    assert lines[100] == "… and 1,100 more subfolders (1,100 objects, 45.8 MiB)"
    others = result["folders"][0]["other_subfolders"]
    assert (others["subfolders"], others["objects"], others["bytes"]) == (1100, 1100, 1100 * 43700)
    assert removed(result) == {"objects": 1200, "bytes": 1200 * 43700}


def test_the_sample_is_as_long_as_asked_for(task: Any, witness: Witness) -> None:
    witness.put([f"a/{number}" for number in range(5)])
    assert task(path="a", state="absent", sample_size=2, check=True)["folders"][0]["sample"] == ["a/0", "a/1"]
    assert task(path="a", state="absent", sample_size=0, check=True)["folders"][0]["sample"] == []


@pytest.mark.parametrize("check", [False, True])
def test_more_than_max_objects_is_left_alone(task: Any, witness: Witness, check: bool) -> None:
    witness.put(["a/x", "a/y", "b/z"])
    result = task(paths=["a", "b"], state="absent", max_objects=2, check=check)
    assert result["failed"]
    assert "max_objects allows 2" in result["msg"]
    assert not result["changed"]
    assert witness.keys() == ["a/x", "a/y", "b/z"]
    assert removed(task(paths=["a", "b"], state="absent", max_objects=3, check=check)) == {"objects": 3}


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_missing_space_is_an_error(task: Any, state: str, check: bool) -> None:
    result = task(space="not-there", path="a", state=state, check=check)
    assert result["failed"]
    assert "'not-there' does not exist" in json.dumps(result, ensure_ascii=False)
    assert not result["changed"]


@pytest.mark.parametrize("check", [False, True])
def test_a_missing_space_is_just_as_good_where_the_task_says_so(task: Any, check: bool) -> None:
    result = task(space="not-there", path="a", state="absent", missing_space="ok", check=check)
    assert not result.get("failed")
    assert not result["changed"]
    assert result["folders"][0]["path"] == "a/"


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"paths": "a,b"}, "is not a list"),
        ({"paths": []}, "is empty"),
        ({"paths": ["a", 1.1]}, "paths[1]: 1.1"),
        ({"path": 1.1}, "Quote it"),
        ({"path": 493}, "Quote it"),
        ({"path": True}, "Quote it"),
        ({"path": ["a"]}, "is not a string"),
        ({"path": ""}, "is empty or blank"),
        ({"path": "/a"}, "starts with '/'"),
        ({"path": "a//b"}, "empty segment"),
        ({"path": "a/../b"}, "segment '..'"),
        ({"path": "/", "state": "absent"}, "allow_root"),
        ({"path": "/", "state": "present", "allow_root": True}, "allow_root: True has no effect with state: present"),
        ({"paths": ["a", "/"]}, "path: '/' is the whole Space, which has no folder marker to create"),
        ({"path": "a", "exact": True}, "'a/'"),
        ({"path": "a", "sample_size": -1}, "sample_size"),
        ({"path": "a", "state": "absent", "max_objects": -1}, "max_objects"),
        ({"path": "a", "state": "absent", "min_depth": -1}, "min_depth"),
        (
            {"path": "builds/", "state": "absent", "min_depth": 2},
            "path: 'builds/' has 1 segment, and min_depth asks for 2",
        ),
        ({"paths": ["a/b", "a"], "state": "absent", "min_depth": 2}, "path: 'a/' has 1 segment"),
        ({"path": "/", "state": "absent", "allow_root": True, "min_depth": 1}, "path: '/' has 0 segments"),
        ({"path": "a", "protect": "prod"}, "protect: 'prod' is not a list"),
        ({"path": "a", "protect": ["/prod"]}, "write 'prod'"),
        ({"path": "a", "protect": [1.10]}, "Quote it"),
        ({"path": "prod/db", "state": "absent", "protect": ["prod"]}, "path: 'prod/db/' is protected"),
        ({"path": "a", "workers": 0}, "workers"),
        ({"path": "a", "retries": -1}, "retries"),
        ({"path": "a", "request_rate": "nan"}, "request_rate"),
        ({"path": "a", "request_rate": 0}, "request_rate"),
        ({"path": "a", "space": "a/b"}, "plain name"),
        ({"path": "a", "space": "arn:aws:s3:::bucket"}, "not the name of a bucket"),
        (
            {"path": "a", "endpoint_url": "https://a.nyc3.digitaloceanspaces.com"},
            "Set it to https://nyc3.digitaloceanspaces.com",
        ),
        ({"path": "a", "region": "ams3", "endpoint_url": "https://nyc3.digitaloceanspaces.com"}, "another region"),
        ({"path": "a", "profile": "work"}, "one source"),
        ({"path": "a", "secret_key": ""}, "access_key is set without secret_key"),
        ({"path": "a", "paths": ["a"]}, "mutually exclusive"),
        ({}, "one of the following is required"),
    ],
    ids=str,
)
def test_an_option_that_cannot_be_used_is_refused_before_any_request(
    capsys: pytest.CaptureFixture[str], given: dict[str, Any], said: str, check: bool
) -> None:
    with ScriptedServer(Reply()) as server:
        result = Task(capsys, server.endpoint)(**given, check=check)
        assert result["failed"]
        assert said in result["msg"]
        assert server.requests == []


def test_the_whole_space_is_emptied_when_that_is_allowed(task: Any, witness: Witness) -> None:
    witness.put(["a", "b/c"])
    assert removed(task(path="/", state="absent", allow_root=True)) == {"objects": 2}
    assert witness.keys() == []


def test_a_folder_listed_twice_has_its_entry_each_time(task: Any, witness: Witness) -> None:
    witness.put(["a/x", "a/b/y"])
    folders = task(paths=["a/b", "a", "a/"], state="absent")["folders"]
    assert [(folder["path"], folder.get("covered_by")) for folder in folders] == [
        ("a/b/", "a/"),
        ("a/", None),
        ("a/", "a/"),
    ]
    assert [folder["removed"]["objects"] for folder in folders] == [0, 2, 0]


def test_old_versions_that_stay_are_warned_of_and_go_when_asked_for(task: Any, witness: Witness) -> None:
    witness.create_space(versioned=True)
    witness.put(["a/x", "a/x"], b"12")
    result = task(path="a", state="absent")
    assert "live on as old versions" in json.dumps(result["warnings"])
    everything = task(path="a", state="absent", versions="all", diff=True)
    assert removed(everything) == {"versions": 2, "delete_markers": 1, "bytes": 4}
    assert "a/ (2 versions, 1 delete marker, 4 B, " in everything["diff"][0]["before"]
    assert witness.versions() == []
    assert "warnings" not in everything


def test_a_marker_with_content_is_warned_of(task: Any, witness: Witness) -> None:
    witness.put(["a/"], b"content")
    result = task(path="a")
    assert not result["changed"]
    assert "holds 7 bytes" in json.dumps(result["warnings"])


def test_without_botocore_the_message_names_the_interpreter(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "botocore", None)
    result = Task(capsys, "http://127.0.0.1:9")(path="a")
    assert result["failed"]
    assert "boto3" in result["msg"]
    assert sys.executable in result["msg"]
    assert "Traceback" not in result["msg"]


@pytest.mark.parametrize(
    ("version", "old"), [("1.35.99", True), ("1.9.200", True), ("0.99.0", True), ("1.36.0", False), ("2.0.0", False)]
)
def test_an_old_botocore_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, version: str, old: bool
) -> None:
    monkeypatch.setattr(botocore, "__version__", version)
    msg = Task(capsys, "http://127.0.0.1:9")(path=1)["msg"]
    assert ("botocore >= " in msg) == old
    assert (version in msg) == old
    assert ("Quote it" in msg) != old


def test_a_protected_key_keeps_the_folder(task: Any, witness: Witness) -> None:
    witness.put(["a/1", "a/keep.lock"])
    result = task(path="a", state="absent", protect=["**/*.lock"])
    assert result["failed"]
    assert "'a/keep.lock'" in result["msg"]
    assert not result["changed"]
    assert witness.keys() == ["a/1", "a/keep.lock"]


def test_guards_for_removals_do_not_hinder_a_creation(task: Any, witness: Witness) -> None:
    result = task(path="prod", protect=["prod"], min_depth=2)
    assert result["changed"]
    assert witness.keys() == ["prod/"]


def test_a_glob_that_protects_only_the_top_is_warned_of(task: Any, witness: Witness) -> None:
    witness.put(["a/1.lock"])
    result = task(path="a", state="absent", protect=["*.lock", "**/*.none"])
    [warning] = result["warnings"]
    assert "'*.lock'" in str(warning)
    assert "'**/*.lock'" in str(warning)
