#!/usr/bin/python
# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: spaces_folder_restore
short_description: Bring back removed objects in Spaces that keep versions
version_added: 1.0.0
description:
  - Restores deleted objects in a folder of a Space that keeps versions. It removes the delete markers that
    hide them. It never removes or writes over a version that holds data.
  - A key is restored if its newest entry is a delete marker and there is a version below it. With O(from_record), that
    version must be the one that the record names. With O(since), all delete markers above that version must be from
    that time or later. With both options, both conditions apply.
  - A key that was written again after the removal stays as it is. The module reports it as C(newer), or if it was
    deleted again as C(newer_deleted), in RV(folders[].left), and warns.
  - If somebody deleted a key again after it was removed, this cannot be distinguished from the removal itself. The key
    is restored nevertheless.
  - Some stores, such as MinIO and SeaweedFS, keep no version of a key that ends in C(/). With O(from_record), the
    module creates empty folder markers of the record again if no version of them is left and no new marker exists. With
    O(since) alone, this is not possible, because nothing shows that they existed.
  - A task that was interrupted can be run again. It continues where it stopped.
  - Most tasks set O(from_record) or O(since), O(path) or O(paths), O(space), and O(region) or O(endpoint_url).
    O(include), O(exclude) and O(max_objects) limit what is restored.
author:
  - The tidy.spaces authors (!UNKNOWN)
options:
  from_record:
    description:
      - The file that O(tidy.spaces.spaces_folder#module:record) or O(tidy.spaces.spaces_folder_prune#module:record)
        has written, on the machine where the task runs.
      - Must be the record of a run with C(versions=current) in the same Space at the same endpoint, and of one of the
        folders or a folder above or below it. The record of a preview, of a restore or of a run with C(versions=all) is
        refused.
      - The record of a task that was killed has no last line. It is accepted with a warning.
      - If the Space no longer holds a version that the record names, the task restores everything else and then fails.
      - At least one of O(from_record) and O(since) is required.
    type: path
  since:
    description:
      - Restore what was deleted since this time. Either a time with its zone, such as V(2026-11-24T12:00:00Z), or an
        age such as V(2h). The time units are V(s), V(m), V(h), V(d) and V(w). Times are measured by the store's clock.
      - This also restores what other users or lifecycle rules have deleted. So without O(from_record), it requires
        O(max_objects) or O(include).
    type: str
  include:
    description:
      - Glob patterns for the part of a key below the folder, without a slash at the end. Only keys that match one of
        the patterns are restored. By default, all keys match.
      - V(*), V(?) and V([…]) match within one segment between slashes. The segment V(**) matches any number of
        segments.
      - Must be a list of strings. An empty list is refused, because it would choose nothing.
    type: raw
  exclude:
    description:
      - Glob patterns as in O(include). Keys that match one of them are left as they are.
    type: raw
  max_objects:
    description:
      - Fail before the first change if more keys than this would be restored, in all folders of the task together.
        Check mode fails too.
      - This takes an additional listing of the folders.
    type: int
  record:
    description:
      - A file that names every delete marker that the task removes, or a directory for such files, as in
        O(tidy.spaces.spaces_folder#module:record). A file that exists already is refused.
    type: path
extends_documentation_fragment:
  - tidy.spaces.attributes
  - tidy.spaces.change
  - tidy.spaces.connection
  - tidy.spaces.folder
seealso:
  - module: tidy.spaces.spaces_folder
  - module: tidy.spaces.spaces_folder_prune
  - ref: ansible_collections.tidy.spaces.docsite.guide_undo
    description: How to undo a removal, step by step.
"""

EXAMPLES = r"""
- name: Remove a build, and record what is removed
  tidy.spaces.spaces_folder:
    region: nyc3
    space: my-space
    path: builds/42/
    state: absent
    record: /var/lib/tidy/ # a directory that exists
  register: removal

- name: Bring the build back
  tidy.spaces.spaces_folder_restore:
    region: nyc3
    space: my-space
    path: builds/42/
    from_record: "{{ removal.record }}"
  register: restored

- name: Show what was restored, and what was left as it is
  ansible.builtin.debug:
    msg: "{{ restored.totals.objects }} objects; {{ restored.folders[0].left.newer }} were written again"

- name: Bring back the reports that somebody deleted in the last two hours
  tidy.spaces.spaces_folder_restore:
    region: nyc3
    space: my-space
    path: reports/
    since: 2h
    include: ["**/*.pdf"]
"""

RETURN = r"""
space:
  description: Name of the Space.
  type: str
  returned: always
  sample: my-space
endpoint:
  description: The endpoint that was used; V(null) if the task failed before it was known.
  type: str
  returned: always
  sample: https://nyc3.digitaloceanspaces.com
folders:
  description: One entry for each folder, in the order of the task. Empty if an option was refused.
  type: list
  elements: dict
  returned: always
  contains:
    path:
      description: The folder, with its trailing slash.
      type: str
      sample: builds/42/
    changed:
      description: Whether this folder was changed.
      type: bool
    restored:
      description:
        - What was restored, or in check mode, what would be restored. A key counts when its last delete marker is
          removed. Without O(from_record), a key that somebody deletes again while the task runs counts each time.
      type: dict
      sample: {objects: 1200, bytes: 52428800}
    left:
      description:
        - How many keys were left as they are, by reason. With O(from_record), only the keys of the record are counted.
        - C(in_place) counts keys whose version is already the current one. C(newer) counts keys that were written again
          after the removal. C(newer_deleted) counts keys that were written again, and then deleted; O(since) restores
          what was written last. C(differs) counts keys that were written while they were being restored. C(suspended)
          counts keys that are hidden by a delete marker named V(null), which is not removed while versioning is
          suspended, because a new object may take its place at any time. C(not_restorable) counts keys that the removal
          destroyed, because versioning was suspended.
      type: dict
      sample: {in_place: 0, newer: 1, newer_deleted: 0, differs: 0, suspended: 0, not_restorable: 0}
    sample:
      description: The first keys that were restored, in key order.
      type: list
      elements: str
      sample: [builds/42/, builds/42/app.js]
    covered_by:
      description: The folder that contains this one, if O(paths) lists both. The keys are counted there, and here as 0.
      type: str
      returned: if another listed folder contains this one
totals:
  description: The sums of RV(folders[].restored).
  type: dict
  returned: always
  sample: {objects: 1200, bytes: 52428800}
failures:
  description: The first keys that could not be restored. The task fails if there are any.
  type: list
  elements: dict
  returned: always
  contains:
    key:
      description: The key.
      type: str
    version_id:
      description: The version ID of the delete marker, or of the version that is gone.
      type: str
    code:
      description: The store's error code; V(Expired) for a version that is not in the Space any more.
      type: str
      sample: Expired
    message:
      description: The store's message.
      type: str
failures_total:
  description: How many keys could not be restored.
  type: int
  returned: always
  sample: 0
record:
  description: The file that names the delete markers that were removed.
  type: str
  returned: if O(record) is set and there was something to remove
  sample: /var/lib/tidy/20261124T120000Z-restore-builds-42.jsonl.gz
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.builders.restore import restore_folders
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.results.restore import describe_restore
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.runner import run
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.spec import CHANGE, ModuleSpec

SPEC = ModuleSpec(
    options={
        **CHANGE,
        "from_record": {"type": "path"},
        "since": {"type": "str"},
        "include": {"type": "raw"},
        "exclude": {"type": "raw"},
        "max_objects": {"type": "int"},
        "record": {"type": "path"},
    },
    build=restore_folders,
    describe=describe_restore,
    required_one_of=[("from_record", "since")],
)


def main() -> None:
    run(AnsibleModule(supports_check_mode=True, **SPEC.specification), SPEC)


if __name__ == "__main__":
    main()
