# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the playbooks require of their variables.

Each function returns what is wrong and the way out, or an empty text. No text shows a connection or a whole entry,
because there may be a secret in it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.spec import CONNECTION
from ansible_collections.tidy.spaces.plugins.plugin_utils.plans import max_age_problem, shown

TAKEN = (
    "spaces_confirm",
    "spaces_connection",
    "spaces_environment",
    "spaces_fleet",
    "spaces_layout",
    "spaces_max_objects",
    "spaces_path",
    "spaces_plan",
    "spaces_plan_max_age",
    "spaces_protect",
    "spaces_records",
    "spaces_report",
    "spaces_rules",
    "spaces_space",
    "spaces_versions",
)
FILES = {
    "spaces_plan": ("prune", "teardown"),
    "spaces_records": ("fleet_teardown", "prune", "restore", "teardown"),
    "spaces_report": ("prune", "report", "teardown"),
}
"""The playbooks that read or write each of these files. Every playbook accepts all other variables, so that one file
can serve several playbooks."""

CONNECTION_TAKES = sorted({*CONNECTION, "min_depth"} - {"space"})
"""What spaces_connection may hold. The playbooks replace a default of another option, such as protect, by one of their
own, so it would protect nothing. They name the Space of each task. They leave min_depth as it is."""
OWN_VARIABLE = ("max_objects", "protect", "versions")
"""The options that the playbooks take in a variable of their own."""


def names_problem(names: Iterable[str], playbook: str) -> str:
    """Check the names of all variables that begin with ``spaces_``: a limit with a misspelt name would be ignored."""
    given = {*names}
    for variable in sorted(given.intersection(FILES)):
        if playbook not in FILES[variable]:
            return f"{variable} has no effect in {playbook}. Leave it out. It is for {', '.join(FILES[variable])}."
    unknown = sorted(given.difference(TAKEN))
    if not unknown:
        return ""
    return (
        f"{', '.join(unknown)} {'is not a variable' if len(unknown) == 1 else 'are not variables'} of these playbooks. "
        f"They take {', '.join(TAKEN)}. Correct the name. If the variable is for something else, give it a name that "
        "does not begin with spaces_."
    )


def value_problem(value: object, variable: str, **others: Any) -> str:
    """Check the value of a variable; ``None`` stands for one that is not set. ``others`` are arguments of its check."""
    return _CHECKS[variable](value, **others)


def _connection(value: object) -> str:
    if isinstance(value, Mapping):
        return _no_connection_options(sorted(str(option) for option in value if option not in CONNECTION_TAKES))
    return (
        f"spaces_connection is not a dictionary ({_kind(value)}). Give connection options of the modules, such "
        "as {region: nyc3}, or leave it out and set SPACES_REGION and the like in the environment. On the command line "
        "a dictionary takes JSON, or a file: --extra-vars @connection.yml."
    )


def _no_connection_options(others: list[str]) -> str:
    """Refuse what is not a connection option."""
    if not others:
        return ""
    moved = [f"Playbooks that remove take spaces_{option}." for option in others if option in OWN_VARIABLE]
    if len(moved) < len(others):
        moved.append("Other options belong in the entries of spaces_layout or spaces_rules.")
    are = "is not a connection option" if len(others) == 1 else "are not connection options"
    return (
        f"spaces_connection has {', '.join(others)}, which {are} of the modules. {' '.join(moved)} "
        f"spaces_connection takes {', '.join(CONNECTION_TAKES)}."
    )


def _environment(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"\w[\w.-]*", value):
        return ""
    return (
        f"spaces_environment is {shown(value)}. Give the name of one environment, of letters, digits, '_', '-' and "
        "'.', without blanks or slashes. Quote it if it looks like a number or a boolean, because YAML turns 1.10 into "
        "1.1."
    )


def _confirm(value: object, *, confirms: str, removed: str) -> str:
    if isinstance(value, str) and value == removed:
        return ""
    return (
        f"spaces_confirm is {shown(value)}, and {confirms} is {shown(removed)}. Both must be the same string: set "
        "spaces_confirm to what you want to remove."
    )


def _layout(value: object, *, environment: str | None = None) -> str:
    problem = _entries(value, "spaces_layout")
    if problem or not isinstance(value, list):
        return problem
    for number, entry in enumerate(value):
        paths = entry.get("paths")
        if not isinstance(paths, list) or not paths:
            return (
                f"spaces_layout[{number}].paths is {_missing(paths)}. Give a list with at least one folder of "
                f"{shown(entry['space'])}."
            )
    # A folder that is listed twice would be counted twice in check mode.
    stores = [
        tuple(str(entry.get(name, "")) for name in ("space", "endpoint_url", "region", "profile")) for entry in value
    ]
    if len({*stores}) < len(stores):
        return (
            f"spaces_layout lists a Space twice: {', '.join(shown(entry['space']) for entry in value)}. "
            "Put all its folders into the paths of one entry."
        )
    foreign = [
        path
        for entry in value
        for path in entry["paths"]
        if environment is not None and environment not in str(path).split("/")
    ]
    if foreign:
        return (
            f"spaces_layout has paths in which {shown(environment)} is not a whole segment: {shown(foreign)}. They "
            "may belong to another environment. Use the variable spaces_environment in each path, and remove what is "
            "not the environment's own with tidy.spaces.spaces_folder."
        )
    return ""


def _rules(value: object) -> str:
    return _entries(value, "spaces_rules")


def _entries(value: object, variable: str) -> str:
    """Check a list of dictionaries, each for one Space."""
    if not isinstance(value, list) or not value:
        return (
            f"{variable} is {_missing(value)}. Give a list of dictionaries, one for each Space. On the command line a "
            "list takes JSON, or a file: --extra-vars @spaces.yml."
        )
    for number, entry in enumerate(value):
        space = entry.get("space") if isinstance(entry, Mapping) else None
        if not isinstance(space, str) or not space.strip():
            return (
                f"{variable}[{number}] is not a dictionary with the name of one Space as its space. Write space: "
                "my-space, and quote a name that looks like a number."
            )
    return ""


def _space(value: object) -> str:
    if isinstance(value, str) and value.strip():
        return ""
    return f"spaces_space is {shown(value)}. Give the name of one Space, and quote one that looks like a number."


def _path(value: object) -> str:
    if isinstance(value, str) and value.strip("/ \t\r\n"):
        return ""
    return (
        f"spaces_path is {shown(value)}. Name one folder, and quote it if it looks like a number. To empty a whole "
        "Space, use tidy.spaces.spaces_folder with allow_root."
    )


def _max_objects(value: object, *, found: int = 0) -> str:
    """Check the limit; ``found`` is how much would be removed."""
    if not re.fullmatch("[0-9]{1,18}", str(value)):
        return (
            f"spaces_max_objects is {shown(value)}, which is not a whole number. Give the most that may be removed, "
            "such as 5000, or leave it out for no limit."
        )
    if found <= int(str(value)):
        return ""
    return (
        f"spaces_max_objects allows {value}, and {found} objects, versions and delete markers would be removed. "
        "Nothing was removed. Raise the limit if you want to remove all of them."
    )


def _versions(value: object) -> str:
    if value in ("current", "all"):
        return ""
    return (
        f"spaces_versions is {shown(value)}. Give current, which leaves old versions, or all, which removes every "
        "version."
    )


def _protect(value: object) -> str:
    if isinstance(value, list):
        list(value)  # an item that contains an undefined variable raises here
        return ""
    return f"spaces_protect is {shown(value)}. Give a list of globs, or leave it out to protect nothing."


def _report(value: object) -> str:
    if isinstance(value, str) and value.endswith((".md", ".html")):
        file = os.path.abspath(os.path.expanduser(value))
        if os.path.isdir(os.path.dirname(file)) and not os.path.isdir(file):
            return ""
    return (
        f"spaces_report is {shown(value)}. Give the name of a file that ends in .md or .html, in a directory of this "
        "machine that exists."
    )


def _plan(value: object, *, preview: bool) -> str:
    """Check the file of a plan; a ``preview`` writes it, so there must be none of that name."""
    problem = "Give the name of a file."
    if isinstance(value, str) and value.strip():
        exists = os.path.lexists(os.path.expanduser(value))
        if exists != preview:
            return ""
        problem = (
            "This file exists, and a plan is never replaced. Name a new file."
            if exists
            else "There is no such file. Run the playbook with --check first, and review the plan that it writes."
        )
    return f"spaces_plan is {shown(value)}. {problem}"


def _records(value: object, *, one: bool = False) -> str:
    """Check the directory of the records; ``one``: the file of a single record will do, too."""
    exists = os.path.exists if one else os.path.isdir
    if isinstance(value, str) and exists(os.path.expanduser(value)):
        return ""
    place = (
        "a record, or a directory with records, on this machine" if one else "a directory of this machine that exists"
    )
    return f"spaces_records is {shown(value)}. Give {place}."


_CHECKS: dict[str, Callable[..., str]] = {
    "spaces_confirm": _confirm,
    "spaces_connection": _connection,
    "spaces_environment": _environment,
    "spaces_layout": _layout,
    "spaces_max_objects": _max_objects,
    "spaces_path": _path,
    "spaces_plan": _plan,
    "spaces_plan_max_age": max_age_problem,
    "spaces_protect": _protect,
    "spaces_records": _records,
    "spaces_report": _report,
    "spaces_rules": _rules,
    "spaces_space": _space,
    "spaces_versions": _versions,
}


def _kind(value: object) -> str:
    """Name the type of a value; Ansible has types of its own, which are based on Python's."""
    return next((kind.__name__ for kind in (bool, str, int, float, list, dict) if isinstance(value, kind)), "no value")


def _missing(value: object) -> str:
    """Say in which way a value is no list with something in it."""
    if value is None:
        return "not set"
    return "empty" if value in ("", []) else f"not a list ({_kind(value)})"
