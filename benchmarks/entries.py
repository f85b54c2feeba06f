# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the options that see every entry cost: a record, the etag of a preview, and the comparison with a preview.

``python -m benchmarks.entries RECORD_OR_ETAG_OR_SET COUNT DIRECTORY`` measures one of them in a process of its own.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.recorder import Recorder
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import Entry
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.etag import EntrySet, EtagBuilder
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.record import Closing, Header
from benchmarks.keyspace import FOLDER, subfolders
from benchmarks.measuring import Case, Row, Sample, Target, failure, interleaved, run

PAGE = 1000
MEBIBYTE = 1024**2
ETAG = '"c4ca4238a0b923820dcc509a6f75849b"'
LIMITS = {"record": 5.0, "etag": 2.5, "set": 4.0}  # µs of CPU an entry
SETTINGS = {"record": "record, with gzip", "etag": "etag of a preview", "set": "comparison with if_match: remember"}
GROWTH = 10  # MiB more that a record may take for the largest folder


def page_of(number: int) -> list[Entry]:
    """Return a page of entries as a listing of versions shows them."""
    return [
        Entry(FOLDER + subfolders(each), 1, "2026-01-01T00:00:00.000Z", f"{each:032x}", False, ETAG, "STANDARD", True)
        for each in range(number * PAGE, (number + 1) * PAGE)
    ]


def _record(directory: Path) -> tuple[Callable[[Sequence[Entry]], None], Callable[[], None]]:
    header = Header(
        operation="remove", check_mode=False, space="my-space", endpoint="http://127.0.0.1:9", versioning="enabled",
        folders=[FOLDER], options={}, started="2026-01-01T00:00:00Z",
    )  # fmt: skip
    recorder = Recorder(place=str(directory / "record.jsonl.gz"), name="", header=header)

    def write(page: Sequence[Entry]) -> None:
        recorder.write(page)
        recorder.sync()  # as before each request

    return write, lambda: recorder.close(Closing(totals={}, complete=True, ended="2026-01-01T00:00:01Z"))


def measure_one(what: str, count: int, directory: Path) -> dict[str, float]:
    """Return the seconds of CPU for ``count`` entries without those that make them, and the largest resident set."""
    add, end = {
        "record": lambda: _record(directory),
        "etag": lambda: (EtagBuilder().add, lambda: None),
        "set": lambda: (EntrySet().add, lambda: None),
    }[what]()
    cpu = 0.0
    for number in range(count // PAGE):
        page = page_of(number)
        began = time.process_time()
        add(page)
        cpu += time.process_time() - began
    began = time.process_time()
    end()
    cpu += time.process_time() - began
    [peak] = re.findall(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    return {"cpu": cpu, "peak_memory": int(peak) * 1024}


def entry_cost(*, sizes: Sequence[int], rounds: int, scratch: Path) -> Case:
    """Measure each of them, with the smallest and the largest number of entries."""
    case = Case(
        title="Cost of the options that see every entry",
        measured="Entries in pages of 1,000, in a process of its own, without a store: CPU for each entry, and the "
        "largest resident set, read by the process itself. The record is written to the disk and synced after each "
        "page, as before each request.",
    )
    ends = sorted({sizes[0], sizes[-1]})
    rows = {
        (what, size): Row(client="spaces_folder", setting=SETTINGS[what], objects=size, ours=True)
        for what in LIMITS
        for size in ends
    }
    for number, (what, size) in enumerate(interleaved(list(rows), rounds)):
        directory = scratch / f"entries-{number}"
        directory.mkdir()
        command = [sys.executable, "-m", "benchmarks.entries", what, str(size), str(directory)]
        ended = run(command, environment=os.environ)
        read = {} if ended.code else json.loads(ended.stdout)
        rows[what, size].samples.append(
            Sample(
                wall=ended.wall,
                cpu=read.get("cpu"),
                peak_memory=read.get("peak_memory"),
                problem=", ".join(failure(ended)),
            )
        )
    case.rows = list(rows.values())
    for what, limit in LIMITS.items():
        figure = rows[what, ends[-1]].cpu_per_object
        text = f"of CPU an entry: {SETTINGS[what]}, {ends[-1]:,} entries"
        case.targets.append(Target(text=text, figure=figure, limit=limit, at_least=False, unit=" µs"))
    small, large = (rows["record", size].peak_memory for size in (ends[0], ends[-1]))
    growth = (large - small) / MEBIBYTE if small and large and len(ends) > 1 else None
    text = f"more peak memory for a record of {ends[-1]:,} entries than of {ends[0]:,}"
    case.targets.append(Target(text=text, figure=growth, limit=GROWTH, at_least=False, unit=" MiB"))
    return case


if __name__ == "__main__":
    json.dump(measure_one(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])), sys.stdout)
