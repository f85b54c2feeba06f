# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make text safe to show on a terminal."""

from __future__ import annotations


def printable(text: str) -> str:
    """Escape characters that a terminal would interpret or hide, including line breaks.

    Keys and a store's messages may contain anything: an escape sequence, a line feed that forges a line of a diff, a
    mark that changes the direction of writing.
    """
    return text if text.isprintable() else "".join(map(_escaped, text))


def _escaped(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
