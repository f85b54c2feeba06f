# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Botocore clients for one Space."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, cast

from .._engine.errors import EngineError
from .credential_helpers import end_helpers
from .credentials import watch_retrievals
from .deletion import S3Deleter
from .endpoint import EndpointSource, resolve_endpoint
from .errors import quotation_of
from .failed_replies import ReplyNotes
from .listing import S3Lister
from .markers import S3FolderMarkers
from .redaction import shown
from .sessions import configured_endpoint, open_session, profile_endpoint_source
from .settings import Credentials, Settings, credentials_of, require_spaces_name
from .xml_bodies import exchange_raw_bodies

if TYPE_CHECKING:
    from botocore.session import Session
    from mypy_boto3_s3 import S3Client

    from .lifecycle import S3Lifecycle

FALLBACK_REGION = "us-east-1"  # used for signing if no region is known; stores without regions expect it


class Connection:
    """The adapters of one Space; their clients are made when they are first used.

    ``environ`` holds the environment variables to use. ``add_secret`` is called with each secret before its use, from
    any thread, because some are renewed while requests are sent. ``check`` is called before each request, and while a
    program that finds credentials runs; it raises if the task was stopped. Raise :class:`EngineError` for settings that
    cannot be used, before any request is sent to the store.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        environ: Mapping[str, str],
        add_secret: Callable[[str], None],
        check: Callable[[], None],
    ) -> None:
        self.check = check  # replaced when another task takes over the connection
        self._settings = settings
        self._lock = threading.Lock()
        self._notes = ReplyNotes(signer=self._signer)
        self._credentials = settings.credentials or _spaces_credentials(settings, environ)
        placed = settings.endpoint_url or settings.region
        placed = placed or environ.get("SPACES_ENDPOINT_URL") or environ.get("SPACES_REGION")
        self._session = open_session(settings.profile, alone=bool(self._credentials and placed))
        # Check at the last moment: credentials may have been renewed for the request, which may take any time.
        self._session.register("before-send", self._check_before_sending)
        self._endpoint = resolve_endpoint(
            space=settings.space,
            options=EndpointSource(endpoint_url=settings.endpoint_url, region=settings.region),
            profile=profile_endpoint_source(self._session) if settings.profile else EndpointSource(),
            environ=environ,
            configured=configured_endpoint(self._session, environ),
        )
        if self._endpoint.is_spaces:
            require_spaces_name(settings.space)
        if self._credentials:
            for secret in filter(None, (self._credentials.secret_key, self._credentials.session_token)):
                add_secret(secret)
        else:
            end_helpers(self._session, self._check_now)
            watch_retrievals(self._session, add_secret=add_secret)
            _require_credentials(self._session, settings.profile)

    def _check_now(self) -> None:
        """Call the check of the task that uses the connection now."""
        self.check()

    def _check_before_sending(self, **_request: object) -> None:
        self.check()

    @property
    def endpoint_url(self) -> str:
        """The endpoint that is used."""
        return self._endpoint.url

    @property
    def lister(self) -> S3Lister:
        """The lister of this Space."""
        return S3Lister(client=self._bulk_client, space=self._settings.space)

    @property
    def markers(self) -> S3FolderMarkers:
        """The folder markers of this Space."""
        return S3FolderMarkers(client=self._client, lister=self._short_lister, space=self._settings.space)

    def _short_lister(self) -> S3Lister:
        with self._lock:
            return S3Lister(client=self._bulk_client, space=self._settings.space, page_size=1)

    @cached_property
    def lifecycle(self) -> S3Lifecycle:
        """The lifecycle rules of this Space."""
        from .lifecycle import S3Lifecycle

        return S3Lifecycle(client=self._bulk_client, space=self._settings.space)

    def deleter(self, *, bypass_governance: bool) -> S3Deleter:
        """Return the deleter of this Space."""
        return S3Deleter(
            client=self._client_for_threads,
            batches=self._bulk_client,
            space=self._settings.space,
            bypass_governance=bypass_governance,
        )

    def _client_for_threads(self) -> S3Client:
        with self._lock:  # a session makes one client at a time
            return self._client

    @cached_property
    def _client(self) -> S3Client:
        return self._create_client(parameter_validation=True)

    @cached_property
    def _bulk_client(self) -> S3Client:
        """The client that sends and returns documents; a document is not a valid parameter, so it does not validate."""
        client = self._create_client(parameter_validation=False)
        exchange_raw_bodies(client)
        return client

    def _create_client(self, *, parameter_validation: bool) -> S3Client:
        from botocore.config import Config

        settings = self._settings
        config = Config(
            parameter_validation=parameter_validation,
            connect_timeout=settings.connect_timeout,
            read_timeout=settings.read_timeout,
            max_pool_connections=settings.workers,
            # One attempt, because the engine retries; its number of retries is not shared between requests.
            retries={"mode": "standard", "total_max_attempts": 1},
            # A trailing checksum over TLS makes Ceph RGW 16 refuse every PutObject.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": self._addressing_style()},
            user_agent_extra="tidy.spaces",
        )
        region = self._endpoint.region or self._session.get_config_variable("region") or FALLBACK_REGION
        try:
            client: Any = self._session.create_client(
                "s3",
                region_name=region,
                endpoint_url=self._endpoint.url,
                verify=settings.verify,
                config=config,
                **self._explicit_credentials(),
            )
        except EngineError:
            raise
        except Exception as exc:  # the configuration's values are used as they stand
            raise EngineError(f"No S3 client can be made from these settings: {quotation_of(exc)}.") from exc
        client.meta.events.register("before-call.s3", _stay_here)
        self._notes.watch(client)
        return cast("S3Client", client)

    def _explicit_credentials(self) -> dict[str, Any]:
        """Return credentials from options or variables; botocore keeps those that it found, because it renews them."""
        if not self._credentials:
            return {}
        return {
            "aws_access_key_id": self._credentials.access_key,
            "aws_secret_access_key": self._credentials.secret_key,
            "aws_session_token": self._credentials.session_token,
        }

    def _signer(self) -> str:
        """Return the first characters of the access key that signs, and its source."""
        if self._credentials:
            source, access_key = self._credentials.source, self._credentials.access_key
        else:
            found: Any = self._session.get_credentials()
            source, access_key = _source_of(found.method, self._session.profile), found.last_access_key
        return f"{shown(access_key[:4])}… (from {source})"

    def _addressing_style(self) -> Literal["path", "virtual"]:
        style = self._settings.addressing_style
        if style == "auto":
            # The certificate's wildcard does not cover a name with a dot.
            return "virtual" if self._endpoint.is_spaces and "." not in self._settings.space else "path"
        return style


def preload() -> None:
    """Make a client that nobody uses, so that processes forked from this one find botocore in their memory.

    To import its modules and to read its description of S3 takes a quarter of a second. If it cannot be made, do
    nothing: the task that needs one says why.
    """
    nobody = "nobody"  # with a key and a secret, botocore does not search for any
    try:
        session = open_session(None, alone=True)
        session.create_client("s3", FALLBACK_REGION, aws_access_key_id=nobody, aws_secret_access_key=nobody)
    except Exception:
        return


def _stay_here(params: dict[str, Any], **_others: object) -> None:
    """Prevent botocore from following a redirect.

    It would send further requests without the limiter, and endlessly if these are redirected too. The mark is the one
    that botocore sets itself after it has followed a redirect.
    """
    params["context"].setdefault("s3_redirect", {})["redirected"] = True


def _spaces_credentials(settings: Settings, environ: Mapping[str, str]) -> Credentials | None:
    if settings.profile:
        return None
    found = credentials_of(environ, ("SPACES_ACCESS_KEY_ID", "SPACES_SECRET_ACCESS_KEY", None))
    if not found:  # then botocore's sources are used; it would silently ignore half a set
        credentials_of(environ, ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"))
    return found


def _source_of(method: str, profile: str | None) -> str:
    """Return the source of botocore's credentials; ``method`` is botocore's name for it."""
    if method == "env":
        return "AWS_ACCESS_KEY_ID"
    return f"the profile {profile!r}" if profile else f"the AWS configuration, {method}"


def _require_credentials(session: Session, profile: str | None) -> None:
    found = session.get_credentials()
    frozen = found.get_frozen_credentials() if found else None
    if not frozen or not frozen.access_key or not frozen.secret_key:
        raise EngineError(
            f"The profile {profile!r} has no credentials." if profile else "No credentials are set.",
            advice="Set access_key and secret_key; or the environment variables SPACES_ACCESS_KEY_ID and "
            "SPACES_SECRET_ACCESS_KEY; or a profile that has them.",
        )
