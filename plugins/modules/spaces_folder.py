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
  - Creates a folder in an object store, or removes it with all that is in it.
  - Object stores have no folders. A folder here is every key that begins with a prefix ending in C(/), together with
    its marker, the zero-byte object whose key is that prefix.
  - A sibling is never touched. Removing C(foo) leaves C(foo), C(foo.txt) and C(foobar/x) alone, and takes C(foo/) and
    all below it.
author:
  - The tidy.spaces authors (!UNKNOWN)
options:
  state:
    description:
      - V(present) ensures that the folder's marker exists. A marker that has content is left as it is, with a
        warning.
      - V(absent) ensures that nothing with the prefix remains, be it an object, a nested marker, the marker itself
        or an incomplete multipart upload. A final listing checks that the folder is empty. Anything written
        meanwhile is removed too, in up to three more passes. After that the task fails.
    type: str
    choices: [present, absent]
    default: present
  parents:
    description:
      - With O(state=present), create the markers of the folders above too.
    type: bool
    default: false
  uploads:
    description:
      - With O(state=absent), whether incomplete multipart uploads are aborted.
      - By default they are, and if the store or the access key does not allow listing them, a warning is given. With
        V(true) that is an error. V(false) leaves them.
      - MinIO lists no uploads that were begun before it was last started. So V(true) is an error there, and by default
        the uploads that it lists are aborted, and a warning is given.
    type: bool
  versions:
    description:
      - With O(state=absent), what to remove in a versioned Space.
      - V(current) hides the objects behind delete markers. Their versions stay, and are billed, with a warning.
        Some stores, such as MinIO, keep no version of a key that ends in C(/).
      - V(all) removes every version and delete marker.
    type: str
    choices: [current, all]
    default: current
  max_objects:
    description:
      - With O(state=absent), fail before the first removal if the folders of the task hold more than this many objects,
        versions and delete markers together. In check mode too.
      - This takes an additional listing of the folders.
    type: int
  bypass_governance:
    description:
      - With O(state=absent), also remove objects under an object lock in governance mode. The access key needs
        C(s3:BypassGovernanceRetention).
    type: bool
    default: false
  missing_space:
    description:
      - With O(state=absent), whether a Space that does not exist is an error, or counts as absent.
    type: str
    choices: [error, ok]
    default: error
extends_documentation_fragment:
  - tidy.spaces.attributes
  - tidy.spaces.change
  - tidy.spaces.connection
  - tidy.spaces.folder
seealso:
  - module: tidy.spaces.spaces_folder_prune
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

- name: Remove a build with all that is in it, if it is no larger than builds are
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

- name: Say what was removed
  ansible.builtin.debug:
    msg: "{{ removal.totals.objects }} objects, {{ removal.totals.bytes | human_readable }}"

- name: Remove a folder with all its versions, from a store of one's own
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
  description: The endpoint used; V(null) if the task failed before it was known.
  type: str
  returned: always
  sample: https://nyc3.digitaloceanspaces.com
folders:
  description: One entry for each folder, in the order asked for. Empty if an option was refused.
  type: list
  elements: dict
  returned: always
  contains:
    path:
      description: The folder, with its trailing slash.
      type: str
      sample: builds/42/
    state:
      description: The state asked for.
      type: str
      sample: absent
    changed:
      description: Whether this folder was changed.
      type: bool
    removed:
      description:
        - What was removed. In check mode, what would be. All zero with O(state=present).
        - With O(versions=all) a current object counts as a version, not as an object.
      type: dict
      sample: {objects: 1200, versions: 0, delete_markers: 0, uploads: 1, bytes: 52428800}
    sample:
      description: The first keys that were removed or created, in key order.
      type: list
      elements: str
      sample: [builds/42/, builds/42/app.js]
    covered_by:
      description: The other folder of this task that contains or equals this one; its entry counts the removals.
      type: str
      returned: when there is one
totals:
  description: The sums of RV(folders[].removed).
  type: dict
  returned: always
  sample: {objects: 1200, versions: 0, delete_markers: 0, uploads: 1, bytes: 52428800}
failures:
  description: The first keys that could not be removed or created. If there is one, the task has failed.
  type: list
  elements: dict
  returned: always
  contains:
    key:
      description: The key.
      type: str
    version_id:
      description: The version, if versions were removed.
      type: str
    code:
      description: The store's error code.
      type: str
      sample: AccessDenied
    message:
      description: What the store says.
      type: str
failures_total:
  description: How many keys could not be removed or created.
  type: int
  returned: always
  sample: 0
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.arguments import change_arguments
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.builders import change_folders
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.results.change import describe_change
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.runner import run
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.spec import ModuleSpec

SPEC = ModuleSpec(
    options={
        **change_arguments(),
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "parents": {"type": "bool", "default": False},
        "uploads": {"type": "bool"},
        "versions": {"type": "str", "choices": ["current", "all"], "default": "current"},
        "max_objects": {"type": "int"},
        "bypass_governance": {"type": "bool", "default": False},
        "missing_space": {"type": "str", "choices": ["error", "ok"], "default": "error"},
    },
    build=change_folders,
    describe=describe_change,
)


def main():
    run(AnsibleModule(supports_check_mode=True, **SPEC.specification), SPEC)


if __name__ == "__main__":
    main()
