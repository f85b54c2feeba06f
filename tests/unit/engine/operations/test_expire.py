# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of rules while others change them too."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice, pairwise

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import (
    Denied,
    EngineError,
    Interrupted,
    RequestFailed,
    RetriesExhausted,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.lifecycle import (
    Element,
    Rules,
    identity,
    meaning,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.expire import (
    ENOUGH_WRITES,
    MOST_LOOKS,
    MOST_WRITES,
    DryRunLifecycle,
    Expire,
)
from tests.unit.engine.memory_store import MemoryStore
from tests.unit.engine.model.test_lifecycle import changes, removals
from tests.unit.engine.rules import both, element, expiring, filtered, prefix, rule, tag
from tests.unit.engine.workbench import BROKEN, DENIED, SILENT, Workbench

FOREIGN = rule("foreign", filtered(tag("a", "1")))
RIVAL = rule("rival", prefix("r/"))
OURS = "tidy.spaces:p/"


class MemoryLifecycle:
    """Rules in memory.

    ``on_read`` is called at each read, ``before`` and ``after`` around each write, with its number.
    """

    settling = 1.0

    def __init__(self, *rules: Element) -> None:
        self.rules: Rules = rules
        self.calls: list[str] = []
        self.writes: list[Rules] = []
        self.before: Callable[[int], None] = lambda _number: None
        self.after: Callable[[int], None] = lambda _number: None
        self.on_read: Callable[[], None] = lambda: None
        self.takes: Callable[[Element], Element] = lambda each: each

    def read(self) -> Rules:
        self.calls.append("read")
        self.on_read()
        return self.rules

    def write(self, rules: Rules) -> None:
        self.calls.append("write")
        self.writes.append(rules)
        self.before(len(self.writes))
        self.rules = tuple(map(self.takes, rules))
        self.after(len(self.writes))

    @property
    def names(self) -> list[str]:
        return [identity(each) for each in self.rules]


class Bench(Workbench):
    """The objects that a task builds."""

    def __init__(self, lifecycle: MemoryLifecycle, *, versioned: bool = False) -> None:
        super().__init__(MemoryStore(versioned=versioned))
        self.lifecycle = lifecycle

    def expiration(self, *, path: str = "p", dry_run: bool = False, absent: bool = False, **days: int) -> Expire:
        return Expire(
            changes=removals(path) if absent else changes(path, **(days or {"days": 14})),
            lifecycle=DryRunLifecycle(self.lifecycle) if dry_run else self.lifecycle,
            lister=self.store,
            retrier=self.retrier,
            pool=self.pool(),
            cancellation=self.cancellation,
        )


def raising_read() -> Rules:
    raise DENIED


def raising(error: EngineError, *numbers: int) -> Callable[[int], None]:
    """Fail the writes of these numbers."""

    def hook(number: int) -> None:
        if number in numbers:
            raise error

    return hook


def test_a_rule_is_written_and_read_back_a_moment_later() -> None:
    lifecycle = MemoryLifecycle(FOREIGN)
    bench = Bench(lifecycle)
    expiration = bench.expiration()
    expiration.run()
    [report] = expiration.report().rules
    assert report.changed
    assert report.before is None
    assert report.after == lifecycle.rules[1]
    assert lifecycle.names == ["foreign", OURS]
    assert lifecycle.calls == ["read", "read", "write", "read"]
    assert bench.cancellation.slept == [lifecycle.settling]


def test_a_rule_that_is_already_there_is_not_written() -> None:
    lifecycle = MemoryLifecycle(FOREIGN, rule(OURS, prefix("p/"), expiring(14)))
    expiration = Bench(lifecycle).expiration()
    expiration.run()
    assert not expiration.report().rules[0].changed
    assert lifecycle.calls == ["read"]


def test_a_dry_run_writes_nothing_and_reports_the_same() -> None:
    lifecycle = MemoryLifecycle(FOREIGN)
    preview = Bench(lifecycle).expiration(dry_run=True)
    preview.run()
    assert lifecycle.writes == []
    run = Bench(lifecycle).expiration()
    run.run()
    assert preview.report() == run.report()


def test_the_last_rule_leaves_nothing() -> None:
    lifecycle = MemoryLifecycle(rule(OURS, prefix("p/")))
    expiration = Bench(lifecycle).expiration(absent=True)
    expiration.run()
    assert lifecycle.writes == [()]
    assert expiration.report().rules[0].changed


def test_a_foreign_rule_is_repaired_on_the_way() -> None:
    stray = rule("foreign", filtered(prefix("x/"), both(tag("a", "1"), tag("b", "2"))))
    lifecycle = MemoryLifecycle(stray)
    Bench(lifecycle).expiration().run()
    assert lifecycle.rules[0] == rule("foreign", filtered(both(prefix("x/"), tag("a", "1"), tag("b", "2"))))


def test_a_foreign_rule_that_cannot_be_carried_over_keeps_everything_as_it_is() -> None:
    lifecycle = MemoryLifecycle(rule("odd", filtered(prefix("x/"), element("Fancy", "x"))))
    expiration = Bench(lifecycle).expiration()
    with pytest.raises(EngineError, match="'odd' has Fancy"):
        expiration.run()
    assert lifecycle.writes == []
    assert not expiration.report().rules[0].changed


def test_a_foreign_rule_that_cannot_be_carried_over_does_not_matter_where_nothing_changes() -> None:
    odd = rule("odd", filtered(prefix("x/"), element("Fancy", "x")))
    lifecycle = MemoryLifecycle(odd, rule(OURS, prefix("p/"), expiring(14)))
    Bench(lifecycle).expiration().run()
    assert lifecycle.writes == []


def test_a_writer_that_undoes_ours_is_noticed_and_both_stand() -> None:
    lifecycle = MemoryLifecycle(FOREIGN)

    def rival(number: int) -> None:
        if number == 1:
            lifecycle.rules = (FOREIGN, RIVAL)  # as of a writer that had read before we wrote

    lifecycle.after = rival
    expiration = Bench(lifecycle).expiration()
    expiration.run()
    assert lifecycle.names == ["foreign", "rival", OURS]
    assert expiration.report().rules[0].changed
    assert expiration.report().warnings == ()


def test_the_rules_are_read_just_before_each_write() -> None:
    """The write undoes a change that is made between reading and writing."""
    lifecycle = MemoryLifecycle(FOREIGN)
    bench = Bench(lifecycle)

    def undo(number: int) -> None:
        if number < 3:
            lifecycle.rules = (FOREIGN,)

    lifecycle.after = undo
    sleep = bench.cancellation.sleep

    def noted_sleep(seconds: float) -> None:
        if seconds:
            lifecycle.calls.append("sleep")
        sleep(seconds)

    bench.cancellation.sleep = noted_sleep
    bench.expiration().run()
    before_writes = [before for before, call in pairwise(lifecycle.calls) if call == "write"]
    assert before_writes == ["read"] * 3
    assert lifecycle.calls.count("read") == 1 + 2 * 3


def test_a_rule_that_another_writer_restored_is_not_written_again() -> None:
    lifecycle = MemoryLifecycle(FOREIGN)
    bench = Bench(lifecycle)
    lifecycle.after = lambda _number: setattr(lifecycle, "rules", (FOREIGN,))
    sleep = bench.cancellation.sleep

    def restoring_sleep(seconds: float) -> None:
        sleep(seconds)
        if lifecycle.calls[-3:] == ["read", "write", "read"]:
            lifecycle.rules = (FOREIGN, rule(OURS, prefix("p/"), expiring(14)))

    bench.cancellation.sleep = restoring_sleep
    expiration = bench.expiration()
    expiration.run()
    assert len(lifecycle.writes) == 1
    assert expiration.report().rules[0].after == meaning(lifecycle.rules[1])


def test_a_change_is_looked_at_until_nobody_writes_any_more() -> None:
    lifecycle = MemoryLifecycle(FOREIGN)
    bench = Bench(lifecycle)
    arriving = iter([RIVAL, rule("another", prefix("a/"))])

    def rival(_number: int) -> None:
        lifecycle.rules = (*lifecycle.rules, *islice(arriving, 1))

    lifecycle.after = rival
    lifecycle.on_read = lambda: rival(0) if lifecycle.calls.count("read") == 4 else None
    expiration = bench.expiration()
    expiration.run()
    assert lifecycle.calls == ["read", "read", "write", "read", "read", "read"]
    assert bench.cancellation.slept == [lifecycle.settling] * 3
    assert expiration.report().warnings == ()


def test_a_store_may_return_the_rules_in_an_order_of_its_own() -> None:
    lifecycle = MemoryLifecycle(FOREIGN, RIVAL)
    lifecycle.after = lambda _number: setattr(lifecycle, "rules", lifecycle.rules[::-1])
    Bench(lifecycle).expiration().run()
    assert lifecycle.calls == ["read", "read", "write", "read"]


def test_a_change_among_others_that_never_end_stands_with_a_warning() -> None:
    lifecycle = MemoryLifecycle(FOREIGN)

    def rival() -> None:
        number = lifecycle.calls.count("read")
        lifecycle.rules = tuple(each for each in lifecycle.rules if identity(each) != "busy")
        lifecycle.rules = (*lifecycle.rules, rule("busy", prefix(f"{number}/")))

    lifecycle.on_read = rival
    expiration = Bench(lifecycle).expiration()
    expiration.run()
    assert OURS in lifecycle.names
    assert len(lifecycle.writes) == 1
    assert lifecycle.calls.count("read") == 2 + MOST_LOOKS
    [busy, warning] = expiration.report().warnings
    assert "'busy'" in busy
    assert f"The change was still there at each of {MOST_LOOKS} checks" in warning


def test_a_writer_that_never_lets_go_makes_the_task_fail() -> None:
    lifecycle = MemoryLifecycle(FOREIGN)

    def rival(_number: int) -> None:
        lifecycle.rules = (FOREIGN,)

    lifecycle.after = rival
    expiration = Bench(lifecycle).expiration()
    with pytest.raises(EngineError, match=f"written {MOST_WRITES} times, the change was undone each time"):
        expiration.run()
    assert len(lifecycle.writes) == MOST_WRITES
    assert not expiration.report().rules[0].changed


def test_the_last_write_counts() -> None:
    lifecycle = MemoryLifecycle()

    def rival(number: int) -> None:
        if number < MOST_WRITES:
            lifecycle.rules = ()

    lifecycle.after = rival
    Bench(lifecycle).expiration().run()
    assert lifecycle.names == [OURS]


def test_a_store_that_drops_an_action_makes_the_task_fail() -> None:
    lifecycle = MemoryLifecycle()
    lifecycle.takes = lambda each: each._replace(
        children=tuple(child for child in each.children if child.name != "AbortIncompleteMultipartUpload")
    )
    expiration = Bench(lifecycle).expiration(days=3, abort_uploads_days=2)
    with pytest.raises(EngineError) as caught:
        expiration.run()
    assert (
        "wrote Expiration Days 3, AbortIncompleteMultipartUpload DaysAfterInitiation 2, and read Expiration Days 3. "
        "It may not support"
    ) in str(caught.value)
    assert len(lifecycle.writes) == ENOUGH_WRITES
    assert expiration.report().rules[0].changed


def test_a_foreign_rule_that_comes_back_changed_is_reported() -> None:
    lifecycle = MemoryLifecycle(RIVAL, FOREIGN)
    lifecycle.takes = lambda each: rule("rival") if each == RIVAL else each
    expiration = Bench(lifecycle).expiration()
    expiration.run()
    [warning] = expiration.report().warnings
    assert "The lifecycle rule 'rival', which does not belong to this task, has changed" in warning


def test_a_foreign_rule_that_is_gone_is_reported() -> None:
    lifecycle = MemoryLifecycle(RIVAL, FOREIGN)

    def rival(_number: int) -> None:
        lifecycle.rules = lifecycle.rules[1:]

    lifecycle.after = rival
    expiration = Bench(lifecycle).expiration()
    expiration.run()
    assert "'rival'" in expiration.report().warnings[0]


def test_a_foreign_rule_that_changes_while_ours_is_written_twice_is_reported_once() -> None:
    lifecycle = MemoryLifecycle(RIVAL, FOREIGN)

    def rival(number: int) -> None:
        lifecycle.rules = (rule("rival"), FOREIGN, *(() if number == 1 else lifecycle.rules[2:]))

    lifecycle.after = rival
    expiration = Bench(lifecycle).expiration()
    expiration.run()
    [warning] = expiration.report().warnings
    assert "'rival'" in warning


def test_a_foreign_rule_that_is_back_in_the_end_is_no_matter() -> None:
    lifecycle = MemoryLifecycle(RIVAL, FOREIGN)

    def rival(number: int) -> None:
        lifecycle.rules = (FOREIGN,) if number == 1 else (RIVAL, *lifecycle.rules)

    lifecycle.after = rival
    expiration = Bench(lifecycle).expiration()
    expiration.run()
    assert set(lifecycle.names) == {"rival", "foreign", OURS}
    assert expiration.report().warnings == ()


def test_a_write_whose_reply_is_lost_is_reported_like_any_other() -> None:
    lifecycle = MemoryLifecycle(RIVAL)

    def write_and_fail(_number: int) -> None:
        lifecycle.rules = lifecycle.rules[1:]
        raise SILENT

    lifecycle.after = write_and_fail
    expiration = Bench(lifecycle).expiration()
    expiration.run()
    assert len(lifecycle.writes) == 1
    [warning] = expiration.report().warnings
    assert "'rival'" in warning
    assert expiration.report().rules[0].changed


def test_another_rule_for_the_folder_is_reported() -> None:
    expiration = Bench(MemoryLifecycle(rule("same", prefix("p/")))).expiration()
    expiration.run()
    assert expiration.report().warnings == ("The Space has another lifecycle rule for 'p/': 'same'. It was left.",)


@pytest.mark.parametrize(
    ("versioned", "days", "warned"),
    [
        (True, {"days": 3}, True),
        (True, {"days": 3, "noncurrent_days": 3}, False),
        (True, {"abort_uploads_days": 3}, False),
        (False, {"days": 3}, False),
    ],
)
def test_old_versions_that_would_stay_are_reported(versioned: bool, days: dict[str, int], warned: bool) -> None:
    expiration = Bench(MemoryLifecycle(), versioned=versioned).expiration(**days)
    expiration.run()
    assert any("Set noncurrent_days" in warning for warning in expiration.report().warnings) == warned


def test_another_attempt_at_a_write_begins_with_a_look() -> None:
    lifecycle = MemoryLifecycle(FOREIGN)

    def fail_once(number: int) -> None:
        if number == 1:
            lifecycle.rules = (FOREIGN, RIVAL)
            raise BROKEN

    lifecycle.before = fail_once
    Bench(lifecycle).expiration().run()
    assert lifecycle.names == ["foreign", "rival", OURS]
    assert [len(written) for written in lifecycle.writes] == [2, 3]


@pytest.mark.parametrize(
    ("error", "raised", "changed"),
    [(DENIED, Denied, False), (BROKEN, RetriesExhausted, False), (SILENT, RetriesExhausted, True)],
)
def test_a_write_that_fails_is_reported_as_what_it_may_have_done(
    error: EngineError, raised: type[RequestFailed], changed: bool
) -> None:
    lifecycle = MemoryLifecycle(FOREIGN)
    lifecycle.before = raising(error, 1, 2, 3)
    expiration = Bench(lifecycle).expiration()
    with pytest.raises(raised):
        expiration.run()
    assert expiration.report().rules[0].changed == changed


def test_a_task_stopped_before_another_attempt_says_that_it_did_not_write() -> None:
    lifecycle = MemoryLifecycle(FOREIGN)
    bench = Bench(lifecycle)

    def stop(_number: int) -> None:
        bench.cancellation.request("stopped")
        raise BROKEN

    lifecycle.before = stop
    expiration = bench.expiration()
    with pytest.raises(Interrupted):
        expiration.run()
    assert lifecycle.names == ["foreign"]
    assert not expiration.report().rules[0].changed


def test_rules_that_cannot_be_read_are_not_reported() -> None:
    lifecycle = MemoryLifecycle(rule(OURS, prefix("p/")))
    bench = Bench(lifecycle)
    expiration = bench.expiration()
    lifecycle.read = raising_read
    with pytest.raises(Denied):
        expiration.run()
    assert expiration.report().rules == ()


def test_a_task_stopped_after_the_write_says_that_it_wrote() -> None:
    lifecycle = MemoryLifecycle(FOREIGN)
    bench = Bench(lifecycle)
    lifecycle.after = lambda _number: bench.cancellation.request("stopped")
    expiration = bench.expiration()
    with pytest.raises(Interrupted):
        expiration.run()
    assert lifecycle.names == ["foreign", OURS]
    assert expiration.report().rules[0].changed
