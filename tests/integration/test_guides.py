# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guides of the documentation site do what they say: their files and commands, as they stand, on moto."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import yaml

from tests.guides import NAMES, commands_of, files_of, write_files
from tests.integration.scripts import run_script
from tests.servers.store import Store
from tests.servers.witness import Witness

BUILDS = [f"builds/{number}/app.js" for number in (1, 2, 3, 4, 5, 6, 7)]
SPACES = ("my-space", "my-backups")
SIBLINGS = ["builds/410/app.js", "builds/41.txt"]
CASES = {
    "guide_first_space": (["builds/41/", "builds/41/app.js", *SIBLINGS], ["builds/42/", *SIBLINGS]),
    "guide_migrate": (
        ["builds/41/", "builds/41/app.js", "previews/7/index.html", "staging/cache/x", "staging/uploads/x", *SIBLINGS],
        ["builds/42/", "previews/7/index.html", *SIBLINGS],
    ),
    "guide_plan": (
        ["previews/review-42/index.html", "previews/review-421/index.html"],
        ["previews/review-421/index.html"],
    ),
    "guide_report": (
        ["previews/review-42/index.html", "previews/review-421/index.html"],
        ["previews/review-421/index.html"],
    ),
    "guide_retention": (
        [*BUILDS, "builds/release-1/app.js", "previews/7/index.html", "backups/db/1.dump"],
        [*BUILDS[2:], "builds/release-1/app.js", "previews/7/index.html", "backups/db/1.dump"],
    ),
    "guide_teardown": (
        ["previews/review-42/index.html", "previews/review-421/index.html"],
        ["previews/review-421/index.html"],
    ),
}
"""What the Space of a guide holds before and after its commands."""


@pytest.fixture
def spaces(moto: Store) -> list[Witness]:
    """Create the Spaces of the guides."""
    witnesses = [Witness.of(moto, name) for name in SPACES]
    for witness in witnesses:
        witness.create_space()
    return witnesses


def write_guide(name: str, directory: Path) -> list[Path]:
    """Write the files of a guide, and return its playbooks."""
    files = files_of(name)
    write_files(files, directory)
    documents = {file: yaml.safe_load(content) for file, content in files.items()}
    return [directory / file for file, each in documents.items() if isinstance(each, list) and "hosts" in each[0]]


@pytest.mark.parametrize("name", CASES)
def test_a_guide_leaves_what_it_says(moto: Store, spaces: list[Witness], tmp_path: Path, name: str) -> None:
    filled, left = CASES[name]
    spaces[0].put(filled)
    write_guide(name, tmp_path)
    commands = [command for command in commands_of(name) if not command.startswith("export ")]
    assert commands
    for command in commands:
        run_script(command, tmp_path, moto.environment)
    assert [witness.keys() for witness in spaces] == [sorted(left), []]


def test_every_playbook_of_the_guides_can_be_parsed(tmp_path: Path) -> None:
    playbooks = [str(path) for name in NAMES for path in write_guide(name, tmp_path / name)]
    assert len(playbooks) > len(CASES)
    run_script(f"ansible-playbook --syntax-check {' '.join(playbooks)}", tmp_path, {})


def test_the_cache_of_the_folder_is_purged(moto: Store, spaces: list[Witness], tmp_path: Path) -> None:
    seen: list[tuple[str, str | None, bytes]] = []

    class Api(BaseHTTPRequestHandler):
        """DigitalOcean's, as far as the guide needs it."""

        def do_DELETE(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append((self.path, self.headers["Authorization"], body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    spaces[0].put(["site/old/index.html"])
    [playbook] = write_guide("guide_cdn", tmp_path)
    with HTTPServer(("127.0.0.1", 0), Api) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        command = f"{commands_of('guide_cdn')[0]} --extra-vars api=http://127.0.0.1:{server.server_port}"
        secrets = {"DIGITALOCEAN_TOKEN": "a-token-for-tests", "SPACES_CDN_ID": "19f06b6a"}
        for flag in ("--check", ""):
            run_script(f"{command} {flag}", tmp_path, {**moto.environment, **secrets})
        server.shutdown()
    [(path, authorization, body)] = seen
    assert playbook.name == "remove_and_purge.yml"
    assert path == "/v2/cdn/endpoints/19f06b6a/cache"
    assert authorization == "Bearer a-token-for-tests"
    assert json.loads(body) == {"files": ["site/old/*"]}


def test_a_removal_is_taken_back(moto: Store, tmp_path: Path) -> None:
    kept = ["builds/41/app.js", *SIBLINGS]
    space = Witness.of(moto, "my-space")
    space.create_space(versioned=True)
    space.put(kept)
    write_guide("guide_undo", tmp_path)
    seen = []
    for command in commands_of("guide_undo"):
        run_script(command, tmp_path, moto.environment)
        seen.append(space.keys())
    assert seen == [sorted(kept), sorted(SIBLINGS), sorted(SIBLINGS), sorted(kept), sorted(kept)]
