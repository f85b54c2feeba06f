# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read a record, even a truncated one."""

from __future__ import annotations

import itertools
import os
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from ..errors import InvalidOption
from ..model.record import Closing, Header, RecordedEntry, RecordedException, read_header, read_line

CHUNK = 2**18  # bytes
_ZEROS = 16  # more of them than any record ends in
_GZIP = 31  # a zlib option: a gzip header and trailer around each member
_GZIP_MAGIC = b"\x1f\x8b"


class RecordReader:
    """Read a record from a file, as often as needed; each method raises :class:`InvalidOption` if it is not a record.

    A truncated file is read to its last complete line, and a compressed one that ends in zeros to its last whole part.
    A machine that loses power leaves such files behind.
    ``complete``: whether the record was closed; known after it was read.
    """

    def __init__(self, *, path: str, option: str) -> None:
        self.complete = False
        self._path = path
        self._option = option

    def header(self) -> Header:
        """Read the first line."""
        first = next(self._whole_lines(), None)
        if first is None:
            raise self._refused("is not a record of tidy.spaces: it has no line")
        try:
            return read_header(first)
        except ValueError as exc:
            raise self._refused(str(exc)) from exc

    def lines(self) -> Iterator[RecordedEntry | RecordedException]:
        """Read the lines about entries, in the order in which they were written."""
        for number, line in enumerate(itertools.islice(self._whole_lines(), 1, None), 2):
            try:
                read = read_line(line)
            except ValueError as exc:
                raise self._refused(f"{exc} (line {number})") from exc
            if isinstance(read, Closing):
                self.complete = True
            else:
                yield read

    def entries(self) -> Iterator[RecordedEntry]:
        """Read the lines about entries, without those about what became of them."""
        return (line for line in self.lines() if isinstance(line, RecordedEntry))

    def _whole_lines(self) -> Iterator[bytes]:
        rest = b""
        try:
            for data in self._unpacked():
                *lines, rest = (rest + data).split(b"\n")
                yield from lines
        except OSError as exc:
            raise self._refused(f"cannot be read: {exc.strerror}") from exc
        except zlib.error as exc:
            raise self._refused(f"is damaged: {exc}") from exc

    def _unpacked(self) -> Iterator[bytes]:
        with open(self._path, "rb") as file:
            chunks = iter(lambda: file.read(CHUNK), b"")
            first = next(chunks, b"")
            if not first.startswith(_GZIP_MAGIC):
                yield from itertools.chain([first], chunks)
                return
            member: list[bytes] = []  # what is unpacked of one, until its checksum has shown that it is whole
            unpacker = zlib.decompressobj(wbits=_GZIP)
            for chunk in itertools.chain([first], chunks):
                while chunk:
                    try:
                        member.append(unpacker.decompress(chunk))
                    except zlib.error:
                        if _ends_in_zeros(file):
                            return
                        raise
                    chunk = unpacker.unused_data
                    if unpacker.eof:
                        yield b"".join(member)
                        member, unpacker = [], zlib.decompressobj(wbits=_GZIP)
            if not _ends_in_zeros(file):
                yield b"".join(member)

    def _refused(self, problem: str) -> InvalidOption:
        return InvalidOption(
            self._option, self._path, problem, advice="Name a file that the option record of a removal has written."
        )


def _ends_in_zeros(file: BinaryIO) -> bool:
    """Return whether a file ends in zeros, which some file systems leave there when a machine loses power.

    They may stand for what was written last. No request has waited for that, so nothing of it was removed.
    """
    file.seek(-min(_ZEROS, file.seek(0, os.SEEK_END)), os.SEEK_END)
    return file.read() == bytes(_ZEROS)
