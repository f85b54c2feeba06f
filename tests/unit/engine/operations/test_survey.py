# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a survey reports, and how many requests it sends for that."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import (
    Denied,
    RequestFailed,
    RetriesExhausted,
    SpaceNotFound,
    Unsupported,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import Entry
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.report import Report
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.review import Review
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.survey import (
    Figures,
    OldVersions,
    SurveyReport,
    Totals,
)
from tests.unit.engine.memory_store import MemoryStore
from tests.unit.engine.workbench import DENIED, SLOW_DOWN, UNSUPPORTED, Workbench

KEYS = ["p/", "p/a/", "p/a/1", "p/a/deep/2", "p/b/3", "p/c", "p/d/", "pp/x", "q"]


@pytest.fixture(params=[1, 2, 1000])
def store(request: pytest.FixtureRequest) -> MemoryStore:
    """Fill a store whose pages are small."""
    return MemoryStore(KEYS, page_size=request.param)


@pytest.mark.parametrize("workers", [None, 4])
def test_totals_and_subfolders_come_from_one_pass(store: MemoryStore, workers: int | None) -> None:
    [survey] = Workbench(store, workers=workers).surveyed("p", gather=["subfolders"])
    assert survey.totals is not None
    assert survey.totals.figures.objects == 7
    assert {name: (each.marker, each.objects) for name, each in survey.totals.subfolders.items()} == {
        "p/a/": (True, 3),
        "p/b/": (False, 1),
        "p/d/": (True, 1),
    }
    assert (survey.exists, survey.marker) == (True, True)
    assert {call.operation for call in store.calls} == {"list_objects"}
    assert len(store.calls) == -(-7 // store.page_size)


def test_subfolders_are_reported_only_on_request(store: MemoryStore) -> None:
    [survey] = Workbench(store).surveyed("p")
    assert survey.totals is not None
    assert not survey.totals.by_subfolder
    assert survey.totals.subfolders == {}


def test_a_folder_that_is_not_there_is_no_error(store: MemoryStore) -> None:
    [survey] = Workbench(store).surveyed("none")
    assert (survey.exists, survey.marker) == (False, False)
    assert survey.totals is not None
    assert survey.totals.figures == Figures()


def test_a_folder_may_lack_its_marker(store: MemoryStore) -> None:
    [survey] = Workbench(store).surveyed("p/b")
    assert (survey.exists, survey.marker) == (True, False)


def test_names_come_without_what_is_below_them(store: MemoryStore) -> None:
    [survey] = Workbench(store).surveyed("p", gather=["names"])
    assert survey.subfolders is not None
    assert survey.subfolders.names == ["p/a/", "p/b/", "p/d/"]
    assert (survey.exists, survey.marker) == (True, True)
    assert survey.totals is None
    assert {call.operation for call in store.calls} == {"list_level"}


@pytest.mark.parametrize(
    ("path", "exists", "marker"), [("p/b", True, False), ("none", False, False), ("/", True, False)]
)
def test_names_alone_show_what_is_there(store: MemoryStore, path: str, exists: bool, marker: bool) -> None:
    [survey] = Workbench(store).surveyed(path, gather=["names"])
    assert (survey.exists, survey.marker) == (exists, marker)


def test_the_whole_space_has_no_marker(store: MemoryStore) -> None:
    [survey] = Workbench(store).surveyed("/", gather=["subfolders"])
    assert survey.totals is not None
    assert list(survey.totals.subfolders) == ["p/", "pp/"]
    assert (survey.exists, survey.marker) == (True, False)


@pytest.mark.parametrize(
    ("limit", "shown", "more"), [(0, [], True), (3, KEYS[:3], True), (7, KEYS[:7], False), (9, KEYS[:7], False)]
)
def test_a_list_is_cut_at_its_limit(store: MemoryStore, limit: int, shown: list[str], more: bool) -> None:
    [survey] = Workbench(store).surveyed("p", gather=["objects"], limit=limit)
    assert survey.contents is not None
    assert [entry.key for entry in survey.contents.items] == shown
    assert survey.contents.more is more
    assert survey.exists


def test_a_full_list_ends_the_reading_if_nothing_else_is_wanted() -> None:
    store = MemoryStore([f"p/{number:03}" for number in range(100)], page_size=10)
    Workbench(store).surveyed("p", gather=["objects"], limit=10)
    assert len(store.calls) == 2
    store.calls.clear()
    Workbench(store).surveyed("p", gather=["objects", "totals"], limit=10)
    assert len(store.calls) == 10


def test_versions_and_uploads_are_listed() -> None:
    store = MemoryStore(versioned=True, uploads=["p/u", "q/u"])
    store.put("p/a", "p/a", "q/a")
    [survey] = Workbench(store).surveyed("p", gather=["versions", "uploads"])
    assert survey.versions is not None
    assert survey.uploads is not None
    assert [entry.key for entry in survey.versions.items] == ["p/a", "p/a"]
    assert [upload.key for upload in survey.uploads.items] == ["p/u"]
    assert not survey.versions.more


@pytest.mark.parametrize("workers", [None, 3])
def test_the_parts_of_uploads_are_added_up(workers: int | None) -> None:
    store = MemoryStore(uploads=["p/a", "p/b", "p/c", "q/u"])
    store.parts = {"p/a": [5, 7, 1], "p/b": [2, 2], "q/u": [9]}
    [survey] = Workbench(store, workers=workers).surveyed("p", gather=["upload_sizes"])
    assert survey.uploads is not None
    assert survey.upload_sizes is not None
    sizes = {upload.key: survey.upload_sizes[upload] for upload in survey.uploads.items}
    assert sizes == {"p/a": 13, "p/b": 4, "p/c": 0}
    assert sorted(store.asked("list_parts")) == [("p/a",), ("p/a",), ("p/b",), ("p/c",)]


def test_the_parts_of_no_upload_are_listed_unless_they_are_wanted() -> None:
    store = MemoryStore(uploads=["p/a"])
    [survey] = Workbench(store).surveyed("p", gather=["uploads"])
    assert survey.upload_sizes is None
    assert store.asked("list_parts") == []


def test_the_size_of_an_upload_whose_parts_cannot_be_listed_is_unknown() -> None:
    store = MemoryStore(uploads=["p/a", "p/b"])
    store.fail("list_parts", DENIED, on=[1])
    store.parts = {"p/a": [5], "p/b": [5]}
    [survey] = Workbench(store).surveyed("p", gather=["upload_sizes"])
    assert survey.upload_sizes is not None
    assert list(survey.upload_sizes.values()) == [None, 5]
    store.fail("list_parts", SLOW_DOWN)
    with pytest.raises(RetriesExhausted):
        Workbench(store).surveyed("p", gather=["upload_sizes"])


def test_old_versions_are_counted_in_the_listing_that_shows_the_first_ones() -> None:
    store = MemoryStore(versioned=True, page_size=2)
    store.put("p/a", "p/a", "p/a", "p/b", "q/a", "q/a", size=5)
    store.delete_one(Entry("p/b"))
    [survey] = Workbench(store).surveyed("p", gather=["versions", "old_versions"], limit=1)
    assert survey.old_versions == OldVersions(versions=3, delete_markers=1, bytes=15)
    assert survey.versions is not None
    assert len(survey.versions.items) == 1
    assert [call.operation for call in store.calls].count("list_versions") == 3


def test_each_folder_is_looked_at_for_itself(store: MemoryStore) -> None:
    surveys = Workbench(store).surveyed("p", "p/a", "p")
    assert [survey.totals.figures.objects for survey in surveys if survey.totals] == [7, 3, 7]


def test_a_refused_listing_is_an_error() -> None:
    for problem in (DENIED, SpaceNotFound("No such Space.")):
        store = MemoryStore(KEYS)
        store.fail("list_objects", problem)
        with pytest.raises(type(problem)):
            Workbench(store).surveyed("p")


def test_figures_contain_the_oldest_and_the_newest_time() -> None:
    totals = Totals("p/", by_subfolder=True)
    totals.count(
        [
            Entry("p/a/1", 5, "2026-03-01T00:00:00.000Z"),
            Entry("p/a/2", 7, "2026-01-01T00:00:00.000Z"),
            Entry("p/b", 1, "2026-02-01T00:00:00.000Z"),
        ]
    )
    assert (totals.figures.oldest, totals.figures.newest) == ("2026-01-01T00:00:00.000Z", "2026-03-01T00:00:00.000Z")
    assert totals.figures.bytes == 13
    assert totals.subfolders["p/a/"].bytes == 12


def test_a_survey_that_failed_reports_nothing() -> None:
    store = MemoryStore(KEYS)
    store.fail("list_objects", DENIED)
    bench = Workbench(store)
    survey = bench.survey("p")
    with pytest.raises(Denied):
        survey.run()
    assert survey.report().folders == []


def filled(*, versioned: bool = False) -> MemoryStore:
    """Fill a store with objects and uploads; if it keeps versions, with old ones and a delete marker too."""
    store = MemoryStore(KEYS, uploads=["p/u", "q/u"], page_size=2, versioned=versioned)
    store.put("p/c")
    store.delete_one(Entry("p/b/3"))
    store.calls.clear()
    return store


def etags_of(store: MemoryStore, *paths: str, **options: Any) -> tuple[SurveyReport, Report]:
    """Survey the etags of some folders, and preview their removal; return both reports."""
    survey = Workbench(store).survey(*paths, gather=["etag"], **options)
    survey.run()
    review = Review(scope="absent", returns_etags=True)
    return survey.report(), Workbench(store).removed(*paths, dry_run=True, review=review, **options)


@pytest.mark.parametrize("versioned", [False, True])
@pytest.mark.parametrize(
    "options", [{}, {"uploads": True}, {"uploads": False}, {"versions": True}, {"versions": True, "uploads": False}]
)
def test_an_etag_is_that_of_a_preview(versioned: bool, options: dict[str, Any]) -> None:
    report, preview = etags_of(filled(versioned=versioned), "p", "pp", "none", **options)
    assert [folder.etag for folder in report.folders] == [folder.etag for folder in preview.folders]
    assert len({folder.etag for folder in report.folders}) == 3
    assert report.warnings == ()


def test_an_etag_inside_another_folder_is_that_of_a_preview_of_this_folder_alone() -> None:
    store = filled()
    report, _preview = etags_of(store, "p", "p/a", "p")
    alone = [etags_of(store, path)[1].etag for path in ("p", "p/a", "p")]
    assert [folder.etag for folder in report.folders] == alone


@pytest.mark.parametrize("operation", ["versioning", "list_versions"])
@pytest.mark.parametrize("error", [DENIED, UNSUPPORTED])
def test_an_etag_goes_by_objects_if_versions_cannot_be_listed(operation: str, error: RequestFailed) -> None:
    store = filled(versioned=True)
    store.fail(operation, error)
    report, preview = etags_of(store, "p", "pp")
    assert [folder.etag for folder in report.folders] == [folder.etag for folder in preview.folders]


def test_a_store_that_does_not_answer_about_versions_is_an_error() -> None:
    store = filled(versioned=True)
    store.fail("versioning", SLOW_DOWN)
    with pytest.raises(RetriesExhausted):
        Workbench(store).surveyed("p", gather=["etag"])


def test_uploads_that_cannot_be_listed_do_not_count_unless_they_are_required() -> None:
    store = filled()
    store.forgets_uploads = True
    store.fail("list_uploads", DENIED)
    report, preview = etags_of(store, "p")
    assert report.folders[0].etag == preview.etag
    assert report.warnings == preview.warnings
    assert len(report.warnings) == 2
    for gather, options in ((["etag"], {"uploads": True}), (["etag", "uploads"], {})):
        with pytest.raises(Denied):
            Workbench(store).surveyed("p", gather=gather, **options)


def test_required_uploads_that_may_be_missed_are_an_error() -> None:
    store = filled()
    store.forgets_uploads = True
    with pytest.raises(Unsupported):
        Workbench(store).surveyed("p", gather=["etag"], uploads=True)


@pytest.mark.parametrize(
    ("versioned", "gather", "options", "requests"),
    [
        (False, ["totals", "objects"], {}, {"versioning": 1, "list_objects": 3, "list_uploads": 1}),
        (True, ["old_versions"], {"versions": True}, {"list_objects": 1, "list_versions": 5, "list_uploads": 1}),
        (
            True,
            ["versions", "uploads"],
            {},
            {"versioning": 1, "list_objects": 1, "list_versions": 1 + 5, "list_uploads": 1},
        ),
        (False, ["names"], {"uploads": False}, {"versioning": 1, "list_level": 2, "list_objects": 3}),
    ],
)
def test_an_etag_takes_no_listing_that_something_else_takes(
    versioned: bool, gather: list[str], options: dict[str, Any], requests: dict[str, int]
) -> None:
    store = filled(versioned=versioned)
    [survey] = Workbench(store).surveyed("p", gather=[*gather, "etag"], **options)
    assert {call.operation: len(store.asked(call.operation)) for call in store.calls} == requests
    [alone] = Workbench(store).surveyed("p", gather=["etag"], **options)
    assert survey.etag == alone.etag


def test_uploads_may_be_listed_without_being_a_part_of_the_etag() -> None:
    store = filled()
    [survey] = Workbench(store).surveyed("p", gather=["uploads", "etag"], uploads=False)
    [alone] = Workbench(store).surveyed("p", gather=["etag"], uploads=False)
    assert survey.uploads is not None
    assert [upload.key for upload in survey.uploads.items] == ["p/u"]
    assert survey.etag == alone.etag
