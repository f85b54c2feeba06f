#!/usr/bin/python
# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: spaces_folder_prune
short_description: Remove what has outlived its keep from folders in DigitalOcean Spaces and other S3-compatible stores
version_added: 0.1.0
description:
  - Retention for previews, builds and backups. Removes the subfolders, or the objects, of a folder that are older than
    an age, or not among the newest, or both.
  - First the folder is surveyed, which changes nothing, then what has outlived the rule is removed. What arrives
    meanwhile stays. With O(older_than), nothing younger than that goes, even if its subfolder was chosen. With
    O(keep_newest) alone, nothing goes that was written after the survey began. Only an object that is replaced under
    its old key, in the moment between its second listing and its removal, goes all the same.
  - The folder's own marker always stays. With O(unit=subfolders), so do the objects directly below the folder.
  - With O(paths), each folder is judged by itself. What is in a listed folder inside another listed one belongs to the
    inner folder alone. The outer folder neither counts nor removes it, nor does it tell the age of any subfolder of the
    outer one. A folder that is listed again is done once.
  - Ages are told by the store's clock, not by that of the machine that runs the task, and to the second. A time without
    a zone is in UTC.
  - Incomplete multipart uploads are left.
author:
  - The tidy.spaces authors (!UNKNOWN)
options:
  unit:
    description:
      - What stays or goes as a whole. With V(subfolders), each direct subfolder, whose age is that of its newest
        object. With V(objects), each object below the folder, however deep.
    type: str
    choices: [subfolders, objects]
    default: subfolders
  older_than:
    description:
      - The age that a unit must have passed to go, such as V(14d), V(36h) or V(2w). The units of time are V(s), V(m),
        V(h), V(d) and V(w).
      - At least one of O(older_than) and O(keep_newest) is required. With both, a unit goes only if it is older and not
        among the newest.
    type: str
  keep_newest:
    description:
      - How many units stay because they are the newest, of those that O(include) and O(exclude) choose. Of units with
        the same time, the one with the greater name counts as newer.
    type: int
  include:
    description:
      - Globs on the name of a unit, the part of the key below the folder (without the slash at the end). Only units
        that one of them matches are counted and may go. By default all.
      - A list of strings. Anything else is refused, because a glob that is not what you meant protects nothing.
      - With O(unit=subfolders), a name has no slash, so a glob that needs one is refused.
      - V(*), V(?) and V([…]) stay within a segment between slashes. The segment V(**) is any number of segments.
      - A glob that matches no unit of a folder gives a warning.
      - An empty list is refused, because it would choose nothing.
    type: raw
  exclude:
    description:
      - Globs as in O(include). Units that one of them matches are neither counted nor removed.
    type: raw
  max_objects:
    description:
      - Fail before the first removal if more than this many objects, versions and delete markers would go, in all
        folders of the task together. In check mode too.
    type: int
  versions:
    description:
      - What to remove in a versioned Space. V(current) hides the objects behind delete markers. V(all)
        removes every version and delete marker of the units that go.
      - With V(all), the current objects decide how old a unit is. One without any has the age of its newest version or
        delete marker.
    type: str
    choices: [current, all]
    default: current
extends_documentation_fragment:
  - tidy.spaces.attributes
  - tidy.spaces.change
  - tidy.spaces.connection
  - tidy.spaces.folder
seealso:
  - module: tidy.spaces.spaces_folder
  - module: tidy.spaces.spaces_folder_expiration
  - ref: ansible_collections.tidy.spaces.docsite.guide_retention
    description: How to choose what stays.
  - ref: ansible_collections.tidy.spaces.docsite.guide_ci
    description: How to run it every night.
"""

EXAMPLES = r"""
- name: Keep the previews of the last two weeks
  tidy.spaces.spaces_folder_prune:
    region: nyc3
    space: my-space
    path: previews/
    older_than: 14d

- name: Keep the five newest builds, and every release
  tidy.spaces.spaces_folder_prune:
    region: nyc3
    space: my-space
    path: builds/
    keep_newest: 5
    exclude: ["release-*"]
    max_objects: 100000

- name: Keep the dumps of a month, and three in any case
  tidy.spaces.spaces_folder_prune:
    region: nyc3
    space: my-space
    path: backups/
    unit: objects
    include: ["**/*.dump"]
    older_than: 30d
    keep_newest: 3
  register: pruned

- name: Say what was done
  ansible.builtin.debug:
    msg: "{{ pruned.totals.objects }} objects removed, {{ pruned.folders[0].kept }} dumps kept"
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
    changed:
      description: Whether this folder was changed.
      type: bool
    removed:
      description:
        - What was removed. In check mode, what would be.
        - With O(versions=all) a current object counts as a version, not as an object.
      type: dict
      sample: {objects: 1200, versions: 0, delete_markers: 0, uploads: 1, bytes: 52428800}
    sample:
      description: The first keys that were removed, in key order.
      type: list
      elements: str
      sample: [builds/42/, builds/42/app.js]
    kept:
      description: How many of the units that the filters chose stay.
      type: int
      sample: 5
    covered_by:
      description: The same folder, if it is listed before. That entry tells what was done; the numbers here are 0.
      type: str
      returned: for a folder that O(paths) lists again
totals:
  description: The sums of RV(folders[].removed).
  type: dict
  returned: always
  sample: {objects: 1200, versions: 0, delete_markers: 0, uploads: 1, bytes: 52428800}
failures:
  description: The first keys that could not be removed. If there is one, the task has failed.
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
  description: How many keys could not be removed.
  type: int
  returned: always
  sample: 0
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.arguments import change_arguments
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.builders import prune_folders
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.results.change import describe_change
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.runner import run
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.spec import ModuleSpec

SPEC = ModuleSpec(
    options={
        **change_arguments(),
        "unit": {"type": "str", "choices": ["subfolders", "objects"], "default": "subfolders"},
        "older_than": {"type": "str"},
        "keep_newest": {"type": "int"},
        "include": {"type": "raw"},
        "exclude": {"type": "raw"},
        "max_objects": {"type": "int"},
        "versions": {"type": "str", "choices": ["current", "all"], "default": "current"},
    },
    build=prune_folders,
    describe=describe_change,
    required_one_of=[("older_than", "keep_newest")],
)


def main():
    run(AnsibleModule(supports_check_mode=True, **SPEC.specification), SPEC)


if __name__ == "__main__":
    main()
