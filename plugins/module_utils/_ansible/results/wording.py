# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How results, diffs and messages write numbers and sizes."""

from __future__ import annotations

from ..._engine.model.parts import Part
from ..._engine.model.report import Removal

UNITS = ("KiB", "MiB", "GiB", "TiB", "PiB")


def amount(of: Removal | Part) -> str:
    """Write the numbers and the bytes that are not zero; an empty text if all are."""
    parts = [
        counted(number, noun)
        for number, noun in (
            (of.objects, "object"),
            (of.versions, "version"),
            (of.delete_markers, "delete marker"),
            (of.uploads if isinstance(of, Removal) else 0, "incomplete upload"),
        )
        if number
    ]
    return ", ".join([*parts, human_size(of.bytes)] if of.bytes else parts)


def counted(number: int, noun: str) -> str:
    """Write a number of things."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def human_size(size: int) -> str:
    """Return a number of bytes with a binary unit."""
    if size < 1024:
        return f"{size} B"
    power = min((size.bit_length() - 1) // 10, len(UNITS))
    return f"{size / 1024**power:.1f} {UNITS[power - 1]}"
