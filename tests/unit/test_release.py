# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The check of a release finds a version that is not the same everywhere, and a changelog that is not finished."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.release_check import PINS, ROOT, text_problems, version_of

FILES = {
    "galaxy.yml": "version: 1.2.3\n",
    "README.md": "install tidy-spaces-1.2.3.tar.gz\n    type: git\n    version: 1.2.3\n",
    "docs/guide.rst": "    type: git\n    version: 1.2.3\n",
    "changelogs/changelog.yaml": "releases: {1.2.3: {}}\n",
    "changelogs/fragments/.keep": "",
    "CHANGELOG.md": "# Release Notes\n\n## v1\\.2\\.3\n",
}


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_a_finished_release_has_no_problem(tmp_path: Path) -> None:
    assert text_problems(write(tmp_path, FILES)) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("README.md", "install tidy-spaces-1.2.2.tar.gz\n"),
        ("docs/guide.rst", "    type: git\n    version: 1.2.2\n"),
        ("changelogs/changelog.yaml", "releases: {1.2.2: {}}\n"),
        ("changelogs/fragments/fix.yml", "bugfixes: [one]\n"),
        ("CHANGELOG.md", "## v1\\.2\\.2\n"),
    ],
)
def test_each_unfinished_part_of_a_release_is_named(tmp_path: Path, name: str, text: str) -> None:
    [problem] = text_problems(write(tmp_path, {**FILES, name: text}))
    assert problem.startswith((name, name.rpartition("/")[0]))


def test_a_version_has_three_numbers(tmp_path: Path) -> None:
    files = {name: text.replace("1.2.3", "1.2.3-dev").replace("\\.3", "\\.3\\-dev") for name, text in FILES.items()}
    [problem] = text_problems(write(tmp_path, files))
    assert problem.startswith("galaxy.yml")


def test_the_pages_pin_the_version_of_the_collection() -> None:
    pages = [ROOT / "README.md", ROOT / "docs" / "docsite" / "rst" / "guide_ci.rst"]
    pinned = [{first or second for first, second in PINS.findall(page.read_text())} for page in pages]
    assert pinned == [{version_of(ROOT)}] * len(pages)
