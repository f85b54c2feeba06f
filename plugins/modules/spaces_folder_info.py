#!/usr/bin/python
# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: spaces_folder_info
short_description: See what folders in DigitalOcean Spaces and other S3-compatible stores hold
version_added: 0.1.0
description:
  - Reports whether a folder exists, how much it holds, and what it contains.
  - Only reads. Lists every object once, however much is gathered. It stops early if only lists are wanted and they are
    full; with O(names_only) it lists one level only.
  - A missing folder is not an error.
author:
  - The tidy.spaces authors (!UNKNOWN)
options:
  gather:
    description:
      - What to find out. Several may be asked for at once.
      - V(totals) counts the objects and their bytes, and gives the times of the oldest and the newest.
      - V(subfolders) gives the same figures for each direct subfolder, and for the whole.
      - V(objects), V(versions) and V(uploads) list the first of each, up to O(limit). The list of objects is returned
        as RV(folders[].contents).
    type: list
    elements: str
    choices: [totals, subfolders, objects, versions, uploads]
    default: [totals]
  limit:
    description:
      - How many objects, versions and uploads are listed at the most, of each.
    type: int
    default: 1000
  names_only:
    description:
      - Name the direct subfolders, without reading what is in them. Takes the place of V(totals) and V(subfolders) in
        O(gather).
    type: bool
    default: false
extends_documentation_fragment:
  - tidy.spaces.attributes
  - tidy.spaces.connection
  - tidy.spaces.folder
attributes:
  check_mode:
    details:
      - Changes nothing, in check mode or not.
  diff_mode:
    support: N/A
    details:
      - Nothing is changed.
seealso:
  - module: tidy.spaces.spaces_folder
  - module: tidy.spaces.spaces_folder_prune
  - ref: ansible_collections.tidy.spaces.docsite.guide_connection
    description: How to reach a store, and which permissions the access key needs.
"""

EXAMPLES = r"""
- name: See how much a build takes
  tidy.spaces.spaces_folder_info:
    region: nyc3
    space: my-space
    path: builds/42/
  register: build

- name: Say so
  ansible.builtin.debug:
    msg: "{{ build.folders[0].objects }} objects, {{ build.folders[0].bytes | human_readable }}"

- name: See which build takes most
  tidy.spaces.spaces_folder_info:
    region: nyc3
    space: my-space
    path: builds/
    gather: [subfolders]
  register: builds

- name: Name it
  ansible.builtin.debug:
    msg: "{{ (builds.folders[0].subfolders | sort(attribute='bytes') | last).path }}"
  when: builds.folders[0].subfolders | length > 0

- name: Name the environments, without reading what is in them
  tidy.spaces.spaces_folder_info:
    region: nyc3
    space: my-space
    path: /
    names_only: true
  register: environments

- name: List the first ten objects and all that is left of interrupted uploads
  tidy.spaces.spaces_folder_info:
    region: nyc3
    space: my-space
    path: backups/
    gather: [objects, uploads]
    limit: 10
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
  description: One entry for each folder, in the order asked for. Empty if the task failed.
  type: list
  elements: dict
  returned: always
  contains:
    path:
      description: The folder, with its trailing slash.
      type: str
      sample: builds/
    exists:
      description: Whether there is a marker or anything below it.
      type: bool
    marker:
      description: Whether the folder's own marker exists.
      type: bool
    objects:
      description: How many objects there are, markers among them.
      type: int
      returned: when O(gather) has V(totals) or V(subfolders), without O(names_only)
      sample: 1200
    bytes:
      description: How many bytes they take together.
      type: int
      returned: with RV(folders[].objects)
      sample: 52428800
    newest:
      description: When the newest object was written (ISO 8601, UTC); V(null) without one.
      type: str
      returned: with RV(folders[].objects)
      sample: "2026-11-22T16:12:03Z"
    oldest:
      description: When the oldest object was written (ISO 8601, UTC); V(null) without one.
      type: str
      returned: with RV(folders[].objects)
      sample: "2026-11-01T08:00:00Z"
    subfolders:
      description:
        - The direct subfolders, in key order, each with C(path), C(marker), C(objects), C(bytes), C(newest) and
          C(oldest). With O(names_only) each with C(path) alone.
      type: list
      elements: dict
      returned: when O(gather) has V(subfolders), or with O(names_only)
      sample: [{path: builds/42/}]
    contents:
      description:
        - The first objects, in key order, each with C(key), C(size), C(last_modified), C(etag) and C(storage_class).
      type: list
      elements: dict
      returned: when O(gather) has V(objects)
    versions:
      description:
        - The first versions and delete markers, in key order, each with what an object has and C(version_id),
          C(delete_marker) and C(latest).
      type: list
      elements: dict
      returned: when O(gather) has V(versions)
    uploads:
      description: The first incomplete uploads, in key order, each with C(key), C(upload_id) and C(initiated).
      type: list
      elements: dict
      returned: when O(gather) has V(uploads)
    truncated:
      description: Whether any of these lists was cut off at O(limit).
      type: bool
      returned: with RV(folders[].contents), RV(folders[].versions) or RV(folders[].uploads)
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.builders import survey_folders
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.results.info import describe_survey
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.runner import run
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.spec import ModuleSpec

SPEC = ModuleSpec(
    options={
        "gather": {
            "type": "list",
            "elements": "str",
            "choices": ["totals", "subfolders", "objects", "versions", "uploads"],
            "default": ["totals"],
        },
        "limit": {"type": "int", "default": 1000},
        "names_only": {"type": "bool", "default": False},
    },
    build=survey_folders,
    describe=describe_survey,
)


def main():
    run(AnsibleModule(supports_check_mode=True, **SPEC.specification), SPEC)


if __name__ == "__main__":
    main()
