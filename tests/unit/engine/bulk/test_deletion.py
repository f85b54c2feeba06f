# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outcome of each key that a store is asked to delete."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.deletion import (
    DryRunRemover,
    StoreRemover,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.bulk.outcomes import (
    UNANSWERED,
    UNTRIED,
    Removed,
    State,
    alone,
    failure_of,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import (
    BatchRefused,
    Denied,
    Interrupted,
    NotFound,
    RequestFailed,
    RetriesExhausted,
    Transient,
)
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import Entry, Item, Upload
from tests.unit.engine.memory_store import MemoryStore
from tests.unit.engine.workbench import (
    BROKEN,
    DENIED,
    SILENT,
    SLOW_DOWN,
    UNREACHABLE,
    UNSUPPORTED,
    StopsWhileAsleep,
    Workbench,
)

KEYS = ["p/a", "p/b", "p/c"]
ENTRIES = [Entry(key) for key in KEYS]
FAILURES = (State.FAILED, State.UNKNOWN)
REFUSED = BatchRefused("The XML you provided was not well-formed.", code="MalformedXML")


def failed(removed: Removed) -> list[tuple[str, str]]:
    """Return the keys that were not removed, and the reasons."""
    return sorted((item.key, each.code) for item, each in removed.outcomes.items() if each.state in FAILURES)


def in_state(removed: Removed, *states: State) -> list[Item]:
    """Return the items that are in one of these states."""
    return [item for item, outcome in removed.outcomes.items() if outcome.state in states]


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(KEYS)


def test_a_batch_is_one_request(store: MemoryStore) -> None:
    assert Workbench(store).remover().remove_batch(ENTRIES) == Removed()
    assert store.calls == [("delete_batch", tuple(KEYS))]
    assert store.current == []


def test_a_key_rejected_for_a_moment_is_asked_for_again_alone(store: MemoryStore) -> None:
    store.reject("p/b", "InternalError", times=2)
    bench = Workbench(store)
    assert bench.remover().remove_batch(ENTRIES) == Removed()
    assert store.asked("delete_batch") == [("p/a", "p/b", "p/c"), ("p/b",), ("p/b",)]
    assert len(bench.cancellation.slept) == 2
    assert store.current == []


def test_a_key_rejected_again_and_again_fails_without_stopping_the_task(store: MemoryStore) -> None:
    store.reject("p/b", "SlowDown", times=99)
    removed = Workbench(store, retries=2).remover().remove_batch(ENTRIES)
    assert failed(removed) == [("p/b", "SlowDown")]
    assert removed.outcomes[ENTRIES[1]].message == "SlowDown for p/b"
    assert removed.fatal is None
    assert not in_state(removed, State.RETRY_ALONE)
    assert len(store.asked("delete_batch")) == 3
    assert store.current == ["p/b"]


def test_a_key_rejected_for_good_is_not_asked_for_again(store: MemoryStore) -> None:
    store.reject("p/a", "AccessDenied")
    store.reject("p/b", "InternalError", times=1)
    removed = Workbench(store).remover().remove_batch(ENTRIES)
    assert failed(removed) == [("p/a", "AccessDenied")]
    assert len(removed.outcomes) == 1
    assert removed.fatal is None
    assert store.asked("delete_batch") == [("p/a", "p/b", "p/c"), ("p/b",)]
    assert store.current == ["p/a"]


@pytest.mark.parametrize(("code", "allowed"), [("SlowDown", 2), ("InternalError", 4)])
def test_keys_rejected_for_load_slow_the_task_down(store: MemoryStore, code: str, allowed: int) -> None:
    store.reject("p/a", code, times=99)
    bench = Workbench(store, workers=4, retries=0)
    bench.remover().remove_batch(ENTRIES)
    assert bench.limiter.allowed == allowed


def test_versions_fail_by_their_number() -> None:
    store = MemoryStore(KEYS, versioned=True)
    store.reject("p/b")
    removed = Workbench(store).remover().remove_batch(store.versions)
    assert [(entry.key, entry.version_id) for entry in in_state(removed, State.FAILED)] == [("p/b", "v000000002")]
    assert [entry.key for entry in store.versions] == ["p/b"]


def test_a_batch_refused_for_its_form_is_done_key_by_key(store: MemoryStore) -> None:
    store.fail("delete_batch", REFUSED, on=[1])
    remover = Workbench(store).remover()
    assert remover.remove_batch(ENTRIES) == Removed(dict.fromkeys(ENTRIES, alone(sent=False)))
    assert remover.remove_batch(ENTRIES) == Removed()
    assert len(store.asked("delete_batch")) == 2


def test_a_batch_refused_later_keeps_the_known_outcomes(store: MemoryStore) -> None:
    store.reject("p/a", "AccessDenied")
    store.reject("p/b", "InternalError", times=1)
    store.fail("delete_batch", REFUSED, on=[2])
    removed = Workbench(store).remover().remove_batch(ENTRIES)
    assert failed(removed) == [("p/a", "AccessDenied")]
    assert in_state(removed, State.RETRY_ALONE) == [Entry("p/b")]
    assert removed.fatal is None


def test_a_store_without_batches_is_not_asked_for_them_again(store: MemoryStore) -> None:
    store.fail("delete_batch", UNSUPPORTED)
    remover = Workbench(store).remover()
    assert remover.remove_batch(ENTRIES) == Removed(dict.fromkeys(ENTRIES, alone(sent=False)))
    assert remover.remove_batch(ENTRIES) == Removed(dict.fromkeys(ENTRIES, alone(sent=False)))
    assert len(store.asked("delete_batch")) == 1
    assert remover.remove_one(ENTRIES[0]) == Removed()
    assert store.current == ["p/b", "p/c"]


def test_a_batch_denied_as_a_whole_ends_the_task(store: MemoryStore) -> None:
    store.fail("delete_batch", DENIED)
    store.fail("delete_one", DENIED)
    removed = Workbench(store).remover().remove_batch(ENTRIES)
    assert failed(removed) == [(key, "AccessDenied") for key in KEYS]
    assert isinstance(removed.fatal, Denied)
    assert not in_state(removed, State.RETRY_ALONE)


def test_a_batch_denied_later_fails_only_keys_without_an_outcome(store: MemoryStore) -> None:
    store.reject("p/a", "ObjectLocked")
    store.reject("p/b", "InternalError", times=1)
    store.fail("delete_batch", DENIED, on=[2])
    store.fail("delete_one", DENIED)
    removed = Workbench(store).remover().remove_batch(ENTRIES)
    assert failed(removed) == [("p/a", "ObjectLocked"), ("p/b", "AccessDenied")]
    assert isinstance(removed.fatal, Denied)
    assert store.current == ["p/a", "p/b"]


@pytest.mark.parametrize("error", [SLOW_DOWN, UNREACHABLE])
def test_an_unavailable_store_ends_the_task(store: MemoryStore, error: RequestFailed) -> None:
    store.fail("delete_batch", error)
    removed = Workbench(store, retries=2).remover().remove_batch(ENTRIES)
    assert [key for key, _code in failed(removed)] == KEYS
    assert isinstance(removed.fatal, RetriesExhausted)
    assert len(store.asked("delete_batch")) == 3


def test_keys_that_a_batch_removed_before_an_interruption_are_reported(store: MemoryStore) -> None:
    store.reject("p/b", "InternalError", times=1)
    bench = Workbench(store)
    remove = bench.remove("p", uploads=False)
    store.hook = lambda call: bench.cancellation.set("stop") if call.operation == "delete_batch" else None
    with pytest.raises(Interrupted, match="stop"):
        remove.run()
    assert store.current == ["p/b"]
    assert remove.report().folders[0].removed.objects == 2


def test_a_single_key_that_is_gone_was_removed(store: MemoryStore) -> None:
    store.fail("delete_one", NotFound("It is not there.", code="NoSuchKey"))
    assert Workbench(store).remover().remove_one(ENTRIES[0]) == Removed()


def test_an_upload_that_is_gone_was_aborted(store: MemoryStore) -> None:
    assert Workbench(store).remover().remove_one(Upload("p/a", "never")) == Removed()
    assert store.asked("abort_upload") == [("p/a",)]


@pytest.mark.parametrize("error", [DENIED, UNSUPPORTED, REFUSED])
def test_a_single_key_that_is_refused_does_not_stop_the_others(store: MemoryStore, error: RequestFailed) -> None:
    store.fail("delete_one", error)
    removed = Workbench(store).remover().remove_one(ENTRIES[0])
    assert failed(removed) == [("p/a", error.code)]
    assert removed.fatal is None


@pytest.mark.parametrize(("error", "fatal"), [(BROKEN, False), (SLOW_DOWN, True), (UNREACHABLE, True)])
def test_a_single_key_ends_the_task_only_if_the_store_is_unavailable(
    store: MemoryStore, error: RequestFailed, fatal: bool
) -> None:
    store.fail("delete_one", error)
    removed = Workbench(store, retries=1).remover().remove_one(ENTRIES[0])
    assert failed(removed) == [("p/a", error.code)]
    assert (removed.fatal is not None) is fatal
    assert len(store.asked("delete_one")) == 2


def test_a_denied_upload_fails_by_its_key() -> None:
    store = MemoryStore(uploads=["p/u"])
    store.fail("abort_upload", DENIED)
    removed = Workbench(store).remover().remove_one(Upload("p/u", "u000000001"))
    assert failed(removed) == [("p/u", "AccessDenied")]
    assert [failure_of(*each).version_id for each in removed.outcomes.items()] == [None]


def test_uploads_and_keys_that_no_batch_carries_need_their_own_requests(store: MemoryStore) -> None:
    remover = Workbench(store).remover()
    assert remover.needs_own_request(Upload("p/a", "1"))
    assert remover.needs_own_request(Entry("p/\x01"))
    assert not remover.needs_own_request(Entry("p/a"))
    assert remover.batch_size == store.batch_size


def test_a_dry_run_says_of_everything_that_it_was_removed() -> None:
    remover = DryRunRemover()
    assert remover.remove_batch(ENTRIES) == remover.remove_one(Upload("p/a", "1")) == Removed()
    assert not remover.confirms
    assert not any(remover.needs_own_request(item) for item in [*ENTRIES, Entry("\x01"), Upload("p/a", "1")])


def test_a_batch_that_is_denied_where_single_keys_are_not_is_done_key_by_key(store: MemoryStore) -> None:
    store.fail("delete_batch", DENIED)
    remover = Workbench(store).remover()
    removed = remover.remove_batch(ENTRIES)
    assert removed == Removed(dict.fromkeys(ENTRIES[1:], alone(sent=False)))
    assert store.current == KEYS[1:]
    assert remover.remove_batch(ENTRIES[1:]) == removed
    assert len(store.asked("delete_batch")) == 1


def test_a_single_key_that_was_tried_and_not_answered_is_not_said_to_be_there(store: MemoryStore) -> None:
    store.fail("delete_batch", DENIED)
    store.fail("delete_one", SILENT)
    removed = Workbench(store).remover().remove_batch(ENTRIES)
    states = [removed.outcomes[entry].state for entry in ENTRIES]
    assert states == [State.UNKNOWN] + [State.FAILED] * (len(ENTRIES) - 1)
    assert isinstance(removed.fatal, RetriesExhausted)


@pytest.mark.parametrize(("error", "uncertain"), [(SILENT, True), (SLOW_DOWN, False), (UNREACHABLE, False)])
def test_keys_of_an_unanswered_request_are_unknown(store: MemoryStore, error: RequestFailed, uncertain: bool) -> None:
    store.fail("delete_batch", error)
    store.fail("delete_one", error)
    remover = Workbench(store).remover()
    for removed in (remover.remove_batch(ENTRIES), remover.remove_one(ENTRIES[0])):
        states = {outcome.state for outcome in removed.outcomes.values()}
        assert states == {State.UNKNOWN if uncertain else State.FAILED}
        assert removed.fatal is not None


def test_keys_that_were_never_sent_are_untried(store: MemoryStore) -> None:
    bench = Workbench(store)
    bench.cancellation.set("stopped")
    for removed in (bench.remover().remove_one(ENTRIES[0]), bench.remover().remove_batch(ENTRIES[:1])):
        assert removed.outcomes == {ENTRIES[0]: UNTRIED}
        assert isinstance(removed.fatal, Interrupted)
    assert store.current == KEYS


@pytest.mark.parametrize(("error", "known"), [(SILENT, False), (SLOW_DOWN, True)])
def test_keys_sent_before_the_task_was_stopped_are_unknown(store: MemoryStore, error: Transient, known: bool) -> None:
    store.fail("delete_batch", error)
    store.fail("delete_one", error)
    removals: list[Callable[[StoreRemover], Removed]] = [
        lambda remover: remover.remove_batch(ENTRIES[:1]),
        lambda remover: remover.remove_one(ENTRIES[0]),
    ]
    for remove in removals:
        removed = remove(Workbench(store, cancellation=StopsWhileAsleep()).remover())
        assert isinstance(removed.fatal, Interrupted)
        assert removed.outcomes == {ENTRIES[0]: UNTRIED if known else UNANSWERED}
