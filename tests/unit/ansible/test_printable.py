# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text that a terminal can show as it is."""

from __future__ import annotations

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("builds/42/ é 漢字 🎉 … \\n", "builds/42/ é 漢字 🎉 … \\n"),
        ("a\x1b[31mb", r"a\x1b[31mb"),
        ("a\nb\r\tc", r"a\nb\r\tc"),
        ("\x7f\x85\x9b", r"\x7f\x85\x9b"),
        ("\u2028\u2029", r"\u2028\u2029"),
        ("\u202e\u2066\u200f\ufeff", r"\u202e\u2066\u200f\ufeff"),
        ("\ud800\U000e0001", r"\ud800\U000e0001"),
    ],
    ids=["nothing", "writing", "escape", "breaks", "C1", "separators", "directions", "beyond"],
)
def test_control_and_invisible_characters_are_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert printable(text).isprintable()
    assert printable(shown) == shown
