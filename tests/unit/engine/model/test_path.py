# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which paths are accepted, and the messages for the others."""

from __future__ import annotations

import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import InvalidOption
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.path import FolderPath, parse_paths


def refusal(value: object, **options: bool) -> str:
    """Return the message for a path that is refused."""
    with pytest.raises(InvalidOption) as caught:
        FolderPath.parse(value, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("value", "prefix"),
    [
        ("builds", "builds/"),
        ("builds/", "builds/"),
        ("builds/42", "builds/42/"),
        ("a b", "a b/"),
        ("1.10", "1.10/"),
        (".hidden/..data/...", ".hidden/..data/.../"),
        ("a.b/c..d", "a.b/c..d/"),
        ("é/😀", "é/😀/"),
        ("a\\b?*", "a\\b?*/"),
    ],
)
def test_a_folder_is_every_key_behind_its_slash(value: str, prefix: str) -> None:
    folder = FolderPath.parse(value)
    assert folder.prefix == prefix
    assert folder.path == prefix


@pytest.mark.parametrize("value", [0, 42, 493, -1, 1.1, float("nan"), True, False])
def test_a_number_or_boolean_as_path_is_refused_with_the_advice_to_quote_it(value: object) -> None:
    message = refusal(value)
    assert message.startswith(f"path: {value!r} ")
    assert "Quote it" in message
    assert refusal(value, exact=True).startswith(f"path: {value!r} ")


@pytest.mark.parametrize("value", [None, [], ["a"], {"a": 1}, b"a", datetime.date(2026, 1, 2)])
def test_a_path_that_is_not_a_string_is_refused(value: object) -> None:
    message = refusal(value)
    assert message.startswith(f"path: {value!r} is not a string")
    assert "Give one folder" in message


@pytest.mark.parametrize("value", ["", " ", "\t", " \n ", "\u2003"])
@pytest.mark.parametrize("exact", [False, True])
def test_a_path_that_came_out_empty_is_refused(value: str, exact: bool) -> None:
    message = refusal(value, exact=exact, allow_root=True)
    assert message.startswith(f"path: {value!r} is empty or blank")
    assert "variable" in message


@pytest.mark.parametrize(
    ("value", "problem", "way_out"),
    [
        ("/builds", "starts with '/'", "Write 'builds'"),
        ("/builds/42/", "starts with '/'", "Write 'builds/42/'"),
        ("//builds", "starts with '/'", "Write 'builds'"),
        ("builds//42", "has an empty segment ('//')", "write 'builds/42' if that is meant"),
        ("builds///42//x", "has an empty segment ('//')", "write 'builds/42/x' if that is meant"),
        ("builds//", "has an empty segment ('//')", "write 'builds/' if that is meant"),
        (" builds", "has a blank at the start or the end of ' builds'", "trim filter"),
        ("builds/42 ", "has a blank at the start or the end of '42 '", "trim filter"),
        ("builds \xa0/42", "has a blank at the start or the end of 'builds \\xa0'", "trim filter"),
        (".", "has the segment '.'", "without it"),
        ("./builds", "has the segment '.'", "without it"),
        ("builds/./42", "has the segment '.'", "without it"),
        ("builds/.", "has the segment '.'", "without it"),
        ("..", "has the segment '..'", "without it"),
        ("builds/../etc", "has the segment '..'", "without it"),
        ("builds/../", "has the segment '..'", "without it"),
        ("a\nb", r"control character '\n'", "Remove it"),
        ("builds/42\n", r"control character '\n'", "Remove it"),
        ("a\x00", r"control character '\x00'", "Remove it"),
        ("\x1fa", r"control character '\x1f'", "Remove it"),
        ("a\x7f", r"control character '\x7f'", "Remove it"),
        ("a\x80", r"control character '\x80'", "Remove it"),
        ("a\x9f", r"control character '\x9f'", "Remove it"),
    ],
)
def test_an_irregular_path_is_refused_unless_it_is_exact(value: str, problem: str, way_out: str) -> None:
    message = refusal(value, allow_root=True)
    assert message.startswith(f"path: {value!r} ")
    assert problem in message
    assert way_out in message
    assert "exact: true" in message
    letter = value if value.endswith("/") else value + "/"
    assert FolderPath.parse(letter, exact=True).prefix == letter


@pytest.mark.parametrize(
    ("value", "space", "path"),
    [
        ("s3://my-space/foo/", "my-space", "foo/"),
        ("s3://my-space", "my-space", "/"),
        ("https://my-space/a//b", "my-space", "a//b"),
    ],
)
def test_a_url_is_no_path(value: str, space: str, path: str) -> None:
    assert refusal(value).endswith(
        f"is a URL, not a path in a Space. If the Space is {space!r}, write space: {space} and path: {path}"
    )


@pytest.mark.parametrize("value", ["/builds", "//", "///", "/a//b", "a//b", "//a///b/"])
def test_a_path_that_an_error_suggests_is_taken(value: str) -> None:
    suggested = re.search(r"Write '(.*?)'", refusal(value))
    if suggested:
        assert FolderPath.parse(suggested[1]).prefix


@pytest.mark.parametrize("character", ["a", "é", "€", "😀"])
def test_a_key_has_1024_bytes(character: str) -> None:
    width = len(character.encode())
    fill = "x" * ((1023 % width) or 0)
    longest = fill + character * ((1023 - len(fill)) // width)
    assert len(FolderPath.parse(longest).prefix.encode()) == 1024
    assert FolderPath.parse(longest + "/").prefix == longest + "/"
    for options in ({}, {"exact": True}):
        message = refusal("x" + longest + "/", **options)
        assert "takes 1025 bytes of UTF-8" in message
        assert "at most 1024: shorten it" in message
    assert "takes 1025 bytes" in refusal("x" + longest)


@pytest.mark.parametrize("exact", [False, True])
def test_a_lone_surrogate_is_no_key(exact: bool) -> None:
    message = refusal("a\udcff/", exact=exact)
    assert "path: 'a\\udcff/' cannot be written as UTF-8" in message
    assert "encoding" in message
    assert message.encode()


@pytest.mark.parametrize("value", ["builds", "//builds", "a/..", "."])
def test_an_exact_path_brings_its_own_slash(value: str) -> None:
    message = refusal(value, exact=True)
    assert message.startswith(f"path: {value!r} ")
    assert "does not end in '/'" in message
    assert f"Write {value + '/'!r}" in message


@pytest.mark.parametrize("value", ["builds/", "//logs/", "/", "//", "./", "../", "a/../b/", "\x01/", "\n/"])
def test_an_exact_path_is_taken_to_the_letter(value: str) -> None:
    assert FolderPath.parse(value, exact=True).prefix == value
    assert FolderPath.parse(value, exact=True, allow_root=True).prefix == value


def test_the_whole_space_requires_allow_root() -> None:
    message = refusal("/")
    assert message.startswith("path: '/' is the whole Space")
    assert "If you mean everything in the Space, set allow_root: true; a folder named '/' takes exact: true." in message
    root = FolderPath.parse("/", allow_root=True)
    assert root.prefix == ""
    assert root.path == "/"


@given(st.text(), st.booleans())
def test_nothing_but_a_slash_is_ever_the_whole_space(text: str, exact: bool) -> None:
    try:
        folder = FolderPath.parse(text, exact=exact, allow_root=True)
    except InvalidOption:
        return
    assert folder.prefix.endswith("/") or (text == "/" and not exact)
    assert folder.prefix.removesuffix("/") == text.removesuffix("/")


def test_path_is_one_folder() -> None:
    assert parse_paths(path="a", paths=None) == [FolderPath(prefix="a/")]
    assert parse_paths(path="/", paths=None, allow_root=True) == [FolderPath(prefix="")]
    assert parse_paths(path="//", paths=None, exact=True) == [FolderPath(prefix="//")]


@pytest.mark.parametrize("paths", [["a", "b/c/", "a"], ("a", "b/c/", "a")])
def test_paths_are_folders_in_the_order_asked_for(paths: object) -> None:
    assert [folder.prefix for folder in parse_paths(path=None, paths=paths)] == ["a/", "b/c/", "a/"]


@pytest.mark.parametrize("paths", ["a", "a,b", "", 1.1, True, {"a": "b"}])
def test_paths_are_a_list_and_never_split(paths: object) -> None:
    with pytest.raises(InvalidOption) as caught:
        parse_paths(path=None, paths=paths)
    assert str(caught.value).startswith(f"paths: {paths!r} is not a list.")
    assert "YAML list" in str(caught.value)
    assert "goes into path" in str(caught.value)


def test_a_path_that_is_null_is_not_set() -> None:
    with pytest.raises(InvalidOption, match=r"^path: None is not set.* a variable"):
        parse_paths(path=None, paths=None)


def test_an_empty_list_of_paths_is_refused() -> None:
    with pytest.raises(InvalidOption, match=r"^paths: \[\] is empty\. List at least one folder, or skip .* when"):
        parse_paths(path=None, paths=[])


@pytest.mark.parametrize(("value", "problem"), [(1.1, "number"), ("/", "whole Space"), ("", "empty"), ("/b", "starts")])
def test_an_error_names_the_element(value: object, problem: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        parse_paths(path=None, paths=["a", value])
    assert str(caught.value).startswith(f"paths[1]: {value!r} ")
    assert problem in str(caught.value)


def test_options_reach_every_element() -> None:
    folders = parse_paths(path=None, paths=["/", "//a/"], exact=True)
    assert [folder.prefix for folder in folders] == ["/", "//a/"]
    assert parse_paths(path=None, paths=["/"], allow_root=True) == [FolderPath(prefix="")]


def test_path_is_checked_even_beside_paths() -> None:
    with pytest.raises(InvalidOption, match=r"^path: '' "):
        parse_paths(path="", paths=["a"])


@pytest.mark.parametrize(
    ("prefix", "ancestors"),
    [
        ("", []),
        ("/", []),
        ("a/", []),
        ("a/b/", ["a/"]),
        ("a/b/c d/", ["a/", "a/b/"]),
        ("//logs/", ["/", "//"]),
    ],
)
def test_ancestors_come_outermost_first(prefix: str, ancestors: list[str]) -> None:
    assert FolderPath(prefix=prefix).ancestors == ancestors
