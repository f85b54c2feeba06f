# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lifecycle rules written briefly, for tests."""

from __future__ import annotations

from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.lifecycle import Element


def element(name: str, *content: str | Element) -> Element:
    """Make an element of a text, or of other elements."""
    if content and isinstance(content[0], str):
        return Element(name, content[0])
    return Element(name, children=tuple(each for each in content if isinstance(each, Element)))


def prefix(text: str) -> Element:
    return element("Prefix", text)


def tag(key: str, value: str) -> Element:
    return element("Tag", element("Key", key), element("Value", value))


def filtered(*conditions: Element) -> Element:
    return element("Filter", *conditions)


def both(*conditions: Element) -> Element:
    return element("And", *conditions)


def expiring(days: int) -> Element:
    return element("Expiration", element("Days", str(days)))


def rule(rule_id: str, *content: Element, status: str = "Enabled") -> Element:
    """Make a rule; without an action among its content it expires after three days."""
    known = {"Expiration", "Transition", "NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload"}
    actions = () if known & {each.name for each in content} else (expiring(3),)
    return element("Rule", element("ID", rule_id), *content, element("Status", status), *actions)
