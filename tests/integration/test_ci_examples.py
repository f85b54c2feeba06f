# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pipelines of the guide do what it says, except for the installation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.guides import files_of, write_files
from tests.integration.scripts import run_script
from tests.servers.store import Store
from tests.servers.witness import Witness

FILES, PLAN_FILES = files_of("guide_ci"), files_of("guide_plan")
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


@pytest.fixture
def space(moto: Store) -> Witness:
    """Create the Space of the pipelines, with folders of the review and of others."""
    witness = Witness.of(moto, "my-space")
    witness.create_space()
    witness.put([*OF_THE_REVIEW, *OTHERS])
    return witness


def gitlab(job: str, files: Mapping[str, str]) -> str:
    """Return the script of a job of GitLab's."""
    pipeline = yaml.safe_load(files[".gitlab-ci.yml"])
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


def planned(job: str) -> str:
    """Return what a job of the workflow with a plan runs."""
    steps = yaml.safe_load(PLAN_FILES[".github/workflows/teardown.yml"])["jobs"][job]["steps"]
    return "\n".join(step["run"].rstrip() for step in steps if "run" in step)


def evaluated(text: str) -> str:
    return re.sub(r"\$\{\{ (.*?) \}\}", lambda found: f"${EXPRESSIONS[found[1]]}", text)


def run(script: str, directory: Path, environment: dict[str, str]) -> None:
    """Run a script, but for the lines that install what is installed here."""
    lines = [line for line in script.splitlines() if not line.startswith(INSTALLATION)]
    assert len(lines) == len(script.splitlines()) - 2
    variables = {
        "CI_MERGE_REQUEST_IID": "42",
        "GITHUB_STEP_SUMMARY": str(directory / "summary.md"),
        "PULL_REQUEST": "42",
    }
    run_script("\n".join(lines), directory, {**environment, **variables})


@pytest.mark.parametrize(
    "scripts",
    [[gitlab("plan", PLAN_FILES), gitlab("apply", PLAN_FILES)], [planned("plan"), planned("apply")]],
    ids=["gitlab", "github"],
)
def test_the_second_job_applies_what_the_first_has_planned(
    moto: Store, space: Witness, tmp_path: Path, scripts: list[str]
) -> None:
    write_files(PLAN_FILES, tmp_path)
    before = space.keys()
    run(scripts[0], tmp_path, moto.environment)
    assert space.keys() == before
    run(scripts[1], tmp_path, moto.environment)
    assert space.keys() == [key for key in before if not key.startswith("previews/review-42/")]


@pytest.mark.parametrize(
    ("script", "left"),
    [
        (gitlab("remove-preview", FILES), OTHERS),
        (github("pull_request"), OTHERS),
        (gitlab("prune-nightly", FILES), [*OTHERS, *OF_THE_REVIEW]),  # all of it is young
        (github("schedule"), [*OTHERS, *OF_THE_REVIEW]),
    ],
    ids=["gitlab-remove", "github-remove", "gitlab-prune", "github-prune"],
)
def test_a_job_does_what_the_page_says(
    moto: Store, space: Witness, tmp_path: Path, script: str, left: list[str]
) -> None:
    write_files(FILES, tmp_path)
    run(script, tmp_path, moto.environment)
    assert space.keys() == sorted(left)


def test_the_jobs_are_those_that_the_page_describes() -> None:
    expressions: Any = set(re.findall(r"\$\{\{ (.*?) \}\}", FILES[".github/workflows/spaces.yml"]))
    assert expressions == set(EXPRESSIONS)
    assert "tidy.spaces.teardown" in gitlab("remove-preview", FILES)
    assert "tidy.spaces.teardown" in github("pull_request")
    assert "tidy.spaces.prune" in gitlab("prune-nightly", FILES)
    assert "tidy.spaces.prune" in github("schedule")
