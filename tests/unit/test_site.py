# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation site leads to every guide, describes every environment variable, and has no broken link."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from tests.guides import GUIDES, NAMES
from tools.site_links import broken_links

ROOT = Path(__file__).parents[2]
DOCSITE = ROOT / "docs" / "docsite"
VARIABLE = re.compile(r'"((?:TIDY_)?SPACES_[A-Z_]+)"')


def test_every_guide_is_listed_wherever_guides_are() -> None:
    sections = yaml.safe_load((DOCSITE / "extra-docs.yml").read_text())["sections"]
    index = (ROOT / "docs" / "site" / "index.rst").read_text()
    readme = (ROOT / "README.md").read_text().partition("\n## Guides\n")[2]
    assert NAMES
    assert sorted(name for section in sections for name in section["toctree"]) == NAMES
    assert sorted(re.findall(r"^   collection/docsite/(\w+)$", index, re.MULTILINE)) == NAMES
    assert sorted(set(re.findall(r"docsite/rst/(\w+)\.rst", readme))) == NAMES


def test_every_environment_variable_has_its_entry() -> None:
    plugins = "".join(path.read_text() for path in (ROOT / "plugins").rglob("*.py"))
    used = {*re.findall(r"\bE\((\w+)\)", plugins), *VARIABLE.findall(plugins)}
    entries = set(re.findall(r"^\.\. envvar:: (\w+)$", (GUIDES / "guide_connection.rst").read_text(), re.MULTILINE))
    assert used
    assert used <= entries
    assert sorted(entries) == yaml.safe_load((DOCSITE / "config.yml").read_text())["envvar_directives"]


def test_a_broken_link_of_a_site_is_found(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(
        '<h1 id="top"></h1><a href="#top"></a><a href="a.html#there"></a><a href="https://example.com/x"></a>'
        '<a href="#gone"></a><a href="a.html#gone"></a><a href="gone.html"></a><img src="gone.png">'
    )
    (tmp_path / "a.html").write_text('<p id="there"></p>')
    found = ["index.html: #gone", "index.html: a.html#gone", "index.html: gone.html", "index.html: gone.png"]
    assert broken_links(tmp_path) == found
