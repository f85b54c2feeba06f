# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A removal reports that a folder does not exist."""

from __future__ import annotations

from typing import Any

import pytest

from tests.servers.witness import Witness

CHECK = pytest.mark.parametrize("check", [True, False])


@CHECK
@pytest.mark.parametrize(
    ("path", "given", "warned"),
    [
        ("a", {}, False),
        ("a", {"missing_folder": "warn"}, True),
        ("builds/*", {}, True),
        ("builds/[12]", {}, True),
        ("builds/*", {"missing_folder": "ok"}, False),
    ],
)
def test_a_missing_folder_is_warned_of(
    task: Any, witness: Witness, path: str, given: dict[str, str], warned: bool, check: bool
) -> None:
    witness.put(["builds/1/x"])
    result = task(path=path, state="absent", check=check, **given)
    assert "failed" not in result
    warnings = str(result.get("warnings"))
    assert (f"There was nothing in '{path}/'." in warnings) == warned
    assert ("taken literally" in warnings) == (warned and path != "a")


@CHECK
def test_a_missing_folder_may_be_an_error_when_the_others_are_done(task: Any, witness: Witness, check: bool) -> None:
    witness.put(["b/x"])
    result = task(paths=["a", "b", "b/c"], state="absent", missing_folder="error", check=check)
    assert result["failed"]
    assert result["msg"] == "There was nothing in 'a/'. missing_folder is error."
    assert result["totals"]["objects"] == 1
    assert witness.keys() == (["b/x"] if check else [])


@CHECK
def test_a_prune_of_a_missing_folder_is_warned_of(prune: Any, witness: Witness, check: bool) -> None:
    witness.put(["a/"])
    result = prune(paths=["a", "b"], keep_newest=1, check=check)
    [warning] = result["warnings"]
    assert "There was nothing in 'b/'." in str(warning)
    assert prune(path="b", keep_newest=1, check=check, missing_folder="error")["failed"]
    assert "warnings" not in prune(path="b", keep_newest=1, check=check, missing_folder="ok")
