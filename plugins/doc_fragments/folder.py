# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  path:
    description:
      - The folder, such as V(builds/42/). A missing trailing slash is added, so that V(foo) never means C(foobar/).
      - Must be a string. A number or a boolean is refused, because YAML has changed it before the module sees it
        (V(1.10) to C(1.1), V(0755) to C(493)). A number that a template put into a longer string, such as
        C(builds/{{ 1.10 }}), cannot be detected, so quote the variable where it is set. A date is taken as its
        ISO text.
      - Refused are an empty or blank path, a leading C(/), C(//), the segments C(.) and C(..), control characters, and
        more than 1,024 bytes of UTF-8.
      - V(/) is the whole Space.
      - Exactly one of O(path) and O(paths) is required.
    type: raw
  paths:
    description:
      - A list of folders, each as in O(path), handled in one task and with shared connections.
      - A bare string is refused. It is never split at commas.
    type: raw
  exact:
    description:
      - Take the path literally. It must end in C(/). For keys that the rules of O(path) refuse, such as C(//logs/). Not
        every store holds such keys. MinIO refuses some of them and changes others.
      - The path V(/) is then the literal prefix C(/).
    type: bool
    default: false
"""
