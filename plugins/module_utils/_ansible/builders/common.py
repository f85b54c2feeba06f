# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the builders of several modules need."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from ..._engine.errors import InvalidOption
from ..._engine.model.globs import Globs, parse_globs
from ..._engine.model.path import FolderPath, parse_paths, require_depth
from ..._engine.model.protection import Protection, parse_protect, require_unprotected
from ..._engine.model.times import moment
from ..._s3.settings import at_least


def folders_of(params: Mapping[str, Any], *, allow_root: bool, removes: bool = False) -> list[FolderPath]:
    """Return the folders of a task; if it ``removes`` something, only those that its guards let it name."""
    folders = parse_paths(path=params["path"], paths=params["paths"], exact=params["exact"], allow_root=allow_root)
    min_depth = at_least(params, "min_depth", 0)
    protection = Protection(parse_protect("protect", params["protect"]))
    if removes:
        require_depth(folders, min_depth)
        require_unprotected(folders, protection)
    return folders


def globs_of(params: Mapping[str, Any], *, unit: Literal["subfolders", "objects"]) -> Globs:
    """Return the globs that choose units by their names."""
    return Globs(**{option: parse_globs(option, params[option], unit=unit) for option in ("include", "exclude")})


def limit_of(params: Mapping[str, Any], option: str, least: int) -> int | None:
    """Return a limit; ``None`` if the task sets none. Refuse one below ``least``."""
    return None if params[option] is None else at_least(params, option, least)


def parse_time(option: str, value: str | None, *, advice: str) -> datetime | None:
    """Parse a time with its zone; raise :class:`InvalidOption` for anything else."""
    if value is None:
        return None
    text = value.strip()
    if not re.search(r"(Z|[+-]\d\d:?\d\d)$", text):
        raise InvalidOption(option, value, "is not a time with its zone", advice=advice)
    try:
        return moment(text.replace(" ", "T", 1))
    except ValueError as exc:
        raise InvalidOption(option, value, "is not a time", advice=advice) from exc
