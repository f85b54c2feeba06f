# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare what a removal would remove with what was reviewed before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..errors import NotReviewed
from ..model.etag import EntrySet, Etag, EtagBuilder
from ..model.path import FolderPath
from .inspection import Inspection, KeyNotes

AGAIN = "Review it again: run the task in check mode, then set if_match to the etag that it returns."


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What the record of a preview names: its entries, uploads included, how many they are, and their bytes."""

    entries: EntrySet
    count: int
    bytes: int


@dataclass(frozen=True, kw_only=True)
class Review:
    """Etags: whether to return them, and what was reviewed, if nothing else may be removed.

    ``scope`` names the options that decide what is removed. ``task``: the reviewed etag of all folders together. Or
    ``folders``: the etag of each folder that no other one covers. With ``preview``, a part of its entries is accepted
    too, so that a removal that failed in part can be continued.
    """

    scope: str
    returns_etags: bool
    task: Etag | None = None
    folders: Sequence[Etag] = ()
    preview: Preview | None = None

    @property
    def required(self) -> bool:
        """Whether nothing may be removed but what was reviewed."""
        return bool(self.task or self.folders)

    def require(self, inspections: Sequence[Inspection], *, folders: Sequence[FolderPath], listing: str) -> None:
        """Raise :class:`NotReviewed` if anything would be removed that was not reviewed.

        ``folders`` are those of the inspections; ``listing`` names what was listed. A folder without entries is
        accepted whatever its etag was, because there is nothing to remove.
        """
        if self.task:
            self._require(self.task, inspections, folders, listing)
        else:
            for etag, inspection, folder in zip(self.folders, inspections, folders, strict=True):
                self._require(etag, [inspection], [folder], listing)
        if self.preview:
            _require_part(self.preview, inspections)

    def etag(self, parts: Iterable[EtagBuilder | None], *, listing: str) -> Etag:
        """Return the etag of some folders; ``listing`` names what was listed."""
        return EtagBuilder(part for part in parts if part).etag(f"{self.scope} {listing}")

    def _require(
        self, reviewed: Etag, inspections: Sequence[Inspection], folders: Sequence[FolderPath], listing: str
    ) -> None:
        """Compare one etag. With a preview, only its scope counts: the same entry may be removed in another way."""
        found = self.etag([inspection.etag for inspection in inspections], listing=listing)
        if found == reviewed or not any(inspection.entries or inspection.uploads for inspection in inspections):
            return
        names = ", ".join(repr(folder.path) for folder in folders)
        if found.scope != reviewed.scope:
            raise NotReviewed(
                f"if_match: the etag of {names} stands for another listing. Nothing was removed.",
                advice="The preview must have the same options as this task, and an access key that may list the same.",
            )
        if self.preview:
            return
        raise NotReviewed(
            f"if_match: {names} is not as it was reviewed. It has {_figures(inspections)} now. Nothing was removed.",
            advice=f"{AGAIN} With if_match_record, this message names the keys.",
        )


def _require_part(preview: Preview, inspections: Sequence[Inspection]) -> None:
    unreviewed = KeyNotes(inspection.unreviewed for inspection in inspections)
    if unreviewed.total:
        raise NotReviewed(
            f"if_match_record does not name all that would be removed: {unreviewed}. It names "
            f"{preview.count:,} entries ({preview.bytes:,} bytes); there are {_figures(inspections)} now. "
            "Nothing was removed.",
            advice=AGAIN,
        )


def _figures(inspections: Sequence[Inspection]) -> str:
    entries = sum(inspection.entries + inspection.uploads for inspection in inspections)
    return f"{entries:,} entries ({sum(inspection.bytes for inspection in inspections):,} bytes)"
