# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Install the collection into an empty path in each way that the README shows, and use it from there once."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

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
README = (ROOT / "README.md").read_text()
INSTALLATION = README.partition("\n## Install\n")[2].partition("\n## ")[0]
WAYS = 3
MIRROR = "https://git.example.com/mirrors/tidy.spaces.git"
UNWANTED = ("tests/", ".git", ".ci", "tools/", "demo/", "benchmarks/", "REUSE")


def make_mirror(path: Path) -> str:
    """Make a repository of what is in this checkout, tagged with its version; return its address."""
    names = ("git", "ls-files", "-coz", "--exclude-standard")
    listed = subprocess.run(names, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.split("\0")
    for name in listed:
        if name and (ROOT / name).is_file():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, path / name)
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"]
    author = ("-c", "user.name=a test", "-c", "user.email=test@example.com")
    for command in (["init", "--quiet"], ["add", "--all"], [*author, "commit", "--quiet", "-m", "x"], ["tag", version]):
        subprocess.run(["git", "-C", path, *command], check=True)
    return path.as_uri()


def require_installed(listed: str, here: Path) -> None:
    """Raise unless Ansible finds the collection that was installed here, and not the checkout."""
    if str(here) not in listed or str(ROOT) in listed:
        raise SystemExit(f"The installed collection is not the one that is found: {listed}")


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

        mirror = make_mirror(here / "tidy.spaces.git")
        installed = here / "ansible_collections" / "tidy" / "spaces"
        ways = 0
        for language, block in re.findall(r"```(\w+)\n(.*?)```", INSTALLATION, re.DOTALL):
            block = block.replace(MIRROR, mirror)
            if language == "yml":
                (here / "requirements.yml").write_text(block)
                continue
            for command in re.findall(r"^\$ (.*)", block, re.MULTILINE):
                run("bash", "-euc", command)
                if "collection install" in command:
                    require_installed(run("ansible-galaxy", "collection", "list", "tidy.spaces"), here)
                    ways += 1
                    if ways < WAYS:
                        shutil.rmtree(installed)
        if ways != WAYS:
            raise SystemExit(f"The README shows {ways} ways to install the collection, not {WAYS}.")
        tarball = next(here.glob("tidy-spaces-*.tar.gz"))
        content = run("tar", "--list", "--file", tarball).splitlines()
        unwanted = [name for name in content if name.startswith(UNWANTED) or "__pycache__" in name]
        if unwanted:
            raise SystemExit(f"The tarball holds what its users do not need: {unwanted[:10]}")
        (here / "use.yml").write_text(PLAYBOOK)
        Witness.of(store, "my-space").create_space()
        run("ansible-playbook", "use.yml")
        run("ansible-playbook", "tidy.spaces.scaffold", "--extra-vars", json.dumps(LAYOUT))
        keys = Witness.of(store, "my-space").keys()
        if keys != ["installed/", "played/"]:
            raise SystemExit(f"The installed collection did not create its folders: {keys}")
        print(f"{tarball.name}: built ({len(content)} files), installed in {ways} ways, used.")


if __name__ == "__main__":
    main()
