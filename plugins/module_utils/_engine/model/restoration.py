# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decide what a restore does with each key, from a record and from a listing of versions, without any request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Protocol

from ..errors import ProtocolError
from .entries import Entry
from .globs import Globs
from .path import FolderPath
from .record import RecordedEntry, RecordedException
from .times import moment

_KEY_BITS = 2**60 - 1  # so that Python keeps the number in 32 bytes
_VERSION_BITS = 2**56 - 1
_STATE_BITS = 4
_STATE_MASK = (1 << _STATE_BITS) - 1


class KeyState(IntEnum):
    """What is known about a key that is to be restored."""

    UNSEEN = 0  # in the record, and not listed so far
    RESTORING = 1  # its delete markers are being removed, or were removed
    IN_PLACE = 2  # the recorded version is the current one
    NEWER = 3  # something newer than the recorded version was written
    DIFFERS = 4  # something was written over it after it was restored
    SUSPENDED = 5  # only a delete marker called null hides it, because versioning of the Space is suspended
    NOT_RESTORABLE = 6  # the removal destroyed it
    EARLIER = 7  # it was deleted before the time that is asked for
    EXPIRED = 8  # the recorded version was not listed so far, and another one is hidden
    NEWER_DELETED = 9  # something newer than the recorded version was written, and deleted


_STATES = {state.value: state for state in KeyState}  # a call of KeyState takes ten times as long
LEFT = (
    KeyState.IN_PLACE,
    KeyState.NEWER,
    KeyState.NEWER_DELETED,
    KeyState.DIFFERS,
    KeyState.SUSPENDED,
    KeyState.NOT_RESTORABLE,
)
"""Why a key is left as it is."""


class RecordedKeys:
    """The keys of a record that a removal of current objects has written, at about 110 bytes a key.

    The last line about a key is valid. A key that was certainly not removed is left out. A line about a version that
    was left does not count, because it was written later than the removed one. A key and its version are kept as
    hashes, for which Python uses a new secret in each process.
    """

    def __init__(
        self, lines: Iterable[RecordedEntry | RecordedException], *, accept: Callable[[str], bool] = lambda _key: True
    ) -> None:
        self._states: dict[int, int] = {}
        states = self._states
        for line in lines:
            if isinstance(line, RecordedEntry):
                item, kind, restorable = line
                if isinstance(item, Entry) and kind == "object" and accept(item.key):
                    state = KeyState.UNSEEN if restorable else KeyState.NOT_RESTORABLE
                    version = _version_of(item)
                    states[hash(item.key) & _KEY_BITS] = version << _STATE_BITS | state
            elif not line.upload and line.outcome != "unknown" and line.version_id is None:
                states.pop(hash(line.key) & _KEY_BITS, None)

    def __len__(self) -> int:
        return len(self._states)

    def state(self, key: str) -> KeyState | None:
        """Return what is known about a key; ``None`` if the record does not name it."""
        packed = self._states.get(hash(key) & _KEY_BITS)
        return None if packed is None else _STATES[packed & _STATE_MASK]

    def is_recorded(self, entry: Entry) -> bool:
        """Return whether this is the version that the record names, of a key that it names."""
        return self._states[hash(entry.key) & _KEY_BITS] >> _STATE_BITS == _version_of(entry)

    def change(self, key: str, state: KeyState) -> KeyState:
        """Set what is known about a key of the record; return what was known before."""
        number = hash(key) & _KEY_BITS
        packed = self._states[number]
        self._states[number] = packed >> _STATE_BITS << _STATE_BITS | state
        return _STATES[packed & _STATE_MASK]

    def unlisted(self, lines: Iterable[RecordedEntry | RecordedException]) -> Iterator[tuple[RecordedEntry, KeyState]]:
        """Return the entries whose version was not listed or destroyed, of the same lines as before, each key once."""
        states = (KeyState.UNSEEN, KeyState.NOT_RESTORABLE, KeyState.EXPIRED)
        if not any(packed & _STATE_MASK in states for packed in self._states.values()):
            return
        for line in lines:
            if not (isinstance(line, RecordedEntry) and isinstance(line.item, Entry)):
                continue
            state = self.state(line.key)
            if state in states and self.is_recorded(line.item):
                self.change(line.key, KeyState.EARLIER)
                yield line, state


def _version_of(entry: Entry) -> int:
    """Return a number for a version. Several may be called ``null``, one after another: their content differs."""
    version_id = entry.version_id
    return hash((entry.size, entry.etag.strip('"')) if version_id == "null" else version_id) & _VERSION_BITS


def keys_chosen(folders: Iterable[FolderPath], globs: Globs) -> Callable[[str], bool]:
    """Return what says whether a key is chosen: by its name below any of the folders that it is in."""
    prefixes = frozenset(folder.prefix for folder in folders)

    def accept(key: str) -> bool:
        end = 0  # of what may be a folder's prefix
        while True:
            if key[:end] in prefixes and globs.choose(key[end:].rstrip("/")):
                return True
            end = key.find("/", end) + 1
            if not end:
                return False

    return accept


class Decisions(Protocol):
    """Receives the decisions of a selection."""

    def restoring(self, version: Entry, markers: Sequence[Entry]) -> None:
        """Note a version that is restored when these delete markers are removed."""

    def leave(self, version: Entry, state: KeyState) -> None:
        """Note a version of a key that is left as it is."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which keys are to be restored.

    ``recorded``: the keys of a record, each with the version to restore. ``since``: a key is restored if no delete
    marker above its version is older than this. At least one of the two is set; with both, both conditions apply.
    ``accept``: which keys are selected. ``suspended``: delete markers that are called ``null`` stay.
    """

    recorded: RecordedKeys | None
    since: datetime | None
    suspended: bool
    accept: Callable[[str], bool] = lambda _key: True


class RestoreSelection:
    """Choose the delete markers to remove, from the entries of one scan in its order: a key's newest entry comes first.

    The entries of a key may be on several pages. The decision about a key is made at its first version, which is the
    current one or the one to restore; for a record, at the recorded version below it. Each delete marker is chosen with
    the size of the version that it hides, so that bytes can be counted.
    """

    def __init__(self, *, wanted: Wanted, decisions: Decisions) -> None:
        self._wanted = wanted
        self._decisions = decisions
        self._key = ""
        self._meant = False
        self._state: KeyState | None = None  # of the key, in the record
        self._markers: list[Entry] = []
        self._top: Entry | None = None  # the newest version of the key

    def __call__(self, items: Sequence[Entry]) -> Sequence[Entry]:
        recorded = self._wanted.recorded
        chosen: list[Entry] = []
        for entry in items:
            if entry.key != self._key:
                self._begin(entry)
            if not self._meant:
                continue
            if self._top is None:
                if entry.delete_marker:
                    self._markers.append(entry)
                else:
                    self._top = entry
                    chosen += self._at_first_version(entry)
            elif recorded is not None and not entry.delete_marker and recorded.is_recorded(entry):
                self._decisions.leave(entry, KeyState.NEWER_DELETED if self._markers else KeyState.NEWER)
        return chosen

    def _begin(self, entry: Entry) -> None:
        """Begin with the newest entry of a key."""
        if not self._key and not entry.latest:
            raise ProtocolError(
                f"The store's listing begins amid the versions of {entry.key!r}.",
                advice="Set workers to 1, so that the listing is not shared.",
            )
        self._key, self._markers, self._top = entry.key, [], None
        recorded = self._wanted.recorded
        if recorded is None:
            self._meant = self._wanted.accept(entry.key)
        else:
            self._state = recorded.state(entry.key)
            self._meant = self._state not in (None, KeyState.NOT_RESTORABLE)

    def _at_first_version(self, version: Entry) -> Sequence[Entry]:
        wanted, markers = self._wanted, self._markers
        if wanted.recorded is not None and not wanted.recorded.is_recorded(version):
            if markers and self._state is KeyState.UNSEEN:
                self._decisions.leave(version, KeyState.EXPIRED)
            return ()
        if not markers:
            self._decisions.leave(version, KeyState.IN_PLACE)
        elif wanted.since and not all(_time(marker) >= wanted.since for marker in markers):
            self._decisions.leave(version, KeyState.EARLIER)
        elif wanted.suspended and any(marker.version_id == "null" for marker in markers):
            self._decisions.leave(version, KeyState.SUSPENDED)
        else:
            self._decisions.restoring(version, markers)
            return [
                Entry(marker.key, version.size, marker.modified, marker.version_id, delete_marker=True)
                for marker in markers
            ]
        return ()


def _time(marker: Entry) -> datetime:
    try:
        return moment(marker.modified)
    except ValueError as exc:
        raise ProtocolError(
            f"The store's listing gives {marker.modified!r} as the time of a delete marker of {marker.key!r}.",
            advice="Without a known time, nothing is restored.",
        ) from exc
