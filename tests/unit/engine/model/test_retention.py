# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which units a rule keeps, as a table."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from fnmatch import fnmatchcase

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import EngineError, InvalidOption
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.globs import Globs, matches, parse_globs
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.retention import Ranking, Rule, Unit, parse_age

NOW = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def units(**ages: timedelta) -> list[Unit]:
    return [Unit(NOW - age, name) for name, age in ages.items()]


@pytest.mark.parametrize(
    ("older_than", "keep_newest", "there", "go"),
    [
        pytest.param(DAY, None, units(a=DAY + SECOND, b=DAY, c=DAY - SECOND), {"a"}, id="to the second"),
        pytest.param(DAY, None, units(), set(), id="nothing there"),
        pytest.param(None, 2, units(a=3 * DAY, b=2 * DAY, c=DAY), {"a"}, id="all but the newest"),
        pytest.param(None, 3, units(a=3 * DAY, b=2 * DAY, c=DAY), set(), id="as many as there are"),
        pytest.param(None, 9, units(a=3 * DAY, b=2 * DAY, c=DAY), set(), id="more than there are"),
        pytest.param(None, 1, units(a=DAY, c=DAY, b=DAY), {"a", "b"}, id="of a tie, the greatest name stays"),
        pytest.param(None, 1, units(a=0 * DAY, b=0 * DAY), set(), id="what was just written stays"),
        pytest.param(DAY, 1, units(a=3 * DAY, b=2 * DAY), {"a"}, id="old, but the newest"),
        pytest.param(DAY, 1, units(a=3 * DAY, b=2 * DAY, c=DAY / 2), {"a", "b"}, id="old and not the newest"),
        pytest.param(DAY, 1, units(a=DAY / 2, b=DAY / 4), set(), id="not the newest, but young"),
        pytest.param(DAY, 2, units(c=2 * DAY, b=2 * DAY, a=2 * DAY), {"a"}, id="a tie among the old"),
    ],
)
def test_which_units_are_removed(
    older_than: timedelta | None, keep_newest: int | None, there: list[Unit], go: set[str]
) -> None:
    rule = Rule(older_than=older_than, keep_newest=keep_newest)
    for order in (there, there[::-1]):
        ranking = Ranking(rule=rule, now=NOW)
        leaving = [ranking.add(unit) for unit in order]
        assert {unit.name for unit in leaving if unit and unit.modified < ranking.cutoff} == go
        assert {unit.name for unit in order if ranking.removes(unit)} == go


def test_a_unit_that_was_kept_stays_even_if_it_is_older_now() -> None:
    ranking = Ranking(rule=Rule(older_than=None, keep_newest=1), now=NOW)
    for unit in units(a=3 * DAY, b=2 * DAY, c=DAY):
        ranking.add(unit)
    assert not ranking.removes(Unit(NOW - 9 * DAY, "c"))
    assert ranking.removes(Unit(NOW - 2 * DAY, "b"))


@pytest.mark.parametrize(
    ("glob", "name", "matched"),
    [
        ("*", "a", True),
        ("*", "a/b", False),
        ("pr-*", "pr-12", True),
        ("pr-*", "main", False),
        ("*.log", "x.log", True),
        ("*.log", "a/x.log", False),
        ("**/*.log", "x.log", True),
        ("**/*.log", "a/b/x.log", True),
        ("a/**/z", "a/z", True),
        ("a/**/z", "a/b/c/z", True),
        ("a/**/z", "b/z", False),
        ("a/**", "a/b/c", True),
        ("a/**", "a", False),
        ("**", "a/b", True),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("[ab]x", "bx", True),
        ("[!ab]x", "bx", False),
        ("[", "[", True),
        ("A", "a", False),
        ("a.c", "abc", False),
        ("**/b/**/b/**", "a/b/b/c", True),
        ("**/b/**/b/**", "a/b/b", False),
        ("**/**", "a", True),
        ("**/a/**/a/**/*.dump", "/".join(["a"] * 500), False),  # with every way to match tried, this would never end
        ("*a*a*a*a*a*a*a*a*a*a*b", "a" * 900, False),
    ],
)
def test_globs(glob: str, name: str, matched: bool) -> None:
    assert matches(glob, name) is matched


@pytest.mark.parametrize(
    ("globs", "problem"),
    [
        ("release-*, v1", r"exclude: 'release-\*, v1' is not a list. Give a YAML list"),
        ("", "exclude: '' is not a list"),
        ({"release-*": True}, "is not a list"),
        (["a", 1.10], r"exclude\[1\]: 1.1 is a number .*Quote it"),
        ([True], r"exclude\[0\]: True is a number or a boolean"),
        ([["release-*"]], "is a list in a list. Give a variable that holds a list without brackets"),
        ([None], r"exclude\[0\]: None is not a string"),
        ([" "], "is empty or blank"),
        (["release-*/"], r"'release-\*/' starts or ends with '/'.*write 'release-\*'"),
        (["/v1"], "write 'v1'"),
        (["/"], r"write '\*'"),
        (["release-*\n"], r"exclude\[0\]: 'release-\*\\n' has the control character '\\n'.*Write '\?'"),
        (["rel/release-*"], "can match no subfolder.*or set unit to objects"),
        (["v1/**"], "can match no subfolder"),
    ],
)
def test_globs_that_protect_nothing_are_refused(globs: object, problem: str) -> None:
    with pytest.raises(InvalidOption, match=problem):
        parse_globs("exclude", globs, unit="subfolders")


def test_an_empty_list_excludes_nothing_and_cannot_include_anything() -> None:
    assert parse_globs("exclude", [], unit="subfolders") == ()
    with pytest.raises(InvalidOption, match=r"include: \[\] is empty.*Skip the task with when"):
        parse_globs("include", [], unit="subfolders")


def by_definition(globs: Sequence[str], names: Sequence[str]) -> bool:
    """Match as the documentation says, however long it takes."""
    if not globs:
        return not names
    if globs[0] == "**":
        fewest = 1 if len(globs) == 1 else 0
        return any(by_definition(globs[1:], names[skipped:]) for skipped in range(fewest, len(names) + 1))
    return bool(names) and fnmatchcase(names[0], globs[0]) and by_definition(globs[1:], names[1:])


def test_short_globs_match_as_they_are_defined() -> None:
    names = [name for length in range(1, 6) for name in itertools.product("ab", repeat=length)]
    for length in range(1, 5):
        for glob in itertools.product(("**", "*", "a"), repeat=length):
            for name in names:
                assert matches("/".join(glob), "/".join(name)) is by_definition(glob, name), (glob, name)


def test_globs_that_can_match_are_taken_as_they_are() -> None:
    assert parse_globs("include", None, unit="subfolders") == ()
    assert parse_globs("include", ["**", "**/v1", " v2"], unit="subfolders") == ("**", "**/v1", " v2")
    assert parse_globs("include", ["rel/release-*", "v1/**"], unit="objects") == ("rel/release-*", "v1/**")


@pytest.mark.parametrize(
    ("include", "exclude", "chosen"),
    [
        ([], [], ["a", "b", "c"]),
        (["a", "b"], [], ["a", "b"]),
        ([], ["a"], ["b", "c"]),
        (["[ab]"], ["b"], ["a"]),
    ],
)
def test_names_are_chosen(include: list[str], exclude: list[str], chosen: list[str]) -> None:
    globs = Globs(include=include, exclude=exclude)
    assert [name for name in "abc" if globs.choose(name)] == chosen


@pytest.mark.parametrize(
    ("text", "seconds"), [("1s", 1), ("90m", 5400), ("36h", 129600), ("14d", 1209600), ("2w", 1209600)]
)
def test_ages(text: str, seconds: int) -> None:
    assert parse_age("older_than", text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "14", "d", "0d", "-1d", "1.5d", "14 d", "14D", "1y", "999999w"])
def test_an_invalid_age_is_refused(text: str) -> None:
    with pytest.raises(InvalidOption, match=r"older_than.*such as 14d"):
        parse_age("older_than", text)


@pytest.mark.parametrize("keep_newest", [None, 0])
def test_a_rule_that_keeps_nothing_is_none(keep_newest: int | None) -> None:
    with pytest.raises(EngineError, match="nothing would be kept"):
        Rule(older_than=None, keep_newest=keep_newest)
