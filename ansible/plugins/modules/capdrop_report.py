#!/usr/bin/python
# Copyright: the authors of capdrop
# Apache License 2.0 (see LICENSE in this collection)
from __future__ import annotations

DOCUMENTATION = r"""
module: capdrop_report
short_description: Make one page of the snapshots of many nodes
version_added: 0.1.0
description:
  - Runs C(capdrop report --from) over the snapshots that M(capdrop.capdrop.capdrop_snapshots) has brought, and writes one HTML page that needs nothing else,
    mode 0600, in one step. Where the page was made before, it says what has changed since.
  - The page names each container by its file, and so by its node.
  - Runs where the snapshots are. Needs no root, and no containers.
author:
  - The authors of capdrop
options:
  src:
    description: The folder with the snapshots, files C(*.json) in it and in the folders in it.
    type: path
    required: true
  dest:
    description: The page. Outside O(src).
    type: path
    required: true
  compare:
    description: Whether the page says what has changed since that which O(dest) holds.
    type: bool
    default: true
  executable:
    description: The program C(capdrop), by its name in PATH or by its path.
    type: path
    default: capdrop
attributes:
  check_mode:
    support: full
    description: Nothing is written.
  diff_mode:
    support: none
    description: A page is no configuration.
  platform:
    support: full
    platforms: linux
    description: Needs C(capdrop).
seealso:
  - module: capdrop.capdrop.capdrop_snapshots
"""

EXAMPLES = r"""
- name: One page of all nodes
  capdrop.capdrop.capdrop_report:
    src: snapshots
    dest: all.html
  delegate_to: localhost
  run_once: true
"""

RETURN = r"""
dest:
  description: The page.
  returned: success
  type: str
  sample: /srv/all.html
recordings:
  description: Of how many snapshots it is.
  returned: success
  type: int
  sample: 12
findings:
  description: Whether C(capdrop) has findings (its exit status 1), or could not tell of each container (2).
  returned: success, not in check mode
  type: bool
"""

import os
import tempfile

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.capdrop.capdrop.plugins.module_utils.tool import sentence


def recordings(folder):
    found = []
    for path, folders, files in os.walk(folder):
        folders.sort()
        found += [os.path.relpath(os.path.join(path, name), folder) for name in sorted(files) if name.endswith(".json")]
    return found


def main():
    module = AnsibleModule(
        argument_spec=dict(
            src=dict(type="path", required=True),
            dest=dict(type="path", required=True),
            compare=dict(type="bool", default=True),
            executable=dict(type="path", default="capdrop"),
        ),
        supports_check_mode=True,
    )
    src, dest = os.path.abspath(module.params["src"]), os.path.abspath(module.params["dest"])
    program = module.get_bin_path(module.params["executable"], required=True)
    if not os.path.isdir(src):
        module.fail_json(msg="'%s' is no folder, expected one with snapshots" % src)
    files = recordings(src)
    if not files:
        module.fail_json(msg="'%s' holds no snapshot, expected files *.json in it or in its folders" % src)
    result = dict(changed=True, dest=dest, recordings=len(files))
    if module.check_mode:
        module.exit_json(**result)
    page = os.path.join(tempfile.mkdtemp(dir=module.tmpdir), "page.html")
    words = [program, "report", "-o", page]
    if module.params["compare"] and os.path.exists(dest):
        words += ["--previous", dest]
    status, dummy, err = module.run_command(words + ["--from"] + files, cwd=src)
    # its exit status is that of a check: 2 may be said of one container, the page written all the same
    if not os.path.exists(page):
        module.fail_json(msg=sentence(err) or "'%s report' ended with status %s and wrote nothing" % (program, status))
    module.atomic_move(page, dest)
    os.chmod(dest, 0o600)
    module.exit_json(findings=status != 0, **result)


if __name__ == "__main__":
    main()
