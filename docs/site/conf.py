# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Sphinx builds the site; tools/build_docs.py puts its pages together."""

project = "tidy.spaces"
author = "the tidy.spaces authors"
copyright = f"2026, {author}"  # noqa: A001 - Sphinx's name
html_title = "tidy.spaces"

extensions = ["sphinx.ext.intersphinx", "sphinx_antsibull_ext", "myst_parser"]
nitpicky = True
default_role = "any"
highlight_language = "YAML+Jinja"
pygments_style = "ansible"
suppress_warnings = ["myst.header"]  # the changelog begins at the second level
myst_heading_anchors = 4

# What the modules' pages refer to in Ansible's own documentation; the inventory is made when the site is built.
intersphinx_mapping = {"ansible": ("https://docs.ansible.com/projects/ansible/latest/", "ansible.inv")}

html_theme = "furo"
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
