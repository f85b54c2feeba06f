# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures as bars."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.measuring import Case

OURS, THEIRS, FAILED = "#0f766e", "#94a3b8", "#fca5a5"
ROW_HEIGHT = 0.32  # inches
CASE_HEIGHT = 0.9


def draw(cases: Sequence[Case], *, stem: Path) -> None:
    """Write ``stem`` with .png and .svg: a panel for each case, a bar for each client, whiskers from min to max."""
    shown = [case for case in cases if case.rows]
    if not shown:
        return
    mpl.rcParams["svg.hashsalt"] = "tidy.spaces"  # the same figures give the same file
    mpl.rcParams["svg.fonttype"] = "none"  # text stays text
    heights = [CASE_HEIGHT + ROW_HEIGHT * len(case.rows) for case in shown]
    figure = Figure(figsize=(10, sum(heights)), layout="constrained")
    panels = figure.subplots(len(shown), 1, height_ratios=heights, squeeze=False)
    for case, panel in zip(shown, panels[:, 0], strict=True):
        _draw_case(case, panel)
    figure.savefig(stem.with_suffix(".png"), dpi=120)
    figure.savefig(stem.with_suffix(".svg"), metadata={"Date": None})


def _draw_case(case: Case, panel: Axes) -> None:
    walls = [row.wall for row in case.rows]
    spread = [
        [row.wall - min(row.walls) for row in case.rows],
        [max(row.walls) - row.wall for row in case.rows],
    ]
    colours = [FAILED if row.problems else OURS if row.ours else THEIRS for row in case.rows]
    several_sizes = len({row.objects for row in case.rows}) > 1
    labels = [
        f"{row.client}, {f'{row.objects:,} objects' if several_sizes and row.ours else row.setting}".rstrip(", ")
        for row in case.rows
    ]
    bars = panel.barh(range(len(walls)), walls, xerr=spread, color=colours, ecolor="#334155", capsize=2)
    marks = [
        f" {row.wall:,.2f} s{' (scaled)' if row.share > 1 else ''}{' – incomplete' if row.problems else ''}"
        for row in case.rows
    ]
    panel.bar_label(bars, marks, padding=4, fontsize=8)
    panel.set_yticks(range(len(walls)), labels, fontsize=8)
    panel.invert_yaxis()
    panel.margins(x=0.2)
    panel.set_title(case.title, loc="left", fontsize=10)
    panel.set_xlabel("seconds: shorter is better", fontsize=8)
    panel.tick_params(axis="x", labelsize=8)
    panel.spines[["top", "right"]].set_visible(False)
