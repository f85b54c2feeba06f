# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can happen to a request on its way to a store, or to the reply on its way back."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from xml.etree import ElementTree

from tests.faults.proxy import Exchange, Fault
from tests.unit.s3.scripted_server import Reply, Request
from tests.unit.s3.xml_samples import elements, rejections

LISTED = re.compile(rb"<(Contents|Version|DeleteMarker|Upload)>.*?</\1>", re.DOTALL)


def answer(status: int, code: str, **headers: str) -> Fault:
    """Answer with an error, and do not ask the store."""
    return say(status, f"<Error>{elements(Code=code)}</Error>", **headers)


def say(status: int, body: str = "", **headers: str) -> Fault:
    """Answer with anything, and do not ask the store."""
    return lambda _exchange: Reply(status=status, body=body.encode(), headers=headers)


def fail_after(exchange: Exchange) -> Reply:
    """Let the store do the work, then speak of an error of its own."""
    exchange.answer()
    return answer(500, "InternalError")(exchange)


def reset_before(_exchange: Exchange) -> Reply:
    """Reset the connection before the store hears of the request."""
    return Reply(drop=True, reset=True)


def lose_answer(exchange: Exchange) -> Reply:
    """Let the store do the work, then reset the connection before the client hears of it."""
    exchange.answer()
    return Reply(drop=True, reset=True)


def reset_amid(exchange: Exchange) -> Reply:
    """Reset the connection in the middle of the reply."""
    return replace(cut_short(exchange), reset=True)


def cut_short(exchange: Exchange) -> Reply:
    """End the connection politely in the middle of the reply."""
    reply = exchange.answer()
    return replace(reply, cut=len(reply.body) // 2)


def never(_exchange: Exchange) -> Reply:
    """Never answer, and do not ask the store."""
    return Reply(hang=True)


def never_confirm(exchange: Exchange) -> Reply:
    """Let the store do the work, and never answer."""
    exchange.answer()
    return Reply(hang=True)


def above(keys: int, fault: Fault) -> Fault:
    """Spoil only batches of more than so many keys."""
    return lambda exchange: (fault if exchange.request.body.count(b"<Key>") > keys else Exchange.answer)(exchange)


def garble(exchange: Exchange) -> Reply:
    """Overwrite the middle of the reply."""
    reply = exchange.answer()
    middle = len(reply.body) // 2
    return replace(reply, body=reply.body[: middle - 8] + b"<\0\xff&\0<" + reply.body[middle + 8 :])


def hollow(exchange: Exchange) -> Reply:
    """Leave nothing of the reply's document but its root."""
    reply = exchange.answer()
    return replace(reply, body=re.sub(rb"(<\w+Result\b[^>]*>).*(</\w+Result>)", rb"\1\2", reply.body, flags=re.DOTALL))


def wait(seconds: float) -> Fault:
    """Take some time, then let the store answer."""

    def fault(exchange: Exchange) -> Reply:
        time.sleep(seconds)
        return exchange.answer()

    return fault


def first_do(action: Callable[[], object]) -> Fault:
    """Do something else before the store answers."""

    def fault(exchange: Exchange) -> Reply:
        action()
        return exchange.answer()

    return fault


def refuse_keys(codes: Mapping[str, str]) -> Fault:
    """Refuse some keys of a batch, or a single one, each with its code; let the store delete the others."""

    def fault(exchange: Exchange) -> Reply:
        if exchange.operation != "DeleteObjects":
            _space, _slash, key = exchange.request.path[1:].partition("/")
            return answer(403, codes[key])(exchange) if key in codes else exchange.answer()
        asked = [
            {child.tag.rpartition("}")[2]: child.text or "" for child in element}
            for element in ElementTree.fromstring(exchange.request.body).iter()
            if element.tag.endswith("Object")
        ]
        taken = [item for item in asked if item["Key"] not in codes]
        if taken:
            exchange.witness.client.delete_objects(Bucket=exchange.witness.space, Delete={"Objects": taken})
        refused = [elements(**item, Code=codes[item["Key"]]) for item in asked if item["Key"] in codes]
        return Reply(body=rejections(*refused))

    return fault


class StalePage:
    """Answer honestly so many times, and from then on with what was answered first.

    Questions for subfolders are no pages of the listing: they come beside it, now before a page and now after.
    """

    def __init__(self, *, honest: int) -> None:
        self._honest = honest
        self._answers: list[Reply] = []

    def __call__(self, exchange: Exchange) -> Reply:
        if "delimiter" in exchange.request.query:
            return exchange.answer()
        if len(self._answers) == self._honest:
            return self._answers[0]
        self._answers.append(exchange.answer())
        return self._answers[-1]


def other_clock(minutes: int) -> Fault:
    """Make the store believe that the request was signed at another time; what it thinks of that, it says itself."""

    def fault(exchange: Exchange) -> Reply:
        sent_at = datetime.strptime(exchange.request.headers["x-amz-date"], "%Y%m%dT%H%M%S%z")
        date = (sent_at + timedelta(minutes=minutes)).strftime("%Y%m%dT%H%M%SZ")
        request: Request = replace(exchange.request, headers={**exchange.request.headers, "x-amz-date": date})
        return exchange.forward(request)

    return fault


def other_date(minutes: int) -> Fault:
    """Change the time in the store's reply."""

    def fault(exchange: Exchange) -> Reply:
        reply = exchange.answer()
        date = parsedate_to_datetime(reply.headers["Date"]) + timedelta(minutes=minutes)
        return replace(reply, headers={**reply.headers, "Date": format_datetime(date, usegmt=True)})

    return fault


def no_date(exchange: Exchange) -> Reply:
    """Take the time out of the store's reply."""
    reply = exchange.answer()
    return replace(reply, headers={**reply.headers, "Date": ""})


def short_pages(size: int) -> Callable[[Reply], Reply]:
    """Make a store list so few at once: it may, and pages get boundaries without thousands of objects."""

    def shape(reply: Reply) -> Reply:
        listed = list(LISTED.finditer(reply.body))
        if len(listed) <= size:
            return reply
        body = reply.body[: listed[size].start()] + reply.body[listed[-1].end() :]
        return replace(reply, body=body.replace(b"<IsTruncated>false<", b"<IsTruncated>true<"))

    return shape
