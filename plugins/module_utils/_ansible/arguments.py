# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument specs; the documentation fragments describe the options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._engine.errors import InvalidOption

RENAMED = {"bucket": "space"}  # not an alias: a default under that name would beat the space of a task
PATHS = ("path", "paths")  # one of them, and not both


def connection_arguments() -> dict[str, Any]:
    """Return the options that every module has."""
    return {
        "space": {"type": "str", "required": True},
        "region": {"type": "str"},
        "endpoint_url": {"type": "str"},
        "access_key": {"type": "str", "no_log": False},
        "secret_key": {"type": "str", "no_log": True},
        "session_token": {"type": "str", "no_log": True},
        "profile": {"type": "str"},
        "validate_certs": {"type": "bool", "default": True},
        "ca_bundle": {"type": "path"},
        "addressing_style": {"type": "str", "choices": ["auto", "path", "virtual"], "default": "auto"},
        "connect_timeout": {"type": "float", "default": 10.0},
        "read_timeout": {"type": "float", "default": 60.0},
        "retries": {"type": "int", "default": 8},
        "request_rate": {"type": "float"},
        "workers": {"type": "int", "default": 16},
    }


def folder_arguments() -> dict[str, Any]:
    """Return the options that name folders; raw, so that a number is seen as one and a string is not split."""
    return {
        "path": {"type": "raw"},
        "paths": {"type": "raw"},
        "exact": {"type": "bool", "default": False},
    }


def change_arguments() -> dict[str, Any]:
    """Return the options of every module that changes what folders hold."""
    return {
        "allow_root": {"type": "bool", "default": False},
        "sample_size": {"type": "int", "default": 20},
    }


GUARDS = frozenset({"exclude", "include", "keep_newest", "max_objects", "older_than"})
"""Options that limit what a task removes: without a value, they would limit nothing."""


def check_given(arguments: Mapping[str, object], options: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse arguments that Ansible would convert or drop without a word; raise :class:`InvalidOption`.

    ``arguments`` are those that the task gives, before Ansible converts them. ``options`` is the argument spec.
    """
    for option, value in arguments.items():
        if option in RENAMED:
            raise InvalidOption(
                option,
                value,
                "is not an option",
                advice=f"Write {RENAMED[option]}, in module_defaults and in the variables of playbooks too.",
            )
        if isinstance(value, bool) and options.get(option, {}).get("type") in ("int", "float"):
            raise InvalidOption(
                option,
                value,
                "is a boolean, not a number",
                advice="Write a number. YAML reads yes, on and true as a boolean.",
            )
        if option in GUARDS and (value is None or (isinstance(value, str) and not value.strip())):
            raise InvalidOption(
                option,
                value,
                "has no value, so it would protect nothing",
                advice="Set the variable that came out empty. To leave the option out on purpose, use default(omit).",
            )
