# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stores list, and what is left of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import Unsupported
from tests.integration.harness import Harness, totals
from tests.servers.store import Store
from tests.servers.witness import Witness

PLAIN_KEYS = [
    "p/",
    "p/%41",
    "p/*",
    "p/?q=1#frag",
    "p/\\",
    "p/a+b c",
    "p/a&b<c>\"d'",
    "p/nested/",
    "p/nested/deep/x",
    "p/ü",
    "p/😀",
    "p/" + "n" * 200 + "/" + "m" * 200,
]
AWKWARD_KEYS = [
    "p/\x01control",
    "p/\ufffenoncharacter",
    "p/\n",
    "p/\r\n",
    "p/\t",
    "p//",
    "p//double",
    "p/./dot",
    "p/../up",
    "p/" + "n" * 900,
]
SIBLINGS = ["p", "p.txt", "p-x/y", "pp/x", "p0/"]


def keys_for(store: Store) -> list[str]:
    plain = [key for key in PLAIN_KEYS if "backslashes" in store.capabilities or "\\" not in key]
    return [*plain, *(AWKWARD_KEYS if "awkward" in store.capabilities else [])]


def size_of(store: Store, keys: Iterable[str], each: int) -> int:
    """Add up the sizes that the store reports for objects of so many bytes each."""
    return sum(each for key in keys if "marker_sizes" in store.capabilities or not key.endswith("/"))


@pytest.mark.parametrize("page_size", [1, 3, 1000])
def test_awkward_keys_go_and_siblings_stay(store: Store, witness: Witness, page_size: int) -> None:
    if page_size == 1 and "single_key_pages" not in store.capabilities:
        pytest.skip(f"{store.name} ends a listing after a page of one key")
    keys = keys_for(store)
    siblings = [key for key in SIBLINGS if "twins" in store.capabilities or key != "p"]
    witness.put([*keys, *siblings], b"12345")
    harness = Harness(store, witness.space, page_size=page_size)
    previewed = harness.remove("p", dry_run=True, sample_size=100)
    assert witness.keys() == sorted([*keys, *siblings])
    done = harness.remove("p", sample_size=100)
    assert witness.keys() == sorted(siblings)
    assert totals(done) == totals(previewed)
    assert totals(done)["objects"] == len(keys)
    assert totals(done)["bytes"] == size_of(store, keys, 5)
    assert [entry.key for entry in done.folders[0].sample] == sorted(keys)
    assert [entry.key for entry in previewed.folders[0].sample] == sorted(keys)
    assert not harness.remove("p").folders[0].changed


@pytest.mark.needs("versions", "ordered_versions")
@pytest.mark.parametrize("page_size", [1, 3, 1000])
def test_all_versions_go(store: Store, make_space: Callable[..., Witness], page_size: int) -> None:
    witness = make_space(versioned=True)
    keys = keys_for(store)
    for _round in range(3):
        witness.put(keys, b"12")
    for key in keys[:4]:
        witness.client.delete_object(Bucket=witness.space, Key=key)
    witness.put(["pp/stays"])
    kinds = [kind for key, _version, kind in witness.versions() if key.startswith("p/")]
    assert len(kinds) > 2 * len(keys)
    harness = Harness(store, witness.space, page_size=page_size)
    done = harness.remove("p", versions=True)
    assert [version[0] for version in witness.versions()] == ["pp/stays"]
    versions, markers = kinds.count("Versions"), kinds.count("DeleteMarkers")
    assert totals(done) == {
        "objects": 0,
        "versions": versions,
        "delete_markers": markers,
        "uploads": 0,
        "bytes": 2 * versions,
    }


SHARED = [
    *(f"p/{folder:02}/{number}" for folder in range(20) for number in range(9)),
    *(f"p/big/{folder}/{number:03}" for folder in "ab" for number in range(80)),
    *(f"p/flat-{number:03}" for number in range(100)),
    *(f"p/{folder:02}" for folder in range(0, 20, 3)),
]


def test_a_listing_that_is_shared_gives_what_it_gives_alone(store: Store, witness: Witness) -> None:
    keys = [key for key in SHARED if "twins" in store.capabilities or key.count("/") > 1 or "flat" in key]
    witness.put([*keys, *SIBLINGS[1:]], b"12345")
    harness = Harness(store, witness.space, page_size=5)
    previewed = harness.remove("p", dry_run=True, sample_size=1000)
    assert [entry.key for entry in previewed.folders[0].sample] == sorted(keys)
    assert harness.remove("p", sample_size=1000).folders == previewed.folders
    assert witness.keys() == sorted(SIBLINGS[1:])


@pytest.mark.needs("ordered_versions")
@pytest.mark.stores("minio", "rgw")  # moto takes minutes for its pages
def test_a_listing_of_versions_that_is_shared_gives_what_it_gives_alone(
    store: Store, make_space: Callable[..., Witness]
) -> None:
    witness = make_space(versioned=True)
    keys = [key for key in SHARED if "twins" in store.capabilities or key.count("/") > 1 or "flat" in key]
    for _round in range(2):
        witness.put([*keys, "p0/stays"], b"12345")
    harness = Harness(store, witness.space, page_size=5)
    previewed = harness.remove("p", dry_run=True, versions=True)
    assert totals(previewed)["versions"] == 2 * len(keys)
    assert totals(harness.remove("p", versions=True)) == totals(previewed)
    assert {key for key, _version, _kind in witness.versions()} == {"p0/stays"}


@pytest.mark.needs("versions")
def test_current_objects_of_a_versioned_space_leave_a_warning(store: Store, make_space: Callable[..., Witness]) -> None:
    witness = make_space(versioned=True)
    witness.put(["p/a", "p/b"])
    report = Harness(store, witness.space).remove("p")
    assert witness.keys() == []
    assert totals(report)["objects"] == 2
    assert len(witness.versions()) == 4
    assert any("live on as old versions" in warning for warning in report.warnings)


@pytest.mark.needs("uploads")
@pytest.mark.parametrize("page_size", [1, 1000])
def test_uploads_are_aborted(store: Store, witness: Witness, page_size: int) -> None:
    inside = ["p/a", "p/a", "p/b+c d", "p/é"]
    witness.start_uploads([*inside, "pp/stays", "p"])
    harness = Harness(store, witness.space, page_size=page_size)
    assert totals(harness.remove("p", uploads=False))["uploads"] == 0
    assert len(witness.uploads()) == 6
    assert totals(harness.remove("p", uploads=True))["uploads"] == 4
    assert witness.uploads() == ["p", "pp/stays"]


@pytest.mark.needs("uploads")
@pytest.mark.parametrize("page_size", [1, 2, 1000])
def test_uploads_are_aborted_in_whatever_order_they_are_listed(store: Store, witness: Witness, page_size: int) -> None:
    if page_size == 1 and "single_key_pages" not in store.capabilities:
        pytest.skip(f"{store.name} ends a listing after a page of one key")
    witness.start_uploads(["p/a", "p/a b", "p/a-b/x", "p/a", "p/a/x", "pp/stays"])
    assert totals(Harness(store, witness.space, page_size=page_size).remove("p", uploads=True))["uploads"] == 5
    assert witness.uploads() == ["pp/stays"]


@pytest.mark.stores("minio")
def test_uploads_that_a_store_lists_by_key_alone_are_aborted_with_a_warning(store: Store, witness: Witness) -> None:
    witness.start_uploads(["p/a", "p/a", "p/b/c", "p", "pp/stays"])
    harness = Harness(store, witness.space)
    with pytest.raises(Unsupported, match="does not list every incomplete multipart upload"):
        harness.remove("p", uploads=True)
    assert len(witness.uploads()) == 5
    report = Harness(store, witness.space).remove("p")
    assert totals(report)["uploads"] == 3
    assert witness.uploads() == ["p", "pp/stays"]
    assert any("does not list every incomplete multipart upload" in warning for warning in report.warnings)


@pytest.mark.needs("versions")
def test_keys_that_end_in_a_slash_live_on_or_not_as_the_warning_says(
    store: Store, make_space: Callable[..., Witness]
) -> None:
    witness = make_space(versioned=True)
    witness.put(["p/", "p/a"])
    report = Harness(store, witness.space).remove("p")
    assert {"p/", "p/a"} >= {key for key, _version, _kind in witness.versions()} >= {"p/a"}
    assert any('keep no version of a key that ends in "/"' in warning for warning in report.warnings)


@pytest.mark.needs("uploads", "awkward")
def test_uploads_with_awkward_keys_are_aborted(store: Store, witness: Witness) -> None:
    inside = ["p/\x01control", "p/\ufffenon", "p/%41", "p/a+b"]
    witness.start_unreadable_uploads(inside)
    assert totals(Harness(store, witness.space, page_size=1).remove("p", uploads=True))["uploads"] == 4
    assert totals(Harness(store, witness.space).remove("p", uploads=True))["uploads"] == 0


@pytest.mark.needs("awkward")
@pytest.mark.parametrize("prefix", ["//logs/", "/", "p/\x01/", "./"])
def test_exact_takes_the_path_to_the_letter(store: Store, witness: Witness, prefix: str) -> None:
    outside = ["q/x", "p/x", "logs/x"]
    witness.put([prefix, prefix + "a", prefix + "b/c", *outside])
    assert totals(Harness(store, witness.space, page_size=1).remove(prefix, exact=True))["objects"] == 3
    assert witness.keys() == sorted(outside)


def test_a_whole_space_is_emptied(store: Store, witness: Witness) -> None:
    witness.put(["a", "b/", "b/c", "d/e/f"])
    assert totals(Harness(store, witness.space).remove("/"))["objects"] == 4
    assert witness.keys() == []


def test_many_folders_in_one_call(store: Store, witness: Witness) -> None:
    witness.put([f"many/{number}/{name}" for number in range(30) for name in ("", "x", "y")])
    paths = [f"many/{number}" for number in range(30)] + ["many/7/", "many/8/sub", "many/none"]
    report = Harness(store, witness.space).remove(*paths)
    assert witness.keys() == []
    assert [folder.path for folder in report.folders] == [f"{path.rstrip('/')}/" for path in paths]
    assert [folder.removed.objects for folder in report.folders] == [3] * 30 + [0, 0, 0]
    assert [folder.covered_by for folder in report.folders[30:]] == ["many/7/", "many/8/", None]


def test_folders_are_created_once(store: Store, witness: Witness) -> None:
    harness = Harness(store, witness.space)
    first = harness.create("a/b/c", "a/b/d", parents=True)
    assert witness.keys() == ["a/", "a/b/", "a/b/c/", "a/b/d/"]
    assert [[entry.key for entry in folder.sample] for folder in first.folders] == [
        ["a/", "a/b/", "a/b/c/"],
        ["a/b/d/"],
    ]
    assert not any(folder.changed for folder in harness.create("a/b/c", "a/b/d", parents=True).folders)


@pytest.mark.needs("awkward")
def test_a_marker_with_content_is_left_with_a_warning(store: Store, witness: Witness) -> None:
    witness.put(["full/"], b"content")
    report = Harness(store, witness.space).create("full")
    assert not report.folders[0].changed
    assert "holds 7 bytes" in report.warnings[0]
    assert witness.client.head_object(Bucket=witness.space, Key="full/")["ContentLength"] == 7
