# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Server-side expiration: the store's own lifecycle engine removes, and only its rules are changed here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .errors import EngineError
from .lifecycle import Element, RuleChange, Rules, carried_over, identity, meaning, others_for, revised, rule_of
from .model import Progress
from .ports import Lifecycle, Lister
from .requests import Caller, Cancellation
from .versions import keeps_versions
from .workers import Pool, ask

MOST_WRITES = 4  # while others undo them


@dataclass(frozen=True, kw_only=True)
class RuleReport:
    """What became of one folder's rule: what it meant, and what it means."""

    change: RuleChange
    before: Element | None
    after: Element | None

    @property
    def changed(self) -> bool:
        """Whether the rule does something else than before."""
        return self.before != self.after


@dataclass(frozen=True, kw_only=True)
class ExpirationReport:
    """What became of the rules, in the order they were asked for."""

    rules: tuple[RuleReport, ...]
    warnings: tuple[str, ...]


class RehearsedLifecycle:
    """Write nothing but a memory of it: the rules of check mode."""

    settling = 0.0

    def __init__(self, lifecycle: Lifecycle) -> None:
        self._lifecycle = lifecycle
        self._written: Rules | None = None

    def read(self) -> Rules:
        return self._lifecycle.read() if self._written is None else self._written

    def write(self, rules: Rules) -> None:
        self._written = rules


class Expiration:
    """Change some rules of a Space, and no other: read all, change ours, write all, read back.

    S3 has no conditional write for the document, so another writer's change can be lost, or undo ours. What undoes
    ours is noticed, and ours is made again. If every writer looks again a moment after it wrote, as this one does, the
    rules of all of them stand in the end.
    """

    def __init__(
        self,
        *,
        changes: Sequence[RuleChange],
        lifecycle: Lifecycle,
        lister: Lister,
        caller: Caller,
        pool: Pool,
        cancellation: Cancellation,
    ) -> None:
        self._changes = changes
        self._lifecycle = lifecycle
        self._lister = lister
        self._call = caller
        self._pool = pool
        self._sleep = cancellation.sleep
        self._before: Rules | None = None
        self._after: Rules = ()
        self._warnings: list[str] = []

    def run(self) -> None:
        """Do it; raise what keeps it from being done, with what is known in :meth:`report`."""
        with self._pool:
            rules = self._before = self._after = ask(self._pool, self._read)
            writes = 0
            while revised(rules, self._changes) != rules:
                if writes == MOST_WRITES:
                    raise self._not_kept(rules)
                written = self._write(rules)
                writes += 1
                rules = self._after = ask(self._pool, self._read_back)
                self._warn_of_others(written, rules)
            self._warn_of_versions()

    def progress(self) -> Progress | None:
        """Tell nothing: it is a handful of requests."""
        return None

    def report(self) -> ExpirationReport:
        """Tell what was done so far, as far as it is known: nothing, if the rules could not be read."""
        before = self._before
        if before is None:
            return ExpirationReport(rules=(), warnings=())
        return ExpirationReport(
            rules=tuple(
                RuleReport(
                    change=change,
                    before=_meant(before, change),
                    after=_meant(self._after, change),
                )
                for change in self._changes
            ),
            warnings=(
                *(
                    f"The Space has another lifecycle rule for {change.folder.path!r}: {rule_id!r}. It was left."
                    for change in self._changes
                    for rule_id in others_for(self._after, change)
                ),
                *self._warnings,
            ),
        )

    def _read(self) -> Rules:
        return self._call(self._lifecycle.read)

    def _read_back(self) -> Rules:
        """Wait before reading: whoever read before we wrote, and undoes it, has written by then."""
        self._sleep(self._lifecycle.settling)
        return self._read()

    def _write(self, rules: Rules) -> Rules:
        """Write the rules with ours changed; return what was written."""
        found, wanted = rules, self._wanted(rules)

        def write() -> None:
            self._after = wanted  # from here on it may be so, whatever is heard of it
            try:
                self._lifecycle.write(wanted)
            except EngineError as exc:
                if not exc.uncertain:
                    self._after = found
                raise

        def look_again() -> Callable[[], None]:
            nonlocal found, wanted
            found = self._read()  # for others may have written while we waited
            wanted = self._wanted(found)
            return write

        ask(self._pool, lambda: self._call(write, renew=look_again))
        return wanted

    def _wanted(self, rules: Rules) -> Rules:
        return tuple(map(carried_over, revised(rules, self._changes)))

    def _warn_of_others(self, written: Rules, read: Rules) -> None:
        ours = {change.rule_id for change in self._changes}
        for rule in written:
            found = rule_of(read, identity(rule))
            if identity(rule) and identity(rule) not in ours and (not found or meaning(found) != meaning(rule)):
                self._warnings.append(
                    f"The lifecycle rule {identity(rule)!r}, which is not this task's, is not what it was: somebody "
                    "else changed it at the same time, or the store did not take it back as it had given it."
                )

    def _warn_of_versions(self) -> None:
        hides = any(rule.changed and _hides(rule.after) for rule in self.report().rules)
        if hides and keeps_versions(lister=self._lister, caller=self._call, pool=self._pool):
            self._warnings.append(
                "The Space keeps versions: objects that expire live on as old versions, and are billed. "
                "Set noncurrent_days to have them removed too."
            )

    def _not_kept(self, rules: Rules) -> EngineError:
        for change in self._changes:
            found = rule_of(rules, change.rule_id)
            if change.rule and found and meaning(found) != meaning(change.rule):
                return EngineError(
                    f"The store does not keep the rule {change.rule_id!r} as it was written: "
                    f"wrote {_shown(change.rule)}, and read {_shown(found)}.",
                    advice="It may not support every kind of expiration. Leave out what is missing, "
                    "and remove the rule with state: absent if it is not wanted so.",
                )
        return EngineError(
            f"Somebody else keeps replacing the lifecycle rules of this Space: written {MOST_WRITES} times, "
            "the change was undone each time.",
            advice="Find who writes them, then run the task again.",
        )


def _meant(rules: Rules, change: RuleChange) -> Element | None:
    found = rule_of(rules, change.rule_id)
    return meaning(found) if found else None


def _hides(rule: Element | None) -> bool:
    return bool(rule and rule.find("Expiration") and not rule.find("NoncurrentVersionExpiration"))


def _shown(rule: Element) -> str:
    """Write a rule's actions on one line."""
    actions = [part for part in rule.children if part.name != "Filter"]
    return ", ".join(f"{action.name} {child.name} {child.text}" for action in actions for child in action.children)
