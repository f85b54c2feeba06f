# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Translate botocore's exceptions about requests into errors that the engine and the user can act on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .._engine.errors import (
    BatchRefused,
    Cause,
    Denied,
    EngineError,
    NotFound,
    RequestFailed,
    SpaceNotFound,
    Transient,
    Unsupported,
)
from .._engine.model.entries import Rejection
from .failed_replies import NOTE, Note
from .redaction import shown, shown_url

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError

PERMISSIONS = {
    "AbortMultipartUpload": "s3:AbortMultipartUpload",
    "DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "DeleteObject": "s3:DeleteObject (s3:DeleteObjectVersion for a version)",
    "DeleteObjects": "s3:DeleteObject (s3:DeleteObjectVersion for versions)",
    "GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "GetBucketVersioning": "s3:GetBucketVersioning",
    "HeadObject": "s3:GetObject and s3:ListBucket",
    "ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "ListObjectVersions": "s3:ListBucketVersions",
    "ListObjects": "s3:ListBucket",
    "ListParts": "s3:ListMultipartUploadParts",
    "PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "PutObject": "s3:PutObject",
}
"""The permissions that each operation needs, in the terms of the S3 documentation's table of actions."""

OVERLOADED_CODES = frozenset(
    {"SlowDown", "ServiceUnavailable", "TooManyRequests", "Throttling", "ThrottlingException", "RequestLimitExceeded"}
)
TRANSIENT_CODES = frozenset(
    {"InternalError", "RequestTimeout", "OperationAborted", "BadDigest", "IncompleteBody", "XAmzContentSHA256Mismatch"}
)
CREDENTIAL_CODES = frozenset(
    {
        "AuthorizationHeaderMalformed",
        "ExpiredToken",
        "InvalidAccessKeyId",
        "InvalidSecurity",
        "InvalidToken",
        "SignatureDoesNotMatch",
        "TokenRefreshRequired",
    }
)
_SPACES_REGION = re.compile(r"\b([a-z0-9-]+)\.digitaloceanspaces\.com")
ABSENT_CODES = frozenset({"NoSuchKey", "NoSuchUpload", "NoSuchVersion"})


@contextmanager
def translate_errors(space: str) -> Iterator[None]:
    """Raise engine errors instead of botocore's exceptions inside the block."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    try:
        yield
    except ClientError as exc:
        raise _from_reply(exc, space) from exc
    except ResponseParserError as exc:
        raise Transient(
            "The store's reply cannot be parsed.", code="ResponseParserError", cause=Cause.UNANSWERED
        ) from exc
    except BotoCoreError as exc:
        raise _from_botocore(exc) from exc
    except ValueError as exc:  # botocore converts numbers and dates in headers without checking them
        raise Transient("The store's reply cannot be read.", code="UnreadableReply", cause=Cause.UNANSWERED) from exc


def not_s3(message: str, *, uncertain: bool = False) -> RequestFailed:
    """Return the error for an endpoint that has not answered like S3 so far; ``message`` describes its answer."""
    return RequestFailed(
        f"The endpoint does not speak S3. {message}",
        code="NotS3",
        advice="Check endpoint_url: a console or a web site often has another port or name than the store, "
        "and https:// another port than http://.",
        uncertain=uncertain,
    )


def rejection_of(code: str, message: str) -> Rejection | None:
    """Read the error about one key in a 200 reply; return ``None`` if it says that the key does not exist."""
    if code in ABSENT_CODES:
        return None
    cause = Cause.OVERLOADED if code in OVERLOADED_CODES else Cause.REJECTED if code in TRANSIENT_CODES else None
    return Rejection(shown(code), shown(message), cause)


def quotation_of(exc: Exception) -> str:
    """Describe why credentials could not be retrieved, without any output that may hold secrets."""
    from botocore import exceptions

    if isinstance(exc, exceptions.ClientError):
        return f"{exc.operation_name} failed: {_said_by_store(exc)}"
    if isinstance(exc, exceptions.CredentialRetrievalError):
        return f"their source {shown(exc.kwargs.get('provider'))} failed"
    if isinstance(exc, exceptions.MetadataRetrievalError) or exc.__class__ is exceptions.HTTPClientError:
        return type(exc).__name__
    if isinstance(exc, exceptions.BotoCoreError):
        return _said_by_botocore(exc)
    return shown(exc).rstrip(".") if isinstance(exc, (OSError, RuntimeError)) else type(exc).__name__


def _said_by_store(exc: ClientError) -> str:
    error: Any = exc.response.get("Error") or {}
    return ": ".join(shown(part) for part in (error.get("Code"), error.get("Message")) if part)


def _said_by_botocore(exc: BotoCoreError) -> str:
    said, proxy = str(exc), exc.kwargs.get("proxy_url")
    return shown(said.replace(proxy, shown_url(proxy)) if proxy else said).rstrip(".")


def _from_reply(exc: ClientError, space: str) -> EngineError:
    response: Any = exc.response  # a store may leave out documented elements
    error, metadata = response.get("Error") or {}, response.get("ResponseMetadata") or {}
    status = metadata.get("HTTPStatusCode") or 0
    headers = metadata.get("HTTPHeaders") or {}
    code = shown(error.get("Code") or status)
    said = _said_by_store(exc) or code
    note: Note = response.get(NOTE) or Note()
    message = f"{exc.operation_name} in Space {space!r} failed: {said} (HTTP {status})."
    if note.foreign:
        return not_s3(message)
    if code == "NoSuchBucket":
        return SpaceNotFound(
            f"The Space {space!r} does not exist on this endpoint.",
            advice="Correct space, region or endpoint_url, or create the Space first.",
        )
    if code in OVERLOADED_CODES or status in (429, 503):
        return Transient(message, code=code, cause=Cause.OVERLOADED, retry_after=_seconds(headers.get("retry-after")))
    if status in (501, 405):
        return Unsupported(message, code=code)
    if status == 504:  # from a proxy in front of the store, whose timeout is shorter than ours
        return Transient(message, code=code, cause=Cause.OVERDUE)
    if code in TRANSIENT_CODES or status == 408 or status >= 500:
        return Transient(message, code=code, cause=Cause.BROKEN if status >= 500 else Cause.REJECTED)
    if code == "RequestTimeTooSkewed":
        return RequestFailed(message, code=code, advice="Set this machine's clock: signatures carry the time.")
    if code in CREDENTIAL_CODES:
        return RequestFailed(
            message,
            code=code,
            advice=f"The request was signed with the access key {note.signer}. "
            "Check it, its secret key and the region that signs, as one set.",
        )
    if status in (301, 302, 307, 308):
        target = shown_url(shown(headers.get("location") or "another endpoint"))
        return RequestFailed(message, code=code, advice=f"The store redirects to {target}: set endpoint_url or region.")
    if code in ABSENT_CODES or status == 404:
        return NotFound(message, code=code)
    if status == 400 and exc.operation_name == "DeleteObjects":
        return BatchRefused(message, code=code)
    if status in (401, 403):
        permission = PERMISSIONS.get(exc.operation_name)
        advice = f"The access key {note.signer} needs the permission {permission}." if permission else ""
        return Denied(message, code=code, advice=advice)
    return RequestFailed(message, code=code)


def _from_botocore(exc: BotoCoreError) -> RequestFailed:
    from botocore import exceptions

    code = type(exc).__name__
    message = f"{_said_by_botocore(exc)}."
    if isinstance(exc, exceptions.SSLError) and re.search("certificate|x509|wrong_version", str(exc), re.IGNORECASE):
        return RequestFailed(
            message,
            code=code,
            advice="Give the authority's certificate as ca_bundle, or check whether endpoint_url should begin with http://.",
        )
    if "CA certificate bundle" in str(exc):
        return RequestFailed(message, code=code, advice="Correct ca_bundle, AWS_CA_BUNDLE or the profile's ca_bundle.")
    if isinstance(exc, exceptions.SSLError):  # it may come after the request was sent
        return Transient(message, code=code, cause=Cause.UNANSWERED)
    if isinstance(exc, (exceptions.ConnectionError, exceptions.ProxyConnectionError)):
        advice = "Check region or endpoint_url, and the network on the way."
        region = _SPACES_REGION.search(str(exc.kwargs.get("endpoint_url")))
        if region:
            advice = (
                f"Check that {region[1]!r} is a region of DigitalOcean Spaces, such as nyc3, ams3 or fra1, "
                "and the network on the way."
            )
        return Transient(message, code=code, cause=Cause.UNREACHABLE, advice=advice)
    if exc.__class__ is exceptions.HTTPClientError:
        # This exception wraps any error in writing the request, and may quote a header. So its message is left out.
        cause = getattr(exc, "kwargs", {}).get("error")
        message = f"The request could not be sent ({type(cause).__name__})."
        if isinstance(cause, (ValueError, TypeError, OverflowError)):
            return RequestFailed(
                message, code=code, advice="Check the credentials, the timeouts and the proxy settings."
            )
        return Transient(message, code=code, cause=Cause.UNANSWERED)
    if isinstance(exc, (exceptions.HTTPClientError, exceptions.IncompleteReadError)):
        return Transient(message, code=code, cause=Cause.UNANSWERED)
    return RequestFailed(message, code=code)


def _seconds(text: str | None) -> float | None:
    """Read a Retry-After header in seconds; its other form, a date, is ignored, because clocks may differ."""
    return float(text) if text and text.isdecimal() else None
