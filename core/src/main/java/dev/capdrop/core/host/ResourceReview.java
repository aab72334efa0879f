package dev.capdrop.core.host;

import dev.capdrop.core.host.HostReview.HostFinding;
import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.core.snapshot.RuntimeKind;
import module java.base;

/// Judges a host's runtimes, limits and files.
record ResourceReview(HostSurvey survey) {
    private static final double NEARLY_ALL = 0.9;
    private static final long ROOM = 16L << 20;
    private static final long MIB = 1L << 20;

    List<HostFinding> findings() {
        List<HostFinding> findings = new ArrayList<>(List.of(lxc(), proxmox()));
        survey.runtimes()
                .others()
                .forEach((kind, fact) -> findings.add(other(kind, fact).about(kind)));
        findings.add(cgroups());
        findings.add(appArmor());
        findings.addAll(quotas());
        findings.addAll(state());
        return findings;
    }

    private HostFinding lxc() {
        return switch (survey.runtimes().lxc()) {
            case Fact.Known(HostSurvey.Lxc lxc) ->
                    lxc.containers() instanceof Fact.Unknown(String why)
                            ? HostFinding.of(
                                    "lxc-containers-unknown", lxc.version(), lxc.path(), why)
                            : HostFinding.of(
                                    "lxc",
                                    lxc.version(),
                                    lxc.path(),
                                    counted(lxc.containers(), lxc.running()));
            case Fact.Absent() -> withoutLxc();
            case Fact.Unknown(String why) -> HostFinding.of("lxc-unknown", why);
        };
    }

    private HostFinding withoutLxc() {
        boolean other =
                survey.runtimes().proxmox() instanceof Fact.Known(var _)
                        || survey.runtimes().others().values().stream()
                                .anyMatch(fact -> fact instanceof Fact.Known(var _));
        return HostFinding.of(
                other ? "no-lxc" : "no-runtime", String.join(", ", RuntimeKind.titles()));
    }

    private static HostFinding other(RuntimeKind kind, Fact<HostSurvey.Other> fact) {
        return switch (fact) {
            case Fact.Absent() -> HostFinding.of("runtime", kind.absence());
            case Fact.Unknown(String why) -> HostFinding.of("runtime-unknown", why);
            case Fact.Known(HostSurvey.Other other) -> other(kind, other);
        };
    }

    private static HostFinding other(RuntimeKind kind, HostSurvey.Other other) {
        String about = other.about();
        if (!other.trusted()) {
            return HostFinding.of("runtime-distrusts", about, kind.title());
        }
        if (other.containers() instanceof Fact.Unknown(String why)) {
            String before = about.isEmpty() ? "" : about + "; ";
            return HostFinding.of("runtime-containers-unknown", before, kind.noun(), why);
        }
        String counted = kind.noun() + ": " + counted(other.containers(), other.running());
        return HostFinding.of("runtime", about.isEmpty() ? counted : about + ", " + counted);
    }

    private static String counted(Fact<Integer> all, Fact<Integer> running) {
        if (!(all instanceof Fact.Known(Integer count)) || count == 0) {
            return "none";
        }
        return running instanceof Fact.Known(Integer up)
                ? count + ", of which " + up + (up == 1 ? " runs" : " run")
                : Integer.toString(count);
    }

    private HostFinding proxmox() {
        return switch (survey.runtimes().proxmox()) {
            case Fact.Absent() -> HostFinding.of("no-node");
            case Fact.Unknown(String why) -> HostFinding.of("node-unknown", why);
            case Fact.Known(HostSurvey.Proxmox node) ->
                    switch (node.node()) {
                        case Fact.Known(String name) ->
                                HostFinding.of(
                                        !node.pct()
                                                ? "no-pct"
                                                : node.quorate() ? "node" : "no-quorum",
                                        name,
                                        node.containers());
                        case Fact.Absent() ->
                                HostFinding.of(
                                        "node-silent", "its cluster file system is not mounted");
                        case Fact.Unknown(String why) -> HostFinding.of("node-silent", why);
                    };
        };
    }

    private HostFinding cgroups() {
        HostSurvey.ControlGroups groups = survey.cgroups();
        if (groups.version2() instanceof Fact.Unknown(String why)) {
            return HostFinding.of("cgroups-unknown", "their version", why);
        }
        if (groups.old() instanceof Fact.Unknown(String why)) {
            return HostFinding.of("cgroups-unknown", "the controllers of version 1", why);
        }
        boolean version2 = groups.version2() instanceof Fact.Known(Boolean mounted) && mounted;
        List<String> old =
                groups.old() instanceof Fact.Known(List<String> names) ? names : List.of();
        if (!version2 || old.contains("perf_event")) {
            return HostFinding.of(
                    "cgroups-version-1",
                    version2 ? "perf_event is in version 1" : "version 1 alone");
        }
        return HostFinding.of(
                "cgroups",
                old.isEmpty()
                        ? "version 2"
                        : "version 2 beside version 1, which has " + String.join(" ", old));
    }

    private HostFinding appArmor() {
        return switch (survey.appArmor()) {
            case Fact.Absent() -> HostFinding.of("no-apparmor");
            case Fact.Unknown(String why) -> HostFinding.of("apparmor-unknown", why);
            case Fact.Known(HostSurvey.AppArmor(Fact<Integer> profiles)) ->
                    HostFinding.of(
                            "apparmor",
                            profiles instanceof Fact.Known(Integer count)
                                    ? ", with " + count + " profiles"
                                    : "; its profiles are for root to see");
        };
    }

    private List<HostFinding> quotas() {
        return switch (survey.quotas()) {
            case Fact.Known(List<Quota> quotas) when !quotas.isEmpty() ->
                    quotas.stream().map(ResourceReview::quota).toList();
            case Fact.Known(var _), Fact.Absent() -> List.of(HostFinding.of("no-quotas"));
            case Fact.Unknown(String why) -> List.of(HostFinding.of("quotas-unknown", why));
        };
    }

    private static HostFinding quota(Quota quota) {
        String row = quota.used() < NEARLY_ALL * quota.limit() ? "quota" : "quota-used-up";
        String noun = quota.kind().noun();
        long limit = quota.limit();
        return HostFinding.of(
                row, quota.user(), quota.used(), limit, noun, quota.raising(), quota.keeping());
    }

    private List<HostFinding> state() {
        HostSurvey.State state = survey.state();
        List<HostFinding> findings = new ArrayList<>();
        findings.add(
                switch (state.obstacle()) {
                    case Fact.Known(String obstacle) when !obstacle.isEmpty() ->
                            HostFinding.of("state-refused", obstacle);
                    case Fact.Unknown(String why) ->
                            HostFinding.of("state-unknown", state.path(), why);
                    case Fact.Known(var _), Fact.Absent() -> room(state);
                });
        if (state.unfinished() instanceof Fact.Known(List<String> targets) && !targets.isEmpty()) {
            findings.add(HostFinding.of("unfinished", String.join(", ", targets)));
        } else if (state.unfinished() instanceof Fact.Unknown(String why)
                && state.obstacle() instanceof Fact.Known(String obstacle)
                && obstacle.isEmpty()) {
            findings.add(HostFinding.of("unfinished-unknown", why));
        }
        return findings;
    }

    private static HostFinding room(HostSurvey.State state) {
        return state.free() instanceof Fact.Known(Long free)
                ? HostFinding.of(free >= ROOM ? "state-room" : "no-room", state.path(), free / MIB)
                : HostFinding.of("state", state.path());
    }
}
