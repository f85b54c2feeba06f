# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second user of Ceph RGW, who may do only what a bucket policy allows."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import Denied
from tests.integration.harness import Harness, totals
from tests.servers.rgw import Rgw
from tests.servers.store import Store
from tests.servers.witness import Witness

pytestmark = pytest.mark.needs("policies")
SECOND = {"access_key": "second-user", "secret_key": "another-secret-for-tests"}


@pytest.fixture
def allow(store: Store, witness: Witness) -> Callable[..., Harness]:
    """Allow the second user some actions; return how they are then used."""
    assert isinstance(store, Rgw)
    store.create_user("second", **SECOND)

    def grant(*statements: dict[str, Any]) -> Harness:
        principal = {"AWS": ["arn:aws:iam:::user/second"]}
        policy = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": principal, **statement} for statement in statements],
        }
        witness.client.put_bucket_policy(Bucket=witness.space, Policy=json.dumps(policy))
        return Harness(store, witness.space, **SECOND)

    return grant


def may(action: str | list[str], *resources: str, **more: Any) -> dict[str, Any]:
    """Write a statement about some resources, given below ``arn:aws:s3:::``."""
    return {"Action": action, "Resource": [f"arn:aws:s3:::{resource}" for resource in resources], **more}


def test_a_denied_listing_names_the_permission(witness: Witness, allow: Callable[..., Harness]) -> None:
    witness.put(["p/a"])
    harness = allow(may("s3:DeleteObject", f"{witness.space}/*"))
    with pytest.raises(Denied, match="s3:ListBucket"):
        harness.remove("p", uploads=False)
    assert witness.keys() == ["p/a"]


def test_a_grant_on_the_folder_alone_is_enough(witness: Witness, allow: Callable[..., Harness]) -> None:
    witness.put(["p/a", "p/b", "p/c", "pp/x"])
    harness = allow(may("s3:ListBucket", witness.space), may("s3:DeleteObject", f"{witness.space}/p/*"))
    report = harness.remove("p")
    assert totals(report)["objects"] == 3
    assert witness.keys() == ["pp/x"]
    assert any("s3:ListBucketMultipartUploads" in warning for warning in report.warnings)


def test_keys_that_are_denied_are_named_and_the_others_go(witness: Witness, allow: Callable[..., Harness]) -> None:
    witness.put(["p/a", "p/keep/b", "p/z"])
    everything = [witness.space, f"{witness.space}/*"]
    harness = allow(may("s3:*", *everything), may("s3:DeleteObject", f"{witness.space}/p/keep/*", Effect="Deny"))
    report = harness.remove("p")
    assert witness.keys() == ["p/keep/b"]
    assert totals(report)["objects"] == 2
    assert [(failure.key, failure.code) for failure in report.folders[0].failed] == [("p/keep/b", "AccessDenied")]


def test_a_user_who_may_delete_nothing_gets_an_error(witness: Witness, allow: Callable[..., Harness]) -> None:
    witness.put(["p/a", "p/b"])
    harness = allow(may("s3:ListBucket", witness.space))
    with pytest.raises(Denied, match="s3:DeleteObject"):
        harness.remove("p", uploads=False)
    assert witness.keys() == ["p/a", "p/b"]


def test_a_denied_head_names_what_may_be_wrong(witness: Witness, allow: Callable[..., Harness]) -> None:
    harness = allow(may("s3:PutObject", f"{witness.space}/*"))
    report = harness.create("p")
    assert report.failures_total == 1
    assert "s3:ListBucket" in report.folders[0].failed[0].message
    assert witness.keys() == []
