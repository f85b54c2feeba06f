# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task changes in the environment is gone after it."""

from __future__ import annotations

import os

import pytest

from ansible_collections.tidy.spaces.plugins.plugin_utils._environment import applied


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDY_KNOWN", "before")
    monkeypatch.delenv("TIDY_NEW", raising=False)


def test_it_holds_within_and_not_after() -> None:
    before = dict(os.environ)
    with applied({"TIDY_KNOWN": "within", "TIDY_NEW": 7}):
        assert (os.environ["TIDY_KNOWN"], os.environ["TIDY_NEW"]) == ("within", "7")
        os.environ["TIDY_NEW"] = "changed by somebody"
    assert dict(os.environ) == before


def test_it_is_put_back_after_an_error_too() -> None:
    before = dict(os.environ)
    with pytest.raises(KeyboardInterrupt), applied({"TIDY_KNOWN": "within", "TIDY_NEW": "new"}):
        raise KeyboardInterrupt
    assert dict(os.environ) == before


def test_a_name_that_cannot_be_one_leaves_nothing_behind() -> None:
    before = dict(os.environ)
    with pytest.raises(ValueError, match="embedded null"), applied({"TIDY_NEW": "new", "TIDY_KNOWN": "a\0b"}):
        pass
    assert dict(os.environ) == before
