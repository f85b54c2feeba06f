# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options, and connections made from them, in surroundings that a test has chosen."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.spec import CONNECTION
from ansible_collections.tidy.spaces.plugins.module_utils._s3.client import Connection
from ansible_collections.tidy.spaces.plugins.module_utils._s3.settings import Settings

SPACE = "my-space"
PAIR = {"access_key": "AKOPTION", "secret_key": "secret-of-option"}


def isolate(monkeypatch: pytest.MonkeyPatch, directory: Path) -> None:
    """Remove this machine's own settings for endpoints and credentials."""
    for name in os.environ:
        if name.upper().startswith(("AWS_", "SPACES_")) or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(directory / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(directory / "credentials"))
    monkeypatch.setenv("BOTO_CONFIG", str(directory / "boto"))
    monkeypatch.setenv("HOME", str(directory))


def options(**given: Any) -> dict[str, Any]:
    """Return a task's connection options: their defaults, and what is given."""
    defaults = {name: spec.get("default") for name, spec in CONNECTION.items()}
    return {**defaults, "space": SPACE, **given}


def connect(
    *,
    environ: Mapping[str, str] | None = None,
    censored: list[str] | None = None,
    check: Callable[[], None] = lambda: None,
    **given: Any,
) -> Connection:
    """Connect as a module does."""
    secrets = [] if censored is None else censored
    return Connection(
        settings=Settings.from_params(options(**given)),
        environ=os.environ if environ is None else environ,
        add_secret=secrets.append,
        check=check,
    )
