#!/usr/bin/python
# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: spaces_folder_prune
short_description: Remove old content from folders in DigitalOcean Spaces and other S3-compatible stores
version_added: 0.1.0
description:
  - Retention for previews, builds and backups. Removes those subfolders or objects of a folder that are older than an
    age, or not among the newest, or both.
  - The module first reads the whole folder, and then removes what the rule does not keep. What is written in the
    meantime stays. With O(older_than), nothing younger than that is removed, even if its subfolder was chosen. With
    O(keep_newest) alone, nothing is removed that was written after the reading began. There is one exception. If an
    object is replaced under the same key between its second listing and its removal, the new object is removed.
  - The folder's own marker always stays. With O(unit=subfolders), the objects directly in the folder stay too.
  - With O(paths), the rule applies to each folder separately. If one listed folder is inside another one, what is in
    the inner folder belongs to the inner folder alone. The outer folder neither counts nor removes it, and it does not
    affect the age of the outer folder's subfolders. A folder that is listed twice is processed once.
  - Ages are measured by the store's clock, in whole seconds. The clock of the machine that runs the task does not
    matter. A time without a time zone is in UTC.
  - Incomplete multipart uploads stay.
  - Most tasks set O(keep_newest) or O(older_than), O(path) or O(paths), O(space), and O(region) or O(endpoint_url).
    O(unit), O(include) and O(exclude) choose what the rule applies to. A removal can be limited by O(max_objects),
    O(min_depth), O(protect) and O(if_match), and recorded by O(record).
author:
  - The tidy.spaces authors (!UNKNOWN)
options:
  unit:
    description:
      - What is kept or removed as a whole.
      - V(subfolders) means each direct subfolder. Its age is the age of its newest object.
      - V(objects) means each object below the folder, at any depth.
    type: str
    choices: [subfolders, objects]
    default: subfolders
  older_than:
    description:
      - Remove units that are older than this, such as V(14d), V(36h) or V(2w). The time units are V(s), V(m), V(h),
        V(d) and V(w).
      - At least one of O(older_than) and O(keep_newest) is required. With both, a unit is removed only if it is older
        and not among the newest.
    type: str
  keep_newest:
    description:
      - How many of the newest units to keep, among those that O(include) and O(exclude) choose. If two units have the
        same time, the one whose name sorts last counts as newer.
    type: int
  as_of:
    description:
      - With O(if_match), the RV(as_of) that the preview has returned, so that ages and ranks are those of the preview.
        Units that were written since are not counted, and stay.
    version_added: 1.0.0
    type: str
  include:
    description:
      - Glob patterns for the name of a unit, which is its key below the folder, without a slash at the end. Only units
        that match one of the patterns are counted and may be removed. By default, all units match.
      - Must be a list of strings. Anything else is refused, because an unintended pattern protects nothing. An empty
        list is refused too, because it would choose nothing.
      - V(*), V(?) and V([…]) match within one segment between slashes. The segment V(**) matches any number of
        segments.
      - With O(unit=subfolders), names contain no slash, so a pattern that needs one is refused.
      - If a pattern matches no unit of a folder, the task returns a warning.
    type: raw
  exclude:
    description:
      - Glob patterns as in O(include). Units that match one of them are neither counted nor removed.
    type: raw
  max_objects:
    description:
      - Fail before the first removal if more objects, versions and delete markers than this would be removed, in all
        folders of the task together. Check mode fails too.
    type: int
  missing_folder:
    description:
      - Decides what to do if there was nothing in a folder. V(warn) returns a warning.
        With V(error), the task fails when the other folders are done.
      - The default is V(warn), because a rule is normally written for a folder that exists.
    version_added: 1.0.0
    type: str
    choices: [ok, warn, error]
  versions:
    description:
      - What to remove in a versioned Space.
      - V(current) hides the objects behind delete markers. V(all) removes every version and delete marker of a unit
        that is removed.
      - With V(all), the current objects decide the age of a unit. A unit without current objects has the age of its
        newest version or delete marker.
    type: str
    choices: [current, all]
    default: current
extends_documentation_fragment:
  - tidy.spaces.attributes
  - tidy.spaces.change
  - tidy.spaces.connection
  - tidy.spaces.folder
  - tidy.spaces.record
  - tidy.spaces.review
seealso:
  - module: tidy.spaces.spaces_folder
  - module: tidy.spaces.spaces_folder_restore
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
    record: /var/lib/tidy/ # a directory that exists

- name: Keep the dumps of the last thirty days, and at least three
  tidy.spaces.spaces_folder_prune:
    region: nyc3
    space: my-space
    path: backups/
    unit: objects
    include: ["**/*.dump"]
    older_than: 30d
    keep_newest: 3
  register: pruned

- name: Show what was done
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
      sample: builds/
    changed:
      description: Whether this folder was changed.
      type: bool
    removed:
      description:
        - What was removed, or in check mode, what would be removed.
        - With O(versions=all), a current object counts as a version, not as an object.
      type: dict
      sample: {objects: 812, versions: 0, delete_markers: 0, uploads: 0, bytes: 41943040}
    sample:
      description: The first keys that were removed, in key order.
      type: list
      elements: str
      sample: [builds/41/, builds/41/app.js]
    subfolders:
      description:
        - What was removed in each direct subfolder, or in check mode, what would be removed. At most 100 subfolders are
          listed, those with the most bytes first. Objects directly in the folder are listed under the folder's own
          path.
      type: list
      elements: dict
      contains:
        path:
          description: The subfolder, with its trailing slash.
          type: str
          sample: builds/41/
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
    kept:
      description: How many of the units that O(include) and O(exclude) choose stay.
      type: int
      sample: 5
    units:
      description:
        - Which units the rule removes and keeps, and why. First those that it removes, then those that it keeps, each
          with the most bytes first. At most 100 units are listed, at least 50 of each if there are as many.
        - Empty if the task failed before all units were known.
      type: list
      elements: dict
      contains:
        path:
          description: The subfolder, with its trailing slash, or with O(unit=objects), the key.
          type: str
          sample: builds/41/
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
          description:
            - When its newest current object was written, in UTC. This decides the age of the unit.
          type: str
          sample: "2026-11-20T09:30:00Z"
        action:
          description: V(remove) or V(keep).
          type: str
          sample: remove
        reason:
          description:
            - V(selected) if the rule removes it. Otherwise, why it stays. V(newest) means one of the newest.
              V(younger) means too young for O(older_than). V(excluded) means that O(exclude) matches it, and
              V(not_included) that O(include) does not.
          type: str
          sample: selected
    other_units:
      description:
        - The sums of the units that are not listed. C(units) is their number, and
          C(remove) how many of them the rule removes.
      type: dict
      returned: if there are more than 100 units
      sample:
        units: 7
        remove: 5
        objects: 9
        versions: 0
        delete_markers: 0
        bytes: 512
        newest: "2026-11-20T09:30:00Z"
    covered_by:
      description: The same folder, if it was listed before. The removals are counted in that entry, and here as 0.
      type: str
      returned: if O(paths) lists the folder again
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
  sample: {objects: 812, versions: 0, delete_markers: 0, uploads: 0, bytes: 41943040}
failures:
  description: The first keys that could not be removed. The task fails if there are any.
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
  description: How many keys could not be removed.
  type: int
  returned: always
  sample: 0
record:
  description: The file that names what was removed.
  type: str
  returned: if O(record) is set and there was something to remove
  sample: /var/lib/tidy/20261124T120000Z-prune-builds.jsonl.gz
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
  description: The store's time at the preview, for O(as_of).
  type: str
  returned: in check mode, if everything was listed
  sample: '2026-11-24T12:00:00Z'
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.builders.prune import prune_folders
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.results.change import describe_change
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.runner import run
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.spec import CHANGE, RECORD, REVIEW, ModuleSpec

SPEC = ModuleSpec(
    options={
        **CHANGE,
        **RECORD,
        **REVIEW,
        "unit": {"type": "str", "choices": ["subfolders", "objects"], "default": "subfolders"},
        "older_than": {"type": "str"},
        "as_of": {"type": "str"},
        "keep_newest": {"type": "int"},
        "include": {"type": "raw"},
        "exclude": {"type": "raw"},
        "max_objects": {"type": "int"},
        "missing_folder": {"type": "str", "choices": ["ok", "warn", "error"]},
        "versions": {"type": "str", "choices": ["current", "all"], "default": "current"},
    },
    build=prune_folders,
    describe=describe_change,
    required_one_of=[("older_than", "keep_newest")],
)


def main() -> None:
    run(AnsibleModule(supports_check_mode=True, **SPEC.specification), SPEC)


if __name__ == "__main__":
    main()
