# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  if_match:
    description:
      - Remove exactly what a preview has shown, or nothing. Give the RV(etag) that the task has returned in check mode.
        With several O(paths), a list of the RV(folders[].etag), in the same order, does the same for each folder.
      - The task lists everything before the first removal, computes the etag, and fails if it is another one. Nothing
        was removed then. A key that was added, overwritten or removed since the preview changes the etag.
      - Only keys and versions of that listing are named in a request. A key that appears later stays, and the task
        fails. A key that is overwritten between that listing and its removal goes.
      - An empty folder is accepted with any etag, because there is nothing to remove.
      - An etag finds out changes. It is no signature, and anybody who can list the folder can compute it.
    version_added: 1.0.0
    type: raw
  if_match_record:
    description:
      - The file that O(record) has written in the preview that O(if_match) is from. The task then also accepts a part
        of what the preview has named, so a removal that failed in part can be continued. If something else would be
        removed, the message names keys that the preview has not named.
      - All options that select what is removed, such as C(versions) and C(uploads), must be those of the preview.
    version_added: 1.0.0
    type: path
"""
