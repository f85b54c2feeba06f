# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which keys are protected from removal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import InvalidOption
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.globs import matches
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.protection import (
    Protection,
    only_at_the_top,
    parse_protect,
)


@pytest.mark.parametrize("glob", ["prod", "prod/", "prod/*", "prod/**", "p*", "**/prod", "pro[dx]/"])
def test_a_glob_that_matches_a_folder_protects_all_below_it(glob: str) -> None:
    protection = Protection([glob])
    assert protection.protected(["prod/", "prod/a", "prod/a/b", "sprod/a", "other/a"]) == [
        "prod/",
        "prod/a",
        "prod/a/b",
    ]


@pytest.mark.parametrize(
    ("glob", "protected"), [("prod", True), ("prod/", False), ("prod/*", False), ("prod/**", False)]
)
def test_an_object_is_no_folder(glob: str, protected: bool) -> None:
    assert bool(Protection([glob]).protected(["prod"])) is protected


@pytest.mark.parametrize(
    ("glob", "protected"),
    [
        ("*.lock", ["a.lock"]),
        ("**/*.lock", ["a.lock", "x/b.lock", "x/y/c.lock", "x/d.lock/e"]),
        ("x/*.lock", ["x/b.lock", "x/d.lock/e"]),
    ],
)
def test_a_wildcard_stays_within_a_segment(glob: str, protected: list[str]) -> None:
    keys = ["a.lock", "x/a", "x/b.lock", "x/y/c.lock", "x/d.lock/e"]
    assert Protection([glob]).protected(keys) == protected


@pytest.mark.parametrize(
    ("prefix", "protected"), [("prod/", True), ("prod/a/", True), ("production/", False), ("", False), ("x/", False)]
)
def test_a_folder_is_protected_by_itself_or_by_one_above_it(prefix: str, protected: bool) -> None:
    assert Protection(["prod/"]).protects_folder(prefix) is protected


@pytest.mark.parametrize(
    ("prefix", "reached"), [("", True), ("prod/", True), ("prod/x/", True), ("prod/eu/db/", True), ("dev/", False)]
)
def test_only_a_prefix_that_a_glob_can_reach_needs_a_look(prefix: str, reached: bool) -> None:
    assert Protection(["prod/eu/*"]).reaches(prefix) is (reached and prefix != "prod/x/")


def test_nothing_is_protected_without_globs() -> None:
    protection = Protection([])
    assert not protection.reaches("")
    assert not protection.protected(["a"])
    assert not protection.protects_folder("a/")


NAMES = st.text(alphabet="ab/", min_size=1, max_size=8)
GLOBS = st.text(alphabet="ab*?/", min_size=1, max_size=6).filter(lambda glob: "//" not in glob and glob[0] != "/")


@given(st.lists(GLOBS, max_size=3), st.lists(NAMES, max_size=8))
def test_a_key_is_protected_if_it_or_a_folder_above_it_matches(globs: list[str], keys: list[str]) -> None:
    def expected(key: str) -> bool:
        above = [key[:index] for index, character in enumerate(key) if character == "/"]
        return any(
            any(matches(glob.removesuffix("/"), name) for name in above) or (glob[-1] != "/" and matches(glob, key))
            for glob in globs
        )

    protection = Protection(globs)
    assert protection.protected(keys) == [key for key in keys if expected(key)]
    assert all(protection.reaches(key[:cut]) for key in keys if expected(key) for cut in range(len(key) + 1))


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("prod", "protect: 'prod' is not a list"),
        (None, "is not a list"),
        ([1.1], r"protect\[0\]: 1.1 is a number"),
        (["a", None], r"protect\[1\]: None is not a string"),
        ([" "], "empty or blank"),
        (["/prod"], "starts with '/'.*write 'prod'"),
        (["a//b"], "empty segment.*write 'a/b'"),
        (["prod\n"], "control character"),
        (["s3://my-space/prod"], "is a URL, and begins with 's3://'.*without the name of the Space"),
        (["./prod"], r"has the segment '\.'"),
        (["prod/../a"], r"has the segment '\.\.'"),
        (["prod/b "], "blank at the start or the end"),
        (["prod/ b/c"], "blank at the start or the end"),
        (["prod/{a,b}"], r"braces, which are taken literally: '\{a,b\}'"),
        (["{prod/a,b}/**"], "braces"),
        (["prod/[!]"], "a bracket that is not closed"),
        (["prod/[ab"], "a bracket that is not closed"),
    ],
)
def test_an_invalid_glob_is_refused(value: object, problem: str) -> None:
    with pytest.raises(InvalidOption, match=problem):
        parse_protect("protect", value)


def test_globs_are_taken_as_they_are() -> None:
    assert parse_protect("protect", ["prod/", "**/*.lock"]) == ("prod/", "**/*.lock")
    assert parse_protect("protect", []) == ()
    odd = ("a b", ".hidden", "a..b", "[.]/a", "{a}", "[{]a,b}", "[[]a", "[]]a", "[!a]/b", "a]", "C:/x", "[!]]")
    assert parse_protect("protect", odd) == odd


@pytest.mark.parametrize(
    ("glob", "at_the_top"),
    [("*.lock", True), ("prod", False), ("**", False), ("**/*.lock", False), ("a/*.lock", False)],
)
def test_a_glob_for_the_top_alone_is_recognized(glob: str, at_the_top: bool) -> None:
    assert only_at_the_top(glob) is at_the_top
