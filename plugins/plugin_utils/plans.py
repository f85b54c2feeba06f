# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans of the playbooks: what a preview has shown, so that a later run can remove exactly that."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.spec import SELECTING

PLANNED = sorted(
    (*SELECTING, "allow_root", "bypass_governance", "exact", "path", "paths", "region", "space", "uploads")
)
"""The options of an entry that decide what is removed. None of them can hold a secret."""
REQUIRED = {"etag", "as_of", "endpoint", "selects", "totals"}
AGAIN = "Run the preview again with the same variables as this run, and review the new plan."
_AGE = re.compile(r"[1-9][0-9]{0,4}[mhdw]")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_TIME = "%Y-%m-%dT%H:%M:%SZ"

Entry = Mapping[str, Any]


def selected(entries: Sequence[Entry], defaults: Entry) -> list[dict[str, Any]]:
    """Return what each entry of a layout or of rules selects; ``defaults`` are for entries without an own value."""
    merged = [{**defaults, **entry} for entry in entries]
    return [{name: entry[name] for name in PLANNED if entry.get(name) is not None} for entry in merged]


def plan_of(results: Sequence[Entry], *, playbook: str, entries: Sequence[Entry], defaults: Entry) -> dict[str, Any]:
    """Return the plan of a preview, in a form that can be written as YAML; ``results`` has one result an entry."""
    return {
        "playbook": playbook,
        "entries": [
            {
                "space": result["space"],
                "endpoint": result["endpoint"],
                "folders": [folder["path"] for folder in result["folders"]],
                "selects": selects,
                "totals": dict(result["totals"]),
                "etag": result["etag"],
                "as_of": result["as_of"],
                **({"warnings": list(result["warnings"])} if result.get("warnings") else {}),
            }
            for selects, result in zip(selected(entries, defaults), results, strict=True)
        ],
    }


def plan_problem(plan: object, *, playbook: str, entries: Sequence[Entry], defaults: Entry) -> str:
    """Return why a plan is not for a run with these entries; the empty text if it is."""
    if not (isinstance(plan, Mapping) and isinstance(plan.get("entries"), list)):
        return f"It is not a plan. Name the file that the preview has written. {AGAIN}"
    if plan.get("playbook") != playbook:
        return f"It is a plan of {plan.get('playbook')!r}, not of {playbook!r}. {AGAIN}"
    planned, now = plan["entries"], selected(entries, defaults)
    if len(planned) != len(now):
        return f"It has {len(planned)} entries, and this run has {len(now)}. {AGAIN}"
    for number, (entry, selects) in enumerate(zip(planned, now, strict=True)):
        if not isinstance(entry, Mapping) or not entry.keys() >= REQUIRED:
            return f"Entry {number} is not complete. {AGAIN}"
        if entry["selects"] != selects:
            return f"Entry {number} selects {shown(entry['selects'])}, and this run {shown(selects)}. {AGAIN}"
    return ""


def preview_problem(results: Sequence[Entry], *, plan: Mapping[str, Any] | None = None, max_age: str = "24h") -> str:
    """Return why the previews of a run do not fit their plan; the empty text if they do.

    Without ``plan``, the results are those from which a plan would be made.
    """
    if not all(result.get("etag") and result.get("as_of") for result in results):
        return "The store's replies carry no readable date, so the age of a plan could not be checked. Use no plan."
    for (one, first), (other, second) in combinations(enumerate(results), 2):
        if (first["endpoint"], first["space"]) != (second["endpoint"], second["space"]):
            continue
        for folder in _prefixes(first):
            for inner in _prefixes(second):
                if folder.startswith(inner) or inner.startswith(folder):
                    return (
                        f"Entries {one} and {other} overlap, so what is removed by the first one changes what was "
                        "reviewed of the second. Make one entry of them, or use a plan for each."
                    )
    if problem := max_age_problem(max_age):
        return problem
    longest = timedelta(**{_UNITS[max_age[-1]]: int(max_age[:-1])})
    for number, (entry, result) in enumerate(zip(plan["entries"] if plan else (), results, strict=bool(plan))):
        if entry["endpoint"] != result["endpoint"]:
            return f"Entry {number} is for {entry['endpoint']}, and this run is for {result['endpoint']}. {AGAIN}"
        age = datetime.strptime(result["as_of"], _TIME) - datetime.strptime(entry["as_of"], _TIME)
        if age > longest:
            return f"The plan is {age} old by the store's clock, and spaces_plan_max_age is {max_age}. {AGAIN}"
    return ""


def max_age_problem(max_age: object) -> str:
    """Return what is wrong with the longest age of a plan; the empty text if nothing is."""
    if isinstance(max_age, str) and _AGE.fullmatch(max_age):
        return ""
    return f"spaces_plan_max_age is {max_age!r}. Give a number and one of m, h, d and w, such as 24h."


def _prefixes(result: Entry) -> list[str]:
    return ["" if folder["path"] == "/" else folder["path"] for folder in result["folders"]]


def shown(value: object) -> str:
    """Write a variable's value for a message."""
    return json.dumps(value, default=str)
