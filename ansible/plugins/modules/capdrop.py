#!/usr/bin/python
# Copyright: the authors of capdrop
# Apache License 2.0 (see LICENSE in this collection)
from __future__ import annotations

DOCUMENTATION = r"""
module: capdrop
short_description: Drop the capabilities of a container that are worth nothing in it, or take that back
version_added: 0.1.0
description:
  - Runs C(capdrop apply) or C(capdrop undo) for one container of the node, or for all of them. The change is planned, written, carried out with a restart
    of the container (or without, see O(live) and O(restart)), compared with what was forecast, and taken back where the container got worse.
  - Where C(capdrop) refuses, takes a change back, or cannot tell what came of it, the task fails with the sentence that C(capdrop) says.
  - A task with O(state=healthy) or O(state=inert) adds to what is dropped and gives nothing back. Only O(state=absent) does.
author:
  - The authors of capdrop
options:
  target:
    description:
      - The container, as C(capdrop) takes it, C(VMID, lxc:NAME, nspawn:NAME, incus:NAME, lxd:NAME) or C(NAME) where only one of these knows it.
      - C(incus:PROJECT/NAME) is one of another project.
      - V(all) is every container of the node, as with C(capdrop apply --all), one after the other until one gets worse; see O(exclude).
      - Exactly one of O(target) and O(profile) is needed.
    type: str
  profile:
    description:
      - A profile of Incus in place of a container, as C(NAME) or C(PROJECT/NAME). All that use it are planned for, restarted one after the other, and
        all is taken back where one of them gets worse.
    type: str
  exclude:
    description:
      - With O(target=all), containers that are left alone; on Proxmox VE also V(TAG), all with that tag.
      - With O(profile), containers that are left out of the plan and the restarts. The profile gives them the drop at their next start all the same.
    type: list
    elements: str
    default: []
  state:
    description:
      - V(healthy) drops what has to go so that no unit fails for want of a capability that the kernel honours, and every running unit still runs.
      - V(inert) drops every capability that the kernel never honours in this container, too, except where something would miss it.
      - V(absent) takes back all that C(capdrop) has changed in this container; other edits of the configuration stay.
    type: str
    choices: [healthy, inert, absent]
    default: healthy
  drop:
    description: Capabilities to drop whatever else the plan finds. Not with O(state=absent).
    type: list
    elements: str
    default: []
  keep:
    description: Capabilities to keep in any case. Not with O(state=absent).
    type: list
    elements: str
    default: []
  allow_skip:
    description: Running units of which you accept that they are lost. Not with O(state=absent).
    type: list
    elements: str
    default: []
  live:
    description:
      - Restart nothing, the running PID 1 gives the capabilities up. Not with O(state=absent), which needs a restart, nor with O(profile).
    type: bool
    default: false
  live_honoured:
    description: With O(live), give up what the kernel does honour, too.
    type: bool
    default: false
  restart:
    description:
      - Whether the container may be restarted. With V(false) the configuration is written, and the next restart brings the change into effect.
    type: bool
    default: true
  force_stop:
    description: Whether the container is killed when it does not shut down in time.
    type: bool
    default: false
  timeout:
    description:
      - How long a shutdown, a boot, and then the answers of its systemd may take each, such as V(120s) or V(5m).
    type: str
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
    description: The program C(capdrop), by its name in PATH or by its path.
    type: path
    default: capdrop
attributes:
  check_mode:
    support: full
    description: Runs C(capdrop plan) or C(capdrop status), which change nothing. A task that would be refused fails in check mode, too.
  diff_mode:
    support: full
    description: Shows the diff of the container's configuration as C(capdrop) shows it.
  platform:
    support: full
    platforms: linux
    description: Needs root on a node with C(capdrop) and plain LXC, Proxmox VE, systemd-nspawn, Incus or LXD.
notes:
  - The module reads the JSON documents that C(capdrop --json) writes (C(docs/reference/json.md) in the sources of capdrop).
  - What was done stays in the journal of C(capdrop) on the node, so that C(capdrop undo) there takes it back as O(state=absent) does.
seealso:
  - module: capdrop.capdrop.capdrop_snapshots
"""

EXAMPLES = r"""
- name: No unit of the container fails for want of a capability
  capdrop.capdrop.capdrop:
    target: lxc:web

- name: Nothing is held in vain, and nothing is restarted for it
  capdrop.capdrop.capdrop:
    target: "101"
    state: inert
    live: true
    keep: [sys_time]

- name: Nothing is held in vain by any container of the node but these
  capdrop.capdrop.capdrop:
    target: all
    exclude: [lxc:mail, "105"]
    state: inert

- name: No unit of any container that uses this profile of Incus fails for want of a capability
  capdrop.capdrop.capdrop:
    profile: base
    exclude: [incus:mail]

- name: As if capdrop had never been there
  capdrop.capdrop.capdrop:
    target: lxc:web
    state: absent
"""

RETURN = r"""
target:
  description: The container, as C(capdrop) names it; V(all); or C(profile:) and the profile.
  returned: success
  type: str
  sample: lxc:web
drop:
  description:
    - What capdrop's changes drop that should be in force now (in check mode, would be after the change).
    - With O(target=all) what this run drops from any of them (in check mode, would drop).
  returned: success
  type: list
  elements: str
  sample: [sys_module, sys_rawio]
outcome:
  description: What came of it, the sentence that C(capdrop) says.
  returned: success
  type: str
  sample: running; forecast 133 units, 133 as forecast
verdict:
  description: How the container is, compared with before, see C(docs/reference/json.md); null where nothing was restarted.
  returned: when something was changed, but for O(profile) and O(target=all)
  type: str
  sample: better
plan:
  description: The document C(capdrop/plan/1), or C(capdrop/plan-all/2).
  returned: in check mode, but for O(state=absent)
  type: dict
result:
  description: The document C(capdrop/apply/2) or C(capdrop/undo/2) of the last command that changed something, or refused to.
  returned: not in check mode
  type: dict
status:
  description: What the document C(capdrop/status/1) says of the container afterwards (in check mode, before).
  returned: success, but for O(profile) and O(target=all)
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.capdrop.capdrop.plugins.module_utils.tool import Tool, WHERE

# A change of which capdrop itself says that it has not come to its end: the next apply or undo takes it up.
UNFINISHED = ("interrupted", "unverified")

# So many changes of a profile, or rounds of changes of a host, are taken back by one task.
MOST_CHANGES = 100


def changes(status):
    """The changes that are in force or under way, for comparison."""
    return ([(one["id"], one["phase"]) for one in status["changes"]],
            sorted(one["kind"] for one in status["drifts"] if one["kind"] in UNFINISHED + ("waiting",)))


def has_something_to_undo(status):
    return bool(status["changes"]) or any(one["kind"] in UNFINISHED for one in status["drifts"])


class Run:
    """One task."""

    def __init__(self, module):
        self.module = module
        self.params = module.params
        self.tool = Tool(module)
        self.result = {"changed": False}

    def status(self):
        return self.tool.document("capdrop/status/1", ["status", self.params["target"]])["containers"][0]

    def known_status(self):
        status = self.status()
        if status["problem"]:
            self.fail(status["problem"])
        return status

    def fail(self, sentence, **more):
        self.module.fail_json(msg=sentence, **dict(self.result, **more))

    def plan_options(self):
        words = ["--goal", self.params["state"]]
        for name, option in (("drop", "--drop"), ("keep", "--keep")):
            if self.params[name]:
                words += [option, ",".join(self.params[name])]
        for unit in self.params["allow_skip"]:
            words += ["--allow-skip", unit]
        for name, option in (("live", "--live"), ("live_honoured", "--live-honoured")):
            if self.params[name]:
                words.append(option)
        return words + self.restart_options()

    def restart_options(self):
        words = [] if self.params["restart"] else ["--no-restart"]
        return words + (["--timeout", self.params["timeout"]] if self.params["timeout"] else [])

    def force(self):
        return ["--force-stop"] if self.params["force_stop"] else []

    def show(self, diff):
        if diff:
            self.result["diff"] = {"prepared": diff}

    def run(self):
        if self.params["state"] == "absent":
            self.undo()
        elif self.module.check_mode:
            self.plan()
        else:
            self.apply()
        self.module.exit_json(**self.result)

    def plan(self):
        before = self.known_status()
        plan = self.tool.document("capdrop/plan/1", ["plan", self.params["target"]] + self.plan_options())
        self.result.update(plan=plan, target=plan["target"], status=before,
                           drop=sorted(set(before["drop"]) | set(plan["drop"])))
        unfinished = [one for one in before["drifts"] if one["kind"] in UNFINISHED
                      or one["kind"] == "waiting" and (self.params["restart"] or self.params["live"])]
        if unfinished:
            self.result.update(changed=True, outcome=unfinished[0]["text"])
        elif plan["decision"] == "refuse":
            self.fail("refused: " + plan["refusal"])
        else:
            self.result["changed"] = plan["decision"] == "change" and bool(plan["diff"] or self.params["restart"])
            self.result["outcome"] = "would be changed" if self.result["changed"] else "nothing to do"
        if self.result["changed"]:
            self.show(plan["diff"])

    def apply(self):
        before = self.known_status()
        words = ["apply", self.params["target"], "--yes"] + self.plan_options() + self.force()
        status, done, said = self.tool.run("capdrop/apply/2", words)
        self.result["result"] = done
        if done is None:
            self.result["changed"] = changes(before) != changes(self.status())
            self.fail(said)
        turn = done["turns"][0]
        after = self.status() if turn["phase"] else before
        self.report(before, turn, after)
        self.show(turn.get("diff"))
        if status:
            self.fail(turn["outcome"])

    def undo(self):
        before = self.known_status()
        if not has_something_to_undo(before):
            self.result.update(target=before["target"], status=before, drop=[], outcome="nothing to take back")
            return
        if self.module.check_mode:
            self.result.update(target=before["target"], status=before, drop=[], changed=True, outcome="would be taken back")
            self.show(before["undoDiff"])
            return
        after = before
        # each undo takes one change back
        for _one in range(len(before["changes"]) + 1):
            if not has_something_to_undo(after):
                break
            words = ["undo", self.params["target"], "--yes"] + self.restart_options() + self.force()
            status, done, said = self.tool.run("capdrop/undo/2", words)
            self.result["result"] = done
            after = self.status()
            if done is None:
                self.result["changed"] = changes(before) != changes(after)
                self.fail(said)
            turn = done["turns"][0]
            self.report(before, turn, after)
            if status:
                self.fail(turn["outcome"])
        if has_something_to_undo(after):
            self.fail("changes of capdrop's are left in '%s' although they were taken back" % after["target"])
        self.show(before["undoDiff"])

    def report(self, before, turn, after):
        self.result.update(target=turn["target"], outcome=turn["outcome"], verdict=turn.get("verdict"), status=after,
                           drop=after["drop"], changed=changes(before) != changes(after))


class HostRun(Run):
    """One task for all containers of a node. What was done is told by their changes before and after."""

    def __init__(self, module):
        super().__init__(module)
        self.result.update(target="all", drop=[], outcome="nothing to do")

    def known_changes(self):
        """What capdrop has changed in the containers of this node, by target; of what is not in force it tells nothing."""
        known = self.tool.document("capdrop/status/1", ["status"])["containers"]
        return {one["target"]: one for one in known if not one["target"].startswith(("host:", "profile:"))}

    def words(self, known):
        """All but those that are excluded, and those that wait for a restart where somebody else is to do it: there is nothing more to do."""
        exclude = list(self.params["exclude"])
        if self.params["state"] != "absent" and not self.params["restart"]:
            exclude += [target for target, one in known.items() if any(drift["kind"] == "waiting" for drift in one["drifts"])]
        return ["--all"] + (["--exclude", ",".join(exclude)] if exclude else [])

    def planned(self, known, options):
        status, plan, said = self.tool.run("capdrop/plan-all/2", ["plan"] + self.words(known) + options)
        if plan is None:
            self.fail(said)
        return status, plan

    def plan(self):
        status, plan = self.planned(self.known_changes(), self.plan_options())
        self.result["plan"] = plan
        todo = [one for one in plan["planned"] if one["diff"] or self.params["restart"]]
        if todo:
            drop = {name for one in todo for name in one["drop"]}
            self.result.update(changed=True, drop=sorted(drop), outcome="would be changed: " + targets(todo))
            self.show("\n".join(one["diff"] for one in todo if one["diff"]))
        if status > 1:
            self.fail(left_out(plan["skipped"]))

    def apply(self):
        self.change("apply", ["--yes"] + self.plan_options() + self.force())

    def undo(self):
        if self.module.check_mode:
            self.would_be_undone()
            return
        # each round takes one change of every container back
        for _one in range(MOST_CHANGES):
            if not self.change("undo", ["--yes"] + self.restart_options() + self.force()):
                return
        self.fail("changes of capdrop's are left although %d rounds were taken back" % MOST_CHANGES)

    def would_be_undone(self):
        known = self.known_changes()
        meant = set(known)
        if self.params["exclude"]:
            # only capdrop knows what an excluded word means
            plan = self.planned(known, [])[1]
            meant = {one["target"] for one in plan["planned"] + plan["skipped"]} | set(plan["nothingToDo"])
        todo = [one for target, one in sorted(known.items()) if target in meant and has_something_to_undo(one)]
        if todo:
            self.result.update(changed=True, outcome="would be taken back: " + targets(todo))
            self.show("\n".join(one["undoDiff"] for one in todo if one["undoDiff"]))

    def change(self, verb, words):
        """Whether something was changed; fails where not all came to its end."""
        before = self.known_changes()
        status, done, said = self.tool.run("capdrop/%s/2" % verb, [verb] + self.words(before) + words)
        after = self.known_changes()
        changed = {target: changes(one) for target, one in before.items()} != {target: changes(one) for target, one in after.items()}
        self.result.update(result=done, changed=self.result["changed"] or changed)
        if done is None:
            self.fail(said)
        turned = [turn for turn in done["turns"] if turn["end"] == "changed"]
        if turned:
            self.result["outcome"] = "\n".join("%s: %s" % (turn["target"], turn["outcome"]) for turn in turned)
            self.result["drop"] = sorted({name for turn in turned for name in turn["drop"]} if verb == "apply" else [])
            self.show("\n".join(turn["diff"] for turn in turned if turn["diff"]))
        if status:
            others = ["%s: %s" % (turn["target"], turn["outcome"]) for turn in done["turns"]]
            skipped = (done.get("plan") or {}).get("skipped", [])
            self.fail("\n".join(others + [left_out(skipped)] * bool(skipped) + done["problems"]) or said)
        return changed


def targets(containers):
    return " ".join(one["target"] for one in containers)


def left_out(skipped):
    return "\n".join("%s: %s" % (one["target"], one["reason"]) for one in skipped)


class ProfileRun(Run):
    """One task for a profile of Incus. What was done is told by the phase of the change, of which there is none where nothing was."""

    def __init__(self, module):
        super().__init__(module)
        self.words = ["--profile", self.params["profile"]]
        if self.params["exclude"]:
            self.words += ["--exclude", ",".join(self.params["exclude"])]

    def plan(self):
        plan = self.tool.document("capdrop/plan-all/2", ["plan"] + self.words + self.plan_options())
        shared = plan["shared"]
        self.result.update(target="profile:" + shared["profile"], drop=shared["drop"], plan=plan, outcome="nothing to do")
        if shared["refused"]:
            self.fail("refused: 'capdrop plan --profile %s' says why" % self.params["profile"])
        if shared["diff"]:
            self.result.update(changed=True, outcome="would be changed")
            self.show(shared["diff"])

    def apply(self):
        words = ["apply"] + self.words + ["--yes"] + self.plan_options() + self.force()
        status, done, said = self.tool.run("capdrop/apply/2", words)
        turn = self.done(status, done, said)
        self.show(turn.get("diff") if self.result["changed"] else None)

    def undo(self):
        if self.module.check_mode:
            self.would_be_undone()
            return
        # each undo takes one change back
        for _one in range(MOST_CHANGES):
            words = ["undo"] + self.words + ["--yes"] + self.restart_options() + self.force()
            status, done, said = self.tool.run("capdrop/undo/2", words)
            if done and not status and not done["turns"][0]["phase"]:
                self.result.update(self.named(done["turns"][0]), result=done)
                self.result.setdefault("outcome", done["turns"][0]["outcome"])
                return
            self.done(status, done, said)
        self.fail("changes of capdrop's are left in the profile '%s' although %d were taken back" % (self.params["profile"], MOST_CHANGES))

    def would_be_undone(self):
        target = "profile:" + self.params["profile"].removeprefix("default/")
        all_known = self.tool.document("capdrop/status/1", ["status"])["containers"]
        found = any(has_something_to_undo(one) for one in all_known if one["target"] == target)
        self.result.update(target=target, drop=[], changed=found, outcome="would be taken back" if found else "nothing to take back")

    def done(self, status, done, said):
        self.result["result"] = done
        if done is None:
            self.fail(said)
        turn = done["turns"][0]
        changed = turn["phase"] not in (None, "rolled-back")
        self.result.update(self.named(turn), outcome=turn["outcome"], changed=self.result["changed"] or changed)
        if status:
            self.fail("\n".join([turn["outcome"]] + done["problems"]))
        return turn

    @staticmethod
    def named(turn):
        return dict(target=turn["target"], drop=turn["drop"])


def main():
    names = dict(type="list", elements="str", default=[])
    module = AnsibleModule(
        argument_spec=dict(
            target=dict(type="str"),
            profile=dict(type="str"),
            exclude=names,
            state=dict(type="str", choices=["healthy", "inert", "absent"], default="healthy"),
            drop=names,
            keep=names,
            allow_skip=names,
            live=dict(type="bool", default=False),
            live_honoured=dict(type="bool", default=False),
            restart=dict(type="bool", default=True),
            force_stop=dict(type="bool", default=False),
            timeout=dict(type="str"),
            **WHERE
        ),
        mutually_exclusive=[("target", "profile")],
        required_one_of=[("target", "profile")],
        supports_check_mode=True,
    )
    for name in ("live", "live_honoured"):
        if module.params[name] and module.params["profile"]:
            module.fail_json(msg="'%s' says nothing together with 'profile'" % name)
    everything = module.params["target"] == "all"
    if module.params["exclude"] and module.params["target"] and not everything:
        module.fail_json(msg="'exclude' says nothing together with one 'target'; it is for 'all' and for a 'profile'")
    if module.params["state"] == "absent":
        for name in ("drop", "keep", "allow_skip", "live", "live_honoured"):
            if module.params[name]:
                module.fail_json(msg="'%s' says nothing together with state 'absent', which takes all changes back" % name)
    (ProfileRun if module.params["profile"] else HostRun if everything else Run)(module).run()


if __name__ == "__main__":
    main()
