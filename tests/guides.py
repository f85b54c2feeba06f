# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The code in the guides of the documentation site."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from pathlib import Path

GUIDES = Path(__file__).parents[1] / "docs" / "docsite" / "rst"
NAMES = sorted(page.stem for page in GUIDES.glob("*.rst"))
BLOCK = re.compile(r"^\.\. code-block:: (\S+)\n\n((?:   .*\n|\n)+)", re.MULTILINE)


def code_of(name: str, *, language: str) -> list[str]:
    """Return the code blocks in one language of a guide."""
    blocks = BLOCK.findall((GUIDES / f"{name}.rst").read_text())
    return [textwrap.dedent(content).rstrip("\n") + "\n" for of, content in blocks if of == language]


def files_of(name: str) -> dict[str, str]:
    """Return the files of a guide: the YAML blocks that begin with a comment that names them."""
    files = {}
    for block in code_of(name, language="yaml"):
        if head := re.match(r"# (\S+\.yml)\n", block):
            files[head[1]] = block
    return files


def write_files(files: Mapping[str, str], directory: Path) -> None:
    """Write files of a guide into a directory."""
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def commands_of(name: str) -> list[str]:
    """Return the commands of a guide, each on one line."""
    text = "\n".join(code_of(name, language="console")).replace("\\\n", "")
    return [line.removeprefix("$ ") for line in text.splitlines() if line.startswith("$ ")]
