# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write a record before the requests that it records are sent."""

from __future__ import annotations

import contextlib
import itertools
import os
import stat
import threading
import zlib
from collections.abc import Iterable, Sequence

from ..errors import EngineError, InvalidOption
from ..model.entries import Entry, Item
from ..model.record import Closing, Header, Outcome, Recordable, write_document, write_entries, write_exception
from .deletion import Remover
from .outcomes import UNTRIED, Removed

OPTION = "record"
MOST_BUFFERED = 2**20  # characters; more are written even if no request waits for them
_GZIP = 31  # a zlib option: a gzip header and trailer around each member


class Recorder:
    """Write a record to a new file, which is created at the first entry.

    The coordinator writes. Before a request is sent, :meth:`sync` waits until everything that was written is on disk.
    One thread flushes for all threads that wait, so they share a write to the disk. It raises
    :class:`EngineError` if the file cannot be written, and raises it again at each later call, so that no request
    follows.

    ``place`` is the absolute path of a file, or of a directory, in which a file called ``name`` is created. ``header``
    may be replaced until the first entry.
    """

    def __init__(self, *, place: str, name: str, header: Header) -> None:
        self.path: str | None = None
        """The file, once it was created."""
        self._place = place
        self._in_directory = os.path.isdir(place)
        self._name = name
        self.header = header
        self._file = -1
        self._error: EngineError | None = None
        self._lines: list[str] = []
        self._buffered = 0  # characters
        self._written = 0  # the number of writes so far, and how many of them are on disk
        self._synced = 0
        self._lines_lock = threading.Lock()
        self._file_lock = threading.Lock()

    def check(self) -> None:
        """Raise :class:`InvalidOption` if the place cannot be written."""
        place = self._place
        if not os.path.isabs(place):
            raise InvalidOption(OPTION, place, "is not an absolute path", advice="Write it from the root: '/var/…'.")
        directory = place if self._in_directory else os.path.dirname(place)
        if not self._in_directory and os.path.lexists(place):
            raise InvalidOption(
                OPTION,
                place,
                "exists already, and a record is never replaced",
                advice="Name a new file or a directory.",
            )
        if not os.path.isdir(directory):
            raise InvalidOption(
                OPTION,
                place,
                f"needs the directory {directory!r}, which does not exist",
                advice="Create it first, because the task does not create it.",
            )
        if not os.access(directory, os.W_OK | os.X_OK):
            raise InvalidOption(
                OPTION,
                place,
                "cannot be written by this user",
                advice=f"Give this user the right to write to {directory!r}.",
            )

    def write(self, entries: Sequence[Recordable]) -> None:
        """Write entries that are about to be removed."""
        if entries:
            self._add(write_entries(entries))

    def write_exception(self, item: Item, *, outcome: Outcome, code: str = "") -> None:
        """Write an entry that was not removed, or not certainly."""
        self._add(write_exception(item, outcome=outcome, code=code))

    def sync(self) -> None:
        """Wait until everything that was written before this call is on disk; any thread may call it."""
        wanted = self._written
        with self._file_lock:
            if self._synced < wanted or self._error:
                self._flush(sync=True)

    def close(self, closing: Closing) -> None:
        """Write the last line, if there is a file, and close it."""
        if not self._written:
            return
        self._add(write_document(closing))
        try:
            self.sync()
        finally:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1

    def _add(self, text: str) -> None:
        with self._lines_lock:
            self._lines.append(text)
            self._written += 1
            self._buffered += len(text)
        if self._buffered > MOST_BUFFERED:
            with self._file_lock, contextlib.suppress(EngineError):  # the next sync raises it
                self._flush(sync=False)

    def _flush(self, *, sync: bool) -> None:
        """Write the buffer to the file; the caller holds the lock of the file."""
        if self._error:
            raise self._error
        with self._lines_lock:
            lines, self._lines, self._buffered, written = self._lines, [], 0, self._written
        try:
            if self._file < 0:
                self._create()
                lines.insert(0, write_document(self.header))
            self._append("".join(lines).encode())
            if sync:
                os.fsync(self._file)
                self._synced = written
        except OSError as exc:
            whole = "Everything that was removed is in it as far as it goes. " if self._synced else ""
            self._error = EngineError(
                f"The record {self.path or self._place!r} cannot be written: {exc.strerror}.",
                advice=f"{whole}Make room, and run the task again.",
            )
            if not self._synced:
                self._discard()
            raise self._error from exc

    def _discard(self) -> None:
        """Remove the file, because it names nothing that was removed: it would only be in the way of a restore."""
        if self.path:
            with contextlib.suppress(OSError):
                os.unlink(self.path)
            self.path = None

    def _append(self, data: bytes) -> None:
        if self.path and self.path.endswith(".gz") and data:
            packer = zlib.compressobj(level=1, wbits=_GZIP)
            data = packer.compress(data) + packer.flush()
        while data:
            data = data[os.write(self._file, data) :]

    def _create(self) -> None:
        for path in self._paths():
            try:
                self._file = os.open(
                    path,
                    os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC,
                    stat.S_IRUSR | stat.S_IWUSR,
                )
            except FileExistsError:
                if not self._in_directory:
                    raise
            else:
                self.path = path
                break
        directory = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)

    def _paths(self) -> Iterable[str]:
        """Yield possible paths of the file, because another task may take a name in the same second."""
        if not self._in_directory:
            return [self._place]
        stem, dot, suffix = self._name.partition(".")
        first = os.path.join(self._place, self._name)
        return itertools.chain(
            [first], (os.path.join(self._place, f"{stem}-{number}{dot}{suffix}") for number in itertools.count(2))
        )


class WriteAheadRemover:
    """Remove with another remover, after the record of the items is on disk."""

    def __init__(self, remover: Remover, *, recorder: Recorder) -> None:
        self.confirms = remover.confirms
        self.prefix = remover.prefix
        self._remover = remover
        self._recorder = recorder

    @property
    def batch_size(self) -> int:
        return self._remover.batch_size

    def needs_own_request(self, item: Item) -> bool:
        return self._remover.needs_own_request(item)

    def remove_one(self, item: Item) -> Removed:
        return self._recorded([item]) or self._remover.remove_one(item)

    def remove_batch(self, entries: Sequence[Entry]) -> Removed:
        return self._recorded(entries) or self._remover.remove_batch(entries)

    def _recorded(self, items: Sequence[Item]) -> Removed | None:
        """Return the outcome of items that cannot be recorded: no request is sent for them, and the task ends."""
        try:
            self._recorder.sync()
        except EngineError as exc:
            return Removed(dict.fromkeys(items, UNTRIED), fatal=exc)
        return None
