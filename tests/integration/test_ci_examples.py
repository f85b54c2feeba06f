# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pipelines of the guide do what it says, except for the installation."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.guides import files_of
from tests.servers.moto import Moto
from tests.servers.store import unmeasured_environment
from tests.servers.witness import Witness

FILES = files_of("guide_ci")
INSTALLATION = ("pip install ", "ansible-galaxy collection install ")
OF_THE_REVIEW = ["previews/review-42/index.html", "previews/review-42/", "coverage/review-42/lcov.info"]
OTHERS = [
    "builds/1/app.js",
    "builds/release-1/app.js",
    "coverage/review-4/x",
    "previews/main/x",
    "previews/review-421/x",
]
EXPRESSIONS = {
    "secrets.SPACES_ACCESS_KEY_ID": "SPACES_ACCESS_KEY_ID",
    "secrets.SPACES_SECRET_ACCESS_KEY": "SPACES_SECRET_ACCESS_KEY",
    "github.event.number": "PULL_REQUEST",
}


def gitlab(job: str) -> str:
    """Return the script of a job of GitLab's."""
    pipeline = yaml.safe_load(FILES[".gitlab-ci.yml"])
    return "\n".join([*pipeline[pipeline[job]["extends"]]["before_script"], *pipeline[job]["script"]])


def github(event: str) -> str:
    """Return what the workflow runs on an event, with the values of its expressions taken from the environment."""
    [job] = yaml.safe_load(FILES[".github/workflows/spaces.yml"])["jobs"].values()
    lines = []
    for step in job["steps"]:
        if "run" in step and step.get("if", f"'{event}'").endswith(f"'{event}'"):
            lines += [f'export {name}="{evaluated(value)}"' for name, value in step.get("env", {}).items()]
            lines.append(step["run"])
    return "\n".join(lines)


def evaluated(text: str) -> str:
    return re.sub(r"\$\{\{ (.*?) \}\}", lambda found: f"${EXPRESSIONS[found[1]]}", text)


def run(script: str, directory: Path, environment: dict[str, str]) -> None:
    """Run a script, but for the lines that install what is installed here."""
    lines = [line for line in script.splitlines() if not line.startswith(INSTALLATION)]
    assert len(lines) == len(script.splitlines()) - 2
    done = subprocess.run(
        ["bash", "-euc", "\n".join(lines)],
        cwd=directory,
        env={
            **unmeasured_environment(),
            **environment,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "CI_MERGE_REQUEST_IID": "42",
            "PULL_REQUEST": "42",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("script", "left"),
    [
        (gitlab("remove-preview"), OTHERS),
        (github("pull_request"), OTHERS),
        (gitlab("prune-nightly"), [*OTHERS, *OF_THE_REVIEW]),  # all of it is young
        (github("schedule"), [*OTHERS, *OF_THE_REVIEW]),
    ],
    ids=["gitlab-remove", "github-remove", "gitlab-prune", "github-prune"],
)
def test_a_job_does_what_the_page_says(tmp_path: Path, script: str, left: list[str]) -> None:
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    with Moto() as store:
        witness = Witness.of(store, "my-space")
        witness.create_space()
        witness.put([*OF_THE_REVIEW, *OTHERS])
        run(script, tmp_path, store.environment)
        assert witness.keys() == sorted(left)


def test_the_jobs_are_those_that_the_page_describes() -> None:
    expressions: Any = set(re.findall(r"\$\{\{ (.*?) \}\}", FILES[".github/workflows/spaces.yml"]))
    assert expressions == set(EXPRESSIONS)
    assert "tidy.spaces.teardown" in gitlab("remove-preview")
    assert "tidy.spaces.teardown" in github("pull_request")
    assert "tidy.spaces.prune" in gitlab("prune-nightly")
    assert "tidy.spaces.prune" in github("schedule")
