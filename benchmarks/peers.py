# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who removes a folder: this collection's module, and other people's commands."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.keyspace import FOLDER
from benchmarks.measuring import Ended, run
from tests.integration import process
from tests.servers.store import Store

OURS = "spaces_folder"
AWS_CONFIGURATION = "[default]\nregion = us-east-1\ns3 =\n  addressing_style = path\n  max_concurrent_requests = {}\n"
BOTO3 = """\
import sys, boto3
endpoint, space, prefix = sys.argv[1:]
boto3.resource("s3", endpoint_url=endpoint).Bucket(space).objects.filter(Prefix=prefix).delete()
"""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the folder is."""

    store: Store
    space: str


@dataclass(frozen=True, kw_only=True)
class Client:
    """A command that removes the folder ``folder/`` of a Space.

    ``share``: in the large cases it gets one in so many of the objects, because it would take too long.
    """

    name: str
    setting: str
    command: Callable[[Place], Sequence[str]]
    stdin: Callable[[Place], str] = lambda _place: ""
    aws_requests: int = 10  # the default of `aws s3`
    share: int = 1

    def remove(self, place: Place, scratch: Path) -> Ended:
        """Run it to its end."""
        configuration = scratch / f"aws-{self.aws_requests}"
        configuration.write_text(AWS_CONFIGURATION.format(self.aws_requests))
        environment = {
            **os.environ,
            "AWS_ACCESS_KEY_ID": place.store.access_key,
            "AWS_SECRET_ACCESS_KEY": place.store.secret_key,
            "AWS_REGION": "us-east-1",
            "AWS_CONFIG_FILE": str(configuration),
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "RCLONE_CONFIG": os.devnull,
        }
        return run(self.command(place), environment=environment, stdin=self.stdin(place))


def ours(*, workers: int) -> Client:
    """Return spaces_folder, as a process of its own, Python's start included."""

    def params(place: Place) -> str:
        return json.dumps(
            {
                "space": place.space,
                "path": FOLDER,
                "state": "absent",
                "workers": workers,
                "endpoint_url": place.store.endpoint,
                "access_key": place.store.access_key,
                "secret_key": place.store.secret_key,
            }
        )

    return Client(name=OURS, setting=f"workers: {workers}", command=lambda _place: process.command(), stdin=params)


def s5cmd(*, workers: int | None = None) -> Client:
    """Return `s5cmd rm`."""
    options = ["--numworkers", str(workers)] if workers else []
    return Client(
        name="s5cmd rm",
        setting=" ".join(options) or "defaults",
        command=lambda place: [
            _installed("s5cmd"), "--endpoint-url", place.store.endpoint, *options, "rm", f"s3://{place.space}/{FOLDER}*"
        ],
    )  # fmt: skip


def rclone(*, at_once: int | None = None, share: int = 1) -> Client:
    """Return `rclone purge`, which sends a request for each object."""
    options = ["--fast-list", f"--checkers={at_once}", f"--transfers={at_once}"] if at_once else []

    def command(place: Place) -> list[str]:
        remote = f":s3,provider=Other,env_auth=true,endpoint='{place.store.endpoint}':{place.space}/{FOLDER}"
        return [_installed("rclone"), "purge", *options, remote]

    return Client(name="rclone purge", setting=" ".join(options) or "defaults", command=command, share=share)


def aws(*, at_once: int | None = None, share: int = 1) -> Client:
    """Return `aws s3 rm --recursive`, which sends a request for each object."""
    return Client(
        name="aws s3 rm --recursive",
        setting=f"max_concurrent_requests = {at_once}" if at_once else "defaults",
        command=lambda place: [
            _installed("aws"), "--endpoint-url", place.store.endpoint, "s3", "rm", "--quiet", "--recursive",
            f"s3://{place.space}/{FOLDER}",
        ],
        aws_requests=at_once or 10,
        share=share,
    )  # fmt: skip


def boto3(*, share: int = 1) -> Client:
    """Return boto3's own way: batches, one after the other."""
    return Client(
        name="boto3 objects.filter().delete()",
        setting="no settings",
        command=lambda place: [sys.executable, "-c", BOTO3, place.store.endpoint, place.space, FOLDER],
        share=share,
    )


def _installed(program: str) -> str:
    return str(Path(sys.executable).with_name(program))
