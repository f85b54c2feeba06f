# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a fleet shares out a folder, and what it does when one of its hosts fails."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.integration.playbooks import Play, Player, fleet_of
from tests.servers.store import Store
from tests.servers.witness import Witness

SUBFOLDERS = ["a", "A", " b ", 'it\'s "c"', "ü😀", "{{ 7 * 7 }}", "{% raw %}", "!unsafe d", "\\", "~"]
AWKWARD = ["\x01", "%41", "\n", "..", ".", ""]  # what path rules refuse, and moto changes
NEIGHBOURS = ["f", "f.txt", "ff/a", "g/a"]
FILLED = sorted([*NEIGHBOURS, "f/", "f/direct", *(f"f/{name}/{leaf}" for name in SUBFOLDERS for leaf in ("x", "y/z"))])
REMOVED = "22 objects."
SECRET = "an-awfully-secret-key"


@pytest.fixture
def space(moto: Store) -> Witness:
    """Fill a Space."""
    witness = Witness.of(moto, "one")
    witness.create_space()
    witness.put(FILLED)
    return witness


def task(**others: Any) -> dict[str, Any]:
    """Write the variables of a removal that is in order, but for what a test changes."""
    return {"spaces_space": "one", "spaces_path": "f", "spaces_confirm": "f", **others}


def changed_hosts(play: Play) -> int:
    """Count the hosts that changed something."""
    return len(re.findall(r"^worker-\d+ .* changed=[1-9]", play.output, re.MULTILINE))


def lost(moto: Store) -> dict[str, Any]:
    """Describe a host that loses the store once it has seen what there is to do."""
    endpoint = "{{ 'http://127.0.0.1:9' if _spaces_listing is defined else '" + moto.endpoint + "' }}"
    return {"spaces_connection": {"endpoint_url": endpoint, "region": "us-east-1", "retries": 0}}


def test_a_fleet_removes_the_folder_and_nothing_else(space: Witness, player: Player) -> None:
    fleet = fleet_of(3)
    preview = player.play("fleet_teardown", task(), "--check", hosts=fleet)
    assert preview.code == 0, preview.output
    assert space.keys() == FILLED
    run = player.play("fleet_teardown", task(), "-v", hosts=fleet)
    assert run.code == 0, run.output
    assert space.keys() == NEIGHBOURS
    assert preview.said[0].startswith(REMOVED)
    assert preview.said == run.said
    assert preview.changed == run.changed
    assert changed_hosts(run) == 3
    paths = re.findall(r'"path": "(f/[^"]+(?:\\"[^"]*)*/)", "removed"', run.output)
    assert len(paths) == len(set(paths)) == len(SUBFOLDERS)  # no two hosts are given the same
    again = player.play("fleet_teardown", task(), hosts=fleet)
    assert (again.code, again.changed) == (0, 0)


@pytest.mark.needs("awkward")
def test_keys_are_taken_to_the_letter(store: Store, witness: Witness, tmp_path: Path) -> None:
    witness.put([*NEIGHBOURS, "/f", *(f"f/{name}/{leaf}" for name in AWKWARD for leaf in ("x", "y/z"))])
    variables = task(
        spaces_space=witness.space, spaces_connection={"ca_bundle": store.ca_bundle and str(store.ca_bundle)}
    )
    done = Player(store, tmp_path).play("fleet_teardown", variables, hosts=fleet_of(4))
    assert done.code == 0, done.output
    assert witness.keys() == ["/f", *NEIGHBOURS]
    assert changed_hosts(done) == 4
    assert re.search(r"^TASK .Remove the rest.*\n(skipping.*\n)*ok: ", done.output, re.MULTILINE)


def test_a_preview_expects_no_rest_where_there_is_none(space: Witness, player: Player) -> None:
    space.put(["only/a/x", "only/b/x"])
    variables = task(spaces_path="only", spaces_confirm="only")
    preview = player.play("fleet_teardown", variables, "--check", hosts=fleet_of(3))  # one has nothing to do
    run = player.play("fleet_teardown", variables, hosts=fleet_of(3))
    assert (preview.code, run.code) == (0, 0)
    assert preview.said == run.said
    assert preview.changed == run.changed == 2


@pytest.mark.parametrize("path", ["nothing-here", "g/"])
def test_a_folder_without_subfolders_is_removed_by_one_host(space: Witness, player: Player, path: str) -> None:
    done = player.play("fleet_teardown", task(spaces_path=path, spaces_confirm=path), hosts=fleet_of(2))
    assert (done.code, done.changed) == (0, 0 if path == "nothing-here" else 1)
    assert space.keys() == [key for key in FILLED if not key.startswith(path.rstrip("/") + "/")]


def test_a_host_that_fails_stops_the_rest_and_a_second_run_finishes(
    space: Witness, player: Player, moto: Store
) -> None:
    fleet = {**fleet_of(4), "worker-1": lost(moto)}
    environment = {"ANSIBLE_STRATEGY": "free", "ANSIBLE_FORKS": "1"}
    failed = player.play("fleet_teardown", task(), hosts=fleet, environment=environment)
    assert failed.code == 2
    assert changed_hosts(failed) == 3
    assert not failed.said
    listed = sorted(f"f/{name}/" for name in SUBFOLDERS)
    assert space.keys() == sorted(
        [*NEIGHBOURS, "f/", "f/direct", *(f + leaf for f in listed[1::4] for leaf in ("x", "y/z"))]
    )
    second = player.play("fleet_teardown", task(), "--limit", "spaces_fleet:!worker-1", hosts=fleet)
    assert second.code == 0, second.output
    assert space.keys() == NEIGHBOURS


def test_a_host_that_failed_before_has_no_part(space: Witness, player: Player, tmp_path: Path) -> None:
    site = tmp_path / "site.yml"
    fail = {"name": "Fail", "ansible.builtin.fail": {}, "when": "inventory_hostname == 'worker-0'"}
    before = {"name": "Before", "hosts": "spaces_fleet", "gather_facts": False, "tasks": [fail]}
    site.write_text(json.dumps([before, {"ansible.builtin.import_playbook": "tidy.spaces.fleet_teardown"}]))
    done = player.play(site, task(), "-v", hosts=fleet_of(3))
    assert done.code == 2
    assert done.said[0].startswith(REMOVED)
    assert changed_hosts(done) == 2
    assert len(re.findall(r'"path": "f/.+?/", "removed": ', done.output)) == len(SUBFOLDERS)
    assert space.keys() == NEIGHBOURS


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("worker-1", {"spaces_connection": {"endpoint_url": "http://127.0.0.1:9"}}),
        ("worker-0", {"spaces_path": "g", "spaces_confirm": "g"}),
        ("worker-1", {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 9}),
    ],
)
def test_a_host_that_is_set_up_wrong_stops_all_before_anything_is_removed(
    space: Witness, player: Player, name: str, host: dict[str, Any]
) -> None:
    common = {"spaces_path": "f", "spaces_confirm": "f"}
    fleet = {each: {**common, **own} for each, own in {**fleet_of(2), name: host}.items()}
    failed = player.play("fleet_teardown", {"spaces_space": "one"}, hosts=fleet)
    assert failed.code in (2, 4), failed.output
    assert re.search(r"^worker-\d .* (unreachable|failed)=1 ", failed.output, re.MULTILINE)
    assert space.keys() == FILLED


def test_hosts_with_different_endpoints_remove_nothing(space: Witness, player: Player, moto: Store) -> None:
    other = moto.endpoint.replace("127.0.0.1", "localhost")
    connection = {"spaces_connection": {"endpoint_url": other, "region": "us-east-1"}}
    refused = player.play("fleet_teardown", task(), hosts={**fleet_of(2), "worker-1": connection})
    assert refused.code == 2, refused.output
    assert f"worker-1 has the endpoint {other}, and worker-0 has {moto.endpoint}. Give all hosts" in refused.output
    assert space.keys() == FILLED


def test_a_protected_key_in_one_part_keeps_all_parts(space: Witness, player: Player) -> None:
    refused = player.play("fleet_teardown", task(spaces_protect=["f/~/x"]), hosts=fleet_of(2))
    assert refused.code == 2, refused.output
    assert "would be removed: 'f/~/x'" in refused.output
    assert space.keys() == FILLED


@pytest.mark.parametrize(
    ("variables", "because"),
    [
        ({}, "spaces_space is null"),
        (task(spaces_space="nowhere"), "does not exist"),
        (task(spaces_path="/", spaces_confirm="/"), "spaces_path is "),
        (task(spaces_path="f/../g", spaces_confirm="f/../g"), "segment '..'"),
        (task(spaces_confirm="f/"), "spaces_confirm is "),
        (task(spaces_max_objects=19), "spaces_max_objects allows 19, and 20 objects"),
        (task(spaces_max_objects="1e3"), "spaces_max_objects is "),
        (task(spaces_versions="old"), "spaces_versions is "),
        (task(spaces_records="no-such-directory"), "spaces_records is "),
        (task(spaces_report="report.md"), "spaces_report has no effect in fleet_teardown"),
        (task(spaces_connection="nyc3"), "spaces_connection is not a dictionary"),
        (task(spaces_connection={"protect": ["**/z"]}), "Playbooks that remove take spaces_protect"),
        (task(spaces_connection={"workers": True}), "workers: True is a boolean, not a number"),
        (task(spaces_fleet="nobody"), "no host of the inventory matches"),
    ],
)
def test_the_playbook_refuses_mistakes_before_it_removes_anything(
    space: Witness, player: Player, variables: dict[str, Any], because: str
) -> None:
    refused = player.play("fleet_teardown", variables, hosts=fleet_of(1))
    assert refused.code == 2, refused.output
    assert because in refused.output
    assert "undefined" not in refused.output
    assert space.keys() == FILLED


def test_the_limit_covers_the_rest_too(space: Witness, player: Player) -> None:
    refused = player.play("fleet_teardown", task(spaces_max_objects=21), hosts=fleet_of(2))
    assert refused.code == 2
    assert "max_objects allows 1" in refused.output
    assert space.keys() == [key for key in FILLED if key in (*NEIGHBOURS, "f/", "f/direct")]
    assert player.play("fleet_teardown", task(spaces_max_objects=2), hosts=fleet_of(2)).code == 0
    assert space.keys() == NEIGHBOURS


def test_without_an_inventory_there_is_no_fleet(space: Witness, player: Player) -> None:
    refused = player.play("fleet_teardown", task())
    assert refused.code == 2
    assert "no host of the inventory matches" in refused.output
    alone = player.play("fleet_teardown", task(spaces_fleet="localhost"))
    assert alone.code == 0, alone.output
    assert space.keys() == NEIGHBOURS


@pytest.mark.parametrize("step", ["List the direct subfolders", "Remove this host's part", "Remove the rest"])
def test_the_checks_cannot_be_left_out(space: Witness, player: Player, step: str) -> None:
    refused = player.play("fleet_teardown", task(spaces_confirm="g"), "--start-at-task", step, hosts=fleet_of(1))
    assert f"TASK [{step}]" in refused.output
    assert refused.code == 2
    assert space.keys() == FILLED


def test_every_version_goes(moto: Store, player: Player) -> None:
    witness = Witness.of(moto, "versioned")
    witness.create_space(versioned=True)
    witness.put(["f/a/x", "f/old/x", "g"])
    witness.put(["f/a/x"])
    witness.client.delete_object(Bucket=witness.space, Key="f/old/x")
    done = player.play("fleet_teardown", task(spaces_space="versioned", spaces_versions="all"), hosts=fleet_of(2))
    assert done.code == 0, done.output
    assert done.said[0].startswith("3 versions, 1 delete marker.")
    assert [key for key, _version, _kind in witness.versions()] == ["g"]


def test_the_records_of_all_hosts_take_a_removal_back(moto: Store, player: Player, tmp_path: Path) -> None:
    witness = Witness.of(moto, "recorded")
    witness.create_space(versioned=True)
    witness.put(["f/", "f/a/x", "f/b/x", "f/x", "g"])
    before, records = witness.keys(), tmp_path / "records"
    records.mkdir()
    done = player.play("fleet_teardown", task(spaces_space="recorded", spaces_records=str(records)), hosts=fleet_of(2))
    assert done.code == 0, done.output
    assert witness.keys() == ["g"]
    names = {re.sub("^[0-9TZ]+-absent-", "", path.name) for path in records.iterdir()}
    assert names == {"worker-0-part.jsonl.gz", "worker-1-part.jsonl.gz", "worker-0-rest.jsonl.gz"}
    assert done.output.count(f"(item={records}/") == 3  # fetched
    restored = player.play("restore", {"spaces_records": str(records)})
    assert restored.code == 0, restored.output
    assert witness.keys() == before


def test_no_secret_is_printed(space: Witness, player: Player, moto: Store) -> None:
    connection = {"endpoint_url": moto.endpoint, "region": "us-east-1", "access_key": "key", "secret_key": SECRET}
    variables = task(spaces_connection=connection)
    done = player.play("fleet_teardown", variables, "-vvv", hosts=fleet_of(2), anonymous=True)
    assert done.code == 0, done.output
    assert space.keys() == NEIGHBOURS
    assert SECRET not in done.output
