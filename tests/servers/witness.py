# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look at a store, and fill it, with botocore alone: none of the code under test takes part.

``python -m tests.servers.witness COMMAND SPACE …`` prints JSON; playbooks of the tests use the lookup ``witness``.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import functools
import hashlib
import json
import os
import socket
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote, unquote_plus

import botocore.session
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session

from tests.servers.store import Store

REGION = "us-east-1"
PUTS_AT_ONCE = 8
VIEWS = ("keys", "versions", "uploads", "rules")


class Witness:
    """What one Space really holds."""

    def __init__(self, *, endpoint: str, access_key: str, secret_key: str, ca_bundle: str | None, space: str) -> None:
        self.space = space
        self.access_key = access_key
        self.secret_key = secret_key
        self._verify = ca_bundle or True
        self.client: Any = _session().create_client(
            "s3",
            endpoint_url=endpoint,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            region_name=REGION,
            verify=self._verify,
            config=Config(
                s3={"addressing_style": "path"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                max_pool_connections=32,
                retries={"total_max_attempts": 1},
            ),
        )
        self.client.meta.events.register("before-call.s3.PutBucketLifecycleConfiguration", _add_content_md5)

    @classmethod
    def of(cls, store: Store, space: str) -> Witness:
        """Look at a Space of a store that runs."""
        return cls(
            endpoint=store.endpoint,
            access_key=store.access_key,
            secret_key=store.secret_key,
            ca_bundle=str(store.ca_bundle or ""),
            space=space,
        )

    @classmethod
    def from_environment(cls, space: str) -> Witness:
        """Look at a Space of the store that the environment names."""
        return cls(
            endpoint=os.environ["SPACES_ENDPOINT_URL"],
            access_key=os.environ["SPACES_ACCESS_KEY_ID"],
            secret_key=os.environ["SPACES_SECRET_ACCESS_KEY"],
            ca_bundle=os.environ.get("TEST_STORE_CA_BUNDLE"),
            space=space,
        )

    def create_space(self, *, versioned: bool = False, locked: bool = False) -> None:
        """Create the Space, if need be."""
        existing = [bucket["Name"] for bucket in self.client.list_buckets()["Buckets"]]
        if self.space not in existing:
            self.client.create_bucket(Bucket=self.space, **({"ObjectLockEnabledForBucket": True} if locked else {}))
        if versioned:
            self.client.put_bucket_versioning(Bucket=self.space, VersioningConfiguration={"Status": "Enabled"})

    def put(self, keys: Iterable[str], body: bytes = b"") -> None:
        """Put an object under each key, with botocore's parts: its client takes almost twice the processor time."""
        signer = S3SigV4Auth(Credentials(self.access_key, self.secret_key), "s3", REGION)
        session = URLLib3Session(
            verify=self._verify,
            max_pool_connections=PUTS_AT_ONCE,
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],  # else a body waits 40 ms for its head's ACK
        )

        def put(key: str) -> None:
            url = f"{self.client.meta.endpoint_url}/{self.space}/{quote(key, safe='/~')}"
            request = AWSRequest("PUT", url, data=body)
            signer.add_auth(request)
            reply = session.send(request.prepare())
            assert reply.status_code == 200, reply.text

        markers, others = [], []
        for key in keys:
            (markers if key.endswith("/") else others).append(key)
        for marker in markers:  # alone: SeaweedFS can lose one that is put while something in its folder is
            put(marker)
        with ThreadPoolExecutor(PUTS_AT_ONCE) as pool:
            list(pool.map(put, others))

    def start_unreadable_uploads(self, keys: Iterable[str]) -> None:
        """Start uploads whose keys make a reply that botocore cannot parse."""
        for key in keys:
            with contextlib.suppress(ClientError):
                self.client.create_multipart_upload(Bucket=self.space, Key=key)

    def start_uploads(self, keys: Iterable[str]) -> None:
        """Start an upload under each key, and leave it so."""
        for key in keys:
            upload = self.client.create_multipart_upload(Bucket=self.space, Key=key)["UploadId"]
            self.client.upload_part(Bucket=self.space, Key=key, UploadId=upload, PartNumber=1, Body=b"part")

    def keys(self, prefix: str = "") -> list[str]:
        """List the keys of all objects, in order."""
        return sorted(self._keys(prefix))

    def versions(self, prefix: str = "") -> list[list[str]]:
        """List key, version and kind of all versions and delete markers."""
        pages = self.client.get_paginator("list_object_versions").paginate(Bucket=self.space, Prefix=prefix)
        return sorted(
            [entry["Key"], entry["VersionId"], kind]
            for page in pages
            for kind in ("Versions", "DeleteMarkers")
            for entry in page.get(kind, [])
        )

    def uploads(self) -> list[str]:
        """List the keys of all incomplete uploads."""
        reply = self.client.list_multipart_uploads(Bucket=self.space)
        return sorted(upload["Key"] for upload in reply.get("Uploads", []))

    def rules(self) -> list[dict[str, Any]]:
        """Return the lifecycle rules, in botocore's shapes."""
        try:
            reply: dict[str, Any] = self.client.get_bucket_lifecycle_configuration(Bucket=self.space)
        except ClientError as exc:
            if exc.response["Error"]["Code"] != "NoSuchLifecycleConfiguration":
                raise
            return []
        return list(reply["Rules"])

    def set_rules(self, *rules: dict[str, Any]) -> None:
        """Replace the lifecycle rules."""
        self.client.delete_bucket_lifecycle(Bucket=self.space)
        if rules:
            self.client.put_bucket_lifecycle_configuration(
                Bucket=self.space, LifecycleConfiguration={"Rules": list(rules)}
            )

    def empty(self) -> None:
        """Remove all objects, versions and uploads."""
        for upload in self.client.list_multipart_uploads(Bucket=self.space).get("Uploads", []):
            self.client.abort_multipart_upload(Bucket=self.space, Key=upload["Key"], UploadId=upload["UploadId"])
        delete = self.client.delete_object
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda key: delete(Bucket=self.space, Key=key), self.keys()))
            if "Status" in self.client.get_bucket_versioning(Bucket=self.space):
                list(pool.map(lambda it: delete(Bucket=self.space, Key=it[0], VersionId=it[1]), self.versions()))

    def _keys(self, prefix: str) -> Iterator[str]:
        """Continue after the last key: what a store echoes as a marker may be mangled."""
        after = ""
        while True:
            reply = self.client.list_objects_v2(
                Bucket=self.space, Prefix=prefix, StartAfter=after, EncodingType="url", MaxKeys=1000
            )
            found = [unquote_plus(entry["Key"]) for entry in reply.get("Contents", [])]
            yield from found
            if not reply["IsTruncated"]:
                return
            after = found[-1]


@functools.cache
def _session() -> botocore.session.Session:
    """Return a session that has read the description of S3 once."""
    return botocore.session.get_session()


def _add_content_md5(params: dict[str, Any], **_others: object) -> None:
    """Send what Ceph RGW insists on, and botocore no longer does."""
    params["headers"]["Content-MD5"] = base64.b64encode(hashlib.md5(params["body"]).digest()).decode()


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the arguments of one command."""
    parser = argparse.ArgumentParser(prog="witness")
    parser.add_argument("command", choices=["create", "put", "put-many", "upload", "set-rules", "fill", "look", *VIEWS])
    parser.add_argument("space")
    parser.add_argument("keys", nargs="*", help=f"for look: of {', '.join(VIEWS)}")
    parser.add_argument("--versioned", action="store_true")
    parser.add_argument("--empty", action="store_true", help="for create: remove what is in it, if it is there")
    parser.add_argument("--count", type=int, default=0, help="for put-many: how many objects below each key")
    parser.add_argument("--body", default="")
    return parser.parse_args(arguments)


def run(asked: argparse.Namespace, witness: Witness) -> Any:
    """Run one command; return what it found, if it looks."""
    if asked.command == "create":
        witness.create_space(versioned=asked.versioned)
        if asked.empty:
            witness.empty()
    elif asked.command == "put":
        witness.put(asked.keys, asked.body.encode())
    elif asked.command == "put-many":
        witness.put((f"{key}{number:06}" for key in asked.keys for number in range(asked.count)), asked.body.encode())
    elif asked.command == "upload":
        witness.start_uploads(asked.keys)
    elif asked.command == "set-rules":
        witness.set_rules(*map(json.loads, asked.keys))
    elif asked.command == "fill":  # with several commands, without their Space, as JSON
        [commands] = asked.keys
        for command, *arguments in json.loads(commands):
            run(parse([command, witness.space, *arguments]), witness)
    elif asked.command == "look":
        return {view: getattr(witness, view)() for view in asked.keys}
    else:
        return getattr(witness, asked.command)()
    return None


if __name__ == "__main__":
    asked = parse(sys.argv[1:])
    json.dump(run(asked, Witness.from_environment(asked.space)), sys.stdout)
