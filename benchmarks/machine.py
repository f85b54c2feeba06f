# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What it was measured with, and on what; nothing that names the machine."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
PACKAGES = ("ansible-core", "boto3", "botocore", "awscli")
PROGRAMS = {"s5cmd": ("s5cmd", "version"), "rclone": ("rclone", "version"), "Ceph RGW": ("radosgw", "--version")}


def facts() -> dict[str, str]:
    """Name versions and machine."""
    found = {"tidy.spaces": _ours(), "amazon.aws": _collection("amazon", "aws")}
    found |= {name: version(name) for name in PACKAGES}
    found |= {name: _printed(*command) for name, command in PROGRAMS.items()}
    return {
        **found,
        "Python": platform.python_version(),
        "Operating system": f"{platform.freedesktop_os_release().get('PRETTY_NAME')}, {platform.machine()}",
        "CPUs": str(len(os.sched_getaffinity(0))),
    }


def _ours() -> str:
    release = yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"]
    commit = _printed("git", "-C", str(ROOT), "describe", "--always", "--dirty", pattern=r"\S+")
    return f"{release} ({commit})"


def _collection(namespace: str, name: str) -> str:
    """Read the version of an installed collection; the package `ansible` brings it."""
    for place in map(Path, sys.path):
        manifest = place / "ansible_collections" / namespace / name / "MANIFEST.json"
        if manifest.exists():
            return str(json.loads(manifest.read_text())["collection_info"]["version"])
    return "not installed"


def _printed(*command: str, pattern: str = r"\d+\.\d+[\w.]*") -> str:
    """Find the version in what a command prints; one of this environment comes first."""
    near = Path(sys.executable).with_name(command[0])
    program = str(near) if near.exists() else shutil.which(command[0])
    if program is None:
        return "not installed"
    done = subprocess.run([program, *command[1:]], capture_output=True, text=True, timeout=60, check=False)
    found = re.search(pattern, done.stdout)
    return found[0] if found else "unknown"
