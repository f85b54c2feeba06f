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
      - Must be a string. A number, a float or a boolean is refused, because YAML has changed it before the module sees
        it (V(1.10) to C(1.1), V(0755) to C(493)). What a template made of a number inside a longer string, such as
        C(builds/{{ 1.10 }}), cannot be seen, so quote the variable where it is set.
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
      - Take the path to the letter. It must end in C(/). For keys that the rules above refuse, such as C(//logs/).
      - The path V(/) is then the literal prefix C(/).
    type: bool
    default: false
"""
