#!/usr/bin/python
# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: spaces_folder_info
short_description: Report what folders in DigitalOcean Spaces and other S3-compatible stores contain
version_added: 0.1.0
description:
  - Reports whether a folder exists, how large it is, and what it contains.
  - The module only reads. It lists every object once, however many choices O(gather) has. If only lists are requested,
    it stops when they are full. If O(gather) is V(names) alone, it lists only one level.
  - A missing folder is not an error.
  - Most tasks set O(path) or O(paths), O(gather), O(space), and O(region) or O(endpoint_url).
author:
  - The tidy.spaces authors (!UNKNOWN)
options:
  gather:
    description:
      - What to find out. Several choices can be combined.
      - V(totals) counts the objects and their bytes, and returns the times of the oldest and the newest object.
      - V(subfolders) returns the same figures for each direct subfolder, and for the whole folder.
      - V(names) returns the names of the direct subfolders, without reading what is in them.
      - V(old_versions) counts what a listing of objects does not show, but the store keeps, and usually bills. It
        lists all versions.
      - V(objects), V(versions) and V(uploads) each return a list of the first ones, up to O(limit). The list of objects
        is returned as RV(folders[].contents).
      - V(upload_sizes) is V(uploads) with the size of each upload in the list, which the store usually bills. Each of
        them takes at least one request. The permission C(s3:ListMultipartUploadParts) is needed; without it, the sizes
        are V(null).
      - V(etag) returns the etag that M(tidy.spaces.spaces_folder) with O(tidy.spaces.spaces_folder#module:state=absent)
        returns in check mode. It lists all objects and incomplete uploads. In a Space that keeps versions, it lists all
        versions, if the access key may list them.
    type: list
    elements: str
    choices: [totals, subfolders, names, old_versions, objects, versions, uploads, upload_sizes, etag]
    default: [totals]
  limit:
    description:
      - Maximum number of entries in each of the lists of objects, versions and uploads.
    type: int
    default: 1000
  versions:
    description:
      - The O(tidy.spaces.spaces_folder#module:versions) of the removal that the etag is for.
      - If O(gather) does not contain V(etag), V(all) is refused.
    version_added: 1.0.0
    type: str
    choices: [current, all]
    default: current
  uploads:
    description:
      - The O(tidy.spaces.spaces_folder#module:uploads) of the removal that the etag is for.
      - By default, incomplete uploads are part of the etag. If they cannot be listed, they are left out of it, and the
        task returns a warning. With V(true), the task fails instead. With V(false), they are left out.
      - If O(gather) does not contain V(etag), this option is refused.
    version_added: 1.0.0
    type: bool
extends_documentation_fragment:
  - tidy.spaces.attributes
  - tidy.spaces.connection
  - tidy.spaces.folder
attributes:
  check_mode:
    details:
      - Never changes anything.
  diff_mode:
    support: N/A
    details:
      - Never changes anything.
seealso:
  - module: tidy.spaces.spaces_folder
  - module: tidy.spaces.spaces_folder_prune
  - ref: ansible_collections.tidy.spaces.docsite.guide_connection
    description: How to reach a store, and which permissions the access key needs.
"""

EXAMPLES = r"""
- name: Find out how large a build is
  tidy.spaces.spaces_folder_info:
    region: nyc3
    space: my-space
    path: builds/42/
  register: build

- name: Show its size
  ansible.builtin.debug:
    msg: "{{ build.folders[0].objects }} objects, {{ build.folders[0].bytes | human_readable }}"

- name: Find out which build is the largest
  tidy.spaces.spaces_folder_info:
    region: nyc3
    space: my-space
    path: builds/
    gather: [subfolders]
  register: builds

- name: Show its name
  ansible.builtin.debug:
    msg: "{{ (builds.folders[0].subfolders | sort(attribute='bytes') | last).path }}"
  when: builds.folders[0].subfolders | length > 0

- name: List the names of the environments, without reading what is in them
  tidy.spaces.spaces_folder_info:
    region: nyc3
    space: my-space
    path: /
    gather: [names]
  register: environments

- name: List the first ten objects and the first ten incomplete uploads
  tidy.spaces.spaces_folder_info:
    region: nyc3
    space: my-space
    path: backups/
    gather: [objects, uploads]
    limit: 10

- name: Look at a build, and find out its etag
  tidy.spaces.spaces_folder_info:
    region: nyc3
    space: my-space
    path: builds/41/
    gather: [totals, etag]
  register: looked_at

- name: Remove it, if nothing in it has changed since then
  tidy.spaces.spaces_folder:
    region: nyc3
    space: my-space
    path: builds/41/
    state: absent
    if_match: "{{ looked_at.folders[0].etag }}"
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
  description: One entry for each folder, in the order of the task. Empty if the task failed.
  type: list
  elements: dict
  returned: always
  contains:
    path:
      description: The folder, with its trailing slash.
      type: str
      sample: builds/
    exists:
      description: Whether there is a marker, or anything below the folder.
      type: bool
    marker:
      description: Whether the folder's own marker exists.
      type: bool
    objects:
      description: Number of objects, including markers.
      type: int
      returned: when O(gather) contains V(totals) or V(subfolders)
      sample: 1200
    bytes:
      description: Total size of the objects in bytes.
      type: int
      returned: with RV(folders[].objects)
      sample: 52428800
    newest:
      description: When the newest object was written (ISO 8601, UTC); V(null) if there is none.
      type: str
      returned: with RV(folders[].objects)
      sample: "2026-11-22T16:12:03Z"
    oldest:
      description: When the oldest object was written (ISO 8601, UTC); V(null) if there is none.
      type: str
      returned: with RV(folders[].objects)
      sample: "2026-11-01T08:00:00Z"
    subfolders:
      description:
        - The direct subfolders, in key order, each with C(path), C(marker), C(objects), C(bytes), C(newest) and
          C(oldest). With V(names) alone, each has C(path) alone.
      type: list
      elements: dict
      returned: when O(gather) contains V(subfolders) or V(names)
      sample: [{path: builds/42/}]
    old_versions:
      description: Old versions and delete markers. Versions of objects that are current are not counted here.
      type: dict
      returned: when O(gather) contains V(old_versions)
      contains:
        versions:
          description: Number of versions that are not the current one.
          type: int
          sample: 12
        delete_markers:
          description: Number of delete markers.
          type: int
          sample: 3
        bytes:
          description: Total size of these versions in bytes.
          type: int
          sample: 1048576
    contents:
      description:
        - The first objects, in key order, each with C(key), C(size), C(last_modified), C(etag) and C(storage_class).
      type: list
      elements: dict
      returned: when O(gather) contains V(objects)
    versions:
      description:
        - The first versions and delete markers, in key order, each with the fields of an object and
          C(version_id), C(delete_marker) and C(latest).
      type: list
      elements: dict
      returned: when O(gather) contains V(versions)
    uploads:
      description:
        - The first incomplete uploads, in key order, each with C(key), C(upload_id) and C(initiated). With
          V(upload_sizes), each has C(size) too. It is the bytes of its parts, or V(null) if the store does not list
          them.
      type: list
      elements: dict
      returned: when O(gather) contains V(uploads) or V(upload_sizes)
    etag:
      description:
        - The etag of what a removal of this folder would remove, for O(tidy.spaces.spaces_folder#module:if_match). For
          several folders, give a list of their etags.
      type: str
      returned: when O(gather) contains V(etag)
      sample: v1-97b05602-d10531f91985c94a013480a52cedddc103c73eb78ddb0d95f1912a3eb7a8f008
    truncated:
      description: Whether one of these lists was cut off at O(limit).
      type: bool
      returned: with RV(folders[].contents), RV(folders[].versions) or RV(folders[].uploads)
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.builders.info import survey_folders
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.results.info import describe_survey
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.runner import run
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.spec import ModuleSpec

SPEC = ModuleSpec(
    options={
        "gather": {
            "type": "list",
            "elements": "str",
            "choices": [
                "totals",
                "subfolders",
                "names",
                "old_versions",
                "objects",
                "versions",
                "uploads",
                "upload_sizes",
                "etag",
            ],
            "default": ["totals"],
        },
        "limit": {"type": "int", "default": 1000},
        "versions": {"type": "str", "choices": ["current", "all"], "default": "current"},
        "uploads": {"type": "bool"},
    },
    build=survey_folders,
    describe=describe_survey,
    gathered_with={"versions": "etag", "uploads": "etag"},
)


def main() -> None:
    run(AnsibleModule(supports_check_mode=True, **SPEC.specification), SPEC)


if __name__ == "__main__":
    main()
