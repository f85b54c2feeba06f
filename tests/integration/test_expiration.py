# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lifecycle rules on real stores, and what a store does by them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import EngineError
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.lifecycle import Rules
from ansible_collections.tidy.spaces.plugins.module_utils._s3.lifecycle import S3Lifecycle
from tests.integration.harness import Harness
from tests.servers.store import Store
from tests.servers.witness import Witness

DAYS = {"Days": 3}
TAGS = [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
FOREIGN: list[dict[str, Any]] = [
    {"ID": "tag", "Filter": {"Tag": TAGS[0]}, "Status": "Enabled", "Expiration": DAYS},
    {
        "ID": "prefix-tag",
        "Filter": {"And": {"Prefix": "x/", "Tags": TAGS[:1]}},
        "Status": "Enabled",
        "Expiration": DAYS,
    },
    {"ID": "prefix-tags", "Filter": {"And": {"Prefix": "x/", "Tags": TAGS}}, "Status": "Enabled", "Expiration": DAYS},
    {"ID": "tags", "Filter": {"And": {"Tags": TAGS}}, "Status": "Enabled", "Expiration": DAYS},
    {"ID": "size", "Filter": {"ObjectSizeGreaterThan": 5}, "Status": "Disabled", "Expiration": DAYS},
    {
        "ID": "sizes",
        "Filter": {"And": {"Prefix": "s/", "ObjectSizeGreaterThan": 5, "ObjectSizeLessThan": 9}},
        "Status": "Disabled",
        "Expiration": DAYS,
    },
    {"ID": "legacy", "Prefix": "l/", "Status": "Enabled", "Expiration": DAYS},
    {"ID": "disabled", "Filter": {"Prefix": "d/"}, "Status": "Disabled", "Expiration": DAYS},
    {"ID": "space", "Filter": {"Prefix": ""}, "Status": "Disabled", "Expiration": DAYS},
    {"ID": "nested", "Filter": {"Prefix": "p/q/"}, "Status": "Enabled", "Expiration": DAYS},
    {"ID": "awkward <&>\"'", "Filter": {"Prefix": "ü &<>]]>%41+/"}, "Status": "Enabled", "Expiration": DAYS},
    {
        "ID": "old",
        "Filter": {"Prefix": "o/"},
        "Status": "Enabled",
        "NoncurrentVersionExpiration": {"NoncurrentDays": 3},
    },
    {
        "ID": "marker",
        "Filter": {"Prefix": "m/"},
        "Status": "Enabled",
        "Expiration": {"ExpiredObjectDeleteMarker": True},
    },
]
MOVING = {
    "ID": "moving",
    "Filter": {"Prefix": "t/"},
    "Status": "Enabled",
    "Transitions": [{"Days": 3, "StorageClass": "STANDARD"}],
}
RIVAL = {"ID": "rival", "Filter": {"Prefix": "r/"}, "Status": "Enabled", "Expiration": DAYS}
MOST_RULES = 1000
LONGEST = 300  # seconds that a store may take for a lifecycle day of some seconds


def change(store: Store, space: str, *paths: str, **options: Any) -> bool:
    """Change rules; return whether that was a change."""
    expiration = Harness(store, space).expiration(*paths, **options)
    expiration.run()
    report = expiration.report()
    assert report.warnings == ()
    return any(rule.changed for rule in report.rules)


def ours(rules: list[dict[str, Any]]) -> list[str]:
    return sorted(rule["ID"] for rule in rules if rule["ID"].startswith("tidy.spaces:"))


def others(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rules that are not of this collection, in the order of their names: stores have their own."""
    names = set(ours(rules))
    return sorted((rule for rule in rules if rule["ID"] not in names), key=lambda rule: str(rule["ID"]))


def keep(store: Store, witness: Witness, *foreign: dict[str, Any]) -> None:
    """See rules stay as the store reads them, whatever is done with ours."""
    witness.set_rules(*foreign)
    before = others(witness.rules())
    assert len(before) == len(foreign)
    assert change(store, witness.space, "p", days=14)
    assert (ours(witness.rules()), others(witness.rules())) == (["tidy.spaces:p/"], before)
    assert not change(store, witness.space, "p", days=14)
    assert change(store, witness.space, "p", "ü <&>'\"", days=15, noncurrent_days=1)
    assert (ours(witness.rules()), others(witness.rules())) == (["tidy.spaces:p/", "tidy.spaces:ü <&>'\"/"], before)
    assert change(store, witness.space, "p", "ü <&>'\"", absent=True)
    assert (ours(witness.rules()), others(witness.rules())) == ([], before)


def test_the_rules_of_others_keep_their_meaning(store: Store, witness: Witness) -> None:
    keep(store, witness, *FOREIGN)


@pytest.mark.needs("transitions")
def test_a_rule_that_moves_objects_keeps_its_meaning(store: Store, witness: Witness) -> None:
    keep(store, witness, MOVING)


def test_without_a_rule_there_is_no_document(store: Store, witness: Witness) -> None:
    keep(store, witness)
    assert not change(store, witness.space, "p", absent=True)


@pytest.mark.needs("abort_rules")
def test_a_rule_may_abort_uploads_alone(store: Store, witness: Witness) -> None:
    assert change(store, witness.space, "p", abort_uploads_days=1)
    assert not change(store, witness.space, "p", abort_uploads_days=1)


@pytest.mark.stores("minio")
def test_a_store_that_drops_what_it_does_not_know_is_found_out(store: Store, witness: Witness) -> None:
    with pytest.raises(EngineError, match="The store does not keep the rule"):
        change(store, witness.space, "p", days=3, abort_uploads_days=1)


class Interleaved:
    """The store's rules, with somebody else who writes after each of the first writes."""

    def __init__(self, lifecycle: S3Lifecycle, *rivals: Callable[[], None]) -> None:
        self.settling = lifecycle.settling
        self._lifecycle = lifecycle
        self._rivals = list(rivals)

    def read(self) -> Rules:
        return self._lifecycle.read()

    def write(self, rules: Rules) -> None:
        self._lifecycle.write(rules)
        if self._rivals:
            self._rivals.pop(0)()


def test_a_writer_in_between_is_noticed_and_both_rules_stand(store: Store, witness: Witness) -> None:
    witness.set_rules(FOREIGN[0])
    harness = Harness(store, witness.space)
    rivals = [lambda: witness.set_rules(FOREIGN[0], RIVAL), lambda: witness.set_rules(FOREIGN[0], RIVAL)]
    harness.expiration("p", days=3, lifecycle=Interleaved(harness.connection.lifecycle, *rivals)).run()
    assert sorted(rule["ID"] for rule in witness.rules()) == ["rival", "tag", "tidy.spaces:p/"]


def test_tasks_at_once_do_not_undo_each_other(store: Store, witness: Witness) -> None:
    paths = [f"p{number}" for number in range(3)]
    expirations = [Harness(store, witness.space).expiration(path, days=3) for path in paths]
    threads = [threading.Thread(target=expiration.run) for expiration in expirations]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ours(witness.rules()) == [f"tidy.spaces:{path}/" for path in paths]


@pytest.mark.stores("rgw")
def test_tasks_at_once_stand_among_as_many_rules_as_a_space_holds(store: Store, witness: Witness) -> None:
    """Such a document takes long to write and to compare, so the tasks are more in each other's way."""
    old = [{"ID": f"tidy.spaces:old{number}/", "Filter": {"Prefix": f"old{number}/"}} for number in range(2)]
    foreign = [{"ID": f"foreign-{number}", "Filter": {"Prefix": f"f{number}/"}} for number in range(MOST_RULES - 4)]
    witness.set_rules(*({**rule, "Status": "Enabled", "Expiration": DAYS} for rule in foreign + old))
    # As many retries as a task has by default: RGW answers 500 while another task writes.
    harnesses = [Harness(store, witness.space, retries=8) for _number in range(4)]
    expirations = [
        *(harness.expiration(f"new{number}", days=3) for number, harness in enumerate(harnesses[:2])),
        *(harness.expiration(f"old{number}", absent=True) for number, harness in enumerate(harnesses[2:])),
    ]
    threads = [threading.Thread(target=expiration.run) for expiration in expirations]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rules = witness.rules()
    assert ours(rules) == [f"tidy.spaces:new{number}/" for number in range(2)]
    assert {rule["ID"] for rule in others(rules)} == {rule["ID"] for rule in foreign}
    assert all(expiration.report().rules[0].changed for expiration in expirations)


def seen(condition: Callable[[], bool]) -> bool:
    """Wait for what the store does by itself."""
    deadline = time.monotonic() + LONGEST
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(1)
    return True


@pytest.mark.needs("expires")
def test_only_keys_in_the_folder_expire(store: Store, witness: Witness) -> None:
    neighbours = ["a", "p", "p.txt", "pp/", "pp/x", "q/p/x"]
    witness.put(["p/", "p/x", "p/q/", "p/q/y", "p/ü & z", *neighbours])
    witness.start_uploads(["p/u", "p/q/u", "pp/u", "u"])
    assert change(store, witness.space, "p", days=1, abort_uploads_days=1)
    assert seen(lambda: witness.keys("p/") == [] and witness.uploads() == ["pp/u", "u"])
    assert witness.keys() == neighbours


@pytest.mark.needs("expires", "versions")
def test_old_versions_expire(store: Store, make_space: Callable[..., Witness]) -> None:
    witness = make_space(versioned=True)
    for _write in range(3):
        witness.put(["p/x", "pp/x"])
    assert change(store, witness.space, "p", noncurrent_days=1)
    assert seen(lambda: len(witness.versions("p/")) == 1)
    assert witness.keys("p/") == ["p/x"]
    assert len(witness.versions("pp/")) == 3
