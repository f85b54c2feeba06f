# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a connection leads, and how its requests leave."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import EngineError, InvalidOption, Transient
from ansible_collections.tidy.spaces.plugins.module_utils._engine.model.entries import Entry
from ansible_collections.tidy.spaces.plugins.module_utils._s3.client import Connection
from tests.unit.s3.connecting import PAIR, SPACE, connect
from tests.unit.s3.scripted_server import Reply, ScriptedServer
from tests.unit.s3.signatures import signer

STORE = "http://store.example.com:9000"
AMAZON = "https://s3.eu-west-1.amazonaws.com"
SECRETS = {PAIR["access_key"]: PAIR["secret_key"], "AKPROFILE": "secret-of-profile"}


class Leaving(Exception):
    """A request that was about to be sent."""


def url_of(connection: Connection) -> str:
    """Return the URL that a marker's HEAD is sent to, without sending it."""
    markers = connection.markers

    def stop(request: Any, **_others: object) -> None:
        raise Leaving(request.url)

    markers._client.meta.events.register("before-send.s3", stop)
    with pytest.raises(Leaving) as caught:
        markers.size("a/")
    return str(caught.value)


def configure(directory: Path, text: str, *, profile: str = "chosen") -> None:
    """Write a profile with credentials into the AWS configuration."""
    section = "default" if profile == "default" else f"profile {profile}"
    pair = "aws_access_key_id = AKPROFILE\naws_secret_access_key = secret-of-profile"
    (directory / "config").write_text(f"[{section}]\n{pair}\n{text}\n")


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({"region": "nyc3"}, f"https://{SPACE}.nyc3.digitaloceanspaces.com/a/"),
        ({"endpoint_url": "https://ams3.digitaloceanspaces.com"}, f"https://{SPACE}.ams3.digitaloceanspaces.com/a/"),
        ({"region": "nyc3", "space": "my.space"}, "https://nyc3.digitaloceanspaces.com/my.space/a/"),
        ({"region": "nyc3", "addressing_style": "path"}, f"https://nyc3.digitaloceanspaces.com/{SPACE}/a/"),
        ({"endpoint_url": STORE}, f"{STORE}/{SPACE}/a/"),
        ({"endpoint_url": STORE, "addressing_style": "virtual"}, f"http://{SPACE}.store.example.com:9000/a/"),
        ({"endpoint_url": AMAZON}, f"{AMAZON}/{SPACE}/a/"),
    ],
    ids=str,
)
def test_where_the_space_stands_in_the_url(given: dict[str, Any], url: str) -> None:
    assert url_of(connect(**given, **PAIR)) == url


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SPACES_REGION", "nyc3"),
        ("SPACES_ENDPOINT_URL", "https://nyc3.digitaloceanspaces.com"),
        ("AWS_ENDPOINT_URL", "https://nyc3.digitaloceanspaces.com"),
        ("AWS_ENDPOINT_URL_S3", "https://nyc3.digitaloceanspaces.com"),
    ],
)
def test_spaces_are_addressed_alike_wherever_they_are_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    connection = connect(**PAIR)
    assert url_of(connection) == f"https://{SPACE}.nyc3.digitaloceanspaces.com/a/"
    assert connection.endpoint_url == "https://nyc3.digitaloceanspaces.com"


PLAIN = "endpoint_url = {url}"
SERVICES = "services = mine\n[services mine]\ns3 =\n  endpoint_url = {url}"
BOTH = "endpoint_url = http://127.0.0.1:9\n" + SERVICES


@pytest.mark.parametrize("text", [PLAIN, SERVICES, BOTH])
@pytest.mark.parametrize("option", ["chosen", None])
def test_a_profile_brings_its_endpoint(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, option: str | None
) -> None:
    configure(tmp_path, "region = eu-1\n" + text.format(url=server.endpoint), profile=option or "ambient")
    if not option:
        monkeypatch.setenv("AWS_PROFILE", "ambient")
    connection = connect(profile=option)
    connection.markers.size("a/")
    assert connection.endpoint_url == server.endpoint
    assert signer(server.requests[0], secrets=SECRETS) == ("AKPROFILE", "eu-1")


def test_a_services_section_that_makes_no_sense_is_an_error(tmp_path: Path) -> None:
    configure(tmp_path, "services = mine\n[services mine]\ns3 = http://127.0.0.1:9")
    with pytest.raises(EngineError):
        connect(profile="chosen")


def test_a_profile_option_takes_precedence_over_every_variable(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    configure(tmp_path, f"region = eu-1\nendpoint_url = {server.endpoint}")
    for name, value in {
        "AWS_PROFILE": "missing",
        "AWS_ACCESS_KEY_ID": "AKENV",
        "AWS_SECRET_ACCESS_KEY": "secret-of-env",
        "AWS_SESSION_TOKEN": "token-of-env",
        "AWS_REGION": "eu-9",
        "AWS_DEFAULT_REGION": "eu-9",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
        "SPACES_ENDPOINT_URL": "http://127.0.0.1:9",
        "SPACES_REGION": "ams3",
        "SPACES_ACCESS_KEY_ID": "AKSPACES",
        "SPACES_SECRET_ACCESS_KEY": "secret-of-spaces",
    }.items():
        monkeypatch.setenv(name, value)
    connection = connect(profile="chosen")
    connection.markers.size("a/")
    assert connection.endpoint_url == server.endpoint
    assert signer(server.requests[0], secrets=SECRETS) == ("AKPROFILE", "eu-1")
    assert "x-amz-security-token" not in server.requests[0].headers


@pytest.mark.parametrize(
    ("given", "environ", "region"),
    [
        ({}, {}, "us-east-1"),
        ({"region": "eu-1"}, {"SPACES_REGION": "eu-2", "AWS_DEFAULT_REGION": "eu-3"}, "eu-1"),
        ({}, {"AWS_DEFAULT_REGION": "eu-3"}, "eu-3"),
    ],
    ids=str,
)
def test_which_region_signs(
    server: ScriptedServer,
    monkeypatch: pytest.MonkeyPatch,
    given: dict[str, Any],
    environ: dict[str, str],
    region: str,
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    connect(endpoint_url=server.endpoint, **given, **PAIR).markers.size("a/")
    assert signer(server.requests[0], secrets=SECRETS) == (PAIR["access_key"], region)


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"])
def test_an_endpoint_that_botocore_finds_is_used(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv(variable, server.endpoint)
    connection = connect(**PAIR)
    connection.markers.size("a/")
    assert connection.endpoint_url == server.endpoint
    assert len(server.requests) == 1


@pytest.mark.parametrize("variable", ["SPACES_ENDPOINT_URL", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"])
@pytest.mark.parametrize(
    "endpoint_url", [f"https://{SPACE}.nyc3.digitaloceanspaces.com", "http://user:hunter2@127.0.0.1:9"]
)
def test_an_endpoint_of_the_environment_is_checked_too(
    monkeypatch: pytest.MonkeyPatch, variable: str, endpoint_url: str
) -> None:
    monkeypatch.setenv(variable, endpoint_url)
    with pytest.raises(EngineError) as caught:
        connect(**PAIR).lister  # noqa: B018 - the client is made when it is first asked for
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("variable", [None, "AWS_REGION", "AWS_DEFAULT_REGION"])
@pytest.mark.parametrize("adapter", ["lister", "markers"])
def test_amazons_store_is_not_used_when_nobody_named_it(
    monkeypatch: pytest.MonkeyPatch, variable: str | None, adapter: str
) -> None:
    if variable:
        monkeypatch.setenv(variable, "eu-west-1")
    with pytest.raises(EngineError, match=r"No endpoint is set.*endpoint_url"):
        getattr(connect(**PAIR), adapter)


def test_an_endpoint_that_botocore_is_configured_to_ignore_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", AMAZON)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    with pytest.raises(EngineError, match="No endpoint is set"):
        connect(**PAIR).lister  # noqa: B018 - the client is made when it is first asked for


@pytest.mark.parametrize("variable", ["SPACES_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"])
def test_amazons_store_is_used_when_it_is_named(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, AMAZON)
    assert url_of(connect(**PAIR)) == f"{AMAZON}/{SPACE}/a/"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=503),
        Reply(status=500),
        Reply(status=429),
        Reply(drop=True),
        Reply(status=400, body=b"<Error><Code>RequestTimeout</Code></Error>"),
    ],
    ids=["503", "500", "429", "dropped", "RequestTimeout"],
)
def test_each_call_makes_one_attempt(server: ScriptedServer, connection: Connection, reply: Reply) -> None:
    server.script(reply)
    calls = [
        lambda: connection.lister.list_objects("", None),
        lambda: connection.markers.create("a/"),
        lambda: connection.deleter(bypass_governance=False).delete_one(Entry("a/")),
        lambda: connection.deleter(bypass_governance=False).delete_batch([Entry("a/")]),
    ]
    for number, call in enumerate(calls, start=1):
        with pytest.raises(Transient):
            call()
        assert len(server.requests) == number


def test_requests_say_whose_they_are(server: ScriptedServer, connection: Connection) -> None:
    connection.markers.size("a/")
    assert "tidy.spaces" in server.requests[0].headers["user-agent"]


def test_settings_that_make_no_client_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "not a url")
    with pytest.raises(EngineError, match="not a url"):
        connect(**PAIR).lister  # noqa: B018 - the client is made when it is first asked for


def test_a_region_that_contradicts_the_profile_is_refused(tmp_path: Path) -> None:
    configure(tmp_path, "endpoint_url = https://nyc3.digitaloceanspaces.com")
    with pytest.raises(InvalidOption, match="another region"):
        connect(profile="chosen", region="ams3")


@pytest.mark.parametrize("space", ["My-Space", "my_space", "a" * 64])
def test_a_name_that_no_space_has_is_refused_at_spaces_alone(space: str) -> None:
    with pytest.raises(InvalidOption, match=f"space: '{space}' is not the name of a Space.*lower-case"):
        connect(space=space, region="nyc3", **PAIR)
    assert connect(space=space, endpoint_url="https://store.example.com", **PAIR)
