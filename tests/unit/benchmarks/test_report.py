# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures, and how they are written down."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace

import pytest

from benchmarks.measuring import Case, Row, Sample, Target, as_json, failure, fastest, interleaved, ratio, rounded, run
from benchmarks.report import markdown


def row(*walls: float, client: str = "s5cmd rm", problem: str = "", share: int = 1, baseline: float = 0.0) -> Row:
    """Return a row of runs that took so many seconds, and half of it in CPU."""
    samples = [Sample(wall=wall, cpu=wall / 2, problem=problem, load=0.5) for wall in walls]
    return Row(client=client, setting="defaults", objects=1000, share=share, baseline=baseline, samples=samples)


def test_a_row_reports_the_median_and_keeps_the_extremes() -> None:
    measured = row(5.0, 1.0, 3.0, 2.0)
    assert measured.wall == 2.5
    assert (min(measured.walls), max(measured.walls)) == (1.0, 5.0)
    assert measured.cpu_per_object == pytest.approx(1250)  # µs: half of 2.5 s for 1,000 objects


def test_a_share_is_scaled_after_the_baseline_is_taken_off() -> None:
    measured = row(3.0, share=10, baseline=1.0)
    assert measured.wall == 20.0
    assert row(3.0, share=10).cpu_per_object == pytest.approx(15_000)


def test_a_figure_that_was_not_read_has_no_median() -> None:
    measured = Row(client="x", setting="", objects=1, samples=[Sample(wall=1.0), Sample(wall=1.0)])
    assert measured.cpu_per_object is None
    assert measured.peak_memory is None


def test_the_fastest_setting_is_one_that_did_all_of_the_work() -> None:
    slow, quick, sloppy = row(4.0), row(3.0), row(1.0, problem="left 7 keys")
    other = row(0.5, client="rclone purge")
    assert fastest([slow, sloppy, quick, other], "s5cmd rm") is quick
    assert fastest([sloppy], "s5cmd rm") is None


def test_ratios() -> None:
    assert ratio(row(6.0), row(2.0)) == 3.0
    assert ratio(row(6.0), None) is None
    assert ratio(row(6.0), row(2.0, problem="left 7 keys")) is None
    assert ratio(row(6.0, problem="left 7 keys"), row(2.0)) is None


def test_figures_have_two_significant_digits() -> None:
    figures = (0, 0.3149, 0.996, 1.0, 2.04, 14.83, 184.15, 1234.5)
    assert [rounded(figure) for figure in figures] == ["0", "0.31", "1.00", "1.0", "2.0", "15", "180", "1,200"]


@pytest.mark.parametrize(
    ("figure", "at_least", "verdict"),
    [
        (3.0, True, "met"),
        (2.9, True, "not met"),
        (3.0, False, "met"),
        (3.1, False, "not met"),
        (None, True, "not measured"),
        (None, False, "not measured"),
    ],
)
def test_verdicts(figure: float | None, at_least: bool, verdict: str) -> None:
    assert Target(text="", figure=figure, limit=3, at_least=at_least).verdict == verdict


def test_everybody_takes_turns_and_each_round_begins_with_another() -> None:
    assert "".join(interleaved("abc", 4)) == "abcbcacababc"


def test_a_command_is_run_to_its_end() -> None:
    program = "import sys; print(sys.stdin.read() * 2); sys.stderr.write('no'); sum(range(3_000_000)); sys.exit(3)"
    ended = run([sys.executable, "-c", program], environment=os.environ, stdin="given")
    assert (ended.stdout.strip(), ended.stderr, ended.code) == ("givengiven", "no", 3)
    assert failure(ended) == ["ended with 3: no"]
    assert failure(ended._replace(code=0)) == []
    assert ended.cpu > 0
    assert ended.wall > 0


def test_cpu_is_that_of_one_command_alone() -> None:
    busy = "import time\nwhile time.process_time() < 0.6: pass"
    first = run([sys.executable, "-c", busy], environment=os.environ)
    second = run([sys.executable, "-c", ""], environment=os.environ)
    assert first.cpu >= 0.6 > second.cpu


def test_a_command_that_hangs_is_ended() -> None:
    ended = run([sys.executable, "-c", "import time; time.sleep(600)"], environment=os.environ, longest=0.2)
    assert ended.code == -9


def test_the_table_hides_nothing() -> None:
    ours = row(2.0, client="spaces_folder")
    ours.ours = True
    busy = row(1.0, client="a|b", problem="left 7 keys")
    busy.samples = [replace(busy.samples[0], load=7.0)]
    done = Case(
        title="Network",
        measured="Seconds.",
        rows=[ours, row(6.0, 9.0, share=10), busy],
        targets=[Target(text="as fast", figure=2.5, limit=3, at_least=True)],
    )
    text = markdown(
        [done, Case(title="Store", measured="Likewise.", not_run="no radosgw on PATH")], facts={"CPUs": "4"}
    )
    assert "| CPUs | 4 |" in text
    assert "Load of the machine meanwhile: 0.5 to 7.0." in text
    assert "| **spaces_folder** | defaults | all | 1,000 | 2.00 s | 2.00 to 2.00 s |" in text
    assert "| s5cmd rm | defaults | 1/10, scaled | 1,000 | 75.00 s | 60.00 to 90.00 s |" in text
    assert "| a\\|b |" in text
    assert "left 7 keys |" in text
    assert "| at least 3× as fast | 2.5× | **not met** |" in text
    assert "**Not run:** no radosgw on PATH" in text
    assert "peak memory" not in text  # nobody's was read


def test_json_has_the_runs_and_what_follows_from_them() -> None:
    case = Case(title="", measured="", rows=[row(1.0, 3.0)], targets=[
        Target(text="", figure=1.0, limit=3, at_least=True)
    ])  # fmt: skip
    document = json.loads(json.dumps(as_json(case)))
    assert document["rows"][0]["wall"] == {"median": 2.0, "min": 1.0, "max": 3.0}
    assert [sample["wall"] for sample in document["rows"][0]["samples"]] == [1.0, 3.0]
    assert document["targets"][0]["verdict"] == "not met"
