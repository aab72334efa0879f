package dev.capdrop.core.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.host.HostReview.HostFinding;
import dev.capdrop.core.host.HostReview.HostFinding.Level;
import dev.capdrop.core.host.HostReview.Prospect;
import dev.capdrop.core.host.HostReview.Prospect.Ability;
import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.core.snapshot.RuntimeKind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostReviewTest {
    private static final Fact<Boolean> YES = new Fact.Known<>(true);
    private static final Fact<Boolean> NO = new Fact.Known<>(false);
    private static final HostSurvey.Kernel KERNEL =
            new HostSurvey.Kernel(
                    new Fact.Known<>("6.18.0"), "amd64", new Fact.Known<>(1), new Fact.Absent<>());
    private static final HostSurvey.Rights RIGHTS =
            new HostSurvey.Rights(YES, new Fact.Known<>(CapabilitySet.upTo(40)), YES);
    private static final HostSurvey.Lxc LXC =
            new HostSurvey.Lxc("6.0.4", "/var/lib/lxc", new Fact.Known<>(2), new Fact.Known<>(1));
    private static final HostSurvey.State STATE =
            new HostSurvey.State(
                    "/var/lib/capdrop",
                    new Fact.Known<>(""),
                    new Fact.Known<>(1L << 30),
                    new Fact.Known<>(List.of()));
    private static final HostSurvey FINE =
            new HostSurvey(
                    KERNEL,
                    RIGHTS,
                    new HostSurvey.Tracing(YES, YES, YES),
                    new HostSurvey.ControlGroups(YES, new Fact.Known<>(List.of())),
                    new Fact.Known<>(new HostSurvey.AppArmor(new Fact.Known<>(30))),
                    new HostSurvey.Runtimes(
                            new Fact.Known<>(LXC),
                            new Fact.Absent<>(),
                            new TreeMap<>(
                                    Map.of(
                                            RuntimeKind.NSPAWN, new Fact.Absent<>(),
                                            RuntimeKind.INCUS, new Fact.Absent<>()))),
                    new Fact.Known<>(
                            List.of(new Quota(Quota.Kind.INOTIFY_INSTANCES, 0, 12, 128, 0))),
                    STATE);

    private static HostSurvey with(HostSurvey.Kernel kernel) {
        return new HostSurvey(
                kernel,
                FINE.rights(),
                FINE.tracing(),
                FINE.cgroups(),
                FINE.appArmor(),
                FINE.runtimes(),
                FINE.quotas(),
                FINE.state());
    }

    private static HostSurvey with(HostSurvey.Rights rights) {
        return new HostSurvey(
                FINE.kernel(),
                rights,
                FINE.tracing(),
                FINE.cgroups(),
                FINE.appArmor(),
                FINE.runtimes(),
                FINE.quotas(),
                FINE.state());
    }

    private static HostSurvey with(HostSurvey.Tracing tracing, HostSurvey.ControlGroups groups) {
        return new HostSurvey(
                FINE.kernel(),
                FINE.rights(),
                tracing,
                groups,
                FINE.appArmor(),
                FINE.runtimes(),
                FINE.quotas(),
                FINE.state());
    }

    private static HostSurvey with(
            HostSurvey.Runtimes runtimes, Fact<List<Quota>> quotas, HostSurvey.State state) {
        return new HostSurvey(
                FINE.kernel(),
                FINE.rights(),
                FINE.tracing(),
                FINE.cgroups(),
                FINE.appArmor(),
                runtimes,
                quotas,
                state);
    }

    private static Prospect of(HostSurvey survey) {
        return new Prospect(HostReview.of(survey));
    }

    private static HostFinding only(HostSurvey survey, Level level) {
        List<HostFinding> found =
                HostReview.of(survey).stream().filter(one -> one.level() == level).toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    @Test
    void aHostThatLacksNothingIsToldInEveryTopicOfAHost() {
        Prospect prospect = of(FINE);
        assertThat(prospect.impossible()).isEmpty();
        assertThat(prospect.findings())
                .allMatch(finding -> finding.level() == Level.GOOD)
                .extracting(HostFinding::topic)
                .containsExactly(
                        "permissions",
                        "kernel",
                        "tracing",
                        "ptrace",
                        "lxc",
                        "proxmox",
                        RuntimeKind.NSPAWN.prefix(),
                        RuntimeKind.INCUS.prefix(),
                        "cgroups",
                        "apparmor",
                        "quotas",
                        "state");
    }

    @Test
    void withoutRootNothingOfThisHostCanBeDone() {
        HostSurvey survey =
                with(new HostSurvey.Rights(NO, new Fact.Known<>(CapabilitySet.EMPTY), YES));
        assertThat(of(survey).impossible()).isEqualTo(Map.of("root", List.of(Ability.values())));
    }

    @Test
    void aRootThatHasLostACapabilityIsNoRoot() {
        CapabilitySet most = CapabilitySet.upTo(40).minus(CapabilitySet.of("setuid"));
        HostFinding found =
                only(with(new HostSurvey.Rights(YES, new Fact.Known<>(most), YES)), Level.LACKING);
        assertThat(found.topic()).isEqualTo("permissions");
        assertThat(found.found()).endsWith("without setuid");
        assertThat(found.stops()).isEmpty();
    }

    @Test
    void withoutSysPtraceNoContainerCanBeLookedInto() {
        CapabilitySet most = CapabilitySet.upTo(40).minus(CapabilitySet.of("sys_ptrace"));
        assertThat(of(with(new HostSurvey.Rights(YES, new Fact.Known<>(most), YES))).impossible())
                .isEqualTo(Map.of("CAP_SYS_PTRACE", List.of(Ability.values())));
    }

    @Test
    void theRootOfAContainerIsNotTheHosts() {
        HostSurvey survey =
                with(new HostSurvey.Rights(YES, new Fact.Known<>(CapabilitySet.upTo(40)), NO));
        assertThat(of(survey).impossible())
                .isEqualTo(Map.of("the host's own root", List.of(Ability.LIVE, Ability.LEARN)));
    }

    /// The first sentence says that --live is impossible, and the line about ptrace said that it
    /// works.
    @Test
    void theLineAboutPtraceSaysOfALiveStepWhatTheAnswerSays() {
        HostSurvey inside =
                with(new HostSurvey.Rights(YES, new Fact.Known<>(CapabilitySet.upTo(40)), NO));
        assertThat(ptrace(inside).means())
                .isEqualTo("'capdrop apply --live' needs the host's own root first");
        HostSurvey.State state =
                new HostSurvey.State(
                        STATE.path(),
                        new Fact.Known<>("it is no folder"),
                        STATE.free(),
                        STATE.unfinished());
        HostSurvey unwritable = with(FINE.runtimes(), FINE.quotas(), state);
        assertThat(of(unwritable).impossible().values())
                .anyMatch(abilities -> abilities.contains(Ability.LIVE));
        assertThat(ptrace(unwritable).means()).endsWith(" first").doesNotContain("works");
        CapabilitySet most = CapabilitySet.upTo(40).minus(CapabilitySet.of("sys_ptrace"));
        HostFinding lost = ptrace(with(new HostSurvey.Rights(YES, new Fact.Known<>(most), YES)));
        assertThat(lost.level()).isEqualTo(Level.LACKING);
        assertThat(lost.remedy()).as("it is root already").doesNotContain("as root");
    }

    private static HostFinding ptrace(HostSurvey survey) {
        return of(survey).findings().stream()
                .filter(finding -> finding.topic().equals("ptrace"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatLearnLacksIsNamedInTheOrderInWhichItIsMissed() {
        Fact<Boolean> unseen = new Fact.Absent<>();
        assertThat(learnNeeds(new HostSurvey.Tracing(NO, unseen, unseen)))
                .isEqualTo("tracefs at /sys/kernel/tracing");
        assertThat(learnNeeds(new HostSurvey.Tracing(YES, NO, unseen)))
                .isEqualTo("Linux 6.14 or later");
        assertThat(learnNeeds(new HostSurvey.Tracing(YES, NO, unseen, NO)))
                .isEqualTo("Linux 6.14 or later");
        assertThat(learnNeeds(new HostSurvey.Tracing(YES, YES, NO)))
                .startsWith("performance events");
    }

    @Test
    void aKprobeTakesThePlaceOfTheTracepoint() {
        Fact<Boolean> unseen = new Fact.Absent<>();
        HostSurvey.Tracing probed = new HostSurvey.Tracing(YES, NO, unseen, YES);
        assertThat(of(with(probed, FINE.cgroups())).impossible()).isEmpty();
        assertThat(HostReview.of(with(probed, FINE.cgroups())))
                .filteredOn(finding -> finding.topic().equals("tracing"))
                .extracting(HostFinding::found)
                .containsExactly(
                        "this kernel has no tracepoint capability:cap_capable, and a kprobe on"
                                + " cap_capable can take its place");
        Fact<Boolean> hidden = new Fact.Unknown<>("permission denied");
        HostSurvey survey = with(new HostSurvey.Tracing(YES, NO, unseen, hidden), FINE.cgroups());
        assertThat(only(survey, Level.UNKNOWN).found())
                .isEqualTo("a kprobe on cap_capable could not be seen: permission denied");
    }

    private static String learnNeeds(HostSurvey.Tracing tracing) {
        Map<String, List<Ability>> impossible = of(with(tracing, FINE.cgroups())).impossible();
        assertThat(impossible.values()).containsExactly(List.of(Ability.LEARN));
        return impossible.keySet().iterator().next();
    }

    @Test
    void whatIsHiddenIsNotTakenForMissing() {
        Fact<Boolean> hidden = new Fact.Unknown<>("permission denied");
        HostSurvey survey = with(new HostSurvey.Tracing(hidden, hidden, hidden), FINE.cgroups());
        assertThat(only(survey, Level.UNKNOWN).found())
                .isEqualTo(
                        "the tracepoint capability:cap_capable could not be seen: permission denied");
        assertThat(of(survey).impossible()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void yamaLetsRootTrace(int scope) {
        HostSurvey survey =
                with(
                        new HostSurvey.Kernel(
                                KERNEL.release(),
                                "amd64",
                                new Fact.Known<>(scope),
                                KERNEL.lockdown()));
        assertThat(of(survey).impossible()).isEmpty();
    }

    @Test
    void aYamaThatLetsNobodyTraceForbidsALiveStep() {
        HostSurvey survey =
                with(
                        new HostSurvey.Kernel(
                                KERNEL.release(), "amd64", new Fact.Known<>(3), KERNEL.lockdown()));
        assertThat(of(survey).impossible())
                .isEqualTo(Map.of("kernel.yama.ptrace_scope below 3", List.of(Ability.LIVE)));
    }

    @Test
    void registersThatNobodyKnowsForbidALiveStep() {
        HostSurvey survey =
                with(
                        new HostSurvey.Kernel(
                                KERNEL.release(),
                                "riscv64",
                                KERNEL.ptraceScope(),
                                KERNEL.lockdown()));
        assertThat(of(survey).impossible())
                .isEqualTo(Map.of("amd64 or aarch64", List.of(Ability.LIVE)));
    }

    @Test
    void lockdownIsToldOfWhereItIsInForce() {
        UnaryOperator<String> told =
                mode ->
                        only(
                                        with(
                                                new HostSurvey.Kernel(
                                                        KERNEL.release(),
                                                        "amd64",
                                                        KERNEL.ptraceScope(),
                                                        new Fact.Known<>(mode))),
                                        Level.NOTE)
                                .means();
        assertThat(told.apply("integrity")).contains("nothing that it forbids");
        assertThat(told.apply("confidentiality")).contains("'capdrop learn' sees none");
    }

    @Test
    void perfEventsInVersion1AreOfNoUseToLearn() {
        Map<String, List<Ability>> learn = Map.of("cgroup version 2", List.of(Ability.LEARN));
        assertThat(impossible(YES, List.of("perf_event"))).isEqualTo(learn);
        assertThat(impossible(NO, List.of("pids"))).isEqualTo(learn);
        assertThat(impossible(YES, List.of("cpu", "pids", "memory"))).isEmpty();
    }

    private static Map<String, List<Ability>> impossible(Fact<Boolean> version2, List<String> old) {
        return of(with(
                        FINE.tracing(),
                        new HostSurvey.ControlGroups(version2, new Fact.Known<>(old))))
                .impossible();
    }

    @Test
    void withoutAnyRuntimeNothingCanBeChanged() {
        HostSurvey.Runtimes none =
                new HostSurvey.Runtimes(new Fact.Absent<>(), new Fact.Absent<>(), new TreeMap<>());
        assertThat(of(with(none, FINE.quotas(), STATE)).impossible())
                .isEqualTo(
                        Map.of(
                                "a runtime: plain LXC, Proxmox VE, systemd-nspawn, Incus, LXD",
                                List.of(Ability.CHANGE, Ability.LIVE)));
    }

    @Test
    void aHostOfAnotherRuntimeDoesNotMissLxc() {
        HostSurvey.Other nspawn =
                new HostSurvey.Other("", true, new Fact.Known<>(2), new Fact.Known<>(1));
        HostSurvey survey =
                with(
                        new HostSurvey.Runtimes(
                                new Fact.Absent<>(),
                                new Fact.Absent<>(),
                                alone(RuntimeKind.NSPAWN, nspawn)),
                        FINE.quotas(),
                        STATE);
        assertThat(of(survey).impossible()).isEmpty();
        assertThat(only(survey, Level.NOTE).topic()).isEqualTo("lxc");
        assertThat(of(survey).findings())
                .extracting(HostFinding::found)
                .contains("machines: 2, of which 1 runs");
    }

    private static SortedMap<RuntimeKind, Fact<HostSurvey.Other>> alone(
            RuntimeKind kind, HostSurvey.Other other) {
        return new TreeMap<>(Map.of(kind, new Fact.Known<>(other)));
    }

    @Test
    void aHostOfIncusAloneLacksNothingAndOneThatIsNotTrustedLacksThat() {
        assertThat(incus(true).impossible()).isEmpty();
        assertThat(incus(true).findings())
                .extracting(HostFinding::found)
                .contains("version 6.0.4 at /run/i, containers: 2, of which 1 runs");
        assertThat(incus(false).impossible())
                .isEqualTo(Map.of("the trust of Incus", List.of(Ability.CHANGE, Ability.LIVE)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsSaidOfARuntimeIsSaidOfItByItsName(boolean trusted) {
        assertThat(incus(trusted).findings())
                .anySatisfy(finding -> {
                    assertThat(finding.topic()).isEqualTo("incus");
                    assertThat(finding.title()).isEqualTo("Incus");
                });
    }

    private static Prospect incus(boolean trusted) {
        HostSurvey.Other incus =
                new HostSurvey.Other(
                        "version 6.0.4 at /run/i",
                        trusted,
                        new Fact.Known<>(2),
                        new Fact.Known<>(1));
        return of(
                with(
                        new HostSurvey.Runtimes(
                                new Fact.Absent<>(),
                                new Fact.Absent<>(),
                                alone(RuntimeKind.INCUS, incus)),
                        FINE.quotas(),
                        STATE));
    }

    @Test
    void aHostWithoutContainersHasNone() {
        HostSurvey.Lxc empty =
                new HostSurvey.Lxc(
                        "6.0.4", "/var/lib/lxc", new Fact.Known<>(0), new Fact.Known<>(0));
        HostSurvey.Runtimes runtimes =
                new HostSurvey.Runtimes(
                        new Fact.Known<>(empty), new Fact.Absent<>(), new TreeMap<>());
        assertThat(of(with(runtimes, FINE.quotas(), STATE)).findings())
                .extracting(HostFinding::found)
                .contains("version 6.0.4, containers in /var/lib/lxc: none");
    }

    @Test
    void aSilentClusterFileSystemStopsEverything() {
        assertThat(
                        node(
                                new HostSurvey.Proxmox(
                                        new Fact.Unknown<>("it does not answer"), false, false, 0)))
                .isEqualTo(
                        Map.of(
                                "an answer of Proxmox VE's cluster file system",
                                List.of(Ability.values())));
    }

    @Test
    void aNodeWithoutAQuorumOrPctChangesNothing() {
        Fact<String> name = new Fact.Known<>("pve1");
        List<Ability> changes = List.of(Ability.CHANGE, Ability.LIVE);
        assertThat(node(new HostSurvey.Proxmox(name, false, true, 3)))
                .isEqualTo(Map.of("a quorum of the cluster", changes));
        assertThat(node(new HostSurvey.Proxmox(name, true, false, 3)))
                .isEqualTo(Map.of("pct", changes));
        assertThat(node(new HostSurvey.Proxmox(name, true, true, 3))).isEmpty();
    }

    private static Map<String, List<Ability>> node(HostSurvey.Proxmox node) {
        HostSurvey.Runtimes runtimes =
                new HostSurvey.Runtimes(
                        new Fact.Known<>(LXC), new Fact.Known<>(node), new TreeMap<>());
        return of(with(runtimes, FINE.quotas(), STATE)).impossible();
    }

    @Test
    void aQuotaIsAmissBeforeItIsExhausted() {
        assertThat(quota(115).level()).isEqualTo(Level.GOOD);
        assertThat(quota(116).level()).isEqualTo(Level.LACKING);
        assertThat(quota(116).remedy())
                .isEqualTo(
                        "type 'sysctl -w fs.inotify.max_user_instances=256'; to keep it, write"
                                + " 'fs.inotify.max_user_instances = 256' to"
                                + " /etc/sysctl.d/90-containers.conf");
    }

    private static HostFinding quota(long used) {
        List<Quota> quotas = List.of(new Quota(Quota.Kind.INOTIFY_INSTANCES, 0, used, 128, 0));
        return HostReview.of(with(FINE.runtimes(), new Fact.Known<>(quotas), STATE)).stream()
                .filter(one -> one.topic().equals("quotas"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void withoutAJournalNothingIsChanged() {
        HostSurvey.State state =
                new HostSurvey.State(
                        STATE.path(),
                        new Fact.Known<>("it is read-only"),
                        STATE.free(),
                        STATE.unfinished());
        assertThat(of(with(FINE.runtimes(), FINE.quotas(), state)).impossible())
                .isEqualTo(
                        Map.of(
                                "a state directory that can be written",
                                List.of(Ability.CHANGE, Ability.LIVE)));
    }

    @Test
    void aChangeThatHasNotEndedIsAmiss() {
        HostSurvey.State state =
                new HostSurvey.State(
                        STATE.path(),
                        STATE.obstacle(),
                        STATE.free(),
                        new Fact.Known<>(List.of("lxc:web")));
        assertThat(only(with(FINE.runtimes(), FINE.quotas(), state), Level.LACKING).found())
                .isEqualTo("changes that have not ended: lxc:web");
    }

    @Test
    void aFullDiskIsAmiss() {
        HostSurvey.State state =
                new HostSurvey.State(
                        STATE.path(), STATE.obstacle(), new Fact.Known<>(0L), STATE.unfinished());
        assertThat(only(with(FINE.runtimes(), FINE.quotas(), state), Level.LACKING).found())
                .isEqualTo("/var/lib/capdrop can be written, 0 MiB are free");
    }

    @Test
    void ofSeveralReasonsTheFirstIsNamed() {
        HostFinding first =
                new HostFinding("a", "a", Level.LACKING, "a", "", "", Set.of(Ability.LEARN), "x");
        HostFinding second =
                new HostFinding(
                        "b",
                        "b",
                        Level.LACKING,
                        "b",
                        "",
                        "",
                        Set.of(Ability.LEARN, Ability.LIVE),
                        "y");
        assertThat(new Prospect(List.of(first, second)).impossible())
                .isEqualTo(Map.of("x", List.of(Ability.LEARN), "y", List.of(Ability.LIVE)));
        assertThat(first.stops()).isEqualTo(Set.of(Ability.LEARN));
    }
}
