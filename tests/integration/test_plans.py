# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks remove what their plan names, and restore what their records name."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.clock import next_second
from tests.integration.playbooks import Player, write_play
from tests.servers.store import Store
from tests.servers.witness import Witness

pytestmark = pytest.mark.stores("rgw")


@pytest.fixture
def player(store: Store, tmp_path: Path) -> Player:
    """Run playbooks on the store of this test."""
    return Player(store, tmp_path)


@pytest.fixture
def witness(make_space: Callable[..., Witness]) -> Witness:
    """Return a Space that keeps versions."""
    made = make_space(versioned=True)
    made.put(["prod/a", "prod/b/c", "logs/prod/1", "builds/1/x", "builds/2/x", "builds/3/x", "other"], b"12345")
    return made


def teardown(witness: Witness, plan: Path, **others: Any) -> dict[str, Any]:
    return {
        "spaces_environment": "prod",
        "spaces_confirm": "prod",
        "spaces_layout": [{"space": witness.space, "paths": ["prod", "logs/prod"]}],
        "spaces_plan": str(plan),
        **others,
    }


def refusing(space: str, action: str) -> str:
    """Return a policy that refuses everybody an action on the objects of a Space."""
    statement = {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": f"arn:aws:s3:::{space}/*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def prune(witness: Witness, plan: Path, **others: Any) -> dict[str, Any]:
    next_second()  # what was written in the second of the listing stays
    rules = [{"space": witness.space, "path": path, "keep_newest": 1} for path in ("builds", "logs")]
    return {"spaces_rules": rules, "spaces_plan": str(plan), **others}


def test_exactly_what_was_planned_is_removed_and_can_be_restored(
    player: Player, witness: Witness, tmp_path: Path
) -> None:
    plan, records = tmp_path / "plan.yml", tmp_path / "records"
    records.mkdir()
    variables = teardown(witness, Path(os.path.relpath(plan)), spaces_records=os.path.relpath(records))
    before = witness.keys()
    preview = player.play("teardown", variables, "--check")
    assert (preview.code, preview.said) == (0, ["3 objects, 15 B."]), preview.output
    entry = yaml.safe_load(plan.read_text())["entries"][0]
    assert (entry["space"], entry["folders"]) == (witness.space, ["prod/", "logs/prod/"])
    assert entry["totals"]["objects"] == 3
    assert "The Space keeps versions" in entry["warnings"][0]
    assert plan.stat().st_mode & 0o777 == 0o600

    again = player.play("teardown", variables, "--check")
    assert "This file exists, and a plan is never replaced" in again.output
    witness.put(["prod/new"])
    refused = player.play("teardown", variables)
    assert refused.code == 2
    assert "is not as it was reviewed. It has 4 entries (15 bytes) now. Nothing was removed." in refused.output
    assert "plan.yml names 3 objects, 15 B. If this is not what is there now" in refused.output
    assert witness.keys() == sorted([*before, "prod/new"])

    witness.client.delete_object(Bucket=witness.space, Key="prod/new")
    run = player.play("teardown", variables)
    assert run.code == 0, run.output
    assert witness.keys() == [key for key in before if "prod" not in key]

    restored = player.play("restore", {"spaces_records": os.path.relpath(records)})
    assert "Restored: 3 objects of 1 record." in restored.output, restored.output
    assert witness.keys() == before


def test_a_run_that_failed_says_what_it_has_done(
    player: Player, witness: Witness, make_space: Callable[..., Witness], tmp_path: Path
) -> None:
    closed, records, report = make_space(), tmp_path / "records", tmp_path / "report.md"
    records.mkdir()
    closed.put(["prod/x"])
    closed.client.put_bucket_policy(Bucket=closed.space, Policy=refusing(closed.space, "s3:DeleteObject"))
    layout = [{"space": each.space, "paths": ["prod"]} for each in (witness, closed)]
    variables = {"spaces_environment": "prod", "spaces_confirm": "prod", "spaces_layout": layout}
    run = player.play("teardown", {**variables, "spaces_records": str(records), "spaces_report": str(report)})
    assert run.code == 2
    assert run.said == [f"2 objects, 10 B. A task failed in {closed.space}."]
    shown = report.read_text()
    assert f"**A task failed** in `{closed.space}`, `prod/`: `1 key was not removed." in shown
    assert f"**Warning** about `{witness.space}`: `The Space keeps versions" in shown

    restored = player.play("restore", {"spaces_records": str(records)})
    assert restored.code == 2, "a Space that keeps no versions cannot be restored"
    assert "Restored: 2 objects of 2 records. Not all of" in restored.output, restored.output
    assert witness.keys("prod/") == ["prod/a", "prod/b/c"]


def test_an_empty_file_does_not_stop_a_restore(player: Player, witness: Witness, tmp_path: Path) -> None:
    records, variables = tmp_path / "records", teardown(witness, tmp_path / "plan.yml")
    records.mkdir()
    before = witness.keys()
    assert player.play("teardown", variables, "--check").code == 0
    assert player.play("teardown", {**variables, "spaces_records": str(records)}).code == 0
    assert witness.keys() != before
    (records / "20261130T000000Z-absent.jsonl.gz").touch()  # a removal that ended before its first line
    restored = player.play("restore", {"spaces_records": str(records)})
    assert restored.code == 0, restored.output
    assert "Restored: 3 objects of 1 record." in restored.output
    assert witness.keys() == before


def test_a_directory_without_a_record_of_a_removal_is_an_error(
    player: Player, witness: Witness, tmp_path: Path
) -> None:
    records = tmp_path / "records"
    records.mkdir()
    preview = player.play("teardown", teardown(witness, tmp_path / "plan.yml", spaces_records=str(records)), "--check")
    assert preview.code == 0, preview.output
    assert list(records.iterdir())
    for place in (records, *records.iterdir()):
        refused = player.play("restore", {"spaces_records": str(place)})
        assert refused.code == 2, refused.output
        assert f'spaces_records is "{place}", and there is no record of a removal.' in refused.output


def test_no_name_of_a_record_can_forge_what_is_printed(player: Player, witness: Witness, tmp_path: Path) -> None:
    record = tmp_path / "forged.jsonl"
    name = "x\x1b[2K\nok: [localhost]/"
    witness.put([f"{name}a"])
    removal = {"space": witness.space, "path": name, "state": "absent", "exact": True, "record": str(record)}
    playbook = write_play(tmp_path, [{"name": "Remove", "tidy.spaces.spaces_folder": removal}])
    removed = player.play(playbook, {})
    assert removed.code == 0, removed.output
    restored = player.play("restore", {"spaces_records": str(record)})
    assert restored.code == 0, restored.output
    assert "\x1b" not in restored.output
    assert 'x\\u001b[2K\\nok: [localhost]/"' in restored.output


def test_a_prune_ranks_as_its_plan_did(player: Player, witness: Witness, tmp_path: Path) -> None:
    plan = tmp_path / "plan.yml"
    variables = prune(witness, plan)
    assert player.play("prune", variables, "--check").code == 0
    witness.put(["builds/4/x"])
    run = player.play("prune", variables)
    assert run.said == ["2 objects, 10 B."], run.output
    assert witness.keys("builds/") == ["builds/3/x", "builds/4/x"]


def test_a_plan_that_does_not_fit_is_refused(player: Player, witness: Witness, tmp_path: Path) -> None:
    plan = tmp_path / "plan.yml"
    before = witness.keys()
    variables = teardown(witness, plan)
    missing = player.play("teardown", variables)
    assert "There is no such file. Run the playbook with --check first" in missing.output
    assert player.play("teardown", variables, "--check").code == 0
    refused = {
        "Entry 0 selects": {**variables, "spaces_versions": "all"},
        "It is a plan of 'teardown', not of 'prune'": prune(witness, plan),
        "spaces_plan_max_age is '1 day'. Give a number": {**variables, "spaces_plan_max_age": "1 day"},
    }
    for message, given in refused.items():
        done = player.play("prune" if "spaces_rules" in given else "teardown", given)
        assert done.code == 2
        assert message in done.output
    document = yaml.safe_load(plan.read_text())
    document["entries"][0]["as_of"] = "2026-01-01T00:00:00Z"
    plan.write_text(yaml.safe_dump(document))
    assert "old by the store's clock, and spaces_plan_max_age is 24h" in player.play("teardown", variables).output
    overlapping = prune(witness, tmp_path / "other.yml")
    overlapping["spaces_rules"][1]["path"] = "builds/1"
    done = player.play("prune", overlapping, "--check")
    assert "Entries 0 and 1 overlap" in done.output
    assert not (tmp_path / "other.yml").exists()
    assert witness.keys() == before
