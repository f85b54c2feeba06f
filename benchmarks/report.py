# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures as a table for people to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from benchmarks.measuring import Case, Row

MEBIBYTE = 1024**2


def markdown(cases: Sequence[Case], *, facts: Mapping[str, str]) -> str:
    """Write everything down, what was not run and what went wrong included."""
    return "\n".join(_lines(cases, facts)) + "\n"


def _lines(cases: Sequence[Case], facts: Mapping[str, str]) -> Iterator[str]:
    yield "# Benchmarks"
    yield ""
    yield from _table(("", ""), list(facts.items()))
    yield ""
    yield "Clients take turns in one run. Figures are medians, with the fastest and the slowest run beside them."
    yield ""
    for case in cases:
        yield f"## {case.title}"
        yield ""
        yield case.measured
        yield ""
        if case.not_run:
            yield f"**Not run:** {case.not_run}"
        else:
            columns = (
                "client",
                "setting",
                "share",
                "objects",
                "median",
                "min to max",
                "CPU an object",
                "peak memory",
                "went wrong",
            )
            yield from _table(columns, [_row(row) for row in case.rows])
            loads = [sample.load for row in case.rows for sample in row.samples]
            yield ""
            yield f"Load of the machine meanwhile: {min(loads):.1f} to {max(loads):.1f}."
        yield ""
        if case.targets:
            yield from _table(("target", "measured", "verdict"), [*_targets(case)])
            yield ""


def _row(row: Row) -> tuple[str, ...]:
    name = f"**{row.client}**" if row.ours else row.client
    cpu = f"{row.cpu_per_object:,.0f} µs" if row.cpu_per_object is not None else ""
    peak = f"{row.peak_memory / MEBIBYTE:.1f} MiB" if row.peak_memory is not None else ""
    return (
        name,
        row.setting,
        f"1/{row.share}, scaled" if row.share > 1 else "all",
        f"{row.objects:,}",
        f"{row.wall:.2f} s",
        f"{min(row.walls):.2f} to {max(row.walls):.2f} s",
        cpu,
        peak,
        "; ".join(row.problems),
    )


def _targets(case: Case) -> Iterator[tuple[str, str, str]]:
    for target in case.targets:
        bound = "at least" if target.at_least else "at most"
        yield f"{bound} {target.limit:g}{target.unit} {target.text}", target.shown, f"**{target.verdict}**"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Leave out the columns that no row has anything in."""
    used = [place for place in range(len(head)) if head[place] == "" or any(row[place] for row in rows)]
    yield "| " + " | ".join(head[place] for place in used) + " |"
    yield "|" + "---|" * len(used)
    for row in rows:
        yield "| " + " | ".join(row[place].replace("|", "\\|") for place in used) + " |"
