#!/usr/bin/python
# Copyright (c) 2026, the tidy.spaces authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: spaces_folder_expiration
short_description: Let DigitalOcean Spaces and other S3-compatible stores expire what is in a folder
version_added: 0.1.0
description:
  - Manages one lifecycle rule for a folder. The store itself then removes what has reached its age, usually once a day,
    with no client that lists or deletes, and at any size.
  - Everything below the folder expires, each object by its own age, the markers of the folder and its subfolders
    included.
  - All other rules of the Space keep their meaning. A rule that could not be written again safely makes the task fail
    before it writes.
  - S3 replaces all rules of a Space at once, and offers no way to write only if nobody else did. So the rules are read
    just before they are written, and read back afterwards until they have stayed the same for a second, or longer where
    requests take long. They are written again if another writer has undone the change. Several tasks may change rules
    of a Space at the same time.
  - A change that another program makes in the moment between reading and writing can be lost, unless it looks again as
    well. A program that takes longer between its own reading and writing than this module waits can undo the change.
author:
  - The tidy.spaces authors (!UNKNOWN)
options:
  state:
    description:
      - Whether the folder has such a rule. V(present) makes it just what the options say, also if it was disabled.
      - V(absent) removes the rule, and no object. With the Space's last rule goes its lifecycle configuration.
    type: str
    choices: [present, absent]
    default: present
  days:
    description:
      - Objects expire this many days after they were written. In a versioned Space they become old versions.
      - At least one of O(days), O(noncurrent_days) and O(abort_uploads_days) is required with O(state=present), each
        from 1 to 24,855.
    type: int
  noncurrent_days:
    description:
      - Old versions expire this many days after they were replaced or deleted. The store then also removes the delete
        markers that are left alone, though Ceph RGW 16 leaves the last one of a folder.
    type: int
  abort_uploads_days:
    description:
      - Incomplete multipart uploads are aborted this many days after they were begun.
      - MinIO does not keep such rules, which makes the task fail. It has a setting of its own for stale uploads.
    type: int
  rule_id:
    description:
      - The ID of the rule, for a rule that has one already. By default it is C(tidy.spaces:) and the path, or its
        SHA-256 digest if that would be too long.
      - If the ID belongs to a rule for another folder, or for objects with certain tags only, the task fails.
      - Not with several O(paths).
    type: str
  allow_root:
    description:
      - Allow V(/) as the path, meaning the whole Space.
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
    description: When a lifecycle rule helps, and how to finish what it began.
  - ref: ansible_collections.tidy.spaces.docsite.guide_stores
    description: Which store has lifecycle rules.
"""

EXAMPLES = r"""
- name: Expire previews after two weeks, and what is left of broken uploads after two days
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

- name: Let previews stay again
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
  description: The endpoint used; V(null) if the task failed before it was known.
  type: str
  returned: always
  sample: https://nyc3.digitaloceanspaces.com
folders:
  description:
    - One entry for each folder, in the order asked for. Empty if an option was refused, or if the rules could not be
      read.
  type: list
  elements: dict
  returned: always
  contains:
    path:
      description: The folder, with its trailing slash.
      type: str
      sample: previews/
    state:
      description: The state asked for.
      type: str
      sample: present
    changed:
      description: Whether the rule does something else than before.
      type: bool
    rule_id:
      description: The ID of the rule.
      type: str
      sample: tidy.spaces:previews/
    rule:
      description:
        - The rule as the store has it after the task, in the words of S3's C(GetBucketLifecycleConfiguration).
        - V(null) if there is none. In check mode, the rule as it would be.
      type: dict
      sample:
        ID: tidy.spaces:previews/
        Filter: {Prefix: previews/}
        Status: Enabled
        Expiration: {Days: 14}
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.tidy.spaces.plugins.module_utils._ansible.builders import change_expiration
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
)


def main():
    run(AnsibleModule(supports_check_mode=True, **SPEC.specification), SPEC)


if __name__ == "__main__":
    main()
