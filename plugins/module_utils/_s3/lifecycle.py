# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read and write the lifecycle rules of a Space as XML.

Botocore's own shapes drop the elements that they do not know, and a rule without its condition removes too much. So its
hooks are used to send and take the documents as they are, and the rest of the request is left to it.
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
UNDERSTOOD = frozenset({"And", "Filter", "ID", "Prefix", "Rule", "Tag"})  # what decides which rule it is, and where


class S3Lifecycle:
    """Read and replace the lifecycle rules of one Space.

    ``client`` must hand over documents.
    """

    settling = 1.0

    def __init__(self, *, client: S3Client, space: str) -> None:
        self._client: Any = client
        self._space = space
        self._beside: dict[str, str] = {}  # what belongs to the rules, and is not in their document

    def read(self) -> Rules:
        try:
            with translate_errors(self._space):
                reply = self._client.get_bucket_lifecycle_configuration(Bucket=self._space)
        except NotFound as exc:
            if exc.code != NONE_THERE:  # a proxy's 404, say, must not pass for an empty document: it would be replaced
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
    """Parse a LifecycleConfiguration; raise :class:`ProtocolError` for what could not be written again."""
    root, space, _decode = open_document(body, ROOT, encoded=False, foreign=True)
    return tuple(_element(child, space) for child in root)


def document_of(rules: Rules) -> bytes:
    """Write a LifecycleConfiguration."""
    root = ElementTree.Element(ROOT, {"xmlns": NAMESPACE})
    root.extend(map(_tree, rules))
    document: bytes = ElementTree.tostring(root, encoding="utf-8")
    return document.replace(b"\r", b"&#13;")  # read as a line feed otherwise


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
