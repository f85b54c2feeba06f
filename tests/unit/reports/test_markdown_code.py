# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any text as code in Markdown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ansible_collections.tidy.spaces.plugins.filter.markdown_code import FilterModule
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.printable import printable

markdown_code = FilterModule().filters()["markdown_code"]
TABLE = "| Name | Size |\n|---|---|\n| {} | 1 |\n"
HOSTILE = ["a|b", "`", "``x`", "<script>alert(1)</script>", "a\nb", "\\", "a\\|b", "&amp;", " a ", "@all", "#1", "*a*"]


def cells_of(markdown: str) -> list[str]:
    """Return the texts of the cells that a table has below its head, as a reader sees them."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(TABLE.format(markdown))
    inlines = [token for token in tokens if token.type == "inline"][2:]
    return [
        "".join(
            child.content for child in token.children or () if child.type in ("text", "code_inline", "text_special")
        )
        for token in inlines
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_shown_as_it_is(text: str) -> None:
    assert cells_of(markdown_code(text)) == [printable(text), "1"]


@given(text=st.text(min_size=1))
def test_any_text_fills_one_cell_and_is_shown_as_it_is(text: str) -> None:
    assert cells_of(markdown_code(text)) == [printable(text), "1"]


def test_a_plain_key_stays_readable() -> None:
    assert markdown_code("previews/app_1.min.js") == "`previews/app_1.min.js`"


def test_html_is_never_passed_on() -> None:
    assert "<script" not in markdown_code("<script>alert(1)</script>")
