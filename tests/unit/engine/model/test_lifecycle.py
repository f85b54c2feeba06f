# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a lifecycle rule means, and how it is carried over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import (
    EngineError,
    InvalidOption,
    ProtocolError,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model import lifecycle
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.lifecycle import (
    ACTIONS,
    MOST_DAYS,
    Element,
    RuleChange,
    Rules,
    by_id,
    carried_over,
    identity,
    meaning,
    others_for,
    revised,
    rule_changes,
    rule_id_for,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.path import FolderPath
from tests.unit.engine.rules import both, element, expiring, filtered, prefix, rule, tag

T1, T2 = tag("a", "1"), tag("b", "2")
SIZE = element("ObjectSizeGreaterThan", "5")
TRANSITION = element("Transition", element("Days", "3"), element("StorageClass", "COLD"))


def changes(*paths: str, rule_id: str | None = None, **days: Any) -> list[RuleChange]:
    folders = [FolderPath.parse(path, allow_root=True) for path in paths]
    return rule_changes(folders, rule_id=rule_id, days={option: days.get(option) for option in ACTIONS})


def removals(*paths: str, rule_id: str | None = None) -> list[RuleChange]:
    folders = [FolderPath.parse(path, allow_root=True) for path in paths]
    return rule_changes(folders, rule_id=rule_id, days=None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (rule("a", filtered(prefix("p/"))), rule("a", prefix("p/"))),
        (rule("a", filtered()), rule("a", prefix(""))),
        (rule("a", filtered(prefix(""))), rule("a")),
        (rule("a", filtered(both(prefix("p/")))), rule("a", filtered(prefix("p/")))),
        (rule("a", filtered(both(prefix("p/"), T1, T2))), rule("a", filtered(prefix("p/"), both(T2, T1)))),
        (rule("a", filtered(both(prefix("p/"), T1))), rule("a", filtered(T1, prefix("p/")))),
        (rule("a", prefix("p/"), expiring(3)), element("Rule", *reversed(rule("a", prefix("p/")).children))),
    ],
)
def test_rules_that_do_the_same_mean_the_same(one: Element, other: Element) -> None:
    assert one != other
    assert meaning(one) == meaning(other)


@pytest.mark.parametrize(
    "other",
    [
        rule("b", filtered(prefix("p/"))),
        rule("a", filtered(prefix("q/"))),
        rule("a", filtered(prefix("p/ "))),
        rule("a", filtered()),
        rule("a", filtered(both(prefix("p/"), T1))),
        rule("a", filtered(prefix("p/"), SIZE)),
        rule("a", filtered(prefix("p/")), expiring(4)),
        rule("a", filtered(prefix("p/")), TRANSITION),
        rule("a", filtered(prefix("p/")), expiring(3), TRANSITION),
        rule("a", filtered(prefix("p/")), status="Disabled"),
        rule("a", filtered(prefix("p/")), element("Fancy", "x"), expiring(3)),
    ],
)
def test_rules_that_do_something_else_do_not_mean_the_same(other: Element) -> None:
    assert meaning(rule("a", filtered(prefix("p/")))) != meaning(other)


@pytest.mark.parametrize(
    "kept",
    [
        rule("a", filtered(prefix("p/"))),
        rule("a", prefix("p/")),
        rule("a", filtered()),
        rule("a"),
        rule("a", filtered(T1)),
        rule("a", filtered(both(prefix("p/"), T1, T2))),
        rule("a", filtered(both(prefix("p/"), SIZE, element("Fancy", "x")))),
        rule("a", filtered(element("Fancy", "x"))),
        rule("a", filtered(prefix("p/")), TRANSITION, element("Fancy", element("X", "1")), status="Disabled"),
    ],
)
def test_a_rule_is_carried_over_as_it_is(kept: Element) -> None:
    assert carried_over(kept) is kept


@pytest.mark.parametrize(
    ("read", "written"),
    [
        (filtered(prefix("p/"), both(T1, T2)), filtered(both(prefix("p/"), T1, T2))),
        (filtered(prefix("p/"), T1), filtered(both(prefix("p/"), T1))),
        (filtered(prefix("p/"), T1, T2), filtered(both(prefix("p/"), T1, T2))),
        (filtered(prefix("p/"), SIZE), filtered(both(prefix("p/"), SIZE))),
        (filtered(prefix("p/"), both(prefix("p/"), T1)), filtered(both(prefix("p/"), T1))),
        (filtered(prefix("p/"), both(prefix("p/"))), filtered(prefix("p/"))),
        (filtered(prefix(""), both(T1, T2)), filtered(both(T1, T2))),
        (filtered(prefix(""), prefix("")), filtered(prefix(""))),
    ],
)
def test_a_stray_condition_goes_back_into_and(read: Element, written: Element) -> None:
    before = rule("a", read, TRANSITION)
    after = carried_over(before)
    assert after == rule("a", written, TRANSITION)
    assert meaning(before) == meaning(after)


@pytest.mark.parametrize(
    ("strange", "problem"),
    [
        (rule("a", prefix("p/"), filtered(T1)), "in several places"),
        (rule("a", filtered(prefix("p/")), filtered(T1)), "in several places"),
        (rule("a", filtered(prefix("p/"), element("Fancy", "x"))), "has Fancy beside other conditions"),
        (rule("a", filtered(prefix("p/"), both(prefix("q/"), T1))), "contradicts itself"),
        (rule("a", filtered(both(T1), both(T2))), "contradicts itself"),
    ],
)
def test_a_rule_that_cannot_be_carried_over_is_named(strange: Element, problem: str) -> None:
    with pytest.raises(EngineError, match=f"rule 'a' .*{problem}.*Correct that rule first"):
        carried_over(strange)


def test_a_missing_rule_is_added_behind_the_others() -> None:
    foreign = rule("foreign", filtered(T1))
    after = revised((foreign,), changes("p", days=14, noncurrent_days=7, abort_uploads_days=2))
    assert after == (
        foreign,
        element(
            "Rule",
            element("ID", "tidy.spaces:p/"),
            filtered(prefix("p/")),
            element("Status", "Enabled"),
            expiring(14),
            element("NoncurrentVersionExpiration", element("NoncurrentDays", "7")),
            element("AbortIncompleteMultipartUpload", element("DaysAfterInitiation", "2")),
        ),
    )
    assert revised(after, changes("p", days=14, noncurrent_days=7, abort_uploads_days=2)) == after


@pytest.mark.parametrize(
    "there",
    [
        rule("mine", filtered(prefix("p/")), expiring(4)),
        rule("mine", filtered(prefix("p/")), status="Disabled"),
        rule("mine", filtered(prefix("p/")), expiring(3), TRANSITION),
    ],
)
def test_another_rule_of_the_id_is_replaced_where_it_stands(there: Element) -> None:
    before = (rule("x", prefix("x/")), there, rule("y", prefix("y/")))
    after = revised(before, changes("p", rule_id="mine", days=3))
    assert [meaning(each) for each in after] == [
        meaning(each) for each in (before[0], rule("mine", prefix("p/")), before[2])
    ]


def test_a_rule_that_means_what_is_wanted_stays_as_it_is() -> None:
    before = (rule("mine", prefix("p/")),)
    assert revised(before, changes("p", rule_id="mine", days=3)) == before


def test_only_the_rule_of_the_id_is_removed() -> None:
    before = (rule("tidy.spaces:p/", prefix("p/")), rule("tidy.spaces:p/q/", prefix("p/q/")), rule("", prefix("p/")))
    assert revised(before, removals("p")) == before[1:]
    assert revised(before, removals("p", "p/q")) == before[2:]
    assert revised(before[1:], removals("p")) == before[1:]


@pytest.mark.parametrize(
    "there", [rule("mine", prefix("q/")), rule("mine", filtered(both(prefix("p/"), T1))), rule("mine", filtered())]
)
@pytest.mark.parametrize("wanted", [changes("p", rule_id="mine", days=3), removals("p", rule_id="mine")])
def test_the_rule_of_another_folder_is_not_taken_over(there: Element, wanted: list[RuleChange]) -> None:
    with pytest.raises(InvalidOption, match="rule_id: 'mine' is the ID of a rule that is not for just 'p/'"):
        revised((there,), wanted)


def test_two_rules_of_one_id_are_too_many() -> None:
    with pytest.raises(ProtocolError, match="2 lifecycle rules with the ID 'mine'"):
        revised((rule("mine", prefix("p/")),) * 2, removals("p", rule_id="mine"))


def test_other_rules_for_the_folders_are_named() -> None:
    first, second = changes("p", "q", days=3)
    rules = (
        rule("same", prefix("p/")),
        rule("tags", filtered(both(prefix("p/"), T1))),
        rule("above", filtered()),
        rule("tidy.spaces:p/", prefix("p/")),
        rule("too", prefix("q/")),
    )
    assert others_for(rules, [second, first]) == [(second, "too"), (first, "same")]


def test_the_first_of_several_rules_with_one_id_counts() -> None:
    first, second = rule("a", prefix("p/")), rule("a", prefix("q/"))
    assert by_id((first, second)) == {"a": first}


@pytest.mark.parametrize(
    "look", [revised, others_for, lambda rules, _changes: by_id(rules)], ids=["revised", "others_for", "by_id"]
)
def test_each_rule_is_looked_at_once_however_many_change(
    look: Callable[[Rules, list[RuleChange]], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Space holds 1,000 rules, and what is done between reading and writing must not take long."""
    looked_at = Counter[str]()

    def noting(rule: Element) -> str:
        looked_at[identity(rule)] += 1
        return identity(rule)

    monkeypatch.setattr(lifecycle, "identity", noting)
    rules = tuple(rule(f"foreign {number}", prefix(f"f{number}/")) for number in range(100))
    look(rules, changes(*(f"p{number}" for number in range(50)), days=3))
    assert set(looked_at.values()) == {1}


def test_the_whole_space_has_no_prefix() -> None:
    [change] = changes("/", days=3)
    assert change.rule_id == "tidy.spaces:"
    assert revised((rule("tidy.spaces:", filtered()),), [change]) == (rule("tidy.spaces:", filtered()),)
    [named] = rule_changes([FolderPath.parse("/", exact=True)], rule_id=None, days=None)
    assert named.rule_id == "tidy.spaces:/"


def test_an_id_fits() -> None:
    assert rule_id_for("p/") == "tidy.spaces:p/"
    longest = "ü" * 121 + "/"
    assert len(rule_id_for(longest).encode()) == 255
    assert rule_id_for(longest) == f"tidy.spaces:{longest}"
    longer = {rule_id_for("ü" * 121 + end) for end in ("a/", "b/")}
    assert len(longer) == 2
    assert all(each.startswith("tidy.spaces:sha256:") and len(each) < 255 for each in longer)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({}, "None of days, noncurrent_days, abort_uploads_days is set, so the rule would do nothing"),
        ({"days": 0}, "days: 0 is out of range. Give 1 to 24,855 days"),
        ({"noncurrent_days": -1}, "noncurrent_days: -1 is out of range"),
        ({"abort_uploads_days": MOST_DAYS + 1}, "abort_uploads_days: 24856 is out of range"),
        ({"days": 1, "rule_id": ""}, "rule_id: '' is empty or too long"),
        ({"days": 1, "rule_id": "ü" * 128}, "is empty or too long. Give 1 to 255 bytes"),
        ({"days": 1, "rule_id": "a\nb"}, r"rule_id: 'a\\nb' has the character '\\n'"),
    ],
)
def test_invalid_options_of_a_rule_are_refused(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(EngineError, match=problem):
        changes("p", **options)


def test_one_id_is_for_one_folder() -> None:
    with pytest.raises(InvalidOption, match="rule_id: 'mine' cannot be the ID of several rules"):
        changes("p", "q", rule_id="mine", days=1)
    assert len(changes("p", "p/", rule_id="mine", days=1)) == 2


@pytest.mark.parametrize("key", ["a\rb/", "a\x01/", "a\uffff/", "\x7f/"])
def test_a_path_that_xml_would_change_is_refused(key: str) -> None:
    with pytest.raises(InvalidOption, match="which a lifecycle rule cannot carry"):
        rule_changes([FolderPath.parse(key, exact=True)], rule_id=None, days=None)


def test_as_many_days_as_32_bits_of_seconds_hold() -> None:
    assert MOST_DAYS * 86_400 < 2**31 <= (MOST_DAYS + 1) * 86_400
    assert changes("p", days=MOST_DAYS)[0].rule
