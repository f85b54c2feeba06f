# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare removals with their definition, on random trees of keys."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.report import Report
from tests.unit.engine.memory_store import MemoryStore
from tests.unit.engine.workbench import Workbench

# '.' and '0' are the neighbours of '/': what sorts just before and just after a folder
LETTERS = st.sampled_from([*"//p./0-q ", "\x01", "\x1f", "\n", "\x7f", "é", "\uffff", "😀"])
NAMES = st.text(LETTERS, min_size=1, max_size=5)
FOLDERS = NAMES.map(lambda name: name.removesuffix("/") + "/").filter(lambda path: not path.isspace())
ALL = 10_000


@st.composite
def trees(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """Draw folders and keys, many of them inside a folder or beside it by one character."""
    folders = draw(st.lists(FOLDERS, min_size=1, max_size=3))
    inside = st.builds(str.__add__, st.sampled_from(folders), st.text(LETTERS, max_size=4))
    beside = st.builds(
        lambda folder, letter, rest: folder[:-1] + letter + rest,
        st.sampled_from(folders),
        st.sampled_from(["", ".", "0", "-", "\x01", "é"]),
        st.text(LETTERS, max_size=3),
    ).filter(bool)
    return folders, draw(st.lists(NAMES | inside | beside, max_size=25, unique=True))


def sampled(report: Report) -> list[str]:
    return sorted({entry.key for folder in report.folders for entry in folder.sample})


def below(folders: Iterable[str], keys: Iterable[str]) -> list[str]:
    """Define which keys a removal removes."""
    return sorted(key for key in keys if any(key.startswith(folder) for folder in folders))


@given(tree=trees(), page_size=st.integers(1, 7), batch_size=st.integers(1, 5), threads=st.booleans())
@example(tree=(["p/"], ["p", "p/", "p//", "p.", "p0", "p/\x01"]), page_size=1, batch_size=1, threads=True)
def test_exactly_the_keys_below_a_folder_go(
    tree: tuple[list[str], list[str]], page_size: int, batch_size: int, threads: bool
) -> None:
    folders, keys = tree
    store = MemoryStore(keys, page_size=page_size, batch_size=batch_size, size=3)
    bench = Workbench(store, workers=3 if threads else None)
    expected = below(folders, keys)
    previewed = bench.removed(*folders, exact=True, dry_run=True, sample_size=ALL)
    assert store.current == sorted(keys)
    assert sampled(previewed) == expected
    done = bench.removed(*folders, exact=True, sample_size=ALL)
    assert store.current == sorted(set(keys) - set(expected))
    assert done == previewed
    assert sum(folder.removed.objects for folder in done.folders) == len(expected)
    assert sum(folder.removed.bytes for folder in done.folders) == 3 * len(expected)
    again = bench.removed(*folders, exact=True)
    assert not any(folder.changed for folder in again.folders)


@given(tree=trees(), deletes=st.lists(st.integers(0, 24), max_size=9), page_size=st.integers(1, 7))
def test_exactly_the_versions_and_uploads_below_a_folder_go(
    tree: tuple[list[str], list[str]], deletes: list[int], page_size: int
) -> None:
    folders, keys = tree
    store = MemoryStore([*keys, *keys[::2]], uploads=keys[::3] * 2, page_size=page_size, batch_size=4, versioned=True)
    current = dict(enumerate(store._objects("")))
    for number in deletes:
        if number in current:
            store.delete_one(current[number])
    versions, uploads = store.versions, store.uploads
    gone = [entry for entry in versions if below(folders, [entry.key])]
    bench = Workbench(store)
    previewed = bench.removed(*folders, exact=True, versions=True, dry_run=True, sample_size=ALL)
    assert (store.versions, store.uploads) == (versions, uploads)
    assert bench.removed(*folders, exact=True, versions=True, sample_size=ALL) == previewed
    assert store.versions == [entry for entry in versions if entry not in gone]
    assert store.uploads == [key for key in uploads if not below(folders, [key])]
    assert sum(folder.removed.entries for folder in previewed.folders) == len(gone)
    assert sum(folder.removed.uploads for folder in previewed.folders) == len(below(folders, uploads))
    again = bench.removed(*folders, exact=True, versions=True)
    assert not any(folder.changed for folder in again.folders)
