# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The etag of a folder, and the set of entries."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import InvalidOption
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import (
    CurrentVersion,
    Entry,
    Item,
    Upload,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.etag import (
    EntrySet,
    EtagBuilder,
    canonical,
    parse_etag,
    total_of,
)

VERSION = Entry("a/b", 7, "2026-01-01T00:00:00.000Z", "v1", etag='"e"')
TEXTS = st.text(alphabet="1:ae", max_size=4)
ITEMS: st.SearchStrategy[Item] = st.builds(
    Entry,
    TEXTS,
    st.integers(0, 11),
    TEXTS,
    st.none() | TEXTS.filter(bool),
    st.booleans(),
    TEXTS,
    st.just(""),
    st.just(False),
) | st.builds(Upload, TEXTS, TEXTS, TEXTS)


def etag_of(*items: Item, scope: str = "current") -> str:
    builder = EtagBuilder()
    builder.add(items)
    return str(builder.etag(scope))


def test_it_names_its_version_and_its_scope() -> None:
    version, scope, number = etag_of(VERSION).split("-")
    assert (version, len(scope), len(number)) == ("v1", 8, 64)
    assert etag_of(VERSION, scope="versions").split("-")[1] != scope
    assert etag_of().endswith("-" + 64 * "0")


def test_it_stays_the_same_from_release_to_release() -> None:
    assert etag_of(VERSION, Upload("a/u", "id", "2026-01-01T00:00:00.000Z")) == (
        "v1-97b05602-d10531f91985c94a013480a52cedddc103c73eb78ddb0d95f1912a3eb7a8f008"
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"key": "a/c"},
        {"version_id": "v2"},
        {"etag": '"f"'},
        {"size": 8},
        {"delete_marker": True},
        {"modified": "2026-01-02T00:00:00Z"},
    ],
)
def test_it_changes_with_every_field(changed: dict[str, object]) -> None:
    assert etag_of(VERSION._replace(**changed)) != etag_of(VERSION)


@pytest.mark.parametrize("changed", [{"latest": True}, {"storage_class": "COLD"}])
def test_it_does_not_change_with_what_changes_by_itself(changed: dict[str, object]) -> None:
    assert etag_of(VERSION._replace(**changed)) == etag_of(VERSION)


@given(st.lists(ITEMS), st.lists(ITEMS), st.integers())
def test_it_does_not_depend_on_the_order_and_can_be_added_up_in_parts(
    one: list[Item], other: list[Item], seed: int
) -> None:
    shuffled = [*one, *other]
    random.Random(seed).shuffle(shuffled)
    parts = EtagBuilder(), EtagBuilder()
    parts[0].add(one)
    parts[1].add(other)
    together = EtagBuilder(parts).etag("current")
    assert str(together) == etag_of(*shuffled) == etag_of(*one, *other)
    summands = [parse_etag("if_match", etag_of(*part)) for part in (one, other)]
    assert total_of(summands) == together.total


@given(ITEMS, ITEMS)
def test_different_entries_never_have_the_same_text(one: Item, other: Item) -> None:
    assert (canonical(one) == canonical(other)) == (one == other)


def test_a_current_version_counts_like_the_version_that_a_listing_shows() -> None:
    current = CurrentVersion(VERSION.key, VERSION.size, VERSION.modified, "v1", "e", restorable=False)
    assert canonical(current) == canonical(VERSION)


def test_an_etag_can_be_parsed() -> None:
    text = etag_of(VERSION)
    assert str(parse_etag("if_match", text)) == text


@pytest.mark.parametrize(
    "value", ["", "v1-", etag_of()[:-1], etag_of() + "0", "v2" + etag_of()[2:], None, 7, [etag_of()]]
)
def test_anything_else_is_refused(value: object) -> None:
    with pytest.raises(InvalidOption, match=r"if_match: .* is not an etag of a folder"):
        parse_etag("if_match", value)


def test_a_set_contains_exactly_what_was_added() -> None:
    entries = EntrySet()
    there = [Entry(f"k{number}", number) for number in range(5000)]
    entries.add(there[::2])
    assert entries.missing(there) == there[1::2]


def test_each_set_has_a_hash_of_its_own() -> None:
    one, other = EntrySet(), EntrySet()
    one.add([VERSION])
    other.add([VERSION])
    assert one._shards != other._shards
