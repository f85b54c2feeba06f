# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run commands, one after the other, and note what they took."""

from __future__ import annotations

import math
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")

LONGEST = 3600.0  # seconds after which a command is taken to hang


class Ended(NamedTuple):
    """A command that has ended; ``cpu`` is what it and its children used, in seconds."""

    wall: float
    cpu: float
    code: int
    stdout: str
    stderr: str


def run(command: Sequence[str], *, environment: Mapping[str, str], stdin: str = "", longest: float = LONGEST) -> Ended:
    """Run a command to its end; what it prints goes to files, so that no pipe holds it up."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin.encode())
        given.seek(0)
        started = time.monotonic()
        process = subprocess.Popen(command, stdin=given, stdout=out, stderr=err, env=environment)
        hang = threading.Timer(longest, process.kill)
        hang.start()
        try:
            # Of this child alone: what subprocess and resource offer is the sum of all children so far.
            _pid, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        finally:
            hang.cancel()
        wall = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        texts = (stream.read().decode(errors="replace") for stream in (out, err))
        return Ended(wall, usage.ru_utime + usage.ru_stime, process.returncode, *texts)


def interleaved(things: Sequence[T], rounds: int) -> Iterator[T]:
    """Go through all things in each round, and begin each round with another one."""
    for number in range(rounds):
        start = number % max(1, len(things))
        yield from (*things[start:], *things[:start])


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One run: seconds, bytes, and what is wrong with it, if anything.

    ``load``: how busy the machine was in the minute before its end, with whatever else ran.
    """

    wall: float
    cpu: float | None = None
    problem: str = ""
    peak_memory: int | None = None
    requests: Mapping[str, int] = field(default_factory=dict)
    store_cpu: float | None = None
    load: float = field(default_factory=lambda: os.getloadavg()[0])


@dataclass(kw_only=True)
class Row:
    """All runs of one client with one setting.

    ``share``: it was given one in so many of the objects, and its time is multiplied. ``baseline``: seconds that
    count for nothing.
    """

    client: str
    setting: str
    objects: int
    share: int = 1
    baseline: float = 0.0
    ours: bool = False
    samples: list[Sample] = field(default_factory=list)

    @property
    def walls(self) -> list[float]:
        """Return the seconds of each run, as reported."""
        return [(sample.wall - self.baseline) * self.share for sample in self.samples]

    @property
    def wall(self) -> float:
        """Return the median."""
        return median(self.walls)

    @property
    def cpu_per_object(self) -> float | None:
        """Return the median of the client's CPU, in microseconds an object."""
        known = [sample.cpu for sample in self.samples if sample.cpu is not None]
        return median(known) * self.share / self.objects * 1e6 if known else None

    @property
    def peak_memory(self) -> float | None:
        """Return the median in bytes, where it was read."""
        known = [sample.peak_memory for sample in self.samples if sample.peak_memory is not None]
        return median(known) if known else None

    @property
    def problems(self) -> list[str]:
        """Name what was wrong, each once."""
        return list(dict.fromkeys(sample.problem for sample in self.samples if sample.problem))


def rounded(figure: float) -> str:
    """Write a figure with two significant digits."""
    places = 0 if figure == 0 else 1 - math.floor(math.log10(abs(figure)))
    return f"{round(figure, places):,.{max(places, 0)}f}"


@dataclass(frozen=True, kw_only=True)
class Target:
    """A goal, and the figure that was measured; ``None`` if there is nothing to compare with."""

    text: str
    figure: float | None
    limit: float
    at_least: bool
    unit: str = "×"

    @property
    def shown(self) -> str:
        """Return the figure with two significant digits: repeated runs differ by more than that."""
        return rounded(self.figure) + self.unit if self.figure is not None else ""

    @property
    def verdict(self) -> str:
        """Return whether it was met."""
        if self.figure is None:
            return "not measured"
        met = self.figure >= self.limit if self.at_least else self.figure <= self.limit
        return "met" if met else "not met"


@dataclass(kw_only=True)
class Case:
    """What was measured, how, and what came of it."""

    title: str
    measured: str
    rows: list[Row] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    not_run: str = ""


def failure(ended: Ended) -> list[str]:
    """Say how a command failed, if it did, with what it said of it."""
    if not ended.code:
        return []
    lines = [line.strip() for line in (*ended.stdout.splitlines(), *ended.stderr.splitlines()) if line.strip()]
    errors = [line for line in lines if "error" in line.lower() or line.startswith("fatal")]
    return [f"ended with {ended.code}: {[*errors, *lines[-1:], 'no output'][0][:200]}"]


def fastest(rows: Sequence[Row], client: str) -> Row | None:
    """Choose a client's fastest setting, of those that did all of the work."""
    done = [row for row in rows if row.client == client and row.samples and not row.problems]
    return min(done, key=lambda row: row.wall, default=None)


def ratio(above: Row | None, below: Row | None) -> float | None:
    """Divide one row's median by another's, if both did all of their work."""
    if above is None or below is None or above.problems or below.problems:
        return None
    return above.wall / below.wall


def as_json(case: Case) -> dict[str, Any]:
    """Return all of a case, with the figures that follow from the runs."""
    rows = [
        {
            **{name: value for name, value in vars(row).items() if name != "samples"},
            "wall": {"median": row.wall, "min": min(row.walls), "max": max(row.walls)},
            "cpu_us_per_object": row.cpu_per_object,
            "problems": row.problems,
            "samples": [vars(sample) for sample in row.samples],
        }
        for row in case.rows
    ]
    targets = [{**vars(target), "verdict": target.verdict} for target in case.targets]
    return {**vars(case), "rows": rows, "targets": targets}
