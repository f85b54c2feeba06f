# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on performance contains the measured figures."""

from __future__ import annotations

import json
import re
from pathlib import Path

from benchmarks.measuring import rounded

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "performance.md").read_text()


def test_the_figures_of_the_page_are_those_of_the_last_run() -> None:
    document = json.loads((ROOT / "benchmarks" / "results" / "full.json").read_text())
    measured = [rounded(target["figure"]) for case in document["cases"] for target in case["targets"]]
    rows = re.findall(r"^\| [^|]+ \| ([\d,.]+) (?:×|µs|MiB) [^|]+ \| [^|]+ \|$", PAGE, re.MULTILINE)
    assert sorted(rows) == sorted(measured)
    guide = (ROOT / "docs" / "docsite" / "rst" / "guide_large_folders.rst").read_text()
    quoted = set(re.findall(r"([\d.]+)(?:\s+times as fast|\s+µs|\s+MiB)", guide))
    assert len(quoted) == 5
    assert quoted <= set(measured)
