# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that this commit can be released: version, changelog, licences, execution environment, galaxy-importer.

It runs in the environment of ``make release-check``, and leaves the tarball in ``build/release``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
OUTPUT = ROOT / "build" / "release"
PROGRAMS = Path(sys.executable).parent
VERSION = re.compile(r"\d+\.\d+\.\d+")
PINS = re.compile(r"tidy-spaces-(\S+?)\.tar\.gz|type: git\n\s+version: (\S+)")
"""Where a page names a version of the collection to install."""


def version_of(root: Path) -> str:
    """Return the version that is to be released."""
    return str(yaml.safe_load((root / "galaxy.yml").read_text())["version"])


def text_problems(root: Path) -> list[str]:
    """Return what the version, the pages that pin it, and the changelog lack."""
    version = version_of(root)
    problems = [] if VERSION.fullmatch(version) else [f"galaxy.yml: {version} is no version of three numbers."]
    for page in [root / "README.md", *sorted((root / "docs").rglob("*.rst"))]:
        pinned = {found[0] or found[1] for found in PINS.findall(page.read_text())}
        problems += [f"{page.relative_to(root)}: it pins {pin}, not {version}." for pin in sorted(pinned - {version})]
    releases = yaml.safe_load((root / "changelogs" / "changelog.yaml").read_text())["releases"]
    if version not in releases:
        problems.append(f"changelogs/changelog.yaml: it has no entry for {version}. Run antsibull-changelog release.")
    if f"\n## v{version}\n" not in (root / "CHANGELOG.md").read_text().replace("\\", ""):
        problems.append(f"CHANGELOG.md: it has no chapter for {version}.")
    left = sorted(path.name for path in (root / "changelogs" / "fragments").glob("*.y*ml"))
    if left:
        problems.append(f"changelogs/fragments: {', '.join(left)} are in no release.")
    return problems


def run(*command: str | Path, directory: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a program, of this environment if it is there, in a directory, and keep what it prints."""
    environment = {**os.environ, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.run(command, cwd=directory, env=environment, check=False, **streams)


def program_problems(version: str) -> list[str]:
    """Return what git, reuse, ansible-builder and galaxy-importer find."""
    problems = []
    if changed := run("git", "status", "--porcelain").stdout:
        problems.append(f"These changes are not committed:\n{changed}")
    licences = run("reuse", "lint")
    if licences.returncode:
        problems.append(licences.stdout)
    shutil.rmtree(OUTPUT, ignore_errors=True)
    tarball = OUTPUT / f"tidy-spaces-{version}.tar.gz"
    built = run("ansible-galaxy", "collection", "build", "--output-path", OUTPUT, ROOT)
    if built.returncode or not tarball.exists():
        return [*problems, built.stdout]
    collection = OUTPUT / "tree" / "ansible_collections" / "tidy" / "spaces"
    collection.mkdir(parents=True)
    shutil.unpack_archive(tarball, collection, filter="data")
    needs = run("ansible-builder", "introspect", OUTPUT / "tree")
    if needs.returncode or "boto3" not in needs.stdout:
        problems.append(f"ansible-builder does not find what an execution environment needs:\n{needs.stdout}")
    shutil.rmtree(OUTPUT / "tree")
    # It ends with "successfully" and 0 even after an error, so its lines are read. It writes a file where it runs.
    imported = run("python", "-m", "galaxy_importer.main", tarball, directory=OUTPUT)
    found = [line for line in imported.stdout.splitlines() if re.search(r"\b(WARNING|ERROR)\b|[Tt]raceback", line)]
    if imported.returncode or found or "Importer processing completed successfully" not in imported.stdout:
        problems.append("galaxy-importer:\n" + ("\n".join(found) or imported.stdout))
    return problems


def main() -> int:
    """Print every problem, or where the tarball is."""
    version = version_of(ROOT)
    problems = text_problems(ROOT) + program_problems(version)
    for problem in problems:
        print(problem.rstrip())
    if problems:
        print(f"{version} cannot be released: {len(problems)} problems.")
        return 1
    print(f"{version} can be released: tag this commit, and publish {OUTPUT.relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
