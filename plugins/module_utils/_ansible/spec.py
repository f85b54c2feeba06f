# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The definition of a module, which is the same on the controller and as a module."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from .arguments import PATHS, connection_arguments, folder_arguments

if TYPE_CHECKING:
    from .._engine.model.report import Progress
    from .context import Workshop
    from .results.change import Outcome


class Operation(Protocol):
    """What a module does: :class:`Remove`, :class:`Create`, :class:`Survey` and their kind."""

    def run(self) -> None:
        """Do it; raise :class:`EngineError` if it cannot be done in full."""

    def progress(self) -> Progress | None:
        """Tell how far it has come; ``None`` if that is not worth a word."""

    def report(self) -> Any:
        """Tell what was done or found so far."""


@dataclass(frozen=True, kw_only=True)
class ModuleSpec:
    """The options of a module beside those that all have, what they make of it, and how its result is told.

    ``build`` makes the operation, and ``describe`` the outcome of its report, which is ``None`` if the operation could
    not even be built.
    """

    options: Mapping[str, Any]
    build: Callable[[Workshop], Operation]
    describe: Callable[[Any, Mapping[str, Any]], Outcome]
    required_one_of: Sequence[Sequence[str]] = ()

    @property
    def specification(self) -> dict[str, Any]:
        """What AnsibleModule and ArgumentSpecValidator both take."""
        return {
            "argument_spec": {**connection_arguments(), **folder_arguments(), **self.options},
            "mutually_exclusive": [PATHS],
            "required_one_of": [PATHS, *self.required_one_of],
        }
