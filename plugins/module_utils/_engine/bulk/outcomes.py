# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outcomes of items that were to be removed."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import NamedTuple

from ..errors import EngineError, RequestFailed
from ..model.entries import Entry, Item
from ..model.report import Failure


class State(Enum):
    """The state of an item that was not, or not certainly, removed."""

    RETRY_ALONE = auto()  # a request of its own may succeed
    FAILED = auto()  # it is still there
    UNKNOWN = auto()  # it was in a request that was not answered
    UNTRIED = auto()  # it was in no request


class Outcome(NamedTuple):
    """The outcome of one item; ``code`` and ``message`` say why it is ``FAILED`` or ``UNKNOWN``.

    ``sent``: an item that is to be retried alone was in an earlier request without an answer, so it may be gone.
    """

    state: State
    code: str = ""
    message: str = ""
    sent: bool = False


class Removed(NamedTuple):
    """The outcomes of some items: all were removed, except those in ``outcomes``.

    ``fatal``: the error because of which nothing else should be tried.
    """

    outcomes: Mapping[Item, Outcome] = {}
    fatal: EngineError | None = None


UNTRIED = Outcome(State.UNTRIED)
UNANSWERED = Outcome(
    State.UNKNOWN, "Unanswered", "The task ended before the store answered: whether it was done is not known."
)
STILL_LISTED = Outcome(
    State.FAILED, "StillListed", "The store confirmed the removal twice, and still lists it unchanged."
)
PROTECTED = Outcome(State.FAILED, "Protected", "It appeared while the folder was being emptied, and protect names it.")

NOT_REVIEWED = Outcome(
    State.FAILED, "NotReviewed", "It appeared or changed after the folder was compared with if_match."
)


def alone(*, sent: bool) -> Outcome:
    """Return the outcome of an item that must be sent in a request of its own."""
    return Outcome(State.RETRY_ALONE, sent=sent)


def failed(error: RequestFailed, *, sent: bool) -> Outcome:
    """Return the outcome of an item whose request failed; ``sent``: one of its requests was not answered."""
    return Outcome(State.UNKNOWN if sent else State.FAILED, error.code, str(error))


def stopped(*, sent: bool) -> Outcome:
    """Return the outcome of an item when the task ends; ``sent``: it was in a request that was not answered."""
    return UNANSWERED if sent else UNTRIED


def failure_of(item: Item, outcome: Outcome) -> Failure:
    """Describe an item that was not, or not certainly, removed."""
    return Failure(
        key=item.key,
        version_id=item.version_id if isinstance(item, Entry) else None,
        code=outcome.code,
        message=outcome.message,
        uncertain=outcome.state is State.UNKNOWN,
    )
