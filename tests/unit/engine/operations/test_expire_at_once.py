# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several writers of one Space's rules at once, in every order that a simulated clock brings about."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.lifecycle import Element, Rules, identity
from ansible_collections.tidy.spaces.plugins.module_utils._engine.operations.expire import Expire
from tests.unit.engine.memory_store import MemoryStore
from tests.unit.engine.model.test_lifecycle import changes, removals
from tests.unit.engine.operations.timeline import Timeline
from tests.unit.engine.rules import prefix, rule
from tests.unit.engine.workbench import Instant, Workbench

SETTLING = 1.0
FOREIGN = tuple(rule(f"foreign {number}", prefix(f"f{number}/")) for number in range(3))


class Shared:
    """The rules of a Space, and a clock for all who write them."""

    def __init__(self, *rules: Element) -> None:
        self.timeline = Timeline()
        self.rules: Rules = rules

    @property
    def names(self) -> set[str]:
        return {identity(each) for each in self.rules}

    def blind(self, name: str, *, read_at: float, write_at: float) -> Callable[[], None]:
        """Return a writer that adds a rule and never looks again."""

        def job() -> None:
            self.timeline.pause(read_at)
            found = self.rules
            self.timeline.pause(write_at - read_at)
            self.rules = (*found, rule(name, prefix(f"{name}/")))

        return job


class Distant:
    """The access of one task to the shared rules; each request and each reply takes some time."""

    settling = SETTLING

    def __init__(self, shared: Shared, delay: Callable[[], float]) -> None:
        self._shared = shared
        self._delay = delay

    def read(self) -> Rules:
        self._shared.timeline.pause(self._delay())
        found = self._shared.rules
        self._shared.timeline.pause(self._delay())
        return found

    def write(self, rules: Rules) -> None:
        self._shared.timeline.pause(self._delay())
        self._shared.rules = rules
        self._shared.timeline.pause(self._delay())


class Simulated(Instant):
    """A cancellation that sleeps by the simulated clock."""

    def __init__(self, timeline: Timeline) -> None:
        super().__init__()
        self._timeline = timeline

    def sleep(self, seconds: float) -> None:
        if seconds:
            self._timeline.pause(seconds)


def quick() -> float:
    return random.uniform(0, 0.1)


def task(shared: Shared, path: str, *, delay: Callable[[], float], absent: bool = False) -> Expire:
    """Prepare a task that changes the rule of one folder."""
    bench = Workbench(MemoryStore(), cancellation=Simulated(shared.timeline))
    return Expire(
        changes=removals(path) if absent else changes(path, days=14),
        lifecycle=Distant(shared, delay),
        lister=bench.store,
        retrier=bench.retrier,
        pool=bench.pool(),
        cancellation=bench.cancellation,
        clock=lambda: shared.timeline.now,
    )


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("tasks", [2, 4, 8])
def test_the_rules_of_all_tasks_stand_in_the_end(seed: int, tasks: int) -> None:
    random.seed(seed)
    gone = [rule(f"tidy.spaces:old{number}/", prefix(f"old{number}/")) for number in range(tasks // 2)]
    shared = Shared(*FOREIGN, *gone)
    expirations = [
        *(task(shared, f"new{number}", delay=quick) for number in range(tasks - len(gone))),
        *(task(shared, f"old{number}", delay=quick, absent=True) for number in range(len(gone))),
    ]
    shared.timeline.run(*(expiration.run for expiration in expirations))
    assert shared.names == {
        *map(identity, FOREIGN),
        *(f"tidy.spaces:new{number}/" for number in range(tasks - len(gone))),
    }
    for expiration in expirations:
        [report] = expiration.report().rules
        assert report.changed


@pytest.mark.parametrize("seed", range(150))
def test_a_rule_remains_although_writers_never_look_again(seed: int) -> None:
    random.seed(seed)
    shared = Shared(*FOREIGN)
    rivals = []
    for number in range(6):
        read_at = random.uniform(0, 4)
        write_at = read_at + random.uniform(0, 0.9 * SETTLING)
        rivals.append(shared.blind(f"rival {number}", read_at=read_at, write_at=write_at))
    expiration = task(shared, "p", delay=quick)
    shared.timeline.run(expiration.run, *rivals)
    assert "tidy.spaces:p/" in shared.names
    assert {identity(each) for each in FOREIGN} <= shared.names


def test_a_rule_that_is_there_by_chance_is_read_again() -> None:
    """One writer undoes it, a second restores it before the first look, and a third undoes it after that."""
    shared = Shared(*FOREIGN)
    expiration = task(shared, "p", delay=lambda: 0.01)  # it writes at 0.05
    shared.timeline.run(
        expiration.run,
        shared.blind("first", read_at=0.01, write_at=0.5),
        shared.blind("second", read_at=0.1, write_at=0.7),
        shared.blind("third", read_at=0.6, write_at=1.5),
    )
    assert "tidy.spaces:p/" in shared.names
    assert expiration.report().rules[0].after in shared.rules


@pytest.mark.parametrize("seed", range(50))
def test_where_requests_take_long_others_are_given_more_time(seed: int) -> None:
    random.seed(seed)
    shared = Shared(*FOREIGN)
    rivals = []
    for number in range(4):
        read_at = random.uniform(0, 20)
        rivals.append(shared.blind(f"rival {number}", read_at=read_at, write_at=read_at + random.uniform(0, 6)))
    expiration = task(shared, "p", delay=lambda: random.uniform(1, 2))
    shared.timeline.run(expiration.run, *rivals)
    assert "tidy.spaces:p/" in shared.names


@pytest.mark.parametrize("seed", range(5))
def test_tasks_in_step_do_not_undo_each_other_forever(seed: int) -> None:
    random.seed(seed)
    shared = Shared(*FOREIGN)
    expirations = [task(shared, f"p{number}", delay=lambda: 0.01) for number in range(20)]
    shared.timeline.run(*(expiration.run for expiration in expirations))
    assert shared.names >= {f"tidy.spaces:p{number}/" for number in range(20)}
