# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pure functions on lifecycle rules: what a rule means, how it is written again, how our rules are changed."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..errors import EngineError, InvalidOption, ProtocolError
from .path import FolderPath

LONGEST_ID = 255  # bytes: S3 allows as many characters, Ceph RGW counts bytes
# Older releases of Ceph RGW compute the seconds in 32 bits (obj_has_expired in rgw_lc.cc). With more days than this,
# the product is negative, and everything expires at once.
MOST_DAYS = 24_855
ACTIONS = {
    "days": ("Expiration", "Days"),
    "noncurrent_days": ("NoncurrentVersionExpiration", "NoncurrentDays"),
    "abort_uploads_days": ("AbortIncompleteMultipartUpload", "DaysAfterInitiation"),
}
"""What an option becomes in a rule."""
CONDITIONS = frozenset(
    {
        "Prefix",
        "Tag",
        "ObjectSizeGreaterThan",
        "ObjectSizeLessThan",
        "ArchiveZone",  # only Ceph RGW has it
    }
)
FIRST = {"ID": 0, "Filter": 1, "Status": 2}  # the order in which a rule is shown begins with these
_NOT_CARRIED = re.compile("[\x00-\x1f\x7f-\x9f\ufffe\uffff]")  # not allowed in XML, or changed when it is read


class Element(NamedTuple):
    """An XML element: its name without the namespace of S3, and either its text or the elements in it."""

    name: str
    text: str = ""
    children: tuple[Element, ...] = ()

    def find(self, name: str) -> list[Element]:
        """Return the children of that name."""
        return [child for child in self.children if child.name == name]


Rules = tuple[Element, ...]
"""A Space's whole lifecycle configuration; empty if it has none."""


@dataclass(frozen=True, kw_only=True)
class RuleChange:
    """The requested state of the rule with this ID: ``rule``, which applies to ``folder``, or ``None`` for no rule."""

    rule_id: str
    folder: FolderPath
    rule: Element | None


def rule_changes(
    folders: Sequence[FolderPath], *, rule_id: str | None, days: Mapping[str, int | None] | None
) -> list[RuleChange]:
    """Return the changes to the rules of the folders; raise :class:`InvalidOption` if no rule can express them.

    ``days``: the number of days for each option of :data:`ACTIONS`, ``None`` for an option that is not set; ``None``
    as a whole if the rules are to be removed.
    """
    if rule_id is not None:
        _check_text("rule_id", rule_id)
        if len(set(folders)) > 1:
            raise InvalidOption(
                "rule_id", rule_id, "cannot be the ID of several rules", advice="Leave it out, or give a single path."
            )
        if not 0 < len(rule_id.encode()) <= LONGEST_ID:
            raise InvalidOption(
                "rule_id", rule_id, "is empty or too long", advice=f"Give 1 to {LONGEST_ID} bytes of UTF-8."
            )
    changes = []
    for folder in folders:
        _check_text("path", folder.prefix)
        identifier = rule_id_for(folder.prefix) if rule_id is None else rule_id
        rule = None if days is None else _expiration_rule(identifier, folder.prefix, days)
        changes.append(RuleChange(rule_id=identifier, folder=folder, rule=rule))
    return changes


def rule_id_for(prefix: str) -> str:
    """Derive the ID of a folder's rule: the folder's path if it fits, otherwise a hash."""
    rule_id = f"tidy.spaces:{prefix}"
    if len(rule_id.encode()) <= LONGEST_ID:
        return rule_id
    return f"tidy.spaces:sha256:{hashlib.sha256(prefix.encode()).hexdigest()}"


def identity(rule: Element) -> str:
    """Return a rule's ID, empty if it has none."""
    return "".join(element.text for element in rule.find("ID"))


def meaning(rule: Element) -> Element:
    """Write a rule in a canonical form, which is equal for all rules that do the same.

    The order, the place of a condition and an empty prefix make no difference.
    """
    conditions = sorted(map(_in_order, _conditions(rule)))
    others = [child for child in rule.children if child.name not in ("Prefix", "Filter")]
    parts = [_filter_of(conditions), *map(_in_order, others)]
    return rule._replace(children=tuple(sorted(parts, key=lambda part: (FIRST.get(part.name, len(FIRST)), part))))


def carried_over(rule: Element) -> Element:
    """Return a rule in a form that keeps its meaning when it is written; raise :class:`EngineError` if there is none.

    Ceph RGW returns the filter ``And{Prefix, Tag, Tag}`` as a ``Prefix`` beside an ``And``. If the rule is written
    again in this form, Ceph RGW ignores the prefix, and the rule applies to the whole Space.
    """
    places = [*rule.find("Prefix"), *rule.find("Filter")]
    if len(places) > 1:
        raise _not_carried(rule, "has its scope in several places")
    if not places or len(places[0].children) < 2:
        return rule
    conditions = _conditions(rule)
    strange = sorted({child.name for child in places[0].children} - CONDITIONS - {"And"})
    if strange:
        raise _not_carried(rule, f"has {strange[0]} beside other conditions of its filter")
    if len(places[0].find("And")) > 1 or sum(condition.name == "Prefix" for condition in conditions) > 1:
        raise _not_carried(rule, "has a filter that contradicts itself")
    repaired = _filter_of(conditions)
    return rule._replace(children=tuple(repaired if child is places[0] else child for child in rule.children))


def revised(rules: Rules, changes: Sequence[RuleChange]) -> Rules:
    """Return the rules with the changes made; all other rules stay as they are.

    Raise :class:`InvalidOption` if a change would take over another folder's rule.
    """
    result = dict(enumerate(rules))
    places: dict[str, list[int]] = {}
    for place, rule in result.items():
        places.setdefault(identity(rule), []).append(place)
    free = itertools.count(len(rules))
    for change in changes:
        found = places.setdefault(change.rule_id, [])
        if len(found) > 1:
            raise ProtocolError(f"The Space has {len(found)} lifecycle rules with the ID {change.rule_id!r}.")
        if found and _sole_prefix(result[found[0]]) != change.folder.prefix:
            raise InvalidOption(
                "rule_id",
                change.rule_id,
                f"is the ID of a rule that is not for just {change.folder.path!r}",
                advice="Give another rule_id, or remove that rule first.",
            )
        if change.rule is None:
            for place in found:
                del result[place]
            found.clear()
        elif not found:
            found.append(next(free))
            result[found[0]] = change.rule
        elif meaning(result[found[0]]) != meaning(change.rule):
            result[found[0]] = change.rule
    return tuple(result.values())


def by_id(rules: Rules) -> dict[str, Element]:
    """Return the rules by their IDs; if several have the same ID, the first of them."""
    return {identity(rule): rule for rule in reversed(rules)}


def others_for(rules: Rules, changes: Sequence[RuleChange]) -> list[tuple[RuleChange, str]]:
    """Return a pair for each other rule that applies to exactly the folder of a change: the change, and its ID."""
    found: dict[str | None, list[str]] = {}
    for rule in rules:
        found.setdefault(_sole_prefix(rule), []).append(identity(rule))
    return [
        (change, rule_id)
        for change in changes
        for rule_id in found.get(change.folder.prefix, ())
        if rule_id != change.rule_id
    ]


def _expiration_rule(rule_id: str, prefix: str, days: Mapping[str, int | None]) -> Element:
    actions = []
    for option, number in days.items():
        if number is None:
            continue
        if not 1 <= number <= MOST_DAYS:
            raise InvalidOption(option, number, "is out of range", advice=f"Give 1 to {MOST_DAYS:,} days.")
        action, unit = ACTIONS[option]
        actions.append(Element(action, children=(Element(unit, str(number)),)))
    if not actions:
        raise EngineError(
            f"None of {', '.join(days)} is set, so the rule would do nothing.",
            advice="Set at least one of them, such as days: 30. To remove a rule, set state to absent.",
        )
    return Element(
        "Rule",
        children=(
            Element("ID", rule_id),
            Element("Filter", children=(Element("Prefix", prefix),)),
            Element("Status", "Enabled"),
            *actions,
        ),
    )


def _check_text(option: str, text: str) -> None:
    """Refuse a text that an XML document cannot contain unchanged."""
    found = _NOT_CARRIED.search(text)
    if found:
        raise InvalidOption(
            option,
            text,
            f"has the character {found[0]!r}, which a lifecycle rule cannot carry",
            advice="Expire the folder above it, or remove this one with spaces_folder.",
        )


def _conditions(rule: Element) -> list[Element]:
    """List the conditions of a rule's filter, each once; wherever a condition stands, it must be met."""
    found = list(rule.find("Prefix"))
    for place in rule.find("Filter"):
        for child in place.children:
            found.extend(child.children if child.name == "And" else (child,))
    return list(dict.fromkeys(each for each in found if each != Element("Prefix")))


def _sole_prefix(rule: Element) -> str | None:
    """Return the prefix that is a rule's only condition, empty for the whole Space; ``None`` if it has others."""
    conditions = _conditions(rule) or [Element("Prefix")]
    sole = len(conditions) == 1 and conditions[0] == Element("Prefix", conditions[0].text)
    return conditions[0].text if sole else None


def _filter_of(conditions: Sequence[Element]) -> Element:
    several = (Element("And", children=tuple(conditions)),)
    return Element("Filter", children=several if len(conditions) > 1 else tuple(conditions) or (Element("Prefix"),))


def _in_order(element: Element) -> Element:
    return element._replace(children=tuple(sorted(map(_in_order, element.children))))


def _not_carried(rule: Element, problem: str) -> EngineError:
    return EngineError(
        f"The lifecycle rule {identity(rule)!r} {problem}: written again, it might remove something else.",
        advice="Correct that rule first, or write the rules with another tool.",
    )
