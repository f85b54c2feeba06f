# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports on data from real stores, looked at as their readers do: the page in a browser, the table as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.results.wording import human_size
from ansible_collections.tidy.spaces.plugins.modules import spaces_folder, spaces_folder_info
from tests.clock import next_second
from tests.integration.browser import Page, missing_programs, opened
from tests.integration.harness import Harness
from tests.integration.playbooks import Player, folders
from tests.integration.test_survey import survey
from tests.servers.store import Store
from tests.servers.witness import Witness

ROOT = Path(__file__).parents[2]
HOSTILE = [
    '"><img src=x onerror=window.ran=1>',
    "' onmouseover='window.ran=1",
    "<script>window.ran=1<",
    "line\nbreak",
    "a|b`c`",
    "\N{GRINNING FACE}",
    "&lt;b&gt;",
]
FOLDER = 'p"><script>window.ran=1<'
Rows = dict[str, list[str]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Page]:
    """Start a browser once."""
    if missing := missing_programs():
        pytest.skip(f"there is no {' and no '.join(missing)}")
    with opened() as page:
        yield page


@pytest.fixture
def filled(make_space: Callable[..., Witness]) -> Witness:
    """Fill a versioned Space; some old versions and an upload are not seen in a listing."""
    witness = make_space(versioned=True)
    for number, name in enumerate(HOSTILE, start=1):
        witness.put([f"{FOLDER}/{name}/x"], b"x" * 1500 * number)
    for number in range(5):
        witness.put([f"{FOLDER}/{number}/x", f"{FOLDER}/{number}/y"], b"x" * (10 + number))
    witness.put([f"{FOLDER}/direct", f"{FOLDER}/0/x"], b"x" * 2)
    witness.client.delete_object(Bucket=witness.space, Key=f"{FOLDER}/1/y")
    witness.start_uploads([f"{FOLDER}/upload"])
    return witness


def cells_of(folder: dict[str, Any]) -> Rows:
    """Return what a table has to show of a folder, by the names of its rows."""
    rows = {each["path"].removeprefix(folder["path"]): each for each in folder["subfolders"]}
    return {
        name.replace("\n", "\\n"): [str(each["objects"]), human_size(each["bytes"]), short(each["newest"])]
        for name, each in rows.items()
    }


def short(time: str) -> str:
    return time.replace("T", " ")[:16]


def markdown_tables(text: str) -> list[Rows]:
    """Return the tables of a comment as its readers see them."""
    tables: list[Rows] = []
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    cells: list[str] = []
    for before, token in pairwise(tokens):
        if token.type == "tbody_open":
            tables.append({})
        elif token.type == "tr_open":
            cells = []
        elif before.type == "td_open":
            kept = [each for each in token.children or () if each.type in ("text", "code_inline", "text_special")]
            cells.append("".join(each.content for each in kept))
        elif token.type == "tr_close" and cells:
            tables[-1][cells[0]] = cells[1:]
    return tables


@pytest.mark.stores("rgw")
def test_a_report_shows_what_the_store_holds_and_nothing_in_it_runs(
    filled: Witness, store: Store, browser: Page, tmp_path: Path
) -> None:
    found = survey(Harness(store, filled.space), FOLDER, gather=("subfolders", "old_versions", "uploads"))
    player = Player(store, tmp_path)
    layout = folders(FOLDER, space=filled.space, parents=True)
    for ending in ("html", "md"):
        variables = {"spaces_layout": layout, "spaces_report": str(tmp_path / f"report.{ending}")}
        done = player.play("report", variables)
        assert (done.code, done.changed) == (0, 0), done.output
    direct = ["1", "2 B"]

    browser.open(tmp_path / "report.html")
    [rows] = browser.tables()
    shown = {row.name: row.cells for row in rows}
    assert shown.pop("(directly in the folder)")[:2] == direct
    assert shown == cells_of(found)
    assert browser.figures("section") == {
        "Objects": str(found["objects"]),
        "Size": human_size(found["bytes"]),
        "Newest (UTC)": short(found["newest"]),
        "Old versions": f"2, {human_size(found['old_versions']['bytes'])}, 1 delete marker",
        "Incomplete uploads": "1, 4 B",
    }
    assert FOLDER in browser.text("section h2")
    assert browser.run("return window.ran") is None
    for scheme in ("light", "dark"):
        browser.use(scheme)
        assert browser.problems() == []

    [table] = markdown_tables((tmp_path / "report.md").read_text())
    assert table.pop("(directly in the folder)")[:2] == direct
    assert table == cells_of(found)


def test_a_table_is_sorted_and_searched_with_the_keyboard(
    player: Player, moto: Store, browser: Page, tmp_path: Path
) -> None:
    witness = Witness.of(moto, "sorted")
    witness.create_space()
    for number in range(12):
        witness.put([f"p/n{number}/{each}" for each in range(1 + number % 3)], b"x" * (20 - number))
    file = tmp_path / "report.html"
    assert player.play("report", {"spaces_layout": folders("p", space="sorted"), "spaces_report": str(file)}).code == 0
    browser.open(file)
    largest = browser.names()
    assert browser.press("Name") == "ascending"
    assert browser.names() == [f"n{number}/" for number in range(12)]
    assert browser.press("Name") == "descending"
    assert browser.names() == [f"n{number}/" for number in reversed(range(12))]
    assert browser.press("Size") == "descending"
    assert browser.names() == largest
    browser.type("N1")
    assert sorted(browser.shown_names()) == ["n1/", "n10/", "n11/"]
    assert browser.text("output") == "3 of 12 shown"


def test_a_layout_for_scaffold_can_be_reported_on() -> None:
    [play] = re.findall(r"of_changes:.*?\n((?: +- \w+\n)+)", (ROOT / "playbooks" / "report.yml").read_text())
    takes = spaces_folder.SPEC.specification["argument_spec"]
    knows = spaces_folder_info.SPEC.specification["argument_spec"]
    assert re.findall(r"- (\w+)", play) == sorted(set(takes) - set(knows) | set(spaces_folder_info.SPEC.gathered_with))


def test_a_report_for_a_comment_fits_and_counts_what_it_leaves_out(player: Player, moto: Store, tmp_path: Path) -> None:
    witness = Witness.of(moto, "many")
    witness.create_space()
    witness.put([f"p/{number:04}-{'|' * 100}/x" for number in range(200)] + ["q/1/x"])
    file = tmp_path / "report.md"
    done = player.play("report", {"spaces_layout": folders("p", "q", space="many"), "spaces_report": str(file)})
    assert done.code == 0, done.output
    text = file.read_text()
    large, small = markdown_tables(text)
    assert len(text) < 60_000
    assert f"{200 - len(large)} rows are left out" in text
    assert 20 < len(large) < 200
    assert list(small) == ["1/"]


def test_a_report_with_many_warnings_fits_too(player: Player, moto: Store, tmp_path: Path) -> None:
    witness = Witness.of(moto, "warned")
    witness.create_space()
    witness.put([f"p/{number:04}-{'|' * 100}/x" for number in range(200)])
    file = tmp_path / "report.md"
    paths = ["p", *(f"nothing/{number:02}-{'x' * 150}*" for number in range(22))]
    rules = [{"space": "warned", "path": path, "keep_newest": 1} for path in paths]
    done = player.play("prune", {"spaces_rules": rules, "spaces_report": str(file)}, "--check")
    assert done.code == 0, done.output
    text = file.read_text()
    assert text.count("**Warning** about `warned`: `There was nothing in") == 20
    assert "2 more warnings are left out here." in text
    assert len(text) < 60_000
    assert "rows are left out" in text


def test_a_report_of_a_teardown_is_written_before_it_and_again_after_it(
    player: Player, moto: Store, tmp_path: Path
) -> None:
    witness = Witness.of(moto, "torn")
    witness.create_space()
    keys = ["env/x/a/1", "env/x/a/2", "env/x/b/1", "env/x/direct"]
    witness.put(keys, b"12345")
    file = tmp_path / "report.md"
    variables = {
        "spaces_environment": "x",
        "spaces_confirm": "x",
        "spaces_layout": folders("env/x", space="torn"),
        "spaces_report": str(file),
    }
    refused = player.play("teardown", {**variables, "spaces_max_objects": 3})
    assert refused.code == 2
    assert "max_objects allows 3" in file.read_text()
    assert markdown_tables(file.read_text()) == []
    rows = {"a/": "2", "b/": "1", "(directly in the folder)": "1"}
    for arguments, verdict, left in (["--check", "--diff"], "goes", keys), ([], "removed", []):
        done = player.play("teardown", variables, *arguments)
        assert (done.code, done.changed) == (0, 1), done.output
        assert "| Name |" not in done.output
        [table] = markdown_tables(file.read_text())
        assert {name: cells[0] for name, cells in table.items()} == rows
        assert {cells[3] for cells in table.values()} == {verdict}
        assert witness.keys() == left


def test_a_report_of_a_prune_shows_what_goes_and_what_stays(
    player: Player, moto: Store, browser: Page, tmp_path: Path
) -> None:
    witness = Witness.of(moto, "pruned")
    witness.create_space()
    witness.put(["b/1/x", "b/release-1/x"], b"x" * 3000)
    witness.put(["b/2/x"], b"x" * 9)
    next_second()  # what was written in the second of the listing stays
    file = tmp_path / "report.html"
    rules = [{"space": "pruned", "path": "b", "keep_newest": 1, "exclude": ["release-*"]}]
    variables = {"spaces_rules": rules, "spaces_report": str(file)}
    for arguments, verdict in ((["--check"], "✕ goes"), ([], "✕ removed")):
        done = player.play("prune", variables, *arguments)
        assert done.code == 0, done.output
        browser.open(file)
        [rows] = browser.tables()
        shown = {row.name: row.cells[-2:] for row in rows}
        assert len(shown) == 3
        assert shown["release-1/"] == ["✓ stays", "excluded"]
        assert sorted([shown["1/"], shown["2/"]]) == [
            ["✓ stays", "one of the newest"],
            [verdict, "the rule selects it"],
        ]
    for scheme in ("light", "dark"):
        browser.use(scheme)
        assert browser.problems() == []
    assert len(witness.keys()) == 2
