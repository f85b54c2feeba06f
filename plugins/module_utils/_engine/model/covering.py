# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the folders of a task that lie inside another one, so that no key is counted or removed twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .path import FolderPath


def covers(folders: Sequence[FolderPath], *, nested: bool) -> Iterator[str | None]:
    """Yield, for each folder, the listed folder that covers it, or ``None``.

    A folder that is listed again is covered by its first entry. With ``nested``, a folder inside other listed folders
    is covered by the outermost of them.
    """
    listed = {folder.prefix for folder in folders}
    seen: set[str] = set()
    for folder in folders:
        above = [prefix for prefix in _above(folder) if prefix in listed] if nested else []
        if above or folder.prefix in seen:
            yield (above or [folder.prefix])[0] or "/"
        else:
            yield None
        seen.add(folder.prefix)


def inner_folders(folders: Sequence[FolderPath]) -> dict[FolderPath, tuple[str, ...]]:
    """Return for each folder the prefixes of the listed folders inside it."""
    inner: dict[str, list[str]] = {folder.prefix: [] for folder in folders}
    for folder in dict.fromkeys(folders):
        for prefix in _above(folder):
            if prefix in inner:
                inner[prefix].append(folder.prefix)
    return {folder: tuple(inner[folder.prefix]) for folder in folders}


def _above(folder: FolderPath) -> list[str]:
    return [prefix for prefix in ("", *folder.ancestors) if prefix != folder.prefix]
