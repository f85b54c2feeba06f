# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The layout of a treemap."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.tidy.spaces.plugins.filter.treemap import FilterModule
from ansible_collections.tidy.spaces.plugins.plugin_utils._treemap import squarified

treemap = FilterModule().filters()["treemap"]
SIZES = st.lists(st.one_of(st.just(0), st.integers(1, 2**60)), max_size=60)


@given(sizes=SIZES)
def test_areas_are_in_proportion_and_boxes_do_not_overlap(sizes: list[int]) -> None:
    boxes = squarified(sizes, width=1000, height=400)
    scale = 400_000 / (sum(sizes) or 1)
    assert [box.width * box.height for box in boxes] == pytest.approx([size * scale for size in sizes], abs=1e-2)
    for box in boxes:
        assert -1e-3 <= box.x <= box.x + box.width <= 1000 + 1e-3
        assert -1e-3 <= box.y <= box.y + box.height <= 400 + 1e-3
    for one, other in itertools.combinations(boxes, 2):
        across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
        down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
        assert across <= 1e-3 or down <= 1e-3


def test_the_example_of_the_paper_is_laid_out_as_there() -> None:
    boxes = squarified([6, 6, 4, 3, 2, 2, 1], width=6, height=4)
    assert [(round(box.width, 2), round(box.height, 2)) for box in boxes] == [
        (3, 2),
        (3, 2),
        (1.71, 2.33),
        (1.29, 2.33),
        (1.2, 1.67),
        (1.2, 1.67),
        (0.6, 1.67),
    ]


def test_the_order_of_the_sizes_is_kept() -> None:
    small, large = treemap([1, 3], width=4, height=1)
    assert (small["width"], large["width"]) == (1, 3)


@pytest.mark.parametrize(
    ("sizes", "options"),
    [([-1], {}), (["3"], {}), ([True], {}), ([None], {}), ([1], {"width": 0}), ([1], {"height": "3"})],
)
def test_an_invalid_size_is_refused(sizes: list[Any], options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="is not a size"):
        treemap(sizes, **options)
