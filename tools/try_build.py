# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the collection, install the tarball into an empty path, and use it from there once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.servers.moto import Moto  # noqa: E402 - from this checkout, wherever it is run from
from tests.servers.witness import Witness  # noqa: E402 - likewise

PLAYBOOK = """\
- hosts: localhost
  gather_facts: false
  tasks:
    - tidy.spaces.spaces_folder:
        space: my-space
        path: installed
        parents: true
"""
LAYOUT = {"spaces_layout": [{"space": "my-space", "paths": ["played"]}]}
UNWANTED = ("tests/", ".git", ".ci", "tools/", "demo/", "benchmarks/")


def main() -> None:
    """Do it; raise if a step fails."""
    with tempfile.TemporaryDirectory() as directory, Moto() as store:
        here = Path(directory)
        # Without the environment's own link to the checkout, which would be found first.
        environment = {**os.environ, **store.environment, "ANSIBLE_COLLECTIONS_PATH": directory}
        environment["ANSIBLE_COLLECTIONS_SCAN_SYS_PATH"] = "false"

        def run(*command: str | Path) -> str:
            done = subprocess.run(command, cwd=here, env=environment, check=True, stdout=subprocess.PIPE, text=True)
            return done.stdout

        run("ansible-galaxy", "collection", "build", "--output-path", here, ROOT)
        tarball = next(here.glob("tidy-spaces-*.tar.gz"))
        content = run("tar", "--list", "--file", tarball).splitlines()
        unwanted = [name for name in content if name.startswith(UNWANTED) or "__pycache__" in name]
        if unwanted:
            raise SystemExit(f"The tarball holds what its users do not need: {unwanted[:10]}")
        run("ansible-galaxy", "collection", "install", "--collections-path", here, tarball)
        listed = run("ansible-galaxy", "collection", "list", "tidy.spaces")
        if str(here) not in listed or str(ROOT) in listed:
            raise SystemExit(f"The installed collection is not the one that is found: {listed}")
        (here / "use.yml").write_text(PLAYBOOK)
        Witness.of(store, "my-space").create_space()
        run("ansible-playbook", "use.yml")
        run("ansible-playbook", "tidy.spaces.scaffold", "--extra-vars", json.dumps(LAYOUT))
        keys = Witness.of(store, "my-space").keys()
        if keys != ["installed/", "played/"]:
            raise SystemExit(f"The installed collection did not create its folders: {keys}")
        print(f"{tarball.name}: built ({len(content)} files), installed, used.")


if __name__ == "__main__":
    main()
