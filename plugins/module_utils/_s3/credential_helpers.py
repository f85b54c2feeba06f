# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the programs that provide credentials (``credential_process``); each of them ends with the task."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from .._engine.bulk.cancellation import TICK

if TYPE_CHECKING:
    from botocore.session import Session

DYING = 1.0  # seconds that a killed program has to end
SHELL = ("/bin/sh", "-c")
GUARD = 'read -r group && ! read -r ended && kill -9 "-$group"'  # the second read fails when no writer is left
PROGRAM = 'echo $$ >&0 && exec "$@" < /dev/null'  # the guard knows the group before the program begins


def end_helpers(session: Session, check: Callable[[], None]) -> None:
    """End each program that the session starts as soon as ``check`` raises, and let that exception through.

    Botocore creates the providers of a session, and later those for the source of an assumed role. It has no option
    that replaces the function that starts programs.
    """
    from botocore.credentials import AssumeRoleProvider, ProcessProvider

    start: Any = partial(Helper, check=check)  # a Helper has all attributes of a Popen that botocore uses

    def create_process_provider(profile_name: str) -> ProcessProvider:
        return ProcessProvider(profile_name=profile_name, load_config=lambda: session.full_config, popen=start)

    resolver: Any = session.get_component("credential_provider")
    for provider in resolver.providers:
        if provider.METHOD == ProcessProvider.METHOD:
            provider._popen = start  # noqa: SLF001
        elif provider.METHOD == AssumeRoleProvider.METHOD:
            provider._profile_provider_builder._create_process_provider = create_process_provider  # noqa: SLF001


class Helper:
    """A running program, in a process group with all processes that it starts.

    This process may be killed at any time, so a guard in a separate process can kill the group too.
    """

    def __init__(self, command: Sequence[str], *, check: Callable[[], None], **streams: Any) -> None:
        # run_command belongs to AnsibleModule, which the controller does not have, and cannot be stopped.
        # pylint: disable=ansible-bad-function
        check()
        self._check = check
        self._guard = subprocess.Popen(  # noqa: S603 - a constant
            [*SHELL, GUARD],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self._program = subprocess.Popen(  # noqa: S603 - what the user's own configuration names
                [*SHELL, PROGRAM, "sh", *command], stdin=self._guard.stdin, start_new_session=True, **streams
            )
        except BaseException:
            self._guard.communicate()
            raise

    @property
    def returncode(self) -> int | None:
        """The return code of the program."""
        return self._program.returncode

    def communicate(self) -> tuple[bytes, bytes]:
        """Return the program's output; as soon as the task is stopped, end the program and raise."""
        try:
            while True:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    return self._program.communicate(timeout=TICK)
                self._check()
        except BaseException:
            self._kill()
            raise
        finally:
            self._guard.communicate(b"ended\n")

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # a helper may be another user's
            os.killpg(self._program.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._program.wait(DYING)
