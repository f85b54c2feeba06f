# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which endpoint and region win, and which endpoints are refused."""

from __future__ import annotations

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import EngineError, InvalidOption
from ansible_collections.tidy.spaces.plugins.module_utils._s3.endpoint import Endpoint, EndpointSource, resolve_endpoint
from tests.unit.s3.connecting import SPACE

STORE = "https://store.example.com"
OTHER = "https://other.example.com:9000"
THIRD = "https://third.example.com"
NYC3 = "https://nyc3.digitaloceanspaces.com"
AMS3 = "https://ams3.digitaloceanspaces.com"
AMAZON = "https://s3.eu-west-1.amazonaws.com"


def place(endpoint_url: str | None = None, region: str | None = None) -> EndpointSource:
    return EndpointSource(endpoint_url=endpoint_url, region=region)


def located(
    options: EndpointSource, profile: EndpointSource | None = None, configured: str | None = None, **environ: str
) -> EndpointSource:
    found = resolve_endpoint(
        space=SPACE, options=options, profile=profile or place(), environ=environ, configured=configured
    )
    return place(found.url, found.region)


@pytest.mark.parametrize(
    ("options", "profile", "environ", "expected"),
    [
        pytest.param(place(STORE), place(), {}, place(STORE), id="endpoint"),
        pytest.param(place(STORE, "eu-1"), place(), {}, place(STORE, "eu-1"), id="endpoint, and a region that signs"),
        pytest.param(place(None, "nyc3"), place(), {}, place(NYC3, "nyc3"), id="region"),
        pytest.param(place(NYC3), place(), {}, place(NYC3, "nyc3"), id="a Spaces endpoint brings its region"),
        pytest.param(place(NYC3, "nyc3"), place(), {}, place(NYC3, "nyc3"), id="a Spaces endpoint and its region"),
        pytest.param(
            place(NYC3),
            place(None, "eu-1"),
            {},
            place(NYC3, "nyc3"),
            id="a Spaces endpoint takes precedence over a profile's region",
        ),
        pytest.param(place(None, "ams3"), place(OTHER), {}, place(OTHER, "ams3"), id="region signs at the profile's"),
        pytest.param(
            place(STORE),
            place(OTHER, "eu-2"),
            {},
            place(STORE, "eu-2"),
            id="endpoint takes precedence over the profile's",
        ),
        pytest.param(place(), place(OTHER, "eu-2"), {}, place(OTHER, "eu-2"), id="profile"),
        pytest.param(
            place(STORE),
            place(),
            {"SPACES_ENDPOINT_URL": THIRD, "SPACES_REGION": "ams3"},
            place(STORE),
            id="endpoint takes precedence over the environment, whose region does not sign",
        ),
        pytest.param(
            place(None, "nyc3"),
            place(),
            {"SPACES_ENDPOINT_URL": AMS3, "SPACES_REGION": "ams3"},
            place(NYC3, "nyc3"),
            id="region takes precedence over SPACES_ENDPOINT_URL",
        ),
        pytest.param(
            place(),
            place(OTHER),
            {"SPACES_ENDPOINT_URL": THIRD, "SPACES_REGION": "ams3"},
            place(OTHER),
            id="profile takes precedence over the environment",
        ),
        pytest.param(place(), place(), {"SPACES_ENDPOINT_URL": THIRD}, place(THIRD), id="SPACES_ENDPOINT_URL"),
        pytest.param(
            place(),
            place(),
            {"SPACES_ENDPOINT_URL": THIRD, "SPACES_REGION": "ams3"},
            place(THIRD, "ams3"),
            id="SPACES_ENDPOINT_URL, and a region that signs",
        ),
        pytest.param(place(), place(), {"SPACES_REGION": "ams3"}, place(AMS3, "ams3"), id="SPACES_REGION"),
        pytest.param(
            place(),
            place(None, "eu-2"),
            {"SPACES_ENDPOINT_URL": THIRD, "SPACES_REGION": "ams3"},
            place(THIRD, "eu-2"),
            id="a profile's region signs before the environment's",
        ),
        pytest.param(place(STORE + "/"), place(), {}, place(STORE), id="a slash at the end"),
        pytest.param(place(STORE + "/s3/"), place(), {}, place(STORE + "/s3"), id="a store below a path"),
    ],
)
def test_the_first_source_that_names_a_place_wins(
    options: EndpointSource, profile: EndpointSource, environ: dict[str, str], expected: EndpointSource
) -> None:
    assert located(options, profile, **environ) == expected


@pytest.mark.parametrize(
    ("endpoint_url", "right"),
    [
        (f"https://{SPACE}.nyc3.digitaloceanspaces.com", NYC3),
        (f"https://{SPACE}.nyc3.digitaloceanspaces.com/", NYC3),
        (f"HTTPS://{SPACE.upper()}.NYC3.DigitalOceanSpaces.com", NYC3),
        ("https://another-space.nyc3.digitaloceanspaces.com", NYC3),
        ("https://dotted.space.nyc3.digitaloceanspaces.com", NYC3),
        (f"https://{SPACE}.nyc3.cdn.digitaloceanspaces.com", NYC3),
        ("https://nyc3.cdn.digitaloceanspaces.com", NYC3),
        (f"{NYC3}/{SPACE}", NYC3),
        (f"{NYC3}/{SPACE}/", NYC3),
        (f"https://{SPACE}.s3.eu-west-1.amazonaws.com", AMAZON),
        (f"https://{SPACE.upper()}.s3.eu-west-1.amazonaws.com", AMAZON),
        (f"https://{SPACE}.s3-eu-west-1.amazonaws.com", "https://s3-eu-west-1.amazonaws.com"),
        (f"https://{SPACE}.s3.store.example.com:9000", "https://s3.store.example.com:9000"),
        (f"http://127.0.0.1:9000/{SPACE}", "http://127.0.0.1:9000"),
        (f"http://127.0.0.1:9000/{SPACE}/", "http://127.0.0.1:9000"),
        (f"http://127.0.0.1:9000/s3/{SPACE}", "http://127.0.0.1:9000/s3"),
    ],
)
def test_an_endpoint_that_contains_the_space_is_refused_and_the_right_one_named(endpoint_url: str, right: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        located(place(endpoint_url))
    assert str(caught.value).endswith(f"Set it to {right}.")


@pytest.mark.parametrize("source", ["endpoint_url", "profile", "SPACES_ENDPOINT_URL"])
def test_every_source_is_checked_and_named(source: str) -> None:
    endpoint_url = f"https://{SPACE}.nyc3.digitaloceanspaces.com"
    options = place(endpoint_url if source == "endpoint_url" else None)
    profile = place(endpoint_url if source == "profile" else None)
    environ = {source: endpoint_url} if source.isupper() else {}
    with pytest.raises(InvalidOption) as caught:
        located(options, profile, **environ)
    assert source in str(caught.value).partition(":")[0]


@pytest.mark.parametrize(
    "endpoint_url", ["http://my-spaces.s3.example.com", "http://host/my-space-2", "http://my-space"]
)
def test_an_endpoint_that_only_looks_like_the_space_is_taken(endpoint_url: str) -> None:
    assert located(place(endpoint_url)).endpoint_url == endpoint_url


def test_the_domain_alone_lacks_the_region() -> None:
    with pytest.raises(InvalidOption, match="lacks the region"):
        located(place("https://digitaloceanspaces.com"))


@pytest.mark.parametrize(
    ("options", "environ"),
    [(place(NYC3, "ams3"), {}), (place(), {"SPACES_ENDPOINT_URL": NYC3, "SPACES_REGION": "ams3"})],
    ids=["options", "environment"],
)
def test_a_region_that_contradicts_the_endpoint_is_refused(options: EndpointSource, environ: dict[str, str]) -> None:
    with pytest.raises(InvalidOption, match="is in another region than 'ams3'"):
        located(options, **environ)


@pytest.mark.parametrize(
    "endpoint_url",
    [
        "nyc3.digitaloceanspaces.com",
        "nyc3",
        "//nyc3.digitaloceanspaces.com",
        "ftp://store.example.com",
        "s3://my-space",
        "https://",
        "https:///path",
        "https://:9000",
        "http://store.example.com:0",
        "http://store.example.com:65536",
        "http://store.example.com:port",
        "http://[::1",
        " ",
    ],
)
def test_an_invalid_endpoint_is_refused(endpoint_url: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        located(place(endpoint_url))
    assert str(caught.value).startswith(f"endpoint_url: {endpoint_url!r}")


@pytest.mark.parametrize(
    ("endpoint_url", "shown"),
    [
        ("http://store.example.com?token=hunter2", "http://store.example.com?***"),
        ("http://store.example.com/#hunter2", "http://store.example.com/#***"),
    ],
)
def test_a_query_is_refused_and_not_repeated(endpoint_url: str, shown: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        located(place(endpoint_url))
    assert str(caught.value).startswith(f"endpoint_url: {shown!r} has a query")


def test_a_region_of_the_environment_that_is_no_region_is_refused() -> None:
    with pytest.raises(InvalidOption, match="SPACES_REGION") as caught:
        located(place(), SPACES_REGION="https://user:hunter2@nyc3.digitaloceanspaces.com")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "endpoint_url",
    [
        "http://user:hunt/hunter2@store.example.com",
        "http:/user:hunter2@store.example.com",
        "http:user:hunter2@store.example.com",
        "http://user:hunter2%40store.example.com",
        "http://user:x?hunter2@store.example.com",
        "http://user:x#hunter2@store.example.com",
        "http://user:x@hunter2@store.example.com",
        "user:hunter2/@store.example.com",
        "https://user:hunter2@store.example.com",
        "https://:hunter2@store.example.com",
        "https://hunter2@store.example.com",
        "https://user:hunter2@my-space.nyc3.digitaloceanspaces.com",
        "https://user:hunter2@store.example.com?x=1",
        "https://user:hunter2@store.example.com:port",
        "https://user:hunter2@store.example.com:65536",
        "https://user:hunter2@[::1",
        "ftp://user:hunter2@store.example.com",
        "user:hunter2@store.example.com:9000",
    ],
)
def test_a_password_in_an_endpoint_is_refused_and_not_repeated(endpoint_url: str) -> None:
    with pytest.raises(EngineError) as caught:
        located(place(endpoint_url))
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("configured", [AMAZON, STORE, NYC3])
def test_the_endpoint_in_botocore_s_configuration_comes_last(configured: str) -> None:
    assert located(place(), configured=configured).endpoint_url == configured
    assert located(place(), configured=configured, SPACES_ENDPOINT_URL=THIRD).endpoint_url == THIRD
    assert located(place(None, "ams3"), configured=configured).endpoint_url == AMS3


@pytest.mark.parametrize("profile", [place(), place(None, "eu-2")], ids=["nothing", "a profile's region"])
def test_no_store_is_used_that_nobody_named(profile: EndpointSource) -> None:
    with pytest.raises(EngineError, match="No endpoint is set") as caught:
        located(place(), profile, SPACES_ENDPOINT_URL="", SPACES_REGION="")
    for what in ("region", "endpoint_url", "SPACES_REGION", "SPACES_ENDPOINT_URL", "profile"):
        assert what in str(caught.value)


@pytest.mark.parametrize(
    ("endpoint_url", "spaces"),
    [(NYC3, True), (STORE, False), ("https://digitaloceanspaces.com.example.com", False)],
)
def test_which_endpoints_are_spaces(endpoint_url: str, spaces: bool) -> None:
    assert Endpoint(url=endpoint_url, region=None).is_spaces == spaces


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-2", "us-gov-west-1"])
def test_a_region_of_amazons_is_no_region_of_spaces(region: str) -> None:
    with pytest.raises(InvalidOption, match=f"region: '{region}' is a region of Amazon's.*nyc3"):
        located(place(None, region))
    assert located(place(STORE, region)) == place(STORE, region)
