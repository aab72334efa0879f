# Copyright: the authors of capdrop
# Apache License 2.0 (see LICENSE in this collection)
"""The controller's part of capdrop_snapshots: asks the module on the node, and writes what it brings into files."""
from __future__ import annotations

import base64
import os
import zlib

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    """Writes a file for each container."""

    TRANSFERS_FILES = False

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        taken = self._execute_module(module_name="capdrop.capdrop.capdrop_snapshots", task_vars=task_vars)
        containers = taken.pop("containers", None)
        result.update(taken)
        if containers is None:
            return result
        dest = self._task.args["dest"]
        folder = os.path.join(os.path.abspath(os.path.expanduser(str(dest))), safe(task_vars["inventory_hostname"]))
        files = {}
        for one in containers:
            if one["file"]:
                # a node may say what it likes, and writes nowhere else for that
                files[os.path.join(folder, safe(one["file"]))] = zlib.decompress(base64.b64decode(one["content"]))
        missing = [dict(target=one["target"], problem=one["problem"]) for one in containers if not one["file"]]
        old = [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".json")] if os.path.isdir(folder) else []
        removed = [file for file in old if file not in files]
        if not self._task.check_mode:
            try:
                write(folder, files, removed)
            except OSError as problem:
                raise AnsibleActionFail("cannot write the snapshots: %s" % problem)
        result.update(changed=bool(files or removed), files=sorted(files), missing=missing, removed=removed)
        if missing:
            result["warnings"] = result.get("warnings", []) + ["'%(target)s' %(problem)s" % one for one in missing]
        return result


def safe(name):
    """The name of a file in this very folder."""
    name = name.replace("/", "_")
    return "_" + name if name.startswith(".") else name


def write(folder, files, removed):
    os.makedirs(folder, mode=0o700, exist_ok=True)
    for file, content in files.items():
        new = file + ".new"
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb") as out:
            out.write(content)
        os.replace(new, file)
    for file in removed:
        os.remove(file)
