# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A record on disk: written ahead, never replaced, readable when it was cut."""

from __future__ import annotations

import errno
import gzip
import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk import recorder as recorder_module
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.record_reader import CHUNK, RecordReader
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.recorder import Recorder
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import EngineError, InvalidOption
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import CurrentVersion, Entry
from tests.unit.engine.model.test_record import CLOSING, HEADER


def recorder(place: Path | str, name: str = "absent.jsonl") -> Recorder:
    return Recorder(place=str(place), name=name, header=HEADER)


def versions(count: int, start: int = 0) -> list[CurrentVersion]:
    return [CurrentVersion(f"k{number:04}", 1, "", f"v{number}", "") for number in range(start, start + count)]


def reader(path: Path) -> RecordReader:
    return RecordReader(path=str(path), option="from_record")


def keys_in(path: Path) -> list[str]:
    return [line.key for line in reader(path).lines()]


@pytest.fixture
def syncs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of files when they were synced."""
    sizes: list[int] = []
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        fsync(descriptor)
        sizes.append(os.fstat(descriptor).st_size)

    monkeypatch.setattr(recorder_module.os, "fsync", noted)
    return sizes


def test_nothing_to_record_leaves_no_file(tmp_path: Path) -> None:
    record = recorder(tmp_path / "r.jsonl")
    record.check()
    record.write([])
    record.close(CLOSING)
    assert not list(tmp_path.iterdir())
    assert record.path is None


@pytest.mark.parametrize("name", ["r.jsonl", "r.jsonl.gz"])
def test_a_record_holds_header_entries_and_closing(tmp_path: Path, name: str) -> None:
    record = recorder(tmp_path / name)
    record.write(versions(3))
    record.sync()
    record.write_exception(Entry("k0001"), outcome="failed", code="AccessDenied")
    record.close(CLOSING)
    assert record.path == str(tmp_path / name)
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    opened = gzip.open if name.endswith(".gz") else open
    with opened(tmp_path / name, "rt") as file:
        lines = [json.loads(line) for line in file]
    assert [line.get("key") for line in lines] == [None, "k0000", "k0001", "k0002", "k0001", None]
    read = reader(tmp_path / name)
    assert read.header() == HEADER
    assert len(list(read.lines())) == 4
    assert read.complete


def test_a_sync_writes_the_entries_and_the_directory_to_disk(tmp_path: Path, syncs: list[int]) -> None:
    record = recorder(tmp_path / "r.jsonl")
    record.write(versions(2))
    record.sync()
    assert len(syncs) == 2  # the directory, then the file
    assert syncs[-1] == (tmp_path / "r.jsonl").stat().st_size
    assert keys_in(tmp_path / "r.jsonl") == ["k0000", "k0001"]


def test_entries_on_disk_are_not_synced_again(tmp_path: Path, syncs: list[int]) -> None:
    record = recorder(tmp_path / "r.jsonl")
    record.write(versions(1))
    record.sync()
    record.sync()
    assert len(syncs) == 2


def test_threads_that_wait_for_a_running_sync_share_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = recorder(tmp_path / "r.jsonl")
    running, go_on = threading.Event(), threading.Event()
    synced: list[int] = []

    def slow(descriptor: int) -> None:
        synced.append(descriptor)
        running.set()
        go_on.wait(10)

    monkeypatch.setattr(recorder_module.os, "fsync", slow)
    record.write(versions(1))
    first = threading.Thread(target=record.sync)
    first.start()
    running.wait(10)
    record.write(versions(3, start=1))
    waiting = [threading.Thread(target=record.sync) for _number in range(3)]
    for thread in waiting:
        thread.start()
    go_on.set()
    for thread in [first, *waiting]:
        thread.join(10)
    assert len(synced) == 3  # the directory, the first one's, and one for the three
    assert len(keys_in(tmp_path / "r.jsonl")) == 4


def test_a_long_record_is_written_without_anybody_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder_module, "MOST_BUFFERED", 1000)
    record = recorder(tmp_path / "r.jsonl")
    record.write(versions(100))
    assert len(keys_in(tmp_path / "r.jsonl")) == 100


def test_a_file_is_never_replaced_and_no_link_followed(tmp_path: Path) -> None:
    there, link = tmp_path / "there", tmp_path / "link"
    there.write_text("mine")
    link.symlink_to(tmp_path / "elsewhere")
    for place in (there, link):
        record = recorder(place)
        with pytest.raises(InvalidOption, match="never replaced"):
            record.check()
        record.write(versions(1))
        with pytest.raises(EngineError, match="File exists"):
            record.sync()
    assert there.read_text() == "mine"
    assert not (tmp_path / "elsewhere").exists()


def test_a_directory_gets_a_file_of_its_own_for_each_task(tmp_path: Path) -> None:
    for _task in range(3):
        record = recorder(tmp_path, "now-absent.jsonl.gz")
        record.check()
        record.write(versions(1))
        record.close(CLOSING)
    names = ["now-absent-2.jsonl.gz", "now-absent-3.jsonl.gz", "now-absent.jsonl.gz"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert keys_in(tmp_path / names[1]) == ["k0000"]


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("r.jsonl", "not an absolute path"),
        ("/no/such/place/r.jsonl", "the directory '/no/such/place', which does not exist. Create it first"),
        ("/no/such/place/", "the directory '/no/such/place', which does not exist. Create it first"),
    ],
)
def test_a_place_that_cannot_be_written_is_refused_beforehand(place: str, problem: str) -> None:
    with pytest.raises(InvalidOption, match=f"record: .*{problem}"):
        recorder(place).check()


def test_a_directory_that_this_user_may_not_write_to_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module.os, "access", lambda _path, _mode: False)  # root may write anywhere
    with pytest.raises(InvalidOption, match="cannot be written by this user"):
        recorder(tmp_path).check()


def fill_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every write fail from now on."""

    def full(_descriptor: int, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(recorder_module.os, "write", full)


def test_a_record_that_names_nothing_is_not_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_disk(monkeypatch)
    record = recorder(tmp_path)
    record.write(versions(1))
    for end in (record.sync, lambda: record.close(CLOSING)):
        with pytest.raises(EngineError, match="No space left"):
            end()
    assert list(tmp_path.iterdir()) == []
    assert record.path is None


def test_after_a_full_disk_every_wait_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = recorder(tmp_path / "r.jsonl")
    record.write(versions(1))
    record.sync()

    fill_disk(monkeypatch)
    record.write(versions(1, start=1))
    for _attempt in range(2):
        with pytest.raises(EngineError, match="cannot be written: No space left on device"):
            record.sync()
    monkeypatch.undo()
    with pytest.raises(EngineError, match="No space left"):
        record.close(CLOSING)
    assert keys_in(tmp_path / "r.jsonl") == ["k0000"]


def test_a_full_disk_keeps_nothing_from_being_noted_and_closes_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "MOST_BUFFERED", 100)
    record = recorder(tmp_path / "r.jsonl")
    record.write(versions(1))
    record.sync()
    descriptor = record._file

    fill_disk(monkeypatch)
    for _entry in range(9):  # noted after the end of the task too, of whatever was not removed
        record.write_exception(Entry("k0000"), outcome="untried")
    with pytest.raises(EngineError, match="No space left"):
        record.sync()
    with pytest.raises(EngineError, match="No space left"):
        record.close(CLOSING)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


def test_a_write_that_takes_a_part_is_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(recorder_module.os, "write", lambda descriptor, data: write(descriptor, data[:10]))
    record = recorder(tmp_path / "r.jsonl")
    record.write(versions(5))
    record.close(CLOSING)
    assert len(keys_in(tmp_path / "r.jsonl")) == 5


@pytest.fixture(params=["r.jsonl", "r.jsonl.gz"])
def whole(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A record in three parts that were synced one by one."""
    record = recorder(tmp_path / request.param)
    for start in (0, 2, 4):
        record.write(versions(2, start=start))
        record.sync()
    record.close(CLOSING)
    return tmp_path / request.param


def test_a_record_that_was_cut_is_read_to_its_last_whole_line(whole: Path) -> None:
    data = whole.read_bytes()
    everything = keys_in(whole)
    found: list[Any] = []
    for cut in range(1, len(data)):
        whole.write_bytes(data[:cut])
        read = reader(whole)
        keys = [line.key for line in read.lines()]
        assert keys == everything[: len(keys)]
        assert not read.complete or keys == everything  # of a gzip member, the checksum may be missing
        found.append(len(keys))
    assert found == sorted(found)
    assert found[-1] == len(everything)
    if whole.suffix == ".jsonl":
        assert set(found) == set(range(len(everything) + 1))


def test_zeros_that_a_power_failure_left_hide_only_what_was_written_last(whole: Path) -> None:
    data, everything = whole.read_bytes(), keys_in(whole)
    synced = data.rindex(b"\x1f\x8b") if whole.suffix == ".gz" else data.rindex(b'{"totals"')
    for cut in (*range(synced, len(data), 7), len(data)):
        whole.write_bytes(data[:cut] + bytes(2 * CHUNK))
        assert keys_in(whole) == everything


def test_zeros_in_the_place_of_compressed_data_make_no_lines(tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl.gz"
    record = recorder(file)
    record.write(versions(2))
    record.sync()
    synced = file.stat().st_size
    record.write(versions(1000, start=2))
    record.sync()
    data = file.read_bytes()
    for cut in range(synced, len(data), 97):
        file.write_bytes(data[:cut] + bytes(5000))
        assert keys_in(file) == ["k0000", "k0001"], cut


def test_a_record_without_a_whole_line_is_none(whole: Path) -> None:
    whole.write_bytes(whole.read_bytes()[:12])
    with pytest.raises(InvalidOption, match="it has no line"):
        reader(whole).header()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "it has no line"),
        (b"hello\n", "not JSON"),
        (b"\x1f\x8bhello, this is no gzip", "is damaged"),
    ],
)
def test_a_file_that_is_no_record_is_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    (tmp_path / "r").write_bytes(content)
    with pytest.raises(InvalidOption, match=f"from_record: .*{problem}"):
        reader(tmp_path / "r").header()


def test_a_file_that_is_missing_or_a_directory_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(InvalidOption, match="cannot be read"):
            reader(path).header()


def test_a_whole_line_that_is_no_entry_is_refused_with_its_number(whole: Path) -> None:
    with whole.open("ab") as file:
        file.write(gzip.compress(b"{}\n") if whole.suffix == ".gz" else b"{}\n")
    with pytest.raises(InvalidOption, match=r"has a line without 'kind' \(line 9\)|line 9"):
        list(reader(whole).lines())
