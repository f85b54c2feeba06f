# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which options are accepted, and the messages for the others."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._engine.errors import EngineError, InvalidOption
from ansible_collections.tidy.spaces.plugins.module_utils._s3.settings import Credentials, Settings, credentials_of
from tests.unit.s3.connecting import PAIR, SPACE, options

SET = {"access_key": "AKID", "secret_key": "the-secret", "session_token": "the-token"}
HALVES = [
    names
    for size in (1, 2)
    for names in itertools.combinations(SET, size)
    if not {"access_key", "secret_key"}.issubset(names)
]


def parse(**given: Any) -> Settings:
    return Settings.from_params(options(**given))


def test_defaults_leave_everything_to_later_sources() -> None:
    settings = parse()
    assert settings.space == SPACE
    assert (settings.endpoint_url, settings.region, settings.profile, settings.credentials) == (None, None, None, None)
    assert settings.verify is None
    assert settings.request_rate is None


@pytest.mark.parametrize("option", ["endpoint_url", "region", "profile", "access_key", "secret_key", "session_token"])
def test_an_empty_string_is_as_good_as_nothing(option: str) -> None:
    assert parse(**{option: ""}) == parse()


@pytest.mark.parametrize("token", ["the-token", "", None])
def test_a_whole_set_is_taken(token: str | None) -> None:
    settings = parse(access_key="AKID", secret_key="the-secret", session_token=token)
    assert settings.credentials == Credentials(
        source="access_key",
        access_key="AKID",
        secret_key="the-secret",
        session_token="the-token" if token else None,
    )


@pytest.mark.parametrize("names", HALVES, ids="+".join)
@pytest.mark.parametrize("absent", [None, ""])
def test_half_a_set_is_refused(names: tuple[str, ...], absent: str | None) -> None:
    given = {name: value if name in names else absent for name, value in SET.items()}
    with pytest.raises(EngineError) as caught:
        parse(**given)
    said, _without, missing = str(caught.value).partition(" without ")
    assert all(name in said for name in names)
    assert all((name in missing) == (name not in names) for name in ("access_key", "secret_key"))
    assert not any(value in str(caught.value) for value in SET.values())


def test_the_error_contains_the_names_of_the_source() -> None:
    names = ("SPACES_ACCESS_KEY_ID", "SPACES_SECRET_ACCESS_KEY", None)
    with pytest.raises(EngineError, match="SPACES_SECRET_ACCESS_KEY is set without SPACES_ACCESS_KEY_ID"):
        credentials_of({"SPACES_SECRET_ACCESS_KEY": "x", "access_key": "y"}, names)
    assert credentials_of({"access_key": "y", "secret_key": "z"}, names) is None


def test_secrets_are_not_shown() -> None:
    shown = repr(parse(**SET))
    assert SET["access_key"] in shown
    assert SET["secret_key"] not in shown
    assert SET["session_token"] not in shown


def test_a_profile_excludes_credentials() -> None:
    assert parse(profile="work").profile == "work"
    with pytest.raises(EngineError, match="profile and access_key are both set"):
        parse(profile="work", **PAIR)


@pytest.mark.parametrize(
    ("validate", "bundle", "verify"),
    [(True, None, None), (True, __file__, __file__), (False, None, False), (False, "", False)],
)
def test_how_certificates_are_verified(validate: bool, bundle: str | None, verify: object) -> None:
    assert parse(validate_certs=validate, ca_bundle=bundle).verify == verify


def test_a_bundle_that_is_not_there_is_named() -> None:
    with pytest.raises(InvalidOption, match=r"ca_bundle: ./no/such\.pem. is not a file"):
        parse(ca_bundle="/no/such.pem")


def test_a_bundle_without_validation_is_refused() -> None:
    with pytest.raises(EngineError, match="ca_bundle is set and validate_certs is false"):
        parse(validate_certs=False, ca_bundle="/ca.pem")


@pytest.mark.parametrize("space", ["abc", "my-space", "My_Space.2", "a" * 255, "1.2"])
def test_names_of_spaces(space: str) -> None:
    assert parse(space=space).space == space


@pytest.mark.parametrize(
    "space",
    [
        "",
        " ",
        "ab",
        "a" * 256,
        "my-space/",
        "my-space/builds",
        "arn:aws:s3:us-east-1:123456789012:accesspoint/mine",
        "arn:aws:s3:::my-space",
        "my:space",
        "-my-space",
        "my-space.",
        "my space",
        "my-space\n",
        "mÿ-space",
        "https://my-space.nyc3.digitaloceanspaces.com",
        "my-space--use1-az4--x-s3",
    ],
)
def test_an_invalid_name_of_a_space_is_refused(space: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        parse(space=space)
    assert str(caught.value).startswith(f"space: {space!r}")
    assert "plain name" in str(caught.value)


@pytest.mark.parametrize("region", ["nyc3", "us-east-1", "a-region-of-next-year9"])
def test_regions_are_not_checked_against_a_list(region: str) -> None:
    assert parse(region=region).region == region


@pytest.mark.parametrize("region", ["NYC3", "nyc3.", "-nyc3", "nyc3\n", "https://nyc3.digitaloceanspaces.com", "a/b"])
def test_an_invalid_region_is_refused(region: str) -> None:
    with pytest.raises(InvalidOption, match=r"region: .* endpoint_url"):
        parse(region=region)


@pytest.mark.parametrize("option", ["request_rate", "connect_timeout", "read_timeout"])
@pytest.mark.parametrize("value", [0.0, -0.0, -1.0, float("nan"), float("inf"), float("-inf")])
def test_an_invalid_rate_or_time_is_refused(option: str, value: float) -> None:
    with pytest.raises(InvalidOption, match=f"{option}: .* is out of range"):
        parse(**{option: value})


@pytest.mark.parametrize("option", ["request_rate", "connect_timeout", "read_timeout"])
def test_a_limit_may_be_a_fraction(option: str) -> None:
    assert getattr(parse(**{option: 0.25}), option) == 0.25


@pytest.mark.parametrize(("option", "least"), [("retries", 0)])
def test_bounds_of_whole_numbers(option: str, least: int) -> None:
    assert getattr(parse(**{option: least}), option) == least
    with pytest.raises(InvalidOption, match=f"{option}: {least - 1} is too small. Give {least} or more"):
        parse(**{option: least - 1})


@pytest.mark.parametrize(("option", "most"), [("workers", 1000), ("connect_timeout", 3600), ("read_timeout", 3600)])
def test_a_number_above_its_maximum_is_refused(option: str, most: int) -> None:
    assert getattr(parse(**{option: most}), option) == most
    with pytest.raises(InvalidOption, match=f"{option}: .* is out of range"):
        parse(**{option: most + 1})


def test_there_is_a_worker_at_least() -> None:
    with pytest.raises(InvalidOption, match=r"workers: 0 is out of range\. Give a number from 1 to 1,000"):
        parse(workers=0)


@pytest.mark.parametrize("option", ["access_key", "secret_key", "session_token"])
@pytest.mark.parametrize("blemish", ["\n", " ", "\x00", "\u2028"])
def test_credentials_that_no_header_can_carry_are_refused_and_not_shown(option: str, blemish: str) -> None:
    with pytest.raises(EngineError, match=f"{option} contains white space") as caught:
        parse(**{**PAIR, option: f"hunter2{blemish}"})
    assert "hunter2" not in str(caught.value)
