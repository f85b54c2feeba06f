# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The credentials that botocore finds and renews; each retrieval is checked, and its errors are translated."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .._engine.errors import EngineError
from .errors import quotation_of
from .settings import require_clean

if TYPE_CHECKING:
    from botocore.credentials import ReadOnlyCredentials
    from botocore.session import Session


class RetrievedCredentials:
    """Credentials that botocore has found.

    ``add_secret`` is called with each secret before its use, also when credentials are renewed.
    """

    def __init__(self, *, found: Any, add_secret: Callable[[str], None]) -> None:
        self._found = found
        self._add_secret = add_secret
        self._known: ReadOnlyCredentials | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._found, name)

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """Return the credentials that sign now; botocore calls this before each request."""
        with _retrieving():
            frozen: ReadOnlyCredentials = self._found.get_frozen_credentials()
        if frozen != self._known:
            for name in ("access_key", "secret_key", "token"):
                self._check(name, getattr(frozen, name))
            self._known = frozen
        return frozen

    @property
    def last_access_key(self) -> str:
        """The access key that signed last."""
        return (self._known.access_key if self._known else None) or ""

    def _check(self, name: str, value: Any) -> None:
        source = f"The {name.replace('_', ' ')} of the AWS configuration"
        if not isinstance(value, str | None):
            raise EngineError(
                f"{source} is not a string.", advice="Correct what the AWS configuration names as its source."
            )
        if value and name != "access_key":
            self._add_secret(value)
        require_clean(source, value)


class _Search:
    """Botocore's search for credentials."""

    def __init__(self, *, search: Any, add_secret: Callable[[str], None]) -> None:
        self._search = search
        self._add_secret = add_secret

    def load_credentials(self) -> RetrievedCredentials | None:
        with _retrieving():
            found = self._search.load_credentials()
        return found and RetrievedCredentials(found=found, add_secret=self._add_secret)


def watch_retrievals(session: Session, *, add_secret: Callable[[str], None]) -> None:
    """Make all clients of ``session`` use :class:`RetrievedCredentials`."""
    for name in ("botocore.credentials", "botocore.tokens"):
        logging.getLogger(name).addFilter(_without_traceback)
    search = session.get_component("credential_provider")
    session.register_component("credential_provider", _Search(search=search, add_secret=add_secret))


@contextmanager
def _retrieving() -> Iterator[None]:
    """Raise :class:`EngineError` for any error inside the block, in which only botocore runs."""
    try:
        yield
    except EngineError:
        raise
    except Exception as exc:  # helpers, files and token services all raise different exceptions
        raise EngineError(
            f"The credentials cannot be retrieved: {quotation_of(exc)}.",
            advice="Look at what the AWS configuration names as their source.",
        ) from None  # the exception may quote what a helper program printed


def _without_traceback(record: logging.LogRecord) -> bool:
    """Keep the output of a helper program out of the log; botocore logs an exception that quotes it."""
    record.exc_info = None
    return True
