#!/usr/bin/python
# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: spaces_folder
short_description: Create and remove folders in DigitalOcean Spaces and other S3-compatible stores
version_added: 0.1.0
description:
  - Creates a folder in an object store, or removes it with everything in it.
  - Object stores have no folders. Here, a folder is all keys that begin with a prefix ending in C(/). Its marker, the
    zero-byte object whose key is that prefix, belongs to it.
  - Siblings are never touched. Removing C(foo) removes C(foo/) and everything below it. The keys C(foo), C(foo.txt) and
    C(foobar/x) stay.
  - Most tasks set O(state), O(path) or O(paths), O(space), and O(region) or O(endpoint_url). A removal can be limited
    by O(max_objects), O(min_depth), O(protect) and O(if_match), and recorded by O(record).
author:
  - The tidy.spaces authors (!UNKNOWN)
options:
  state:
    description:
      - V(present) ensures that the folder's marker exists. A marker that has content stays as it is, and the task
        returns a warning.
      - V(absent) ensures that no key with the prefix remains. It removes objects, nested markers, the marker itself and
        incomplete multipart uploads. A final listing checks that the folder is empty. If anything was written in the
        meantime, it is removed too, in up to three more passes. After that, the task fails.
      - An option that the state would ignore is refused, unless it has its default value. Only O(protect) and
        O(min_depth) are accepted with both states.
    type: str
    choices: [present, absent]
    default: present
  parents:
    description:
      - With O(state=present), also create the markers of the folders above.
    type: bool
    default: false
  max_objects:
    description:
      - With O(state=absent), fail before the first removal if the folders of the task together contain more objects,
        versions and delete markers than this. Check mode fails too.
      - This takes an additional listing of the folders.
    type: int
  versions:
    description:
      - With O(state=absent), what to remove in a versioned Space.
      - V(current) hides the objects behind delete markers. Their versions stay and are billed, and the task returns a
        warning. Some stores, such as MinIO, keep no versions of a key that ends in C(/).
      - V(all) removes every version and delete marker.
    type: str
    choices: [current, all]
    default: current
  uploads:
    description:
      - With O(state=absent), whether to abort incomplete multipart uploads.
      - By default, they are aborted. If the store or the access key does not allow listing them, the task returns a
        warning. With V(true), it fails instead. With V(false), they stay.
      - MinIO does not list uploads that began before its last start. There, V(true) is an error. By default, the
        uploads that MinIO lists are aborted, and the task returns a warning.
    type: bool
  missing_folder:
    description:
      - With O(state=absent), what to do if there was nothing in a folder. V(warn) returns a warning.
        With V(error), the task fails when the other folders are done.
      - The default is V(warn) for a path that looks like a glob, and V(ok) for any other.
    version_added: 1.0.0
    type: str
    choices: [ok, warn, error]
  missing_space:
    description:
      - With O(state=absent), whether a Space that does not exist is an error or counts as absent.
    type: str
    choices: [error, ok]
    default: error
  bypass_governance:
    description:
      - With O(state=absent), also remove objects under an object lock in governance mode. The access key needs the
        permission C(s3:BypassGovernanceRetention).
    type: bool
    default: false
extends_documentation_fragment:
  - tidy.spaces.attributes
  - tidy.spaces.change
  - tidy.spaces.connection
  - tidy.spaces.folder
  - tidy.spaces.record
  - tidy.spaces.review
seealso:
  - module: tidy.spaces.spaces_folder_prune
  - module: tidy.spaces.spaces_folder_restore
  - module: tidy.spaces.spaces_folder_expiration
  - module: tidy.spaces.spaces_folder_info
  - ref: ansible_collections.tidy.spaces.docsite.guide_first_space
    description: A first Space in five minutes.
  - ref: ansible_collections.tidy.spaces.docsite.guide_teardown
    description: How to remove the folders of an environment, in one or many Spaces.
  - ref: ansible_collections.tidy.spaces.docsite.guide_large_folders
    description: What to do with a folder that is too large for one machine.
"""

EXAMPLES = r"""
- name: Create a folder
  tidy.spaces.spaces_folder:
    region: nyc3
    space: my-space
    path: releases/v2/

- name: Create a folder, and markers for the folders above it
  tidy.spaces.spaces_folder:
    region: nyc3
    space: my-space
    path: releases/v3/linux/amd64/
    parents: true

- name: Remove a build with everything in it, unless it is larger than a build should be
  tidy.spaces.spaces_folder:
    region: nyc3
    space: my-space
    path: "builds/{{ build_number }}/"
    state: absent
    max_objects: 5000

- name: Remove the folders of an environment in one task
  tidy.spaces.spaces_folder:
    region: nyc3
    space: my-space
    paths:
      - staging/uploads/
      - staging/cache/
    state: absent
  register: removal

- name: Show what was removed
  ansible.builtin.debug:
    msg: "{{ removal.totals.objects }} objects, {{ removal.totals.bytes | human_readable }}"

- name: Remove a folder, and record what is removed, so that spaces_folder_restore can restore it
  tidy.spaces.spaces_folder:
    region: nyc3
    space: my-space
    path: builds/42/
    state: absent
    record: /var/lib/tidy/ # a directory that exists

- name: Remove a folder with all its versions from a self-hosted store
  tidy.spaces.spaces_folder:
    endpoint_url: https://minio.example.com:9000
    access_key: "{{ minio_access_key }}"
    secret_key: "{{ minio_secret_key }}"
    space: my-space
    path: backups/old/
    state: absent
    versions: all

- name: Empty a whole Space
  tidy.spaces.spaces_folder:
    region: nyc3
    space: my-space
    path: /
    allow_root: true
    state: absent
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
    state:
      description: The requested state.
      type: str
      sample: absent
    changed:
      description: Whether this folder was changed.
      type: bool
    removed:
      description:
        - What was removed, or in check mode, what would be removed. All zero with O(state=present).
        - With O(versions=all), a current object counts as a version, not as an object.
      type: dict
      sample: {objects: 1200, versions: 0, delete_markers: 0, uploads: 1, bytes: 52428800}
    sample:
      description: The first keys that were removed or created, in key order.
      type: list
      elements: str
      sample: [builds/42/, builds/42/app.js]
    subfolders:
      description:
        - What was removed in each direct subfolder, or in check mode, what would be removed. At most 100 subfolders are
          listed, those with the most bytes first. Objects directly in the folder are listed under the folder's own
          path.
      type: list
      elements: dict
      returned: with O(state=absent)
      contains:
        path:
          description: The subfolder, with its trailing slash.
          type: str
          sample: builds/42/assets/
        objects:
          description: How many objects.
          type: int
          sample: 812
        versions:
          description: How many versions, with O(versions=all).
          type: int
          sample: 0
        delete_markers:
          description: How many delete markers, with O(versions=all).
          type: int
          sample: 0
        bytes:
          description: The sum of their sizes.
          type: int
          sample: 41943040
        newest:
          description: When the newest of them was written, in UTC.
          type: str
          sample: "2026-11-20T09:30:00Z"
    other_subfolders:
      description:
        - The sums of the subfolders that are not listed. C(subfolders) is their number.
        - All sums are exact. But the task only has memory for a few thousand subfolders. If there are more, and the
          objects of a subfolder are removed at different times, it may be listed with less than was removed in it, and
          be counted more than once.
      type: dict
      returned: if there are more than 100 subfolders
      sample: {subfolders: 7, objects: 9, versions: 0, delete_markers: 0, bytes: 512, newest: "2026-11-20T09:30:00Z"}
    covered_by:
      description:
        - The other folder of this task that contains this one or is the same. The removals are counted in its entry.
      type: str
      returned: when there is such a folder
    etag:
      description:
        - The etag of what would be removed from this folder, for a list in O(if_match). V(null) for a folder that
          another one covers.
      type: str
      returned: in check mode, if everything was listed
totals:
  description: The sums of RV(folders[].removed).
  type: dict
  returned: always
  sample: {objects: 1200, versions: 0, delete_markers: 0, uploads: 1, bytes: 52428800}
failures:
  description: The first keys that could not be removed or created. The task fails if there are any.
  type: list
  elements: dict
  returned: always
  contains:
    key:
      description: The key.
      type: str
    version_id:
      description: The version ID, with O(versions=all).
      type: str
    code:
      description: The store's error code.
      type: str
      sample: AccessDenied
    message:
      description: The store's message.
      type: str
failures_total:
  description: How many keys could not be removed or created.
  type: int
  returned: always
  sample: 0
record:
  description: The file that names what was removed.
  type: str
  returned: if O(record) is set and there was something to remove
  sample: /var/lib/tidy/20261124T120000Z-absent-builds-42.jsonl.gz
etag:
  description:
    - The etag of everything that would be removed, for O(if_match). In a Space that keeps versions, it includes the
      version of each object, if the access key may list versions.
  type: str
  returned: in check mode, if everything was listed
  sample: v1-97b05602-d10531f91985c94a013480a52cedddc103c73eb78ddb0d95f1912a3eb7a8f008
etag_left:
  description: The etag of what is left of the entries that O(if_match) stands for. Give it as O(if_match) of a retry.
  type: str
  returned: with O(if_match), if some keys certainly could not be removed
  sample: v1-97b05602-d10531f91985c94a013480a52cedddc103c73eb78ddb0d95f1912a3eb7a8f008
as_of:
  description: The store's time at the preview.
  type: str
  returned: in check mode, if everything was listed
  sample: '2026-11-24T12:00:00Z'
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.builders.change import change_folders
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.results.change import describe_change
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.runner import run
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.spec import CHANGE, RECORD, REVIEW, ModuleSpec

SPEC = ModuleSpec(
    options={
        **CHANGE,
        **RECORD,
        **REVIEW,
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "parents": {"type": "bool", "default": False},
        "max_objects": {"type": "int"},
        "versions": {"type": "str", "choices": ["current", "all"], "default": "current"},
        "uploads": {"type": "bool"},
        "missing_folder": {"type": "str", "choices": ["ok", "warn", "error"]},
        "missing_space": {"type": "str", "choices": ["error", "ok"], "default": "error"},
        "bypass_governance": {"type": "bool", "default": False},
    },
    build=change_folders,
    describe=describe_change,
    without_effect={
        "present": (
            "allow_root",
            "bypass_governance",
            "if_match",
            "if_match_record",
            "max_objects",
            "missing_folder",
            "missing_space",
            "record",
            "record_versions",
            "uploads",
            "versions",
        ),
        "absent": ("parents",),
    },
)


def main() -> None:
    run(AnsibleModule(supports_check_mode=True, **SPEC.specification), SPEC)


if __name__ == "__main__":
    main()
