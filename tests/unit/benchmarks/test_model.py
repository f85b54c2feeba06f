# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The model's keys, pages and delays."""

from __future__ import annotations

import random
from itertools import islice

import pytest

from benchmarks.far_store import Distance, Server
from benchmarks.keyspace import FOLDER, SHAPES, SIBLINGS, KeySpace, keys_of


def walk(space: KeySpace, **asked: bytes | int) -> list[bytes]:
    """Read page after page, and return all that was listed in the order in which it came."""
    found: list[bytes] = []
    after = b""
    while True:
        page = space.page(after=after, **asked)
        assert len(page.keys) + len(page.prefixes) <= asked.get("most", 1000)
        found += sorted([*page.keys, *page.prefixes])
        if not page.truncated:
            return found
        after = page.last


@pytest.mark.parametrize("shape", SHAPES)
def test_a_folder_has_the_objects_asked_for_and_siblings(shape: str) -> None:
    keys = list(keys_of(shape, 2_000))
    assert len(set(keys)) == 2_000 + len(SIBLINGS)
    assert sum(key.startswith(FOLDER) for key in keys) == 2_000
    assert not any(name.startswith(FOLDER) for name in SIBLINGS)


@pytest.mark.parametrize("most", [1, 2, 7, 1000])
def test_pages_list_what_was_not_removed(most: int) -> None:
    keys = sorted(key.encode() for key in keys_of("subfolders", 900))
    space = KeySpace(keys)
    removed = random.Random(most).sample(keys, 400)
    space.remove([*removed, b"folder/build-0000/", b"never/there"])
    there = sorted(set(keys) - set(removed))
    assert walk(space, most=most) == there
    assert walk(space, prefix=b"folder/", most=most) == [key for key in there if key.startswith(b"folder/")]
    assert space.count() == len(there)
    assert space.count(b"folder/") == len([key for key in there if key.startswith(b"folder/")])


@pytest.mark.parametrize("most", [1, 2, 3, 1000])
def test_levels(most: int) -> None:
    space = KeySpace([b"a/1", b"a/2", b"a/b/1", b"a/b/2", b"a/c/1", b"a/z", b"b"])
    assert walk(space, delimiter=b"/", most=most) == [b"a/", b"b"]
    assert walk(space, prefix=b"a/", delimiter=b"/", most=most) == [b"a/1", b"a/2", b"a/b/", b"a/c/", b"a/z"]
    space.remove([b"a/b/1", b"a/b/2", b"a/z"])
    assert walk(space, prefix=b"a/", delimiter=b"/", most=most) == [b"a/1", b"a/2", b"a/c/"]


def test_a_key_can_be_put_removed_and_put_again() -> None:
    space = KeySpace([b"a", b"c"])
    space.put(b"b")
    assert walk(space) == [b"a", b"b", b"c"]
    space.remove([b"b"])
    assert b"b" not in space
    space.put(b"b")
    assert b"b" in space
    assert walk(space, most=1) == [b"a", b"b", b"c"]


def test_a_key_that_listings_would_have_to_encode_is_refused() -> None:
    with pytest.raises(ValueError, match="only letters"):
        KeySpace().put(b"a&b")


def test_the_delay_of_each_request() -> None:
    keys = [f"folder/{number}".encode() for number in range(10)]
    server = Server(keys=KeySpace(keys), distance=Distance(round_trip=60, page=40, key=2))
    batch = b"<Delete>" + b"".join(b"<Object><Key>%s</Key></Object>" % key for key in islice(keys, 5)) + b"</Delete>"
    dues = [
        server.reply(method, target, body)[1]
        for method, target, body in (
            ("HEAD", "/space/folder/1", b""),
            ("GET", "/space?prefix=folder/", b""),
            ("POST", "/space?delete", batch),
            ("DELETE", "/space/folder/7", b""),
            ("GET", "/-/state", b""),
        )
    ]
    assert dues == pytest.approx([0.060, 0.100, 0.070, 0.062, 0.0])
    assert server.requests == {"head": 1, "list": 1, "delete_batch": 1, "delete": 1}


def test_more_requests_than_the_rate_are_pushed_back() -> None:
    server = Server(keys=KeySpace(), distance=Distance(round_trip=60, rate=5))
    replies = [server.reply("HEAD", "/space", b"") for _number in range(9)]
    assert [reply.status for reply, _due in replies] == [200] * 5 + [503] * 4
    assert replies[-1] == (replies[-1][0], 0.060)
    assert b"SlowDown" in replies[-1][0].body
    assert server.requests == {"other": 5, "refused": 4}


def test_each_access_key_has_a_limit_of_its_own() -> None:
    server = Server(keys=KeySpace(), distance=Distance(rate_per_key=2))
    statuses = [server.reply("HEAD", "/space", b"", access_key=key)[0].status for key in (b"a", b"b", b"a", b"a", b"b")]
    assert statuses == [200, 200, 200, 503, 200]
