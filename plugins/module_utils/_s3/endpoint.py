# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the store is: one endpoint and the signing region, from one source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from .._engine.errors import EngineError, InvalidOption
from .redaction import login_of, shown_url
from .settings import region_of

SPACES_DOMAIN = "digitaloceanspaces.com"
_SPACES_HOST = re.compile(
    rf"(?:(?P<rest>.+)\.)?(?P<region>(?!cdn\.)[a-z0-9-]+)(?P<cdn>\.cdn)?\.{re.escape(SPACES_DOMAIN)}"
)
_AMAZON_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d+")


@dataclass(frozen=True, kw_only=True)
class EndpointSource:
    """The endpoint and the region for signing that one source gives; either may be missing."""

    endpoint_url: str | None = None
    region: str | None = None


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Where the store is; ``region`` is ``None`` if botocore has to find the region for signing."""

    url: str
    region: str | None

    @property
    def is_spaces(self) -> bool:
        """Return whether this is DigitalOcean Spaces."""
        return (urlsplit(self.url).hostname or "").endswith("." + SPACES_DOMAIN)


def resolve_endpoint(
    *, space: str, options: EndpointSource, profile: EndpointSource, environ: Mapping[str, str], configured: str | None
) -> Endpoint:
    """Choose the first source with an endpoint: options, the ``profile`` option, ``SPACES_*``, the AWS configuration.

    A profile's region alone gives no endpoint; it is only used for signing. Botocore's default endpoint, Amazon S3, is
    never used unless it is given explicitly. Raise :class:`InvalidOption` for an endpoint that is probably a mistake.
    """
    if options.endpoint_url:
        return _checked(space, "endpoint_url", options.endpoint_url, options.region, profile.region)
    if profile.endpoint_url:
        return _checked(space, "the profile's endpoint_url", profile.endpoint_url, options.region, profile.region)
    if options.region:
        return _spaces(options.region)
    endpoint_url, region = environ.get("SPACES_ENDPOINT_URL"), environ.get("SPACES_REGION")
    if endpoint_url:
        signs = None if profile.region else region_of("SPACES_REGION", region)
        return _checked(space, "SPACES_ENDPOINT_URL", endpoint_url, signs, profile.region)
    if region:
        return _spaces(region_of("SPACES_REGION", region) or "")
    if configured:
        return _checked(space, "the AWS configuration's endpoint_url", configured, None, profile.region)
    raise EngineError(
        "No endpoint is set.",
        advice="Set region (such as nyc3) for DigitalOcean Spaces, or endpoint_url for any other store; or the "
        "environment variable SPACES_REGION or SPACES_ENDPOINT_URL; or profile, with endpoint_url in that profile.",
    )


def _spaces(region: str) -> Endpoint:
    if _AMAZON_REGION.fullmatch(region):
        raise InvalidOption(
            "region",
            region,
            "is a region of Amazon's, not of DigitalOcean Spaces",
            advice="Give a name such as nyc3, ams3 or fra1. For another store set endpoint_url; then region signs.",
        )
    return Endpoint(url=f"https://{region}.{SPACES_DOMAIN}", region=region)


def _checked(space: str, source: str, endpoint_url: str, region: str | None, fallback: str | None) -> Endpoint:
    url = _parsed(source, endpoint_url)
    host, path = (url.hostname or "").lower(), url.path.rstrip("/")
    spaces = _SPACES_HOST.fullmatch(host)
    if spaces:
        if spaces["rest"] or spaces["cdn"] or path:
            raise InvalidOption(
                source,
                endpoint_url,
                "is the address of one Space, not of the store",
                advice=f"Set it to https://{spaces['region']}.{SPACES_DOMAIN}.",
            )
        if region and region != spaces["region"]:
            raise InvalidOption(
                source,
                endpoint_url,
                f"is in another region than {region!r}, which is set too",
                advice="Drop one of the two: a Space of the same name may exist in both.",
            )
        return Endpoint(url=endpoint_url.rstrip("/"), region=spaces["region"])
    if host == SPACES_DOMAIN:
        raise InvalidOption(source, endpoint_url, "lacks the region", advice=f"Set it to https://nyc3.{SPACES_DOMAIN}.")
    port = f":{url.port}" if url.port else ""
    right = None
    if host.startswith((f"{space}.s3.".lower(), f"{space}.s3-".lower())):
        right = f"{url.scheme}://{host[len(space) + 1 :]}{port}{path}"
    elif path.endswith(f"/{space}"):
        right = f"{url.scheme}://{host}{port}{path[: -len(space) - 1]}"
    if right:
        raise InvalidOption(source, endpoint_url, f"already contains the Space {space!r}", advice=f"Set it to {right}.")
    return Endpoint(url=endpoint_url.rstrip("/"), region=region or fallback)


def _parsed(source: str, endpoint_url: str) -> SplitResult:
    advice = "Give it as https://nyc3.digitaloceanspaces.com or http://127.0.0.1:9000."
    if login_of(endpoint_url) is not None:
        raise EngineError(
            f"{source} contains a user name or a password.", advice="Give them as access_key and secret_key."
        )
    shown = shown_url(endpoint_url)
    try:
        url = urlsplit(endpoint_url)
        port = url.port
    except ValueError as exc:
        raise InvalidOption(source, shown, f"is not a URL ({exc})", advice=advice) from exc
    if url.scheme not in ("http", "https") or not url.hostname or port == 0:
        raise InvalidOption(source, shown, "is not the URL of an S3 endpoint", advice=advice)
    if url.query or url.fragment:
        raise InvalidOption(source, shown, "has a query or a fragment", advice=advice)
    return url
