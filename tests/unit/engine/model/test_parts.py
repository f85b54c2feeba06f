# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of a folder's parts: exact sums with bounded memory."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import Entry
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.parts import (
    LISTED,
    NOTHING,
    Part,
    PartCounter,
    Parts,
    by_subfolder,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.path import FolderPath


def entries(*keys: str) -> list[Entry]:
    return [Entry(key, len(key), f"2026-11-{number + 10}T00:00:00Z") for number, key in enumerate(keys)]


@pytest.mark.parametrize(
    ("path", "keys", "expected"),
    [
        ("p", ["p/", "p/a", "p/b/1", "p/b/2/3", "p/c", "p/d/"], {"p/": 3, "p/b/": 2, "p/d/": 1}),
        ("p", ["p/b/", "p/b/1", "p/b/2/3"], {"p/b/": 3}),
        ("p", ["p/b/1", "p/b/2", "p/bb/1"], {"p/b/": 2, "p/bb/": 1}),
        ("p", ["p/a/1", "p/b", "p/a/2"], {"p/a/": 2, "p/": 1}),  # no store lists keys so
        ("p", ["p//x", "p//y"], {"p//": 2}),
        ("/", ["a", "b/1", "b/2"], {"/": 1, "b/": 2}),
    ],
)
def test_entries_are_counted_by_direct_subfolder(path: str, keys: Sequence[str], expected: dict[str, int]) -> None:
    folder = FolderPath.parse(path, allow_root=True)
    counter = PartCounter()
    listed = entries(*sorted(keys))
    counter.add(by_subfolder(listed, folder=folder))
    parts = counter.parts()
    assert {part.path: part.objects for part in parts.listed} == expected
    assert {part.path: part.newest for part in parts.listed} == {
        name: max(entry.modified for entry in listed if _subfolder(entry.key, folder) == name) for name in expected
    }
    assert sum(part.bytes for part in parts.listed) == sum(entry.size for entry in listed)
    assert (parts.others, parts.others_total) == (NOTHING, 0)


def _subfolder(key: str, folder: FolderPath) -> str:
    name, slash, _rest = key[len(folder.prefix) :].partition("/")
    return f"{folder.prefix}{name}/" if slash else folder.path


def test_versions_and_delete_markers_are_counted_apart() -> None:
    versions = [Entry("p/a", 5, "", "v2"), Entry("p/a", 0, "", "v1", True), Entry("p/b", 7, "", "v1")]
    assert Part.of("p/", versions) == Part("p/", versions=2, delete_markers=1, bytes=12)


def test_the_largest_parts_come_first() -> None:
    counter = PartCounter()
    counter.add([Part("a/", 1, bytes=1), Part("b/", 9, bytes=1), Part("c/", 1, bytes=2), Part("d/", 1, bytes=1)])
    assert [part.path for part in counter.parts().listed] == ["c/", "b/", "a/", "d/"]


@pytest.mark.parametrize("total", [LISTED, LISTED + 1, 5000])
def test_a_few_parts_are_listed_and_the_sums_include_the_others(total: int) -> None:
    counter = PartCounter(bound=300)
    counter.add(Part(f"{number:04}/", 1, 2, 3, number, f"{number:04}") for number in range(total))
    parts = counter.parts()
    assert [part.path for part in parts.listed] == [f"{number:04}/" for number in reversed(range(total))][:LISTED]
    assert parts.others_total == total - LISTED
    for at, figure in ((1, total), (2, 2 * total), (3, 3 * total), (4, total * (total - 1) // 2)):
        assert sum(part[at] for part in (*parts.listed, parts.others)) == figure
    assert len(counter._parts) <= 300
    assert parts.first(3) == Parts(
        parts.listed[:3],
        sum_of([*parts.listed[3:], parts.others]),
        total - 3,
    )


def sum_of(parts: Sequence[Part]) -> Part:
    total = NOTHING
    for part in parts:
        total = total.plus(part)
    return total


def test_the_sums_do_not_include_what_was_subtracted() -> None:
    counter = PartCounter(bound=0)
    counter.add([Part("a/", 3, bytes=30), Part("b/", 1, bytes=1)])
    counter.subtract([Part("a/", 1, bytes=10), Part("b/", 1, bytes=1)])
    assert counter.parts() == Parts((Part("a/", 2, bytes=20),))


def test_a_late_subtraction_leaves_no_negative_figure() -> None:
    counter = PartCounter(bound=0)
    counter.add(Part(f"{number:04}/", 2, bytes=number) for number in range(1000))
    counter.add([Part("0000/", 1, bytes=0)])
    counter.subtract([Part("0000/", 3, bytes=0), Part("0001/", 1, bytes=1)])
    parts = counter.parts()
    assert sum(part.objects for part in (*parts.listed, parts.others)) == 1997
    assert sum(part.bytes for part in (*parts.listed, parts.others)) == 1000 * 999 // 2 - 1
    assert all(part.objects >= 0 and part.bytes >= 0 for part in (*parts.listed, parts.others))
