# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a record is written."""

from __future__ import annotations

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.records import _slug
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.path import FolderPath


@pytest.mark.parametrize(
    ("paths", "name"),
    [
        (["builds/42/"], "builds-42"),
        (["ü/../"], "all"),
        (["/"], "all"),
        (["a" * 200], "a" * 80),
        (["a", "b", "c"], "a-and-2-more"),
    ],
)
def test_a_file_in_a_directory_is_named_after_the_folder(paths: list[str], name: str) -> None:
    exact = paths == ["ü/../"]
    assert _slug([FolderPath.parse(path, exact=exact, allow_root=True) for path in paths]) == name
