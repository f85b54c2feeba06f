# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a message may quote of the texts of others."""

from __future__ import annotations

import pytest

from ansible_collections.tidy.spaces.plugins.module_utils._s3.redaction import LONGEST, secrets_in, shown, shown_url

SIGNATURE = "0a" * 32


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: AWS4-HMAC-SHA256 Credential=AK/2026/x, SignedHeaders=host, Signature={SIGNATURE}",
        f'{{"Authorization": "AWS4-HMAC-SHA256 Signature={SIGNATURE}"}}',
        f"You sent {SIGNATURE}.",
        f"GET /?X-Amz-Signature={SIGNATURE}&x=1",
        f"Signature%3D{SIGNATURE}",
        "Signature=hunter2=",
        "AWS AK:hunter2/+=",
        "X-Amz-Security-Token: hunter2",
        "x-amz-security-token=hunter2",
        "password=hunter2",
        "SecretAccessKey: hunter2",
        "http://user:hunter2@host/path",
        "'socks5://user:hun@hunter2@host:1'",
        "http:/user:hun/hunter2@host",
        "user:hunter2@host",
        "(https://hunter2@host)",
    ],
)
def test_no_signature_and_no_login_is_quoted(text: str) -> None:
    quoted = shown(f"Refused: {text} indeed")
    assert quoted.startswith("Refused: ")
    assert "hunter2" not in quoted
    assert "0a0a" not in quoted


@pytest.mark.parametrize(
    "text",
    [
        "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-9'",
        "The request signature we calculated does not match the signature you provided.",
        "The provided token is malformed or otherwise invalid.",
        "Please use AWS4-HMAC-SHA256.",
        "Write to admin@example.com, or see https://example.com/help?id=1#top",
    ],
)
def test_all_else_is_quoted(text: str) -> None:
    assert shown(text) == text


def test_a_long_text_is_cut_between_words() -> None:
    secret = "s" * 40
    for length in range(LONGEST - 60, LONGEST + 10):
        quoted = shown(f"{'x' * length} {secret} and more {'y' * LONGEST}")
        assert len(quoted) <= LONGEST + 2
        assert secret in quoted or "s" not in quoted
    assert shown("x" * 10**6) == "…"


def test_a_text_stands_on_one_line() -> None:
    assert shown(" a\r\n\tb  c ") == "a b c"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://store.example.com:9000/s3", "https://store.example.com:9000/s3"),
        ("nyc3", "nyc3"),
        ("", ""),
        ("http://user:hun/ter2@host:1/p", "http://***@host:1/p"),
        ("http:/user:x@y@host", "http:/***@host"),
        ("user:hun ter2@host", "***@host"),
        ("http://user:hunter2%40host", "http://***"),
        ("http://host?token=hunter2", "http://host?***"),
        ("http://user:hun#ter2@host/#hunter2", "http://***@host/"),
    ],
)
def test_a_url_is_shown_without_its_login(url: str, expected: str) -> None:
    assert shown_url(url) == expected


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        ("https://store.example.com", ()),
        ("http://user:hun/te:r2@host", ("user:hun/te:r2", "hun/te:r2")),
        ("http:/user:x@host", ("user:x", "x")),
        ("user:x@host", ("user:x", "x")),
        ("http://token@host", ("token",)),
        ("http://user:@host", ("user:",)),
        ("http://@host", ()),
    ],
)
def test_the_secrets_of_a_url_are_found(url: str, secrets: tuple[str, ...]) -> None:
    assert secrets_in(url) == secrets
