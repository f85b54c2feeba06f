# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The model of a far store answers as other stores do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from botocore.exceptions import ClientError

from benchmarks.far_store import Distance, FarStore
from tests.servers.witness import Witness

# RGW is what Spaces runs; moto is always there, and lists levels page by page in a way of its own.
pytestmark = pytest.mark.stores("rgw", "moto")
levels = pytest.mark.needs("level_pages")

KEYS = ("a/", "a/1", "a/2", "a/b/1", "a/b/2", "a/c/d/1", "a-", "a0", "b/1", "z")


@pytest.fixture(scope="module")
def model() -> Iterator[FarStore]:
    """Start the model once, without delays."""
    with FarStore() as started:
        yield started


@pytest.fixture
def both(model: FarStore, witness: Witness) -> tuple[Witness, Witness]:
    """Fill the model and another store with the same keys."""
    modelled = Witness.of(model, witness.space)
    modelled.empty()
    for each in (modelled, witness):
        each.put(KEYS, b"1")
    return modelled, witness


def pages(client: Any, operation: str, space: str, **asked: Any) -> list[Any]:
    """List page by page; return what distinguishes one store's listing from another's.

    Decoded here where an encoding was asked for: then botocore leaves the keys alone, and RGW encodes slashes too.
    """
    decode = unquote if asked.get("EncodingType") else str
    paginator = client.get_paginator(operation).paginate(Bucket=space, **asked)
    return [
        (
            [decode(entry["Key"]) for entry in page.get("Contents", page.get("Versions", []))],
            [decode(level["Prefix"]) for level in page.get("CommonPrefixes", [])],
            page["IsTruncated"],
        )
        for page in paginator
    ]


@pytest.mark.parametrize("operation", ["list_objects", "list_objects_v2", "list_object_versions"])
@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"Prefix": "a/"},
        {"Prefix": "a"},
        {"Prefix": "none/"},
        pytest.param({"Delimiter": "/"}, marks=levels),
        pytest.param({"Prefix": "a/", "Delimiter": "/"}, marks=levels),
        pytest.param({"Prefix": "a/b", "Delimiter": "/"}, marks=levels),
        {"Prefix": "a/b/", "EncodingType": "url"},
    ],
)
@pytest.mark.parametrize("size", [2, 1000])
def test_listings(both: tuple[Witness, Witness], operation: str, asked: dict[str, str], size: int) -> None:
    ours, theirs = (
        pages(each.client, operation, each.space, **asked, PaginationConfig={"PageSize": size}) for each in both
    )
    assert ours == theirs


@pytest.mark.parametrize("quiet", [pytest.param(True, marks=pytest.mark.stores("rgw")), False])
def test_deletions(both: tuple[Witness, Witness], quiet: bool) -> None:
    objects = [{"Key": key} for key in ("a/1", "a/b/1", "never/there")]
    replies = [
        each.client.delete_objects(Bucket=each.space, Delete={"Objects": objects, "Quiet": quiet}) for each in both
    ]
    for each in both:
        each.client.delete_object(Bucket=each.space, Key="z")
    named = [sorted(entry["Key"] for entry in reply.get("Deleted", [])) for reply in replies]
    assert named[0] == named[1] == ([] if quiet else ["a/1", "a/b/1", "never/there"])
    assert both[0].keys() == both[1].keys() == sorted(set(KEYS) - {"a/1", "a/b/1", "z"})


def test_single_requests(both: tuple[Witness, Witness]) -> None:
    def answers(each: Witness) -> Iterator[Any]:
        client, space = each.client, {"Bucket": each.space}
        yield client.head_bucket(**space)["ResponseMetadata"]["HTTPStatusCode"]
        yield client.head_object(**space, Key="a/1")["ContentLength"]
        yield client.get_object(**space, Key="a/1")["Body"].read()
        yield client.get_bucket_versioning(**space).get("Status")
        yield client.list_multipart_uploads(**space).get("Uploads")
        for request in (client.head_object, client.get_object):
            with pytest.raises(ClientError) as missing:
                request(**space, Key="not/there")
            yield missing.value.response["ResponseMetadata"]["HTTPStatusCode"]

    ours, theirs = (list(answers(each)) for each in both)
    assert ours == theirs


def test_the_state_counts_what_is_beside_the_folder_separately() -> None:
    with FarStore(shape="deep", count=1234) as store:
        witness = Witness.of(store, "my-space")
        assert store.state()["left"] == 1234
        witness.client.delete_objects(
            Bucket="my-space", Delete={"Objects": [{"Key": "folder.txt"}, {"Key": witness.keys("folder/")[5]}]}
        )
        state = store.state()
    assert (state["left"], state["siblings_lost"]) == (1233, 1)
    assert state["requests"] == {"list": 2, "delete_batch": 1}


def test_a_store_that_pushes_back_says_so() -> None:
    with FarStore(distance=Distance(rate=1)) as store:
        client = Witness.of(store, "my-space").client
        client.head_object(Bucket="my-space", Key="folder.txt")
        with pytest.raises(ClientError, match="SlowDown"):
            client.list_objects(Bucket="my-space")
