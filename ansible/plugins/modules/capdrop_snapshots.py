#!/usr/bin/python
# Copyright: the authors of capdrop
# Apache License 2.0 (see LICENSE in this collection)
from __future__ import annotations

DOCUMENTATION = r"""
module: capdrop_snapshots
short_description: Collect what is known of all containers of a node
version_added: 0.1.0
description:
  - Runs C(capdrop snapshot --all) on the node, which only looks, and brings a file for each container to the controller, mode 0600.
  - The files of a node are in a folder of their own, O(dest) and the name of the host in the inventory. A file there whose container is gone, or could
    not be read this time, is removed, so that nothing old is taken for what is.
  - A container that could not be read is in RV(missing) and in a warning; the others are collected all the same, and the task does not fail.
  - C(capdrop check --from), C(capdrop report --from) and M(capdrop.capdrop.capdrop_report) take the files.
author:
  - The authors of capdrop
options:
  dest:
    description: The folder on the controller. It is made where it is not there.
    type: path
    required: true
  exclude:
    description: Containers to leave out, by what O(capdrop.capdrop.capdrop#module:target) takes, or by a tag of Proxmox VE.
    type: list
    elements: str
    default: []
  lxc_path:
    description: Where LXC keeps its containers, where that is not what C(lxc.conf) says.
    type: path
  state_dir:
    description: Where C(capdrop) keeps its journal, where that is not C(/var/lib/capdrop).
    type: path
  pve_dir:
    description: Where the cluster file system of Proxmox VE is mounted, where that is not C(/etc/pve).
    type: path
  executable:
    description: The program C(capdrop) on the node, by its name in PATH or by its path.
    type: path
    default: capdrop
attributes:
  action:
    support: full
    description: The files are written by the controller.
  check_mode:
    support: full
    description: The containers are read, and no file is written or removed.
  diff_mode:
    support: none
    description: A snapshot is no configuration.
  platform:
    support: full
    platforms: linux
    description: Needs root on a node with C(capdrop) and plain LXC, Proxmox VE, systemd-nspawn, Incus or LXD.
notes:
  - A snapshot holds unit names, states and conditions and the text of the configuration. Treat it as confidential.
seealso:
  - module: capdrop.capdrop.capdrop_report
"""

EXAMPLES = r"""
- name: What is known of all containers of all nodes
  capdrop.capdrop.capdrop_snapshots:
    dest: snapshots
"""

RETURN = r"""
files:
  description: The files on the controller.
  returned: success
  type: list
  elements: str
  sample: [snapshots/node1/lxc-web.json]
missing:
  description: The containers that could not be read.
  returned: success
  type: list
  elements: dict
  contains:
    target:
      description: The container.
      type: str
    problem:
      description: Why it could not be read, the sentence that C(capdrop) says.
      type: str
removed:
  description: The files of an earlier time that were removed.
  returned: success
  type: list
  elements: str
"""

import base64
import os
import tempfile
import zlib

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.capdrop.capdrop.plugins.module_utils.tool import Tool, WHERE


def main():
    module = AnsibleModule(
        argument_spec=dict(
            # read by the action, on the controller
            dest=dict(type="path", required=True),
            exclude=dict(type="list", elements="str", default=[]),
            **WHERE
        ),
        supports_check_mode=True,
    )
    folder = tempfile.mkdtemp(dir=module.tmpdir)
    words = ["snapshot", "--all", folder]
    for word in module.params["exclude"]:
        words += ["--exclude", word]
    containers = Tool(module).document("capdrop/snapshot-all/1", words)["containers"]
    for one in containers:
        if one["file"]:
            with open(one["file"], "rb") as file:
                one["content"] = base64.b64encode(zlib.compress(file.read())).decode("ascii")
            one["file"] = os.path.basename(one["file"])
    module.exit_json(changed=False, containers=containers)


if __name__ == "__main__":
    main()
