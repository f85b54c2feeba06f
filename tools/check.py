# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the Makefile's checks side by side, show what they print as it comes, and end with one table.

``python tools/check.py test`` runs what proves the main promises, ``python tools/check.py test-all`` the rest; the
table of the latter shows both. Any Python will do: the environment of the tests is one of the parts.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOGS = ROOT / ".cache" / "check"
AT_ONCE = {"test": 3, "test-all": 2}
"""How many parts run side by side: while one waits, the others keep two processors busy. Those of ``test-all`` do so
by themselves most of the time, and more of them would make its tests of timeouts wait for nothing but a processor."""


@dataclass(frozen=True)
class Part:
    """A target of the Makefile; it begins when those it comes after have ended well."""

    target: str
    what: str
    after: tuple[str, ...] = ()


ENVIRONMENT, DEBIAN = "environment", "debian"
PLANS = {
    "test": [
        Part(ENVIRONMENT, "install Python packages"),
        Part(DEBIAN, "install Debian packages"),
        Part("sanity", "ansible-test, newest ansible-core"),
        Part("test-unit", "engine, adapter, modules", (ENVIRONMENT,)),
        Part("lint", "style, types, documentation", (ENVIRONMENT,)),
        Part("test-build", "build, install, use", (ENVIRONMENT,)),
        Part("test-promises", "main scenarios on two stores", (ENVIRONMENT, DEBIAN)),
    ],
    "test-all": [
        Part("test-integration", "engine, playbooks on every store"),
        Part("test-faults", "faults, crashes, secrets"),
        Part("test-molecule", "every scenario on every store"),
        Part("test-long", "all faults, large folders, many trees"),
        Part("sanity-older", "ansible-test, older ansible-cores"),
        Part("docs", "the documentation site and its links"),
        Part("coverage", "branch coverage of plugins/"),
    ],
}
PRECEDING = {"test-all": "test"}

# How pytest ends, and every other check that counts; a check without a count counts as one.
CLOSING = re.compile(r"(?:=+ )?((?:\d+ [a-z]+(?:, )?)+)(?: in [\d.]+s.*)?(?: =+)?")
FAILED = re.compile(r"(?:FAILED|ERROR) \S+.*|\S+ +\S+ +\S+ +FAILED \(.*\)")  # by pytest; a cell of the matrix
SKIPPED = re.compile(r"SKIPPED \[(\d+)\] (?:\S+: )?(.+)")
EXPLAINED = re.compile(r"E {3}.*")  # by pytest

LONGEST = 300  # characters of a line about a failure
MOST = 40  # lines that explain the failures of a part


@dataclass
class Outcome:
    """What became of a part."""

    target: str
    what: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    wall: float = 0
    cpu: float = 0
    why: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    explanation: list[str] = field(default_factory=list)


def read(part: Part, lines: Sequence[str], code: int) -> Outcome:
    """Count what a check says it did."""
    outcome = Outcome(part.target, part.what)
    why: Counter[str] = Counter()
    closed = False
    for line in lines:
        if FAILED.fullmatch(line):
            outcome.failures.append(line)
        elif reason := SKIPPED.fullmatch(line):
            why[reason[2]] += int(reason[1])
        elif closing := CLOSING.fullmatch(line):
            counts: Counter[str] = Counter()
            for number, kind in re.findall(r"(\d+) ([a-z]+)", closing[1]):
                counts[kind] += int(number)
            closed = True
            outcome.passed += counts["passed"]
            outcome.failed += counts["failed"] + counts["error"] + counts["errors"]
            outcome.skipped += counts["skipped"]
    if not closed:
        outcome.passed = int(code == 0)
    if not outcome.failed and (code or not outcome.passed):
        outcome.failed = 1
    outcome.why = dict(why)
    if outcome.failed:
        explained = [line for line in lines if EXPLAINED.fullmatch(line)]
        outcome.explanation = (explained or lines)[-MOST:]
    return outcome


def run(part: Part) -> Outcome:
    """Run one part; what it prints goes to the terminal, line by line under its name, and to a log."""
    began = time.monotonic()
    lines = []
    with (LOGS / f"{part.target}.log").open("w") as log:
        process = subprocess.Popen(
            ["make", "--no-print-directory", part.target],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        for line in process.stdout or ():
            lines.append(line.rstrip("\n"))
            log.write(line)
            print(f"[{part.target}] {line}", end="", flush=True)
        _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    outcome = read(part, lines, process.returncode)
    outcome.wall = time.monotonic() - began
    outcome.cpu = usage.ru_utime + usage.ru_stime
    print(f"[{part.target}] {'FAILED' if outcome.failed else 'ended well'} after {minutes(outcome.wall)}", flush=True)
    return outcome


def run_all(parts: Sequence[Part], *, at_once: int) -> list[Outcome]:
    """Run parts, so many at once, the first that can begin first."""
    waiting, running = list(parts), {}
    outcomes: dict[str, Outcome] = {}
    with ThreadPoolExecutor(at_once) as pool:
        while waiting or running:
            for part in [part for part in waiting if outcomes.keys() >= set(part.after)][: at_once - len(running)]:
                waiting.remove(part)
                missing = [target for target in part.after if outcomes[target].failed]
                running[pool.submit(skip, part, missing[0]) if missing else pool.submit(run, part)] = part
            for ended in wait(running, return_when=FIRST_COMPLETED).done:
                outcomes[running.pop(ended).target] = ended.result()
    return [outcomes[part.target] for part in parts]


def skip(part: Part, missing: str) -> Outcome:
    """Leave out a part that needs another."""
    return Outcome(part.target, part.what, skipped=1, why={f"make {missing} failed": 1})


def minutes(seconds: float) -> str:
    """Write a time down."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def table(outcomes: Sequence[Outcome]) -> list[str]:
    """Write a row for each part, and below it what was not run and why."""
    rows = [("part", "what", "passed", "failed", "not run", "time", "CPU")]
    rows += [
        (
            f"make {each.target}",
            each.what,
            f"{each.passed:,}",
            f"{each.failed:,}",
            f"{each.skipped:,}",
            minutes(each.wall),
            minutes(each.cpu),
        )
        for each in outcomes
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [" | ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, " | ".join("-" * width for width in widths))
    for each in outcomes:
        lines += [f"make {each.target}: {number} not run: {reason}" for reason, number in each.why.items()]
    return lines


def main(plan: str) -> int:
    """Run a plan; fail if a part failed or ran nothing."""
    LOGS.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    outcomes = run_all(PLANS[plan], at_once=AT_ONCE[plan])
    took = time.monotonic() - began
    (LOGS / f"{plan}.json").write_text(json.dumps({"took": took, "outcomes": list(map(asdict, outcomes))}))
    if plan in PRECEDING:
        before = json.loads((LOGS / f"{PRECEDING[plan]}.json").read_text())
        outcomes = [*(Outcome(**each) for each in before["outcomes"]), *outcomes]
        took += before["took"]
    print("\n" + "\n".join(table(outcomes)))
    kinds = ("passed", "failed", "skipped")
    passed, failed, skipped = (sum(getattr(each, kind) for each in outcomes) for kind in kinds)
    for each in outcomes:
        for line in [*each.explanation, *each.failures]:
            print(f"make {each.target}: {line[:LONGEST]}")
    print(f"\nmake {plan} took {minutes(took)}. The logs are in {LOGS.relative_to(ROOT)}/.")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or any(not each.passed for each in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
