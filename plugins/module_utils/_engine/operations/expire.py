# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Server-side expiration: change the lifecycle rules; the store itself removes the objects."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..bulk.cancellation import Cancellation
from ..bulk.pool import Pool, run_job
from ..bulk.retry import Retrier
from ..errors import EngineError
from ..model.lifecycle import Element, RuleChange, Rules, by_id, carried_over, meaning, others_for, revised
from ..model.report import Progress
from ..ports import KEEPS_VERSIONS, Lifecycle, Lister

MOST_WRITES = 8  # while others undo them
ENOUGH_WRITES = 2  # of a rule that the store returns as a different one
MOST_LOOKS = 20  # after a write that was kept, while others continue to write
MARGIN = 4  # another task may take so many times as long as this one from its reading to its writing


@dataclass(frozen=True, kw_only=True)
class RuleReport:
    """The change of one folder's rule: its meaning before, and its meaning now."""

    change: RuleChange
    before: Element | None
    after: Element | None

    @property
    def changed(self) -> bool:
        """Whether the rule does something else than before."""
        return self.before != self.after


@dataclass(frozen=True, kw_only=True)
class ExpirationReport:
    """The changes of the rules, in the order of the folders."""

    rules: tuple[RuleReport, ...]
    warnings: tuple[str, ...]


class DryRunLifecycle:
    """Remember the rules instead of writing them: the lifecycle rules of check mode."""

    settling = 0.0

    def __init__(self, lifecycle: Lifecycle) -> None:
        self._lifecycle = lifecycle
        self._written: Rules | None = None

    def read(self) -> Rules:
        return self._lifecycle.read() if self._written is None else self._written

    def write(self, rules: Rules) -> None:
        self._written = rules


class Expire:
    """Change some rules of a Space, and no others: read all, change ours, write all, read back.

    S3 has no conditional write for the document. A writer that reads it before we write, and writes it afterwards,
    undoes our change. So a change counts only when the document has stayed the same for a while: a writer that had read
    it before has written by then, and a later writer writes our change too. This holds for every writer that takes less
    time than this from its reading to its writing.
    """

    def __init__(
        self,
        *,
        changes: Sequence[RuleChange],
        lifecycle: Lifecycle,
        lister: Lister,
        retrier: Retrier,
        pool: Pool,
        cancellation: Cancellation,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._changes = changes
        self._lifecycle = lifecycle
        self._lister = lister
        self._retrier = retrier
        self._pool = pool
        self._sleep = cancellation.sleep
        self._clock = clock
        self._writes = 0
        self._took = 0.0  # seconds from the last reading to the end of its writing
        self._before: Rules | None = None
        self._after: Rules = ()
        self._others: dict[str, Element] = {}  # the rules of others, in the form in which they were first written again
        self._warnings: list[str] = []

    def run(self) -> None:
        """Change the rules; raise the error that prevents this. :meth:`report` returns what is known."""
        with self._pool:
            self._before = self._after = run_job(self._pool, self._read)
            while not self._stands():
                self._check_writes()
                run_job(self._pool, self._write)
                self._wait_until_stable()
            self._warn_of_versions()

    def progress(self) -> Progress | None:
        """Return nothing, because there are only a few requests."""
        return None

    def report(self) -> ExpirationReport:
        """Return what is known to be done so far; nothing if the rules could not be read."""
        if self._before is None:
            return ExpirationReport(rules=(), warnings=())
        before, after = by_id(self._before), by_id(self._after)
        return ExpirationReport(
            rules=tuple(
                RuleReport(
                    change=change,
                    before=_meant(before.get(change.rule_id)),
                    after=_meant(after.get(change.rule_id)),
                )
                for change in self._changes
            ),
            warnings=(
                *(
                    f"The Space has another lifecycle rule for {change.folder.path!r}: {rule_id!r}. It was left."
                    for change, rule_id in others_for(self._after, self._changes)
                ),
                *(
                    f"The lifecycle rule {rule_id!r}, which does not belong to this task, has changed: somebody "
                    "else changed it at the same time, or the store did not keep it as it was written."
                    for rule_id, rule in self._others.items()
                    if not _same(rule, after.get(rule_id))
                ),
                *self._warnings,
            ),
        )

    def _stands(self) -> bool:
        """Return whether the rules that were last read are as requested."""
        return revised(self._after, self._changes) == self._after

    def _read(self) -> Rules:
        return self._retrier(self._lifecycle.read)

    def _write(self) -> None:
        """Write the rules with ours changed, after a random wait: tasks in step would undo each other forever."""
        self._sleep(random.uniform(0, self._writes * self._while))
        self._writes += 1
        self._retrier(self._prepared(), renew=self._prepared)

    def _prepared(self) -> Callable[[], None]:
        """Read the rules, and return the function that writes them; call it at once, or it may undo others' changes."""
        began = self._clock()
        found = self._after = self._read()
        wanted = revised(found, self._changes)
        if wanted == found:
            return lambda: None
        wanted = tuple(map(carried_over, wanted))

        def write() -> None:
            self._after = wanted  # from here on the store may have it, whatever the reply is
            try:
                self._lifecycle.write(wanted)
            except EngineError as exc:
                if not exc.uncertain:
                    self._after = found
                raise
            finally:
                self._took = self._clock() - began
                self._note_others(wanted)

        return write

    def _note_others(self, written: Rules) -> None:
        ours = {change.rule_id for change in self._changes}
        for rule_id, rule in by_id(written).items():
            if rule_id and rule_id not in ours:
                self._others.setdefault(rule_id, rule)

    def _wait_until_stable(self) -> None:
        """Read the rules until they have stayed the same for a while, or ours have been undone."""
        for _look in range(MOST_LOOKS):
            seen, self._after = self._after, run_job(self._pool, self._read_later)
            if not self._stands() or _alike(seen, self._after):
                return
        self._warnings.append(
            f"Others kept writing the lifecycle rules of this Space. The change was still there at each of "
            f"{MOST_LOOKS} checks, but another writer may still undo it."
        )

    def _read_later(self) -> Rules:
        """Wait before reading, so that a writer that had read before we wrote has written by then."""
        self._sleep(self._while)
        return self._read()

    @property
    def _while(self) -> float:
        """How many seconds another writer may take from its reading to its writing; 0 in a dry run."""
        settling = self._lifecycle.settling
        return settling and max(settling, MARGIN * self._took)

    def _warn_of_versions(self) -> None:
        hides = any(rule.changed and _hides(rule.after) for rule in self.report().rules)
        if hides and run_job(self._pool, lambda: self._retrier.optional(self._lister.versioning)) in KEEPS_VERSIONS:
            self._warnings.append(
                "The Space keeps versions: objects that expire live on as old versions, and are billed. "
                "Set noncurrent_days to have them removed too."
            )

    def _check_writes(self) -> None:
        """Raise if another write would fail like the previous ones."""
        after = by_id(self._after)
        for change in self._changes if self._writes >= ENOUGH_WRITES else ():
            found = after.get(change.rule_id)
            if change.rule and found and not _same(change.rule, found):
                raise EngineError(
                    f"The store does not keep the rule {change.rule_id!r} as it was written: "
                    f"wrote {_shown(change.rule)}, and read {_shown(found)}.",
                    advice="It may not support every kind of expiration. Leave out what is missing, "
                    "and remove the rule with state: absent if you do not want it like this.",
                )
        if self._writes == MOST_WRITES:
            raise EngineError(
                f"Somebody else keeps replacing the lifecycle rules of this Space: written {MOST_WRITES} times, "
                "the change was undone each time.",
                advice="Find the program that writes them, then run the task again.",
            )


def _meant(rule: Element | None) -> Element | None:
    return meaning(rule) if rule else None


def _same(one: Element, other: Element | None) -> bool:
    return one == other or meaning(one) == _meant(other)


def _alike(some: Rules, others: Rules) -> bool:
    """Return whether rules mean the same; the order does not matter, because a store may change it."""
    return some == others or sorted(map(meaning, some)) == sorted(map(meaning, others))


def _hides(rule: Element | None) -> bool:
    return bool(rule and rule.find("Expiration") and not rule.find("NoncurrentVersionExpiration"))


def _shown(rule: Element) -> str:
    """Write a rule's actions on one line."""
    actions = [part for part in rule.children if part.name != "Filter"]
    return ", ".join(f"{action.name} {child.name} {child.text}" for action in actions for child in action.children)
