# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parse and check the connection options."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from .._engine.errors import EngineError, InvalidOption
from .redaction import shown_url

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]")
_SPACES_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_REGION = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """One set, from one source; ``source`` is the option or variable of the access key."""

    source: str
    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How to reach a Space, from the task's own options; times are in seconds, ``request_rate`` is per second."""

    space: str
    endpoint_url: str | None
    region: str | None
    profile: str | None
    credentials: Credentials | None
    verify: bool | str | None  # with None, botocore uses AWS_CA_BUNDLE, a profile's ca_bundle, or its default
    addressing_style: Literal["auto", "path", "virtual"]
    connect_timeout: float
    read_timeout: float
    retries: int
    request_rate: float | None
    workers: int

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Settings:
        """Check the options; raise :class:`InvalidOption` for one that cannot be used."""
        profile = params["profile"]
        credentials = credentials_of(params, ("access_key", "secret_key", "session_token"))
        if profile and credentials:
            raise EngineError(
                "profile and access_key are both set.", advice="Credentials come from one source: give one of the two."
            )
        if not params["validate_certs"] and params["ca_bundle"]:
            raise EngineError(
                "ca_bundle is set and validate_certs is false.", advice="Drop one: a bundle is for validating."
            )
        return cls(
            space=_bucket(params["space"]),
            endpoint_url=params["endpoint_url"] or None,
            region=region_of("region", params["region"]),
            profile=profile or None,
            credentials=credentials,
            verify=_bundle(params["ca_bundle"]) or (None if params["validate_certs"] else False),
            addressing_style=params["addressing_style"],
            connect_timeout=_between(params, "connect_timeout", 0.001, 3600),
            read_timeout=_between(params, "read_timeout", 0.001, 3600),
            retries=at_least(params, "retries", 0),
            request_rate=None if params["request_rate"] is None else _between(params, "request_rate", 0.001, 1e6),
            workers=int(_between(params, "workers", 1, 1000)),
        )


def credentials_of(source: Mapping[str, Any], names: tuple[str, str, str | None]) -> Credentials | None:
    """Take a set of credentials from ``source``; half a set is an error, or another source would complete it."""
    access_key, secret_key, token = (source.get(name) if name else None for name in names)
    if access_key and secret_key:
        for name in filter(None, names):
            require_clean(name, source.get(name))
        return Credentials(source=names[0], access_key=access_key, secret_key=secret_key, session_token=token or None)
    if not (access_key or secret_key or token):
        return None
    there = ", ".join(name for name in names if name and source.get(name))
    missing = " and ".join(name for name in names[:2] if name and not source.get(name))
    raise EngineError(
        f"{there} is set without {missing}.", advice="Set all of them in the same place, or none of them."
    )


def require_clean(name: str, secret: str | None) -> None:
    """Raise an error if a header cannot contain the secret; the error must not show it."""
    if secret and (not secret.isprintable() or any(character.isspace() for character in secret)):
        raise EngineError(
            f"{name} contains white space or a control character.",
            advice="Often it is a line break at the end: use the trim filter.",
        )


def at_least(params: Mapping[str, Any], option: str, least: int) -> int:
    """Return a whole number that is not below ``least``."""
    value: int = params[option]
    if value < least:
        raise InvalidOption(option, value, "is too small", advice=f"Give {least} or more.")
    return value


def _between(params: Mapping[str, Any], option: str, least: float, most: float) -> float:
    value: float = params[option]
    if not least <= value <= most:  # also refuses a NaN
        raise InvalidOption(option, value, "is out of range", advice=f"Give a number from {least:g} to {most:,g}.")
    return value


def _bucket(space: str) -> str:
    advice = "Give the plain name of the Space, such as my-space; a folder in it goes into path."
    if not _BUCKET.fullmatch(space):
        raise InvalidOption("space", shown_url(space), "is not the name of a bucket", advice=advice)
    if space.endswith("--x-s3"):
        raise InvalidOption("space", space, "is a directory bucket, which lists in no order", advice=advice)
    return space


def _bundle(path: str | None) -> str | None:
    if path and not Path(path).is_file():
        raise InvalidOption("ca_bundle", path, "is not a file", advice="Give a file with certificates in PEM format.")
    return path


def require_spaces_name(space: str) -> None:
    """Refuse a name that no Space at DigitalOcean can have, although a bucket elsewhere can.

    https://docs.digitalocean.com/products/spaces/details/limits/
    """
    if not _SPACES_NAME.fullmatch(space):
        raise InvalidOption(
            "space",
            space,
            "is not the name of a Space at DigitalOcean",
            advice="Such a name has 3 to 63 lower-case letters, digits, dashes and dots.",
        )


def region_of(source: str, region: str | None) -> str | None:
    """Return a region, ``None`` if it is empty; raise :class:`InvalidOption` if it is not the name of one."""
    if region and not _REGION.fullmatch(region):
        raise InvalidOption(
            source,
            shown_url(region),
            "is not the name of a region",
            advice="Give a name such as nyc3; a URL goes into endpoint_url.",
        )
    return region or None
