# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  record:
    description:
      - A file that names every key that the task removes, on the machine where the task runs. An absolute path of a
        directory that exists, or of a new file. In a directory, each task and each item of a loop creates a file of its
        own, which is named by time, operation and folder.
      - The file holds one JSON object a line (JSON Lines). If its name ends in C(.gz), it is compressed. It is readable
        by the user of the task alone.
      - A record is never replaced. So the name of a file serves one run only. If a preview with O(record), or an
        attempt before a retry (C(until)), has written the file, the next run finds it and fails. A directory has no
        such limit.
      - Each key is in the file, and on disk, before the request that removes it is sent. So the file is complete even
        if the task is killed. A key that could not be removed, or not certainly, gets another line as soon as this is
        known.
      - The file is created at the first key. If nothing is removed, there is no file. If the disk is full, the task
        ends before the next request.
      - In check mode, the file names what would be removed. It does not count as a change.
      - In a Space that keeps versions, the file names the version of each object, so that
        M(tidy.spaces.spaces_folder_restore) can bring it back. Requests name keys alone, so that the version stays.
    version_added: 1.0.0
    type: path
  record_versions:
    description:
      - Whether O(record) names versions in a Space that keeps them. This takes the permissions to read the versioning
        of the Space and to list versions. Without them, the task fails before anything is removed. Set this to
        V(false) for a record that only names keys, and that nothing can be restored from.
    version_added: 1.0.0
    type: bool
    default: true
"""
