# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turn a report on lifecycle rules into Ansible's result and diff."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..._engine.model.lifecycle import Element
from ..._engine.operations.expire import ExpirationReport, RuleReport
from ..printable import printable
from .task_result import TaskResult

NUMBERS = frozenset({"Days", "NoncurrentDays", "DaysAfterInitiation"})


def describe_rules(report: ExpirationReport | None, params: Mapping[str, Any]) -> TaskResult:
    """Describe how the rules changed."""
    rules = report.rules if report else ()
    return TaskResult(
        values={
            "changed": any(rule.changed for rule in rules),
            "folders": [_folder(rule, params["state"]) for rule in rules],
        },
        diff=[
            {
                "before_header": printable(rule.change.folder.path),
                "after_header": printable(rule.change.folder.path),
                "before": _yaml(_plain(rule.before)),
                "after": _yaml(_plain(rule.after)),
            }
            for rule in rules
            if rule.changed
        ],
        warnings=report.warnings if report else (),
    )


def _folder(report: RuleReport, state: str) -> dict[str, Any]:
    return {
        "path": report.change.folder.path,
        "state": state,
        "changed": report.changed,
        "rule_id": report.change.rule_id,
        "rule": _plain(report.after),
    }


def _plain(element: Element | None) -> Any:
    """Return an element as a dictionary with S3's names; children with the same name become a list."""
    if element is None:
        return None
    if not element.children:
        return int(element.text) if element.name in NUMBERS and element.text.isdecimal() else element.text
    plain: dict[str, Any] = {}
    for name in dict.fromkeys(child.name for child in element.children):
        values = [_plain(child) for child in element.find(name)]
        plain[name] = values[0] if len(values) == 1 else values
    return plain


def _yaml(value: Any, indent: str = "") -> str:
    """Return what :func:`_plain` returns as YAML. A string in JSON is valid YAML, and so is its escaped form."""
    if value is None:
        return ""
    if not isinstance(value, (dict, list)):
        return f"{printable(json.dumps(value, ensure_ascii=False))}\n"
    items = value.items() if isinstance(value, dict) else (("-", each) for each in value)
    lines = []
    for key, each in items:
        name = key if key == "-" else f"{printable(key)}:"
        nested = isinstance(each, (dict, list))
        lines.append(f"{indent}{name}" + ("\n" if nested else " ") + _yaml(each, f"{indent}  "))
    return "".join(lines)
