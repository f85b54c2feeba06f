# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors of the engine, with the messages that the user sees."""

from __future__ import annotations

from enum import Enum, auto


class EngineError(Exception):
    """Say what happened, and in ``advice`` what the user can do about it.

    ``uncertain``: the store may have carried out the request nevertheless.
    """

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(f"{message} {advice}".rstrip())
        self.uncertain = False


class InvalidOption(EngineError):
    """An option's value that cannot be used; raised before any request is sent."""

    def __init__(self, option: str, value: object, problem: str, *, advice: str) -> None:
        super().__init__(f"{option}: {value!r} {problem}.", advice=advice)


class Interrupted(EngineError):
    """The task was stopped, or nobody reads its output any more."""


class SpaceNotFound(EngineError):
    """The Space does not exist on this endpoint."""


class LimitExceeded(EngineError):
    """More would be removed than ``max_objects`` allows."""


class ProtectedKeys(EngineError):
    """Keys would be removed that ``protect`` names."""


class NotReviewed(EngineError):
    """Something would be removed that ``if_match`` does not stand for."""


class FolderKeepsFilling(EngineError):
    """Somebody else writes to the folder faster than it is emptied."""


class ProtocolError(EngineError):
    """The store sent a reply that its own protocol does not allow."""


class RequestFailed(EngineError):
    """A request that failed for good.

    ``code`` is the store's own error code, or the name of botocore's exception.
    """

    def __init__(self, message: str, *, code: str, advice: str = "", uncertain: bool = False) -> None:
        super().__init__(message, advice=advice)
        self.code = code
        self.uncertain = uncertain

    @property
    def store_unavailable(self) -> bool:
        """Whether other requests will fail in the same way, because the store does not serve any."""
        return False


class Denied(RequestFailed):
    """The credentials are not allowed to do this."""


class Unsupported(RequestFailed):
    """The store does not know the operation."""


class BatchRefused(RequestFailed):
    """The store does not accept a batch in this form; unless this is uncertain, it has removed none of its keys."""


class NotFound(RequestFailed):
    """The key, version or upload does not exist (any more)."""


class Cause(Enum):
    """Why a request failed, if another attempt may succeed."""

    REJECTED = auto()  # the store answered, and changed nothing
    BROKEN = auto()  # the store answered, but it may have changed something
    OVERLOADED = auto()  # the store asked for fewer requests
    OVERDUE = auto()  # a proxy answered that the store took too long
    UNREACHABLE = auto()  # the store was not reached
    UNANSWERED = auto()  # the store was reached, and did not answer

    @property
    def unavailable(self) -> bool:
        """Whether other requests will fail in the same way."""
        return self not in (Cause.REJECTED, Cause.BROKEN)

    @property
    def uncertain(self) -> bool:
        """Whether the store may have carried out the request."""
        return self in (Cause.BROKEN, Cause.OVERDUE, Cause.UNANSWERED)

    @property
    def overdue(self) -> bool:
        """Whether the store took too long, so that a smaller batch may succeed."""
        return self in (Cause.OVERDUE, Cause.UNANSWERED)

    @property
    def replied(self) -> bool:
        """Whether the store sent any reply."""
        return self not in (Cause.UNREACHABLE, Cause.UNANSWERED)


class Transient(RequestFailed):
    """A failure after which another attempt may succeed, because of a :class:`Cause`.

    ``retry_after``: how many seconds the store asked us to wait, if it asked.
    """

    def __init__(
        self, message: str, *, code: str, cause: Cause, advice: str = "", retry_after: float | None = None
    ) -> None:
        super().__init__(message, code=code, advice=advice, uncertain=cause.uncertain)
        self.cause = cause
        self.retry_after = retry_after


class RetriesExhausted(RequestFailed):
    """Every attempt at a request failed transiently; ``cause`` is that of the last attempt."""

    def __init__(self, last: Transient, *, attempts: int) -> None:
        super().__init__(f"Gave up after {attempts} attempts. {last}", code=last.code)
        self.cause = last.cause

    @property
    def store_unavailable(self) -> bool:
        return self.cause.unavailable
