# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports below ``plugins/`` point down only."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PLUGINS = Path(__file__).parents[2] / "plugins"
COLLECTION = "ansible_collections.tidy.spaces."
LEVELS = (
    ("modules", "action", "filter", "lookup"),
    ("plugin_utils",),
    ("module_utils/_ansible",),
    ("module_utils/_s3",),
    ("module_utils/_engine/operations",),
    ("module_utils/_engine/bulk",),
    ("module_utils/_engine/ports.py",),
    ("module_utils/_engine/model",),
    ("module_utils/_engine/errors.py",),
)
"""What may import what: each level the ones after it, and itself."""
FILES = sorted(path for path in PLUGINS.rglob("*.py") if path.stat().st_size and "doc_fragments" not in path.parts)
ENGINE = [path for path in FILES if "_engine" in path.parts]


def level_of(path: Path) -> int:
    """Return the level of a file or folder below ``plugins/``."""
    name = path.relative_to(PLUGINS).as_posix()
    return next(
        number
        for number, places in enumerate(LEVELS)
        for place in places
        if name in (place, place.removesuffix(".py")) or name.startswith(f"{place}/")
    )


def imports_of(path: Path) -> Iterator[Path]:
    """Name the files of ours that a file imports, without their suffix."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(COLLECTION):
            yield PLUGINS.parent.joinpath(*(node.module or "").removeprefix(COLLECTION).split("."))
        elif isinstance(node, ast.Import):
            assert not any(alias.name.startswith(COLLECTION) for alias in node.names), "use from … import"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PLUGINS).as_posix())
def test_a_file_imports_from_its_own_level_and_those_below(path: Path) -> None:
    wrong = [found.name for found in imports_of(path) if level_of(found) < level_of(path)]
    assert not wrong


@pytest.mark.parametrize("path", ENGINE, ids=lambda path: path.relative_to(PLUGINS).as_posix())
def test_the_engine_needs_the_standard_library_alone(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        assert not [name for name in names if name.partition(".")[0] not in sys.stdlib_module_names]
