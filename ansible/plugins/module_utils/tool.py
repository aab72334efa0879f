# Copyright: the authors of capdrop
# Apache License 2.0 (see LICENSE in this collection)
"""Runs capdrop and reads its JSON. What it says for people is handed on, and never read."""
from __future__ import annotations

import json

WHERE = dict(
    lxc_path=dict(type="path"),
    state_dir=dict(type="path"),
    pve_dir=dict(type="path"),
    executable=dict(type="path", default="capdrop"),
)


class Tool:
    """capdrop, with the options that say where this node keeps things."""

    def __init__(self, module):
        self.module = module
        self.program = module.get_bin_path(module.params["executable"], required=True)
        self.where = []
        for name in ("lxc_path", "state_dir", "pve_dir"):
            if module.params[name]:
                self.where += ["--" + name.replace("_", "-"), module.params[name]]

    def call(self, words):
        """The exit status, what went to standard output, and the sentences on standard error."""
        status, out, err = self.module.run_command([self.program] + words + self.where)
        return status, out, sentence(err) or "'capdrop %s' ended with status %s and said nothing" % (words[0], status)

    def run(self, schema, words):
        """The exit status, the document (None where it wrote none), and what it says of that."""
        status, out, said = self.call(words + ["--json"])
        if not out.strip():
            return status, None, said
        try:
            document = json.loads(out)
        except ValueError:
            document = {}
        if document.get("schema") != schema:
            self.module.fail_json(
                msg="'%s %s' did not write a document '%s': is it a capdrop that this collection knows?"
                % (self.program, words[0], schema), stdout=out, stderr=said)
        return status, document, said

    def document(self, schema, words):
        """The document of a command that only looks."""
        status, document, said = self.run(schema, words)
        if document is None:
            self.module.fail_json(msg=said)
        return document


def sentence(err):
    """Sentences on standard error without the program's name before each."""
    lines = [line.removeprefix("capdrop: ") for line in err.splitlines()]
    return "\n".join(line for line in lines if line.strip())
