# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which endpoint and region win, and which endpoints are refused."""

from __future__ import annotations

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import EngineError, InvalidOption
from ansible_collections.tidy.spaces.plugins.module_utils._s3.location import (
    Location,
    is_amazon,
    locate,
    require_named,
)
from tests.unit.s3.connecting import SPACE

STORE = "https://store.example.com"
OTHER = "https://other.example.com:9000"
THIRD = "https://third.example.com"
NYC3 = "https://nyc3.digitaloceanspaces.com"
AMS3 = "https://ams3.digitaloceanspaces.com"
AMAZON = "https://s3.eu-west-1.amazonaws.com"


def place(endpoint_url: str | None = None, region: str | None = None) -> Location:
    return Location(endpoint_url=endpoint_url, region=region)


def located(options: Location, profile: Location | None = None, **environ: str) -> Location:
    return locate(space=SPACE, options=options, profile=profile or place(), environ=environ)


@pytest.mark.parametrize(
    ("options", "profile", "environ", "expected"),
    [
        pytest.param(place(), place(), {}, place(), id="nothing"),
        pytest.param(place(STORE), place(), {}, place(STORE), id="endpoint"),
        pytest.param(place(STORE, "eu-1"), place(), {}, place(STORE, "eu-1"), id="endpoint, and a region that signs"),
        pytest.param(place(None, "nyc3"), place(), {}, place(NYC3, "nyc3"), id="region"),
        pytest.param(place(NYC3), place(), {}, place(NYC3, "nyc3"), id="a Spaces endpoint brings its region"),
        pytest.param(place(NYC3, "nyc3"), place(), {}, place(NYC3, "nyc3"), id="a Spaces endpoint and its region"),
        pytest.param(
            place(NYC3), place(None, "eu-1"), {}, place(NYC3, "nyc3"), id="a Spaces endpoint beats a profile's region"
        ),
        pytest.param(place(None, "ams3"), place(OTHER), {}, place(OTHER, "ams3"), id="region signs at the profile's"),
        pytest.param(place(STORE), place(OTHER, "eu-2"), {}, place(STORE, "eu-2"), id="endpoint beats the profile's"),
        pytest.param(place(), place(OTHER, "eu-2"), {}, place(OTHER, "eu-2"), id="profile"),
        pytest.param(place(), place(None, "eu-2"), {}, place(None, "eu-2"), id="a profile's region names no place"),
        pytest.param(
            place(STORE),
            place(),
            {"SPACES_ENDPOINT_URL": THIRD, "SPACES_REGION": "ams3"},
            place(STORE),
            id="endpoint beats the environment, whose region does not sign",
        ),
        pytest.param(
            place(None, "nyc3"),
            place(),
            {"SPACES_ENDPOINT_URL": AMS3, "SPACES_REGION": "ams3"},
            place(NYC3, "nyc3"),
            id="region beats SPACES_ENDPOINT_URL",
        ),
        pytest.param(
            place(),
            place(OTHER),
            {"SPACES_ENDPOINT_URL": THIRD, "SPACES_REGION": "ams3"},
            place(OTHER),
            id="profile beats the environment",
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
            place(), place(), {"SPACES_ENDPOINT_URL": "", "SPACES_REGION": ""}, place(), id="an empty environment"
        ),
        pytest.param(place(STORE + "/"), place(), {}, place(STORE), id="a slash at the end"),
        pytest.param(place(STORE + "/s3/"), place(), {}, place(STORE + "/s3"), id="a store below a path"),
    ],
)
def test_the_first_source_that_names_a_place_wins(
    options: Location, profile: Location, environ: dict[str, str], expected: Location
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


@pytest.mark.parametrize("source", ["options", "environ"])
def test_a_region_that_contradicts_the_endpoint_is_refused(source: str) -> None:
    with pytest.raises(InvalidOption, match="is in another region than 'ams3'"):
        if source == "options":
            located(place(NYC3, "ams3"))
        else:
            located(place(), SPACES_ENDPOINT_URL=NYC3, SPACES_REGION="ams3")


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
        "http://store.example.com?x=1",
        "http://store.example.com/#top",
        " ",
    ],
)
def test_what_is_no_endpoint(endpoint_url: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        located(place(endpoint_url))
    assert str(caught.value).startswith(f"endpoint_url: {endpoint_url!r}")


@pytest.mark.parametrize(
    "endpoint_url",
    [
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


@pytest.mark.parametrize(
    ("endpoint_url", "amazon"),
    [
        (AMAZON, True),
        ("https://S3.EU-West-1.AmazonAWS.com", True),
        ("https://s3.cn-north-1.amazonaws.com.cn", True),
        ("https://s3.dualstack.eu-west-1.api.aws", True),
        (NYC3, False),
        ("https://amazonaws.com.example.com", False),
        ("http://127.0.0.1:9000", False),
    ],
)
def test_which_endpoints_are_amazons(endpoint_url: str, amazon: bool) -> None:
    assert is_amazon(endpoint_url) == amazon


@pytest.mark.parametrize("named", [None, "", STORE, NYC3])
def test_a_store_of_amazons_that_nobody_named_is_refused(named: str | None) -> None:
    with pytest.raises(EngineError, match="No endpoint is set") as caught:
        require_named(AMAZON, named=named)
    for what in ("region", "endpoint_url", "SPACES_REGION", "SPACES_ENDPOINT_URL", "profile"):
        assert what in str(caught.value)


@pytest.mark.parametrize(("in_force", "named"), [(AMAZON, AMAZON), (NYC3, NYC3), (STORE, None)])
def test_any_other_store_and_amazons_when_named_are_used(in_force: str, named: str | None) -> None:
    require_named(in_force, named=named)


@pytest.mark.parametrize(
    ("endpoint_url", "spaces"),
    [(None, False), (NYC3, True), (STORE, False), ("https://digitaloceanspaces.com.example.com", False)],
)
def test_which_locations_are_spaces(endpoint_url: str | None, spaces: bool) -> None:
    assert place(endpoint_url).is_spaces == spaces
