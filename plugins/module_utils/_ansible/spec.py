# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The specification of a module: its options, and the functions that build its operation and describe its result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Protocol

from ansible.module_utils.basic import missing_required_lib

from .._engine.errors import EngineError, InvalidOption

if TYPE_CHECKING:
    from .._engine.model.report import Progress
    from .context import TaskContext
    from .results.task_result import TaskResult

Options = Mapping[str, Mapping[str, Any]]

MINIMUM_BOTOCORE = "1.36.0"  # the first that can omit checksums where they are not required
RENAMED = {"bucket": "space"}  # not an alias, because a default under that name would override the space of a task
PATHS = ("path", "paths")  # one of them, and not both
GUARDS = frozenset(
    {
        "as_of",
        "exclude",
        "from_record",
        "if_match",
        "if_match_record",
        "include",
        "keep_newest",
        "max_objects",
        "min_depth",
        "older_than",
        "protect",
        "record",
        "since",
    }
)
"""Options that limit what a task changes, or record it: without a value, they would do nothing."""
SELECTING = ("exclude", "include", "keep_newest", "older_than", "unit", "versions")
"""The options that select what is removed from a folder, besides uploads. None of them can hold a secret."""

# The documentation fragments describe these options.
CONNECTION: Options = {
    "space": {"type": "str", "required": True},
    "region": {"type": "str"},
    "endpoint_url": {"type": "str"},
    "access_key": {"type": "str", "no_log": False},
    "secret_key": {"type": "str", "no_log": True},
    "session_token": {"type": "str", "no_log": True},
    "profile": {"type": "str"},
    "validate_certs": {"type": "bool", "default": True},
    "ca_bundle": {"type": "path"},
    "addressing_style": {"type": "str", "choices": ["auto", "path", "virtual"], "default": "auto"},
    "connect_timeout": {"type": "float", "default": 10.0},
    "read_timeout": {"type": "float", "default": 60.0},
    "retries": {"type": "int", "default": 8},
    "request_rate": {"type": "float"},
    "workers": {"type": "int", "default": 16},
}
FOLDER: Options = {
    "path": {"type": "raw"},  # raw, so that a number is seen as one and a string is not split
    "paths": {"type": "raw"},
    "exact": {"type": "bool", "default": False},
    "min_depth": {"type": "int", "default": 0},
    "protect": {"type": "raw", "default": []},
}
RECORD: Options = {
    "record": {"type": "path"},
    "record_versions": {"type": "bool", "default": True},
}
REVIEW: Options = {
    "if_match": {"type": "raw"},  # raw, so that a list is not joined
    "if_match_record": {"type": "path"},
}
CHANGE: Options = {
    "allow_root": {"type": "bool", "default": False},
    "sample_size": {"type": "int", "default": 20},
}


class Operation(Protocol):
    """An operation of a module, such as :class:`Create`, :class:`RemovalJob` or :class:`Survey`."""

    def run(self) -> None:
        """Carry it out; raise :class:`EngineError` if it cannot be completed."""

    def progress(self) -> Progress | None:
        """Return the progress; ``None`` for an operation that is too short for progress lines."""

    def report(self) -> Any:
        """Return what was done or found so far."""


@dataclass(frozen=True, kw_only=True)
class ModuleSpec:
    """What distinguishes one module from the others, wherever its tasks run.

    ``options`` are those that the modules do not share. ``build`` makes the operation. ``describe`` turns the
    operation's report into the result. It gets ``None`` if the operation could not be built. ``without_effect``:
    for each state, the options that it ignores. ``gathered_with``: for each option, the choice that ``gather`` must
    contain.
    """

    options: Options
    build: Callable[[TaskContext], Operation]
    describe: Callable[[Any, Mapping[str, Any]], TaskResult]
    required_one_of: Sequence[Sequence[str]] = ()
    without_effect: Mapping[str, Sequence[str]] = field(default_factory=dict)
    gathered_with: Mapping[str, str] = field(default_factory=dict)

    @property
    def argument_spec(self) -> dict[str, dict[str, Any]]:
        """All options of the module."""
        return {name: dict(facts) for name, facts in {**CONNECTION, **FOLDER, **self.options}.items()}

    @property
    def specification(self) -> dict[str, Any]:
        """What AnsibleModule and ArgumentSpecValidator both take."""
        return {
            "argument_spec": self.argument_spec,
            "mutually_exclusive": [PATHS],
            "required_one_of": [PATHS, *self.required_one_of],
        }

    def require_effect(self, params: Mapping[str, Any]) -> None:
        """Raise :class:`InvalidOption` for an option that the task ignores, unless it has its default value."""
        state = params.get("state", "")
        for option in self.without_effect.get(state, ()):
            self._require_default(option, params, f"has no effect with state: {state}", otherwise="change state")
        for option, choice in self.gathered_with.items():
            if choice not in params["gather"]:
                problem = f"has no effect without {choice} in gather"
                self._require_default(option, params, problem, otherwise=f"add {choice} to gather")

    def _require_default(self, option: str, params: Mapping[str, Any], problem: str, *, otherwise: str) -> None:
        if params[option] != self.options[option].get("default"):
            raise InvalidOption(
                option,
                params[option],
                problem,
                advice=f"Remove it, or {otherwise}. A default of this kind does not belong in module_defaults.",
            )


def check_given(arguments: Mapping[str, object], options: Options) -> None:
    """Refuse unknown arguments, and those that Ansible would silently convert or drop; raise :class:`EngineError`.

    ``arguments`` are those that the task gives, before Ansible converts them. ``options`` is the argument spec. The
    value of an unknown argument is not shown, because it may be a secret.
    """
    for option, value in arguments.items():
        if option in RENAMED:
            raise InvalidOption(
                option,
                value,
                "is not an option",
                advice=f"Write {RENAMED[option]}, in module_defaults and in the variables of playbooks too.",
            )
        if option not in options:
            similar = get_close_matches(option, options, n=1)
            raise EngineError(
                f"{option} is not an option of this module.",
                advice=f"Did you mean {similar[0]}?" if similar else f"The options are {', '.join(sorted(options))}.",
            )
        require_numbers({option: value}, options)
        if option in GUARDS and (value is None or (isinstance(value, str) and not value.strip())):
            raise InvalidOption(
                option,
                value,
                "has no value, so it would protect nothing",
                advice="Set the variable that came out empty. To leave the option out on purpose, use default(omit).",
            )


def require_numbers(values: Mapping[str, object], options: Options) -> None:
    """Raise :class:`InvalidOption` for a boolean where a number is expected, because Ansible takes it for 0 or 1."""
    for option, value in values.items():
        if isinstance(value, bool) and options.get(option, {}).get("type") in ("int", "float"):
            raise InvalidOption(
                option,
                value,
                "is a boolean, not a number",
                advice="Write a number. YAML reads yes, on and true as a boolean.",
            )


def require_botocore() -> None:
    """Raise :class:`EngineError` if botocore is missing or too old where the module runs."""
    try:
        import botocore
    except ImportError as exc:
        raise EngineError(missing_required_lib("boto3", reason="for the botocore that it brings")) from exc
    if _release(botocore.__version__) < _release(MINIMUM_BOTOCORE):
        wanted = f"botocore >= {MINIMUM_BOTOCORE}"
        raise EngineError(missing_required_lib(wanted, reason=f"(it has {botocore.__version__}; boto3 brings it)"))


def _release(version: str) -> list[int]:
    return [int(part) for part in version.split(".")[:3] if part.isdecimal()]
