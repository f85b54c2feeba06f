# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lay out a treemap: rectangles in proportion to sizes, as close to squares as possible.

This is the squarified layout of Bruls, Huizing and van Wijk (2000).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle; the origin is at the top left."""

    x: float
    y: float
    width: float
    height: float


def squarified(sizes: Sequence[float], *, width: float, height: float) -> list[Box]:
    """Return a box for each size, in the order of the sizes. Together the boxes fill the area.

    A size that is too small to be seen gets an empty box: less than a billionth of all. Its sides would be a matter of
    rounding.
    """
    boxes = [Box(0, 0, 0, 0)] * len(sizes)
    total = sum(sizes)
    order = sorted(
        (number for number, size in enumerate(sizes) if size * 1e9 > total), key=lambda number: -sizes[number]
    )
    scale = width * height / (total or 1)
    free = Box(0, 0, width, height)
    while order:
        row = _best_row([sizes[number] * scale for number in order], side=min(free.width, free.height))
        laid, free = _lay(row, free)
        for number, box in zip(order, laid, strict=False):  # the row takes only the first ones
            boxes[number] = box
        order = order[len(laid) :]
    return boxes


def _best_row(areas: Sequence[float], *, side: float) -> Sequence[float]:
    """Return the first areas, as many as improve the shape of the worst one in their row."""
    total = areas[0]
    for count in range(1, len(areas)):
        if _worst(areas[0], areas[count], total + areas[count], side) > _worst(areas[0], areas[count - 1], total, side):
            return areas[:count]
        total += areas[count]
    return areas


def _worst(largest: float, smallest: float, total: float, side: float) -> float:
    """Return the largest ratio of two sides in a row along a side."""
    return max(side**2 * largest / total**2, total**2 / (side**2 * smallest))


def _lay(row: Sequence[float], free: Box) -> tuple[list[Box], Box]:
    """Lay a row along the shorter side of the free area; return its boxes and what is still free."""
    total = sum(row)
    boxes = []
    if free.width >= free.height:
        depth = total / free.height
        y = free.y
        for area in row:
            boxes.append(Box(free.x, y, depth, area / depth))
            y += area / depth
        return boxes, Box(free.x + depth, free.y, max(free.width - depth, 0), free.height)
    depth = total / free.width
    x = free.x
    for area in row:
        boxes.append(Box(x, free.y, area / depth, depth))
        x += area / depth
    return boxes, Box(free.x, free.y + depth, free.width, max(free.height - depth, 0))
