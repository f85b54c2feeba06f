# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the documentation site into ``build/docs``, and follow every link in it. A warning is an error.

It runs in the environment of ``make docs`` and needs no network.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

from site_links import broken_links

ROOT = Path(__file__).parents[1]
SITE = ROOT / "docs" / "site"
WORK = ROOT / ".cache" / "docs-source"
HTML = ROOT / "build" / "docs"
PROGRAMS = Path(sys.executable).parent

MARKDOWN = (
    "CHANGELOG.md",
    "benchmarks/results/full.md",
    "docs/guarantees.md",
    "docs/performance.md",
    "docs/where_tasks_run.md",
    "playbooks/README.md",
)
"""Pages of the repository that are pages of the site too, at the same places, so that their links hold."""
IMAGES = ("benchmarks/results/full.svg", "benchmarks/results/full.png")
CONTENTS = re.compile(r"^\.\. contents::\n(?:   :.*\n)+", re.MULTILINE)
"""A list of a module page's sections, which the theme shows beside the page."""
GUIDES = re.compile(r"\]\((?:\.\./docs/)?docsite/rst/")

ANSIBLE_LABELS = {
    "action_plugins": ("plugins/action.html", "Action plugins"),
    "ansible_configuration_settings": ("reference_appendices/config.html", "Ansible Configuration Settings"),
    "common_return_values": ("reference_appendices/common_return_values.html", "Return Values"),
}
"""What the generated pages refer to in Ansible's documentation."""


def run(program: str, *arguments: str | Path) -> None:
    """Run a program of this environment; end with its code if it fails."""
    done = subprocess.run([PROGRAMS / program, *arguments], cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)


def write_inventory(path: Path) -> None:
    """Write the part of Ansible's inventory that is needed: it cannot be downloaded everywhere."""
    head = "# Sphinx inventory version 2\n# Project: Ansible\n# Version: latest\n"
    head += "# The remainder of this file is compressed using zlib.\n"
    lines = [f"{label} std:label -1 {page}# {title}\n" for label, (page, title) in ANSIBLE_LABELS.items()]
    path.write_bytes(head.encode() + zlib.compress("".join(lines).encode()))


def collect() -> None:
    """Put together what Sphinx reads: the pages of the collection, and those of the repository."""
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True, mode=0o755)
    for name in ("conf.py", "index.rst", "site.css"):
        shutil.copy2(SITE / name, WORK)
    write_inventory(WORK / "ansible.inv")
    for name in (*MARKDOWN, *IMAGES):
        (WORK / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, WORK / name)
    for name in MARKDOWN:
        page = WORK / name
        page.write_text(GUIDES.sub("](../collection/docsite/", page.read_text()))
    destination = WORK / "collection"
    destination.mkdir(mode=0o755)
    options = ("--use-current", "--squash-hierarchy", "--fail-on-error", "--no-add-antsibull-docs-version")
    run(
        "antsibull-docs",
        f"--config-file={SITE / 'antsibull-docs.cfg'}",
        "collection",
        *options,
        f"--dest-dir={destination}",
        "tidy.spaces",
    )
    names = sorted(page.name.removesuffix("_module.rst") for page in destination.glob("*_module.rst"))
    for name in names:
        page = destination / f"{name}_module.rst"
        page.write_text(CONTENTS.sub("", page.read_text()))
    overview = destination / "index.rst"  # all that it lists has its place in the site's own index
    overview.write_text(":orphan:\n\n" + overview.read_text())
    index = WORK / "index.rst"
    entries = "\n".join(f"   {name} <collection/{name}_module>" for name in names)
    index.write_text(index.read_text().replace("   MODULES", entries))


def main() -> None:
    """Do it."""
    run("antsibull-docs", "lint-collection-docs", "--plugin-docs", ".")
    collect()
    shutil.rmtree(HTML, ignore_errors=True)
    run("sphinx-build", "--quiet", "--builder=html", "--fail-on-warning", "--keep-going", WORK, HTML)
    (HTML / ".nojekyll").touch()  # GitHub would leave out the directories that begin with an underscore
    if broken := broken_links(HTML):
        raise SystemExit("These links lead nowhere:\n" + "\n".join(broken))
    pages = len(list(HTML.rglob("*.html")))
    print(f"{pages} pages in {HTML.relative_to(ROOT)}; every link in them leads somewhere.")


if __name__ == "__main__":
    main()
