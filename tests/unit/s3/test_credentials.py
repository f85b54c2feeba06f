# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials are one set from one source, and the highest source wins."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import EngineError, InvalidOption
from tests.unit.s3.connecting import PAIR, connect
from tests.unit.s3.scripted_server import ScriptedServer
from tests.unit.s3.signatures import signer

SOURCES = ["options", "profile", "SPACES_*", "AWS_*", "AWS_PROFILE", "default"]  # highest first
KEYS = {source: f"AK{number}" for number, source in enumerate(SOURCES)}
SECRETS = {source: f"secret-of-{number}" for number, source in enumerate(SOURCES)}
TOKENS = {source: f"token-of-{number}" for number, source in enumerate(SOURCES) if source != "SPACES_*"}
SECTIONS = {"profile": "chosen", "AWS_PROFILE": "ambient", "default": "default"}
VARIABLES = {
    "SPACES_*": ("SPACES_ACCESS_KEY_ID", "SPACES_SECRET_ACCESS_KEY"),
    "AWS_*": ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
}


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Set up sources of credentials; return the options that belong to them."""

    def set_up(sources: Iterable[str], *, tokens: bool) -> dict[str, Any]:
        options: dict[str, Any] = {}
        for source in sources:
            token = TOKENS.get(source) if tokens else None
            if source == "options":
                options |= {"access_key": KEYS[source], "secret_key": SECRETS[source], "session_token": token}
            elif source in VARIABLES:
                for name, value in zip(VARIABLES[source], (KEYS[source], SECRETS[source]), strict=True):
                    monkeypatch.setenv(name, value)
                if token:
                    monkeypatch.setenv("AWS_SESSION_TOKEN", token)
            else:
                with (tmp_path / "credentials").open("a") as file:
                    file.write(f"[{SECTIONS[source]}]\naws_access_key_id = {KEYS[source]}\n")
                    file.write(f"aws_secret_access_key = {SECRETS[source]}\n")
                    file.write(f"aws_session_token = {token}\n" if token else "")
        if "profile" in sources:
            options["profile"] = "chosen"
        if "AWS_PROFILE" in sources:
            monkeypatch.setenv("AWS_PROFILE", "ambient")
        return options

    return set_up


@pytest.mark.parametrize(
    "sources",
    [
        *[(source,) for source in SOURCES],
        *[pair for pair in itertools.combinations(SOURCES, 2) if pair != ("options", "profile")],
        SOURCES[1:],
        [source for source in SOURCES if source != "profile"],
    ],
    ids=" before ".join,
)
@pytest.mark.parametrize("tokens", [True, False], ids=["tokens", "no tokens"])
def test_the_highest_source_wins_as_a_whole(
    server: ScriptedServer, offer: Any, sources: list[str], tokens: bool
) -> None:
    winner = sources[0]
    censored: list[str] = []
    options = offer(sources, tokens=tokens)
    connect(endpoint_url=server.endpoint, censored=censored, **options).markers.size("a/")
    [request] = server.requests
    assert signer(request, secrets={KEYS[source]: SECRETS[source] for source in SOURCES})[0] == KEYS[winner]
    token = TOKENS.get(winner) if tokens else None
    assert request.headers.get("x-amz-security-token") == token
    assert censored == [SECRETS[winner], *([token] if token else [])]


def test_a_token_of_the_environment_does_not_complete_another_set(
    server: ScriptedServer, offer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token-of-nobody")
    connect(endpoint_url=server.endpoint, **offer(["SPACES_*"], tokens=False)).markers.size("a/")
    connect(endpoint_url=server.endpoint, **PAIR).markers.size("a/")
    assert [request.headers.get("x-amz-security-token") for request in server.requests] == [None, None]


@pytest.mark.parametrize(
    ("source", "half"),
    [(source, half) for source in VARIABLES for half in (0, 1)],
    ids=str,
)
def test_half_a_pair_in_the_environment_is_an_error(
    server: ScriptedServer, offer: Any, monkeypatch: pytest.MonkeyPatch, source: str, half: int
) -> None:
    offer(["default"], tokens=False)
    monkeypatch.setenv(VARIABLES[source][half], "half-a-pair")
    with pytest.raises(EngineError) as caught:
        connect(endpoint_url=server.endpoint).markers.size("a/")
    assert "half-a-pair" not in str(caught.value)
    assert "in the same place" in str(caught.value)
    assert server.requests == []


@pytest.mark.parametrize("profile", ["chosen", None])
@pytest.mark.parametrize("half", ["aws_access_key_id", "aws_secret_access_key"])
def test_half_a_pair_in_a_profile_is_an_error(
    server: ScriptedServer, tmp_path: Path, profile: str | None, half: str
) -> None:
    (tmp_path / "credentials").write_text(f"[{profile or 'default'}]\n{half} = half-a-pair\n")
    with pytest.raises(EngineError):
        connect(endpoint_url=server.endpoint, profile=profile).markers.size("a/")
    assert server.requests == []


def test_a_profile_without_credentials_takes_none_from_the_environment(
    server: ScriptedServer, offer: Any, tmp_path: Path
) -> None:
    offer(["SPACES_*", "AWS_*", "default"], tokens=False)
    (tmp_path / "config").write_text("[profile chosen]\nregion = nyc3\n")
    with pytest.raises(EngineError, match="profile 'chosen' has no credentials"):
        connect(endpoint_url=server.endpoint, profile="chosen").markers.size("a/")
    assert server.requests == []


def test_a_profile_that_is_not_there_is_refused(offer: Any) -> None:
    offer(["AWS_*", "default"], tokens=False)
    with pytest.raises(InvalidOption, match="profile: 'chosen' cannot be used"):
        connect(endpoint_url="http://127.0.0.1:9", profile="chosen")


def test_a_profile_of_the_environment_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "ambient")
    with pytest.raises(EngineError, match=r"AWS configuration cannot be used.*ambient"):
        connect(endpoint_url="http://127.0.0.1:9")


@pytest.mark.parametrize("profile", ["chosen", None])
def test_a_configuration_that_cannot_be_parsed_is_an_error(tmp_path: Path, profile: str | None) -> None:
    (tmp_path / "config").write_text("[profile chosen\nregion\n")
    with pytest.raises(EngineError, match="cannot be used"):
        connect(endpoint_url="http://127.0.0.1:9", profile=profile)


def test_no_credentials_is_an_error_that_says_what_to_set() -> None:
    with pytest.raises(EngineError, match="No credentials are set") as caught:
        connect(endpoint_url="http://127.0.0.1:9")
    for what in ("access_key", "secret_key", "SPACES_ACCESS_KEY_ID", "SPACES_SECRET_ACCESS_KEY", "profile"):
        assert what in str(caught.value)


@pytest.mark.parametrize("profile", ["nowhere", ""])
@pytest.mark.parametrize("source", ["options", "environment"])
def test_a_profile_of_the_environment_is_ignored_where_nothing_is_needed_of_it(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, source: str, profile: str
) -> None:
    monkeypatch.setenv("AWS_PROFILE", profile)
    if source == "options":
        connection = connect(endpoint_url=server.endpoint, **PAIR)
    else:
        monkeypatch.setenv("SPACES_ENDPOINT_URL", server.endpoint)
        monkeypatch.setenv("SPACES_ACCESS_KEY_ID", "AKSPACES")
        monkeypatch.setenv("SPACES_SECRET_ACCESS_KEY", "secret-of-spaces")
        connection = connect()
    connection.markers.size("a/")
    assert len(server.requests) == 1
