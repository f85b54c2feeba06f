# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is found in folders on real stores, against what the witness sees."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.results.info import describe_survey
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import Entry, Subfolder
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.path import FolderPath
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.survey import Survey
from tests.integration.harness import Harness
from tests.integration.test_folders import keys_for, size_of
from tests.servers.store import Store
from tests.servers.witness import Witness


def survey(harness: Harness, path: str, *, limit: int = 1000, gather: tuple[str, ...]) -> dict:
    """Look at one folder; return what a task would show of it."""
    looked = Survey(
        folders=[FolderPath.parse(path, allow_root=True)],
        lister=harness.lister,
        retrier=harness.retrier,
        pool=harness.pool(),
        gather=frozenset(gather),
        limit=limit,
    )
    looked.run()
    [folder] = describe_survey(looked.report(), {}).values["folders"]
    return folder


@pytest.fixture(params=[1, 2, 1000])
def harness(request: pytest.FixtureRequest, store: Store, witness: Witness) -> Harness:
    """Look with small pages, where the store lists them."""
    if request.param == 1 and "single_key_pages" not in store.capabilities:
        pytest.skip(f"{store.name} ends a listing after a page of one key")
    return Harness(store, witness.space, page_size=request.param)


def test_figures_agree_with_the_store(store: Store, witness: Witness, harness: Harness) -> None:
    keys = [key for key in keys_for(store) if not key.startswith("p//")]
    witness.put([*keys, "pp/x"], b"12345")
    folder = survey(harness, "p", gather=("subfolders", "objects"))
    assert folder["exists"]
    assert folder["marker"]
    assert folder["objects"] == len(keys)
    assert folder["bytes"] == size_of(store, keys, 5)
    assert [entry["key"] for entry in folder["contents"]] == sorted(keys)
    shown = witness.client.head_object(Bucket=witness.space, Key="p/%41")
    [entry] = [entry for entry in folder["contents"] if entry["key"] == "p/%41"]
    assert entry["last_modified"] == shown["LastModified"].strftime("%Y-%m-%dT%H:%M:%SZ")
    assert entry["etag"] == shown["ETag"].strip('"')
    assert folder["oldest"] <= entry["last_modified"] <= folder["newest"]
    below = {key.split("/")[1] for key in keys if key.count("/") > 1}
    assert [each["path"] for each in folder["subfolders"]] == sorted(f"p/{name}/" for name in below)
    assert sum(each["objects"] for each in folder["subfolders"]) == sum(key.count("/") > 1 for key in keys)


@pytest.mark.parametrize("page_size", [1, 2, 1000])
def test_names_agree_with_the_store(store: Store, witness: Witness, page_size: int) -> None:
    if page_size == 1 and "single_key_pages" not in store.capabilities:
        pytest.skip(f"{store.name} ends a listing after a page of one key")
    if page_size < 1000 and "level_pages" not in store.capabilities:
        pytest.skip(f"{store.name} begins a level again on its second page")
    harness = Harness(store, witness.space, page_size=page_size)
    keys = [key for key in keys_for(store) if not key.startswith("p//")]
    also = ["p/nested-/x", "p/nested0/y", *(["p/nested0"] if "twins" in store.capabilities else [])]
    witness.put([*keys, *also, "pp/x"])
    folder = survey(harness, "p", gather=("names",))
    listed = {key.split("/")[1] for key in witness.keys("p/") if key.count("/") > 1}
    assert sorted(each["path"] for each in folder["subfolders"]) == sorted(f"p/{name}/" for name in listed)
    assert {"nested", "nested-", "nested0"} <= listed


@pytest.mark.needs("level_pages")
@pytest.mark.parametrize("page_size", [2, 3, 5])
def test_no_name_is_passed_over_where_a_page_of_a_level_ends(store: Store, witness: Witness, page_size: int) -> None:
    names = [f"n/x{number:02}/" for number in range(9)]
    neighbours = [f"n/x{number:02}0" for number in range(9)]  # what sorts just behind "n/x00/" and all that is in it
    folders = {f"{name}/" for name in neighbours[4:]}
    witness.put([*(f"{name}k" for name in [*names, *folders]), *neighbours[:4]])
    lister = Harness(store, witness.space, page_size=page_size).lister
    items: list[Entry | Subfolder] = []
    page = lister.list_level("n/", None)
    while items.extend(page.items) or page.truncated:
        page = lister.list_level("n/", items[-1])
    assert [item.key for item in items] == sorted({*names, *folders, *neighbours[:4]})


@pytest.mark.needs("uploads", "ordered_uploads")
def test_uploads_are_found(witness: Witness, harness: Harness) -> None:
    witness.start_uploads(["p/a", "p/b/c", "pp/x"])
    folder = survey(harness, "p", gather=("uploads",))
    assert not folder["exists"]
    assert [upload["key"] for upload in folder["uploads"]] == ["p/a", "p/b/c"]
    assert all(upload["initiated"] for upload in folder["uploads"])


@pytest.mark.stores("rgw")
def test_the_parts_of_uploads_are_added_up(witness: Witness, harness: Harness) -> None:
    witness.start_uploads(["p/a", "p/b"])
    witness.start_unreadable_uploads(["p/c\x01"])
    for listed in witness.client.list_multipart_uploads(Bucket=witness.space, Prefix="p/a")["Uploads"]:
        upload = {"Bucket": witness.space, "Key": "p/a", "UploadId": listed["UploadId"]}
        for number in (2, 3):
            witness.client.upload_part(**upload, PartNumber=number, Body=b"more")
    folder = survey(harness, "p", gather=("upload_sizes",))
    assert {upload["key"]: upload["size"] for upload in folder["uploads"]} == {"p/a": 12, "p/b": 4, "p/c\x01": 0}


@pytest.mark.needs("versions")
def test_versions_are_found(make_space: Callable[..., Witness], store: Store) -> None:
    witness = make_space(versioned=True)
    for _round in range(2):
        witness.put(["p/a"], b"1")
    witness.client.delete_object(Bucket=witness.space, Key="p/a")
    folder = survey(Harness(store, witness.space), "p", gather=("versions", "old_versions"))
    kinds = [(version["delete_marker"], version["latest"]) for version in folder["versions"]]
    assert sorted(kinds) == [(False, False), (False, False), (True, True)]
    assert folder["old_versions"] == {"versions": 2, "delete_markers": 1, "bytes": 2}
    assert not folder["exists"]
