package dev.capdrop.core.host;

import static dev.capdrop.core.host.HostFinding.good;
import static dev.capdrop.core.host.HostFinding.lacking;
import static dev.capdrop.core.host.HostFinding.note;
import static dev.capdrop.core.host.HostFinding.unknown;

import dev.capdrop.core.host.HostFinding.Topic;
import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.core.host.Prospect.Ability;
import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.core.snapshot.RuntimeKind;
import java.util.ArrayList;
import java.util.List;

/// Judges a host's runtimes, limits and files.
final class ResourceReview {
    /// The share of a quota above which the next container is likely to fail.
    private static final double NEARLY_ALL = 0.9;

    /// The generous size of a change in the journal and beside the configurations.
    private static final long ROOM = 16L << 20;

    private static final long MIB = 1L << 20;

    private final HostSurvey survey;

    ResourceReview(HostSurvey survey) {
        this.survey = survey;
    }

    List<HostFinding> findings() {
        List<HostFinding> findings = new ArrayList<>();
        findings.addAll(runtimes());
        findings.add(cgroups());
        findings.add(appArmor());
        findings.addAll(quotas());
        findings.addAll(state());
        return findings;
    }

    private List<HostFinding> runtimes() {
        List<HostFinding> findings = new ArrayList<>(List.of(lxc(), proxmox()));
        survey.runtimes().others().forEach((kind, fact) -> findings.add(other(kind, fact)));
        return findings;
    }

    private HostFinding lxc() {
        return switch (survey.runtimes().lxc()) {
            case Fact.Known<HostSurvey.Lxc>(HostSurvey.Lxc lxc) -> lxc(lxc);
            case Fact.Absent<HostSurvey.Lxc> _ -> withoutLxc();
            case Fact.Unknown<HostSurvey.Lxc>(String why) ->
                    unknown(
                            Topic.LXC,
                            "its version",
                            why,
                            "whether containers can be started is not known");
        };
    }

    private HostFinding withoutLxc() {
        boolean other =
                survey.runtimes().proxmox() instanceof Fact.Known<HostSurvey.Proxmox> _
                        || survey.runtimes().others().values().stream()
                                .anyMatch(fact -> fact instanceof Fact.Known<HostSurvey.Other> _);
        String found = "lxc-info is not installed";
        String means =
                "no container of plain LXC can be stopped or started, so none can be changed";
        return other
                ? note(Topic.LXC, found, means, "")
                : lacking(
                                Topic.LXC,
                                found,
                                means,
                                "install the package lxc; on a node of Proxmox VE, lxc-pve")
                        .stopping(
                                "a runtime: " + String.join(", ", RuntimeKind.titles()),
                                Ability.CHANGE,
                                Ability.LIVE);
    }

    private static HostFinding other(RuntimeKind kind, Fact<HostSurvey.Other> fact) {
        Topic topic = Topic.of(kind);
        return switch (fact) {
            case Fact.Absent<HostSurvey.Other> _ -> good(topic, kind.absence(), "");
            case Fact.Unknown<HostSurvey.Other>(String why) ->
                    unknown(
                            topic,
                            "whether it looks after containers here",
                            why,
                            "a command that means all containers of this host may not run");
            case Fact.Known<HostSurvey.Other>(HostSurvey.Other other) -> other(kind, other);
        };
    }

    private static HostFinding other(RuntimeKind kind, HostSurvey.Other other) {
        Topic topic = Topic.of(kind);
        if (!other.trusted()) {
            return lacking(
                            topic,
                            other.about() + "; it does not trust this process",
                            "it lists no container and changes none",
                            "use the socket of its administrators, not that of confined users")
                    .stopping("the trust of " + kind.title(), Ability.CHANGE, Ability.LIVE);
        }
        String about = other.about();
        return other.containers() instanceof Fact.Unknown<Integer>(String why)
                ? unknown(
                        topic,
                        (about.isEmpty() ? "" : about + "; ") + "its " + kind.noun(),
                        why,
                        "a command that means all containers of this host cannot run")
                : good(
                        topic,
                        (about.isEmpty() ? "" : about + ", ")
                                + kind.noun()
                                + ": "
                                + counted(other.containers(), other.running()),
                        "");
    }

    private static HostFinding lxc(HostSurvey.Lxc lxc) {
        String found = "version " + lxc.version() + ", containers in " + lxc.path();
        if (lxc.containers() instanceof Fact.Unknown<Integer>(String why)) {
            return unknown(
                    Topic.LXC,
                    found + "; these",
                    why,
                    "a command that means all containers of this host cannot run");
        }
        return good(Topic.LXC, found + ": " + counted(lxc.containers(), lxc.running()), "");
    }

    private static String counted(Fact<Integer> all, Fact<Integer> running) {
        if (!(all instanceof Fact.Known<Integer>(Integer count)) || count == 0) {
            return "none";
        }
        return running instanceof Fact.Known<Integer>(Integer up)
                ? count + ", of which " + up + (up == 1 ? " runs" : " run")
                : Integer.toString(count);
    }

    private HostFinding proxmox() {
        return switch (survey.runtimes().proxmox()) {
            case Fact.Absent<HostSurvey.Proxmox> _ ->
                    good(Topic.PROXMOX, "this host is no node of it", "");
            case Fact.Unknown<HostSurvey.Proxmox>(String why) ->
                    unknown(
                            Topic.PROXMOX,
                            "whether this host is a node of it",
                            why,
                            "a command that means all containers of this host may not run");
            case Fact.Known<HostSurvey.Proxmox>(HostSurvey.Proxmox node) -> proxmox(node);
        };
    }

    private static HostFinding proxmox(HostSurvey.Proxmox node) {
        return switch (node.node()) {
            case Fact.Known<String>(String name) -> proxmox(node, name);
            case Fact.Absent<String> _ -> silent("its cluster file system is not mounted");
            case Fact.Unknown<String>(String why) -> silent(why);
        };
    }

    private static HostFinding silent(String why) {
        return lacking(
                        Topic.PROXMOX,
                        why,
                        "no command that looks at containers of this host can run",
                        "run 'systemctl restart pve-cluster'")
                .stopping("an answer of Proxmox VE's cluster file system", Ability.values());
    }

    private static HostFinding proxmox(HostSurvey.Proxmox node, String name) {
        String found = "node " + name + ", " + node.containers() + " containers in its cluster";
        if (!node.pct()) {
            return lacking(
                            Topic.PROXMOX,
                            found + "; pct is not installed",
                            "none of them can be stopped or started, so none can be changed",
                            "install the package pve-container")
                    .stopping("pct", Ability.CHANGE, Ability.LIVE);
        }
        return node.quorate()
                ? good(Topic.PROXMOX, found, "")
                : lacking(
                                Topic.PROXMOX,
                                found + "; the cluster has no quorum",
                                "no configuration can be written",
                                "see 'pvecm status'")
                        .stopping("a quorum of the cluster", Ability.CHANGE, Ability.LIVE);
    }

    private HostFinding cgroups() {
        HostSurvey.ControlGroups groups = survey.cgroups();
        if (groups.version2() instanceof Fact.Unknown<Boolean>(String why)) {
            return unknown(Topic.CGROUPS, "their version", why, "");
        }
        if (groups.old() instanceof Fact.Unknown<List<String>>(String why)) {
            return unknown(Topic.CGROUPS, "the controllers of version 1", why, "");
        }
        boolean version2 =
                groups.version2() instanceof Fact.Known<Boolean>(Boolean mounted) && mounted;
        List<String> old =
                groups.old() instanceof Fact.Known<List<String>>(List<String> names)
                        ? names
                        : List.of();
        if (!version2 || old.contains("perf_event")) {
            return lacking(
                            Topic.CGROUPS,
                            version2 ? "perf_event is in version 1" : "version 1 alone",
                            "'capdrop learn' cannot tell whose a check is",
                            "boot the host with systemd.unified_cgroup_hierarchy=1")
                    .stopping("cgroup version 2", Ability.LEARN);
        }
        return good(
                Topic.CGROUPS,
                old.isEmpty()
                        ? "version 2"
                        : "version 2 beside version 1, which has " + String.join(" ", old),
                "limits of processes and memory can be read");
    }

    private HostFinding appArmor() {
        return switch (survey.appArmor()) {
            case Fact.Absent<HostSurvey.AppArmor> _ ->
                    good(Topic.APPARMOR, "it is not in force", "nothing fails because of it");
            case Fact.Unknown<HostSurvey.AppArmor>(String why) ->
                    unknown(
                            Topic.APPARMOR,
                            "whether it is in force",
                            why,
                            "a unit that it refuses something may be explained otherwise");
            case Fact.Known<HostSurvey.AppArmor>(HostSurvey.AppArmor(Fact<Integer> profiles)) ->
                    switch (profiles) {
                        case Fact.Known<Integer>(Integer count) ->
                                good(
                                        Topic.APPARMOR,
                                        "it is in force, with " + count + " profiles",
                                        "'capdrop check' knows what LXC's generated profile refuses");
                        case Fact.Unknown<Integer> _, Fact.Absent<Integer> _ ->
                                good(
                                        Topic.APPARMOR,
                                        "it is in force; its profiles are for root to see",
                                        "'capdrop check' knows what LXC's generated profile refuses");
                    };
        };
    }

    private List<HostFinding> quotas() {
        return switch (survey.quotas()) {
            case Fact.Known<List<Quota>>(List<Quota> quotas) ->
                    quotas.isEmpty()
                            ? List.of(
                                    good(
                                            Topic.QUOTAS,
                                            "this kernel shares none that can be told",
                                            ""))
                            : quotas.stream().map(ResourceReview::quota).toList();
            case Fact.Absent<List<Quota>> _ ->
                    List.of(good(Topic.QUOTAS, "this kernel shares none that can be told", ""));
            case Fact.Unknown<List<Quota>>(String why) ->
                    List.of(
                            unknown(
                                    Topic.QUOTAS,
                                    "what containers share",
                                    why,
                                    "whether the next container can start all its units is not known"));
        };
    }

    private static HostFinding quota(Quota quota) {
        String found =
                "user %d has %d of %d %s"
                        .formatted(quota.user(), quota.used(), quota.limit(), quota.kind().noun());
        return quota.used() < NEARLY_ALL * quota.limit()
                ? good(Topic.QUOTAS, found, "")
                : lacking(
                        Topic.QUOTAS,
                        found,
                        "units of the next container fail for want of them, whatever its capabilities are",
                        "type '%s'; %s".formatted(quota.raising(), quota.keeping()));
    }

    private List<HostFinding> state() {
        HostSurvey.State state = survey.state();
        List<HostFinding> findings = new ArrayList<>();
        findings.add(writable(state));
        if (state.unfinished() instanceof Fact.Known<List<String>>(List<String> targets)
                && !targets.isEmpty()) {
            findings.add(
                    lacking(
                            Topic.STATE,
                            "changes that have not ended: " + String.join(", ", targets),
                            "each is finished before the next change of its container begins",
                            "'capdrop status' says how far each came and what ends it"));
        } else if (state.unfinished() instanceof Fact.Unknown<List<String>>(String why)
                && state.obstacle() instanceof Fact.Known<String>(String obstacle)
                && obstacle.isEmpty()) {
            findings.add(
                    unknown(
                            Topic.STATE,
                            "the journal",
                            why,
                            "whether a change was left unfinished is not known"));
        }
        return findings;
    }

    private static HostFinding writable(HostSurvey.State state) {
        return switch (state.obstacle()) {
            case Fact.Known<String>(String none) when none.isEmpty() -> room(state);
            case Fact.Known<String>(String obstacle) ->
                    lacking(
                                    Topic.STATE,
                                    obstacle,
                                    "'capdrop apply' keeps a journal there before it changes anything",
                                    "put that right, or name another folder with --state-dir")
                            .stopping(
                                    "a state directory that can be written",
                                    Ability.CHANGE,
                                    Ability.LIVE);
            case Fact.Unknown<String>(String why) ->
                    unknown(
                            Topic.STATE,
                            "'" + state.path() + "'",
                            why,
                            "whether 'capdrop apply' can keep its journal is not known");
            case Fact.Absent<String> _ -> room(state);
        };
    }

    private static HostFinding room(HostSurvey.State state) {
        if (!(state.free() instanceof Fact.Known<Long>(Long free))) {
            return good(Topic.STATE, state.path() + " can be written", "");
        }
        String found = "%s can be written, %d MiB are free".formatted(state.path(), free / MIB);
        return free >= ROOM
                ? good(Topic.STATE, found, "")
                : lacking(
                        Topic.STATE,
                        found,
                        "'capdrop apply' refuses to begin what it cannot record",
                        "make room there");
    }
}
