# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Note facts about a reply that botocore drops: whether S3 wrote it, and which access key signed the request."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NOTE = "TidySpacesNote"  # where the hook leaves its note in botocore's parsed reply
PROLOGUE = rb"(?:\xef\xbb\xbf)?(?:\s*<\?xml[^>]*\?>)?(?:\s|<!--(?:[^-]|-(?!->))*-->)*"  # what may stand before a root
_S3_DOCUMENT = re.compile(PROLOGUE + rb"<(Error|ErrorResponse|[A-Z]\w+(Result|Configuration))[\s/>]")
_FROM_A_PROXY = (407, 408, 429)  # as every status from 500 on; but a web server answers 501 to PUT


@dataclass(frozen=True, kw_only=True)
class Note:
    """What is known about a reply that failed or is not from S3.

    ``signer``: the access key that signed the request, and its source. ``foreign``: the reply has a body that S3 does
    not write, and no reply of S3 came before it. After a reply of S3, such a reply is treated as a transient failure.
    """

    signer: str = ""
    foreign: bool = False


class ReplyNotes:
    """Leave a :class:`Note` in the replies that need one.

    ``signer`` returns what :attr:`Note.signer` holds.
    """

    def __init__(self, *, signer: Callable[[], str]) -> None:
        self._signer = signer
        self._speaks_s3 = False

    def watch(self, client: S3Client) -> None:
        """Note the replies to ``client``."""
        # With wildcards, it is called before a handler of botocore that turns a 200 without XML into a 500.
        client.meta.events.register("before-parse.*.*", self._before_parse)

    def _before_parse(
        self, response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_others: object
    ) -> None:
        status, headers, body = (response_dict[name] for name in ("status_code", "headers", "body"))
        if not self._speaks_s3:
            self._speaks_s3 = "x-amz-request-id" in headers or bool(_S3_DOCUMENT.match(body))
        answered = 400 <= status <= 501 and status != 500 and status not in _FROM_A_PROXY
        foreign = bool(body.strip()) and not self._speaks_s3 and (status < 300 or answered)  # a redirect leads on
        if foreign or status >= 300:
            customized_response_dict[NOTE] = Note(signer=self._signer(), foreign=foreign)
