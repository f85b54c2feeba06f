# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every relative link and anchor in the repository's Markdown has a target."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.anchors import anchors_plugin

ROOT = Path(__file__).parents[2]
MARKDOWN = MarkdownIt("gfm-like", {"linkify": False}).use(anchors_plugin, max_level=6)


def tokens_of(page: Path) -> list[Token]:
    """Return all tokens of a page, those inside paragraphs and tables included."""
    tokens = MARKDOWN.parse(page.read_text())
    return [*tokens, *(child for token in tokens for child in token.children or ())]


@cache
def anchors_of(page: Path) -> set[str]:
    """Return the anchors that a Git server gives the headings of a page."""
    return {str(token.attrs["id"]) for token in tokens_of(page) if "id" in token.attrs}


def links_of(page: Path) -> list[str]:
    """Return what a page links to or shows, except for other sites."""
    found = [str(token.attrs.get("href") or token.attrs.get("src") or "") for token in tokens_of(page)]
    return [link for link in found if link and not urlsplit(link).scheme]


def leads_nowhere(page: Path, link: str) -> bool:
    """Return whether the file or the anchor of a link is missing in the repository."""
    parts = urlsplit(link)
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not target.exists() or not target.is_relative_to(ROOT):
        return True
    return bool(parts.fragment) and (target.suffix != ".md" or unquote(parts.fragment) not in anchors_of(target))


def pages() -> list[Path]:
    """Return the Markdown of the repository."""
    names = ("git", "ls-files", "-co", "--exclude-standard", "*.md")
    listed = subprocess.run(names, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


def test_every_relative_link_leads_somewhere() -> None:
    followed = [(page, link) for page in pages() for link in links_of(page)]
    assert len(followed) > 30
    assert [f"{page.relative_to(ROOT)}: {link}" for page, link in followed if leads_nowhere(page, link)] == []


@pytest.mark.parametrize("link", ["gone.md", "README.md#gone", "#gone", "../outside.md"])
def test_a_link_that_leads_nowhere_is_found(link: str) -> None:
    assert leads_nowhere(ROOT / "README.md", link)
