# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read once for many sessions, and in the controller for its workers."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from botocore.exceptions import UnknownServiceError

from ansible_collections.tidy.spaces.plugins.module_utils._s3.client import preload
from ansible_collections.tidy.spaces.plugins.module_utils._s3.sessions import open_session


def test_sessions_share_what_botocore_has_read() -> None:
    one, other = (open_session(None, alone=True).get_component("data_loader") for _session in range(2))
    assert one is other


def test_a_session_with_data_files_elsewhere_reads_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    loader = open_session(None, alone=True).get_component("data_loader")
    assert str(tmp_path) in loader.search_paths


def test_a_client_is_made_without_a_look_at_all_other_services(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))  # of which no loader knows yet
    looked = []
    monkeypatch.setattr("botocore.loaders.Loader.list_available_services", lambda _loader, kind: looked.append(kind))
    client = open_session(None, alone=True).create_client("s3", "us-east-1")
    assert (client.meta.service_model.service_name, looked) == ("s3", [])


def test_an_unknown_service_is_unknown_as_botocore_says_it() -> None:
    with pytest.raises(UnknownServiceError, match="no-service"):
        open_session(None, alone=True).create_client("no-service", "us-east-1")


def test_what_cannot_be_preloaded_is_left_to_the_task(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("no section\n")
    preload()
    monkeypatch.setitem(sys.modules, "botocore.session", None)
    preload()


def test_preloading_asks_no_program_for_credentials(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    (tmp_path / "config").write_text(f"[default]\ncredential_process = touch {asked}\n")
    preload()
    assert not asked.exists()
