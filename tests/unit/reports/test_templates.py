# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The templates escape all that they show. Ansible's Jinja does not do it by itself."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, nodes

TEMPLATES = Path(__file__).parents[3] / "playbooks" / "templates"
PAGE = (TEMPLATES / "report.html.j2").read_text()


def unescaped(template: str) -> list[str]:
    """Name what a template puts out without the filter ``e``; a macro puts out what was escaped inside it."""
    tree = Environment(autoescape=True).parse(template)
    macros = {macro.name for macro in tree.find_all(nodes.Macro)}
    return [
        repr(child)
        for output in tree.find_all(nodes.Output)
        for child in output.nodes
        if not isinstance(child, nodes.TemplateData)
        and not (isinstance(child, nodes.Filter) and child.name == "e")
        and not (isinstance(child, nodes.Call) and isinstance(child.node, nodes.Name) and child.node.name in macros)
    ]


def test_every_expression_of_the_page_is_escaped() -> None:
    assert unescaped(PAGE) == []


def test_an_expression_that_is_not_escaped_is_found() -> None:
    assert len(unescaped("{{ a }}{{ b | e }}{{ 'x' if c else d | e }}{{ f(g) }}")) == 3


def test_the_policy_of_the_page_allows_its_own_script_alone() -> None:
    script = "\n" + (TEMPLATES / "report.js").read_text().rstrip("\n")  # what include leaves of it
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{allowed}'" in PAGE
    assert PAGE.count("<script>") == 1
