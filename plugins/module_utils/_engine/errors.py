# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors of the engine, with the messages that the user sees."""

from __future__ import annotations


class EngineError(Exception):
    """Say what happened, and in ``advice`` what the user can do about it.

    ``uncertain``: the store may have done what it was asked for all the same.
    """

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(f"{message} {advice}".rstrip())
        self.uncertain = False


class InvalidOption(EngineError):
    """An option's value that cannot be used; raised before any request is sent."""

    def __init__(self, option: str, value: object, problem: str, *, advice: str) -> None:
        super().__init__(f"{option}: {value!r} {problem}.", advice=advice)


class Interrupted(EngineError):
    """The task was told to stop, or nobody listens to it any more."""


class SpaceNotFound(EngineError):
    """The Space does not exist on this endpoint."""


class LimitExceeded(EngineError):
    """More would be removed than ``max_objects`` allows."""


class FolderKeepsFilling(EngineError):
    """Somebody else writes to the folder faster than it is emptied."""


class ProtocolError(EngineError):
    """The store answered something that its own protocol rules out."""


class RequestFailed(EngineError):
    """A request that failed for good.

    ``code`` is the store's own error code, or the name of botocore's exception.
    """

    def __init__(self, message: str, *, code: str, advice: str = "", uncertain: bool = False) -> None:
        super().__init__(message, advice=advice)
        self.code = code
        self.uncertain = uncertain


class Denied(RequestFailed):
    """The credentials are not allowed to do this."""


class Unsupported(RequestFailed):
    """The store does not know the operation."""


class BatchRefused(RequestFailed):
    """The store does not take a batch in this form; unless that is uncertain, it has removed none of it."""


class NotFound(RequestFailed):
    """The key, version or upload is not there (any more)."""


class Transient(RequestFailed):
    """A failure that another attempt may not meet.

    ``unavailable``: the store pushed back (503, 429) or was not reached, so other requests will meet the same.
    ``unreachable``: the store was not reached. ``unanswered``: it was, and did not answer, so it is also ``uncertain``
    what it did. ``uncertain`` alone: it answered, but not that it did nothing. ``overdue``: it took too long, so that
    fewer keys at once may do better; whoever does not answer is that too.
    ``retry_after``: seconds that the store asked us to wait, if it did.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str,
        advice: str = "",
        unavailable: bool = False,
        unreachable: bool = False,
        unanswered: bool = False,
        uncertain: bool = False,
        overdue: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, code=code, advice=advice, uncertain=uncertain or unanswered or overdue)
        self.unavailable = unavailable or unreachable or unanswered
        self.unreachable = unreachable
        self.unanswered = unanswered
        self.overdue = overdue or unanswered
        self.retry_after = retry_after


class RetriesExhausted(RequestFailed):
    """Every attempt at a request met a transient failure; ``unavailable`` as in the last of them."""

    def __init__(self, last: Transient, *, attempts: int) -> None:
        super().__init__(f"Gave up after {attempts} attempts. {last}", code=last.code)
        self.unavailable = last.unavailable
