# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the store is: one endpoint and the region that signs, from one source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from .._engine.errors import EngineError, InvalidOption

SPACES_DOMAIN = "digitaloceanspaces.com"
_SPACES_HOST = re.compile(rf"(?:(?P<rest>.+)\.)?(?P<region>[a-z0-9-]+?)(?P<cdn>\.cdn)?\.{re.escape(SPACES_DOMAIN)}")
_AMAZON_HOST = re.compile(r".*\.(amazonaws\.com|amazonaws\.com\.cn|api\.aws)")


@dataclass(frozen=True, kw_only=True)
class Location:
    """An endpoint and the region that signs; ``None`` leaves it to botocore."""

    endpoint_url: str | None = None
    region: str | None = None

    @property
    def is_spaces(self) -> bool:
        """Tell whether this is DigitalOcean Spaces."""
        return bool(self.endpoint_url and _host(self.endpoint_url).endswith("." + SPACES_DOMAIN))


def locate(*, space: str, options: Location, profile: Location, environ: Mapping[str, str]) -> Location:
    """Choose the first source that names a place: the options, the ``profile`` option, then ``SPACES_*``.

    A profile's region alone names no place; it signs. Raise :class:`InvalidOption` for an endpoint that is not meant.
    """
    if options.endpoint_url:
        return _checked(space, "endpoint_url", options.endpoint_url, options.region, profile.region)
    if profile.endpoint_url:
        return _checked(space, "the profile's endpoint_url", profile.endpoint_url, options.region, profile.region)
    if options.region:
        return _spaces(options.region)
    endpoint_url, region = environ.get("SPACES_ENDPOINT_URL"), environ.get("SPACES_REGION")
    if endpoint_url:
        return _checked(space, "SPACES_ENDPOINT_URL", endpoint_url, region, profile.region)
    if region:
        return _spaces(region)
    return Location(region=profile.region)


def require_named(in_force: str, *, named: str | None) -> None:
    """Refuse a store of Amazon's that nobody named: botocore's own default, when nothing was set."""
    if is_amazon(in_force) and not (named and is_amazon(named)):
        raise EngineError(
            "No endpoint is set.",
            advice="Set region (such as nyc3) for DigitalOcean Spaces, or endpoint_url for any other store; or the "
            "environment variable SPACES_REGION or SPACES_ENDPOINT_URL; or profile, with endpoint_url in that profile.",
        )


def is_amazon(endpoint_url: str) -> bool:
    """Tell whether an endpoint is one of Amazon's."""
    return bool(_AMAZON_HOST.fullmatch(_host(endpoint_url)))


def _spaces(region: str) -> Location:
    return Location(endpoint_url=f"https://{region}.{SPACES_DOMAIN}", region=region)


def _checked(space: str, source: str, endpoint_url: str, region: str | None, fallback: str | None) -> Location:
    url = _parsed(source, endpoint_url)
    host = (url.hostname or "").lower()
    right = f"{url.scheme}://{url.netloc}"
    spaces = _SPACES_HOST.fullmatch(host)
    if spaces:
        right = f"https://{spaces['region']}.{SPACES_DOMAIN}"
        if spaces["rest"] or spaces["cdn"]:
            raise InvalidOption(
                source, endpoint_url, "is the address of one Space, not of the store", advice=f"Set it to {right}."
            )
        if region and region != spaces["region"]:
            raise InvalidOption(
                source,
                endpoint_url,
                f"is in another region than {region!r}, which is set too",
                advice="Drop one of the two: a Space of the same name may exist in both.",
            )
        fallback = spaces["region"]
    elif host == SPACES_DOMAIN:
        raise InvalidOption(source, endpoint_url, "lacks the region", advice=f"Set it to https://nyc3.{SPACES_DOMAIN}.")
    elif host.startswith((f"{space}.s3.", f"{space}.s3-")) or url.path.rstrip("/").rpartition("/")[2] == space:
        right = right.replace(f"//{space}.", "//", 1)
        raise InvalidOption(source, endpoint_url, f"already contains the Space {space!r}", advice=f"Set it to {right}.")
    return Location(endpoint_url=endpoint_url.rstrip("/"), region=region or fallback)


def _parsed(source: str, endpoint_url: str) -> SplitResult:
    advice = "Give it as https://nyc3.digitaloceanspaces.com or http://127.0.0.1:9000."
    try:
        url = urlsplit(endpoint_url)
        port = url.port
    except ValueError as exc:
        raise InvalidOption(source, endpoint_url, f"is not a URL ({exc})", advice=advice) from exc
    if url.username is not None or url.password is not None:
        raise EngineError(
            f"{source} contains a user name or a password.", advice="Give them as access_key and secret_key."
        )
    if url.scheme not in ("http", "https") or not url.hostname or port == 0:
        raise InvalidOption(source, endpoint_url, "is not the URL of an S3 endpoint", advice=advice)
    if url.query or url.fragment:
        raise InvalidOption(source, endpoint_url, "has a query or a fragment", advice=advice)
    return url


def _host(endpoint_url: str) -> str:
    return (urlsplit(endpoint_url).hostname or "").lower()
