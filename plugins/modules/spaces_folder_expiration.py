#!/usr/bin/python
# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: spaces_folder_expiration
short_description: Manage the lifecycle rules that expire folders in DigitalOcean Spaces and other S3-compatible stores
version_added: 0.1.0
description:
  - Manages one lifecycle rule for a folder. The store itself then removes what has reached its age, usually once a day.
    No client lists or deletes anything, so the size of the folder does not matter.
  - Everything below the folder expires, each object by its own age. This includes the markers of the folder and its
    subfolders.
  - All other rules of the Space keep their meaning. If one of them could not be written back safely, the task fails
    before it writes.
  - S3 replaces all rules of a Space at once, and has no conditional write for them. So the module reads the rules just
    before it writes them. Afterwards it reads them again until they have stayed the same for a second, or longer if
    requests take long. If another writer has undone the change, the module writes the rules again. Several tasks may
    change rules of a Space at the same time.
  - A change that another program makes between this module's reading and its writing can be lost, unless that program
    checks its own change too. A program that takes longer between its own reading and writing than this module waits
    can undo the change.
  - Most tasks set O(state), O(days), O(path) or O(paths), O(space), and O(region) or O(endpoint_url).
    O(noncurrent_days) and O(abort_uploads_days) add old versions and incomplete uploads to the rule.
author:
  - The tidy.spaces authors (!UNKNOWN)
options:
  state:
    description:
      - Whether the folder has such a rule. V(present) makes the rule exactly what the options describe, and enables it.
      - V(absent) removes the rule, but no object. If it was the last rule of the Space, the Space's lifecycle
        configuration is removed.
    type: str
    choices: [present, absent]
    default: present
  days:
    description:
      - Objects expire this many days after they were written. In a versioned Space, they become old versions.
      - With O(state=present), at least one of O(days), O(noncurrent_days) and O(abort_uploads_days) is required. Each
        of them must be from 1 to 24,855.
    type: int
  noncurrent_days:
    description:
      - Old versions expire this many days after they were replaced or deleted. The store then also removes delete
        markers that no longer hide a version. Ceph RGW 16 keeps the last one of a folder.
    type: int
  abort_uploads_days:
    description:
      - Incomplete multipart uploads are aborted this many days after they began.
      - MinIO does not keep such rules, so the task fails there. MinIO has its own setting for stale uploads.
    type: int
  rule_id:
    description:
      - The ID of the rule, if the folder already has a rule with another ID. By default, the ID is C(tidy.spaces:)
        followed by the path. If that would be longer than 255 bytes, it is C(tidy.spaces:sha256:) followed by the
        SHA-256 digest of the path.
      - The task fails if the ID belongs to a rule for another folder, or for objects with certain tags only.
      - Cannot be used with several O(paths).
    type: str
  allow_root:
    description:
      - Allow the path V(/), which means the whole Space.
    type: bool
    default: false
extends_documentation_fragment:
  - tidy.spaces.attributes
  - tidy.spaces.connection
  - tidy.spaces.folder
seealso:
  - module: tidy.spaces.spaces_folder
  - module: tidy.spaces.spaces_folder_prune
  - ref: ansible_collections.tidy.spaces.docsite.guide_retention
    description: What a lifecycle rule can keep, and what it cannot.
  - ref: ansible_collections.tidy.spaces.docsite.guide_large_folders
    description: When a lifecycle rule helps, and how to remove what it leaves.
  - ref: ansible_collections.tidy.spaces.docsite.guide_stores
    description: Which store has lifecycle rules.
"""

EXAMPLES = r"""
- name: Expire previews after two weeks, and incomplete uploads after two days
  tidy.spaces.spaces_folder_expiration:
    region: nyc3
    space: my-space
    path: previews/
    days: 14
    abort_uploads_days: 2

- name: Keep old versions of the backups for a month
  tidy.spaces.spaces_folder_expiration:
    region: nyc3
    space: my-space
    path: backups/
    noncurrent_days: 30
  register: expiration

- name: Show the rule
  ansible.builtin.debug:
    var: expiration.folders[0].rule

- name: Stop expiring previews
  tidy.spaces.spaces_folder_expiration:
    region: nyc3
    space: my-space
    path: previews/
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
  description:
    - One entry for each folder, in the order of the task. Empty if an option was refused, or if the rules could not
      be read.
  type: list
  elements: dict
  returned: always
  contains:
    path:
      description: The folder, with its trailing slash.
      type: str
      sample: previews/
    state:
      description: The requested state.
      type: str
      sample: present
    changed:
      description: Whether the rule has a different effect than before.
      type: bool
    rule_id:
      description: The ID of the rule.
      type: str
      sample: tidy.spaces:previews/
    rule:
      description:
        - The rule as the store has it after the task, with the names of S3's C(GetBucketLifecycleConfiguration).
        - V(null) if there is no rule. In check mode, the rule as it would be.
      type: dict
      sample:
        ID: tidy.spaces:previews/
        Filter: {Prefix: previews/}
        Status: Enabled
        Expiration: {Days: 14}
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.builders.expiration import change_expiration
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.results.expiration import describe_rules
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.runner import run
from ansible_collections.tidy.spaces.plugins.module_utils._ansible.spec import ModuleSpec

SPEC = ModuleSpec(
    options={
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "days": {"type": "int"},
        "noncurrent_days": {"type": "int"},
        "abort_uploads_days": {"type": "int"},
        "rule_id": {"type": "str"},
        "allow_root": {"type": "bool", "default": False},
    },
    build=change_expiration,
    describe=describe_rules,
    without_effect={"absent": ("days", "noncurrent_days", "abort_uploads_days")},
)


def main() -> None:
    run(AnsibleModule(supports_check_mode=True, **SPEC.specification), SPEC)


if __name__ == "__main__":
    main()
