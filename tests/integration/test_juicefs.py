# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JuiceFS confirms the removal of folder markers in a batch, and lists them still."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.harness import Harness, totals
from tests.servers.juicefs import Juicefs
from tests.servers.lending import lend
from tests.servers.store import Store
from tests.servers.witness import Witness

pytestmark = pytest.mark.long

MARKERS = ["p/", "p/empty/", "p/sub/", "p/sub/deeper/"]
KEYS = sorted([*MARKERS, "p/a", "p/sub/deeper/x", "p/sub/x"])


@pytest.fixture(scope="module")
def juicefs() -> Iterator[Store]:
    yield from lend(Juicefs())


@pytest.fixture
def space(juicefs: Store, request: pytest.FixtureRequest) -> Witness:
    witness = Witness.of(juicefs, request.node.name.replace("_", "-")[:60].strip("-"))
    witness.create_space()
    return witness


def test_markers_are_gone_and_counted_once(juicefs: Store, space: Witness) -> None:
    space.put([*KEYS, "pp/stays"])
    harness = Harness(juicefs, space.space)
    previewed = harness.remove("p", dry_run=True, sample_size=99)
    done = harness.remove("p", sample_size=99, max_objects=len(KEYS))
    assert space.keys() == ["pp/stays"]
    assert totals(done) == totals(previewed)
    assert totals(done)["objects"] == len(KEYS)
    assert [entry.key for entry in done.folders[0].sample] == KEYS
    assert not harness.remove("p").folders[0].changed


def test_directories_that_show_when_their_files_are_gone_go_too(juicefs: Store, space: Witness) -> None:
    space.put(["p/b/c/d", "p/b/e", "pp/stays"])
    report = Harness(juicefs, space.space).remove("p")
    assert report.failures_total == 0
    assert space.keys() == ["pp/stays"]


def test_uploads_are_aborted(juicefs: Store, space: Witness) -> None:
    space.start_uploads(["p/a", "p/b/c", "pp/stays"])
    assert totals(Harness(juicefs, space.space).remove("p", uploads=True))["uploads"] == 2
    assert space.uploads() == ["pp/stays"]
