# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of guarantees names only tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guarantees.md").read_text()


def rows() -> list[tuple[str, list[str]]]:
    """Return each guarantee with the tests named beside it."""
    found = re.findall(r"^\| (?!Guarantee|---)(.*?) \| (.*?) \|$", PAGE, re.MULTILINE)
    return [(guarantee, re.findall(r"`(\S+?::\S+?)`", tests)) for guarantee, tests in found]


def test_each_guarantee_names_a_test() -> None:
    assert len(rows()) > 25
    assert [guarantee for guarantee, tests in rows() if not tests] == []


def test_each_test_that_is_named_is_there() -> None:
    named = {test for _guarantee, tests in rows() for test in tests}
    there = {
        f"{path.relative_to(ROOT)}::{node.name}"
        for path in {ROOT / test.partition("::")[0] for test in named}
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
    }
    assert named - there == set()
