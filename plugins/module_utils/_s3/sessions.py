# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Botocore sessions, and what the AWS configuration says about endpoints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from .._engine.errors import EngineError, InvalidOption
from .endpoint import EndpointSource
from .errors import quotation_of

if TYPE_CHECKING:
    from botocore.loaders import Loader
    from botocore.session import Session


def open_session(profile: str | None, *, alone: bool) -> Session:
    """Open a session; ``alone``: the options are complete, so a profile named in the environment is ignored."""
    import botocore.session
    from botocore.exceptions import BotoCoreError

    ambient = {"profile": (None, None, None, None)} if alone and not profile else None
    session = botocore.session.Session(session_vars=ambient, profile=profile)
    try:
        scoped = session.get_scoped_config()
    except BotoCoreError as exc:
        if profile:
            raise InvalidOption(
                "profile",
                profile,
                f"cannot be used: {quotation_of(exc)}",
                advice="Look into ~/.aws/config and ~/.aws/credentials.",
            ) from exc
        raise EngineError(f"The AWS configuration cannot be used: {quotation_of(exc)}.") from exc
    for section in ("s3", "api_versions"):
        if not isinstance(scoped.get(section, {}), dict):
            raise EngineError(
                f"The AWS configuration cannot be used: its setting {section} is no section.",
                advice=f"Write nested settings below {section}, each indented on a line of its own.",
            )
    session.register_component("data_loader", _loader(session.get_config_variable("data_path")))
    return session


@cache
def _loader(data_path: str | None) -> Any:
    """Return the :class:`Loader` of botocore's data files in these directories; it keeps what it has read."""
    from botocore.loaders import create_loader

    loader: Any = create_loader(data_path)
    loader.list_available_services = lambda type_name: _Services(loader, type_name)
    return loader


class _Services:
    """The services of which there are data files of one type.

    Botocore looks for all of them to see whether they contain one: in 400 directories, which takes half of the time to
    make a client. This looks into the directory of that one.
    """

    def __init__(self, loader: Loader, type_name: str) -> None:
        self._loader = loader
        self._type_name = type_name

    def __contains__(self, name: str) -> bool:
        from botocore.exceptions import DataNotFoundError

        try:
            return bool(self._loader.list_api_versions(name, self._type_name))
        except DataNotFoundError:
            return False

    def __iter__(self) -> Iterator[str]:
        """Name none where botocore names them all: in the message that one is unknown."""
        return iter(())


def profile_endpoint_source(session: Session) -> EndpointSource:
    """Read a profile's own endpoint and region; botocore itself would prefer the environment."""
    return EndpointSource(endpoint_url=_profile_endpoint(session), region=session.get_scoped_config().get("region"))


def _profile_endpoint(session: Session) -> str | None:
    """Read ``endpoint_url`` by the rules of https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html."""
    scoped: Any = session.get_scoped_config()
    services: Any = session.full_config.get("services", {}).get(scoped.get("services"), {})
    for place in (services.get("s3"), scoped):
        if isinstance(place, dict) and place.get("endpoint_url"):
            return str(place["endpoint_url"])
    return None


def configured_endpoint(session: Session, environ: Mapping[str, str]) -> str | None:
    """Read the endpoint that botocore would find by itself, in its order."""
    if session.get_config_variable("ignore_configured_endpoint_urls"):
        return None
    return environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL") or _profile_endpoint(session)
