# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read and write the lifecycle rules of a Space as XML.

Botocore drops elements that it does not know, and a rule without one of its conditions removes too much. So hooks send
and read the documents as they are; botocore does the rest of the request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from .._engine.errors import NotFound, ProtocolError
from .._engine.model.lifecycle import Element, Rules
from .errors import translate_errors
from .redaction import shown
from .xml_bodies import DOCUMENT, NAMESPACE, RECEIVED, open_document, read_body

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NONE_THERE = "NoSuchLifecycleConfiguration"
ROOT = RECEIVED["GetBucketLifecycleConfiguration"]
UNDERSTOOD = frozenset({"And", "Filter", "ID", "Prefix", "Rule", "Tag"})  # elements that identify a rule


class S3Lifecycle:
    """Read and replace the lifecycle rules of one Space.

    ``client`` must send and return documents.
    """

    settling = 1.0

    def __init__(self, *, client: S3Client, space: str) -> None:
        self._client: Any = client
        self._space = space
        self._beside: dict[str, str] = {}  # values that belong to the rules, but are not in their document

    def read(self) -> Rules:
        try:
            with translate_errors(self._space):
                reply = self._client.get_bucket_lifecycle_configuration(Bucket=self._space)
        except NotFound as exc:
            if exc.code != NONE_THERE:  # for example, a 404 of a proxy must not count as an empty document
                raise
            return ()
        minimum = reply["ResponseMetadata"]["HTTPHeaders"].get("x-amz-transition-default-minimum-object-size")
        self._beside = {"TransitionDefaultMinimumObjectSize": minimum} if minimum else {}
        return read_body(reply, parse_rules)

    def write(self, rules: Rules) -> None:
        with translate_errors(self._space):
            if rules:
                document = {DOCUMENT: document_of(rules), **self._beside}
                self._client.put_bucket_lifecycle_configuration(Bucket=self._space, **document)
            else:
                self._client.delete_bucket_lifecycle(Bucket=self._space)


def parse_rules(body: bytes) -> Rules:
    """Parse a LifecycleConfiguration; raise :class:`ProtocolError` if it could not be written again unchanged."""
    root, space, _decode = open_document(body, ROOT, encoded=False, foreign=True)
    return tuple(_element(child, space) for child in root)


def document_of(rules: Rules) -> bytes:
    """Write a LifecycleConfiguration."""
    root = ElementTree.Element(ROOT, {"xmlns": NAMESPACE})
    root.extend(map(_tree, rules))
    document: bytes = ElementTree.tostring(root, encoding="utf-8")
    return document.replace(b"\r", b"&#13;")  # otherwise it would be read as a line feed


def _element(node: ElementTree.Element, space: str) -> Element:
    children = tuple(_element(child, space) for child in node)
    text = node.text or ""
    between = "".join(filter(None, [text if children else "", *(child.tail for child in node)]))
    name = node.tag.removeprefix(space).removeprefix(f"{{{NAMESPACE}}}")
    if node.attrib or between.strip() or ("}" in name and name.rpartition("}")[2] in UNDERSTOOD):
        raise ProtocolError(
            f"The lifecycle rules hold an element {shown(name)} of an unknown form.",
            advice="It could not be written again as it is.",
        )
    return Element(name, "" if children else text, children)


def _tree(element: Element) -> ElementTree.Element:
    node = ElementTree.Element(element.name)
    node.text = element.text or None
    node.extend(map(_tree, element.children))
    return node
