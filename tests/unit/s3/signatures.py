# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who signed a request."""

from __future__ import annotations

import re

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.unit.s3.scripted_server import Request

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/\d{8}/(?P<region>[^/]+)/s3/aws4_request, "
    r"SignedHeaders=(?P<headers>[^,]+), Signature=(?P<signature>[0-9a-f]+)"
)


def signer(request: Request, *, secrets: dict[str, str]) -> tuple[str, str]:
    """Return the access key and the region that signed; raise if not with the secret that belongs to the key."""
    match = _AUTHORIZATION.fullmatch(request.headers["authorization"])
    if not match:
        raise AssertionError(f"not signed: {request.headers}")
    credentials = Credentials(match["key"], secrets[match["key"]])
    auth = S3SigV4Auth(credentials, "s3", match["region"])
    url = f"http://{request.headers['host']}{request.target}"
    signed = {name: request.headers[name] for name in match["headers"].split(";")}
    rebuilt = AWSRequest(method=request.method, url=url, headers=signed)
    rebuilt.context["timestamp"] = request.headers["x-amz-date"]
    canonical = auth.canonical_request(rebuilt)
    if auth.signature(auth.string_to_sign(rebuilt, canonical), rebuilt) != match["signature"]:
        raise AssertionError(f"{match['key']} was not paired with its own secret")
    return match["key"], match["region"]
