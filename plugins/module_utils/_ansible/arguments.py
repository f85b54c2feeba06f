# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Argument specs; what they mean stands in the documentation fragments."""

from __future__ import annotations

from typing import Any

PATHS = ("path", "paths")  # one of them, and not both


def connection_arguments() -> dict[str, Any]:
    """Return the options that every module has."""
    return {
        "space": {"type": "str", "required": True, "aliases": ["bucket"]},
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
