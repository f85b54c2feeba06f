# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take the XML bodies of S3 replies from botocore before its own parser reads them."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote_plus
from xml.etree import ElementTree

from .._engine.errors import Cause, ProtocolError, Transient
from .errors import not_s3
from .failed_replies import NOTE, PROLOGUE
from .redaction import shown

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

T = TypeVar("T")

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
BODY = "TidySpacesBody"  # where the hook leaves the body in botocore's parsed reply
RECEIVED = {
    "DeleteObjects": "DeleteResult",
    "GetBucketLifecycleConfiguration": "LifecycleConfiguration",
    "ListMultipartUploads": "ListMultipartUploadsResult",
    "ListObjectVersions": "ListVersionsResult",
    "ListObjects": "ListBucketResult",
    "ListParts": "ListPartsResult",
}
DOCUMENT = "TidySpacesDocument"  # the parameter that passes a document around botocore's serializer
SENT = ("DeleteObjects", "PutBucketLifecycleConfiguration")
_NOT_XML = re.compile(  # what XML 1.0 cannot represent, in UTF-8 or as a reference; https://www.w3.org/TR/xml/#charsets
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]"
    rb"|&#(?:x0*(?:[0-8bcef]|1[0-9a-f]|d[89a-f][0-9a-f]{2}|fff[ef])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]|6553[45]"
    rb"|5529[6-9]|55[3-9][0-9]{2}|56[0-9]{3}|57[0-2][0-9]{2}|573[0-3][0-9]|5734[0-3]));",
    re.IGNORECASE,
)


class Unreadable(ValueError):
    """A body that is not the requested document, or whose keys cannot be determined."""


def exchange_raw_bodies(client: S3Client) -> None:
    """Make ``client`` keep the bodies of replies for :func:`read_body`, and send the bodies of requests unchanged.

    A request's body is given as the parameter :data:`DOCUMENT`; ``client`` must not validate parameters.
    """
    events = client.meta.events
    for operation, document in RECEIVED.items():
        # With the wildcard, it is called before a handler of botocore that parses the body of each reply once more.
        events.register(f"before-parse.*.{operation}", _taker(document))
    for operation in SENT:
        events.register(f"before-parameter-build.s3.{operation}", _take_document)
        events.register(f"before-call.s3.{operation}", _send_document)


def read_body(reply: Any, parse: Callable[[bytes], T], *, changes: bool = False) -> T:
    """Parse the body that the hook kept; treat an unreadable one as a transient failure.

    If there is none, something other than the store has answered. ``changes``: whether the request asked for a change;
    then it is not known whether the change was made.
    """
    if BODY not in reply:
        message = "A reply is not one of S3's: something else than the store has answered, such as a proxy on the way."
        if NOTE in reply and reply[NOTE].foreign:
            raise not_s3(message, uncertain=changes)
        raise Transient(message, code="UnreadableReply", cause=Cause.UNANSWERED if changes else Cause.UNREACHABLE)
    try:
        return parse(reply[BODY])
    except (ValueError, KeyError) as exc:
        message = f"The store's reply cannot be read: {shown(exc)}."
        cause = Cause.UNANSWERED if changes else Cause.REJECTED
        raise Transient(message, code="UnreadableReply", cause=cause) from exc


def open_document(
    body: bytes, expected: str, *, encoded: bool | None = None, foreign: bool = False
) -> tuple[ElementTree.Element, str, Callable[[str], str]]:
    """Return a document's root, its namespace in braces, and how to decode its keys.

    ``encoded``: whether the keys are encoded; ``None`` if the document itself says so. If the elements are in different
    namespaces, the namespaces are removed, so that only local names count: an element that is ignored might be an error
    or a key. ``foreign``: keep all namespaces.
    """
    legal = True
    try:
        root = ElementTree.fromstring(body)
    except LookupError as exc:
        raise Unreadable("in an encoding that is not known") from exc
    except ElementTree.ParseError as exc:
        # The store repeats the prefix and the marker of the request, and they may hold characters that XML cannot
        # represent. They do not matter, but the keys do. So such a reply is read only if the keys are encoded.
        legal = False
        try:
            root = ElementTree.fromstring(_NOT_XML.sub(b"?", body))
        except ElementTree.ParseError:
            raise Unreadable("not XML") from exc
    space, name = _split(root.tag)
    if not foreign and any(_split(tag)[0] != space for tag in {element.tag for element in root.iter()}):
        space = ""
        for element in root.iter():
            element.tag = _split(element.tag)[1]
    if name != expected:
        raise Unreadable(f"a {name}, not a {expected}")
    if encoded is None:
        encoded = root.findtext(f"{space}EncodingType") == "url"
    if not encoded and not legal:
        raise Unreadable("characters that XML cannot carry")
    return root, space, _decoded if encoded else str


def _split(tag: str) -> tuple[str, str]:
    """Return a tag's namespace, in braces, and its local name."""
    space, brace, name = tag.rpartition("}")
    return space + brace, name


def _decoded(name: str) -> str:
    if "%" not in name and "+" not in name:
        return name
    try:
        return unquote_plus(name, errors="strict")
    except UnicodeDecodeError:
        raise ProtocolError(
            f"The store lists the key {shown(name)!r}, whose bytes (encoded as in a URL) are not UTF-8.",
            advice="No request can name it, so nothing that was listed with it was touched. "
            "Remove it with a program that can, and run the task again.",
        ) from None


def _take_document(params: dict[str, Any], context: dict[str, Any], **_others: object) -> None:
    context[DOCUMENT] = params.pop(DOCUMENT)


def _send_document(params: dict[str, Any], context: dict[str, Any], **_others: object) -> None:
    """Send the older checksum too, because some stores require it; botocore has replaced it by CRC32."""
    params["body"] = context[DOCUMENT]
    digest = hashlib.md5(params["body"], usedforsecurity=False).digest()
    params["headers"]["Content-MD5"] = base64.b64encode(digest).decode()


def _taker(document: str) -> Callable[..., None]:
    opening = re.compile(PROLOGUE + b"<" + document.encode() + rb"[\s/>]")

    def before_parse(
        response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_others: object
    ) -> None:
        if response_dict["status_code"] == 200 and opening.match(response_dict["body"]):
            customized_response_dict[BODY] = response_dict["body"]
            response_dict["body"] = b""

    return before_parse
