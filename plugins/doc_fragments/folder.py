# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  path:
    description:
      - The folder, such as V(builds/42/). A missing slash at the end is added, so that V(foo) never means C(foobar/).
      - V(/) is the whole Space.
      - Exactly one of O(path) and O(paths) is required.
      - Must be a string. A number or a boolean is refused, because YAML changes it before the module receives it
        (V(1.10) to C(1.1), V(0755) to C(493)). If a template puts a number into a longer string, such as
        C(builds/{{ 1.10 }}), the module cannot detect it. Quote the variable where it is set. A date is converted to
        its ISO text.
      - The module refuses an empty or blank path, a leading C(/), C(//), the segments C(.) and C(..), a blank at
        the start or the end of a segment, control characters, and more than 1,024 bytes of UTF-8.
    type: raw
  paths:
    description:
      - A list of folders, each as in O(path). One task processes all of them, over shared connections.
      - A string is refused. It is never split at commas.
    type: raw
  exact:
    description:
      - Take the path literally. It must end in C(/). Use this for keys that the rules of O(path) refuse, such as
        C(//logs/). Not every store holds such keys. MinIO refuses some of them and changes others.
      - The path V(/) then means the literal prefix C(/).
    type: bool
    default: false
  min_depth:
    description:
      - Refuse a folder with fewer segments than this, before any request. With V(2), C(builds/) is refused and
        C(builds/42/) is not. So a variable that came out empty, as in C("builds/{{ build }}"), cannot remove all of
        C(builds/).
      - Applies to tasks that remove something or write a rule that does. All modules accept it, so that it can stand in
        C(module_defaults). The option of a task replaces the default.
    version_added: 1.0.0
    type: int
    default: 0
  protect:
    description:
      - Globs of keys that must never be removed. A glob that matches a folder protects everything in it. V(prod),
        V(prod/), V(prod/*) and V(prod/**) all protect C(prod/a/b).
      - A glob matches a whole key. C(*) does not match a slash, C(**) does. To protect a name at any depth, write
        V(**/*.lock).
      - A task that would remove a protected key fails before the first removal, in check mode too. This takes an
        additional listing where a glob can match. If a protected key appears while the folder is being emptied, it
        stays, and the task fails. A lifecycle rule that could reach a protected key is refused.
      - All modules accept it, so that it can stand in C(module_defaults). The option of a task replaces the default.
        V([]) protects nothing.
      - A glob that can only be a mistake is refused, such as a URL, a segment C(..), or braces.
    version_added: 1.0.0
    type: raw
    default: []
"""
