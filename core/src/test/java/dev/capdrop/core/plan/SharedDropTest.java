package dev.capdrop.core.plan;

import static dev.capdrop.core.condition.Condition.Result.FAILED;
import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;
import static dev.capdrop.core.forecast.Sketch.needs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.CapabilityState;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.SharedLines.HostConfiguration;
import dev.capdrop.core.container.SharedLines.SharedFile;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.Planner.Refusal;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.plan.SharedDrop.Member;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Programs.ProgramFile;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Isolation;
import dev.capdrop.core.snapshot.TimeLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SharedDropTest {
    private static final int LAST = 40;
    private static final CapabilitySet ALL = CapabilitySet.upTo(LAST);
    private static final CapabilitySet NONE = CapabilitySet.EMPTY;
    private static final String USERNS = "lxc.cap.drop =\nlxc.cap.keep =\nlxc.include = /u/d/\n";
    private static final String INCLUDE = "lxc.include = /u/userns.conf\n";
    private static final SharedFile FILE = SharedFile.in("/u/d");

    private final Map<String, String> files = new HashMap<>(Map.of("/u/userns.conf", USERNS));
    private final List<Member> members = new ArrayList<>();
    private final List<HostConfiguration> all = new ArrayList<>();

    /// A container whose sys-kernel-debug.mount and clock fail because of two capabilities.
    private static Sketch degraded() {
        return new Sketch()
                .wanted(
                        "sys-kernel-debug.mount",
                        "failed",
                        "failed",
                        needs("CAP_SYS_RAWIO", SUCCEEDED))
                .wanted("clock.service", "failed", "failed", needs("CAP_SYS_TIME", SUCCEEDED));
    }

    /// A container whose clock works.
    private static Sketch timekeeper() {
        return new Sketch()
                .wanted(
                        "sys-kernel-debug.mount",
                        "failed",
                        "failed",
                        needs("CAP_SYS_RAWIO", SUCCEEDED))
                .wanted("clock.service", "active", "running", needs("CAP_SYS_TIME", SUCCEEDED));
    }

    @Test
    void whatOneContainerNeedsIsLeftAloneAndThatContainerIsNamed() {
        add("lxc:a", degraded(), INCLUDE);
        add("lxc:time", timekeeper(), INCLUDE);
        add("lxc:c", degraded(), INCLUDE);

        SharedPlan plan = plan(Request.HEALTHY);

        assertThat(plan.drop()).isEqualTo(CapabilitySet.of("sys_rawio"));
        assertThat(plan.edit().after()).endsWith("\nlxc.cap.drop = sys_rawio\n");
        assertThat(plan.refused()).isFalse();
        assertThat(plan.vetoes())
                .singleElement()
                .satisfies(veto -> {
                    assertThat(veto.capability()).isEqualTo(Capability.of("sys_time"));
                    assertThat(veto.target()).isEqualTo("lxc:time");
                    assertThat(veto.loses()).containsExactly("clock.service");
                    assertThat(veto.wantedBy()).containsExactly("lxc:a", "lxc:c");
                });
        assertThat(plan.members())
                .allSatisfy(
                        one -> assertThat(one.heals()).containsExactly("sys-kernel-debug.mount"));
        assertThat(plan.restarts()).containsExactly("lxc:a", "lxc:time", "lxc:c");
        assertThat(plan.newborn()).isEmpty();
    }

    @Test
    void withoutTheOneThatNeedsItBothAreDropped() {
        add("lxc:a", degraded(), INCLUDE);
        assertThat(plan(Request.HEALTHY).drop())
                .isEqualTo(CapabilitySet.of("sys_rawio", "sys_time"));
    }

    @Test
    void anExcludedContainerHasNoSayAndItIsSaidWhatItLoses() {
        add("lxc:a", degraded(), INCLUDE);
        exclude("lxc:time", timekeeper(), INCLUDE);

        SharedPlan plan = plan(Request.HEALTHY);

        assertThat(plan.drop()).isEqualTo(CapabilitySet.of("sys_rawio", "sys_time"));
        assertThat(plan.vetoes()).isEmpty();
        assertThat(plan.members().getLast().excluded()).isTrue();
        assertThat(plan.members().getLast().drop())
                .isEqualTo(CapabilitySet.of("sys_rawio", "sys_time"));
        assertThat(plan.members().getLast().loses()).containsExactly("clock.service");
        assertThat(plan.refused()).isFalse();
    }

    @Test
    void whatIsNamedIsDroppedAndRefusedWhereItCostsAUnit() {
        add("lxc:a", degraded(), INCLUDE);
        add("lxc:time", timekeeper(), INCLUDE);
        SharedPlan plan = plan(request(Goal.HEALTHY, CapabilitySet.of("sys_time"), NONE));
        assertThat(plan.drop()).isEqualTo(CapabilitySet.of("sys_rawio", "sys_time"));
        assertThat(plan.refused()).isTrue();
        Request allowed =
                new Request(
                        Goal.HEALTHY, CapabilitySet.of("sys_time"), NONE, Set.of("clock.service"));
        assertThat(plan(allowed).refused()).isFalse();
    }

    @Test
    void ofTwoThatTogetherCostAUnitTheOneStaysThatFewerWouldDoWithout() {
        Sketch module =
                new Sketch()
                        .wanted(
                                "m.service",
                                "failed",
                                "failed",
                                needs("CAP_SYS_MODULE", SUCCEEDED));
        Sketch both =
                new Sketch()
                        .wanted("m.service", "failed", "failed", needs("CAP_SYS_MODULE", SUCCEEDED))
                        .wanted("r.mount", "failed", "failed", needs("CAP_SYS_RAWIO", SUCCEEDED));
        add("lxc:a", both, INCLUDE);
        add("lxc:b", module, INCLUDE);
        add(
                "lxc:either",
                new Sketch()
                        .wanted(
                                "either.service",
                                "active",
                                "running",
                                trigger("CAP_SYS_RAWIO"),
                                trigger("CAP_SYS_MODULE")),
                INCLUDE);
        SharedPlan plan = plan(Request.HEALTHY);
        assertThat(plan.drop()).isEqualTo(CapabilitySet.of("sys_module"));
        assertThat(plan.vetoes())
                .containsExactly(
                        new SharedPlan.Veto(
                                Capability.of("sys_rawio"),
                                "lxc:either",
                                List.of("either.service"),
                                "",
                                List.of("lxc:a")));
    }

    private static Condition.Tested trigger(String capability) {
        return new Condition.Tested(
                new Condition("Capability", true, false, capability), SUCCEEDED);
    }

    @Test
    void whatIsKeptIsNoVeto() {
        add("lxc:a", degraded(), INCLUDE);
        SharedPlan plan = plan(request(Goal.HEALTHY, NONE, CapabilitySet.of("sys_time")));
        assertThat(plan.drop()).isEqualTo(CapabilitySet.of("sys_rawio"));
        assertThat(plan.vetoes()).isEmpty();
    }

    /// Without the capability that is refused the other heals nothing, so that it stays, too.
    @Test
    void whatHealsOnlyTogetherWithWhatIsRefusedIsNotDroppedAlone() {
        add(
                "lxc:a",
                new Sketch()
                        .wanted(
                                "odd.service",
                                "failed",
                                "failed",
                                needs("|CAP_SYS_TIME", SUCCEEDED),
                                needs("|CAP_SYS_RAWIO", SUCCEEDED)),
                INCLUDE);
        add("lxc:time", timekeeper(), INCLUDE);
        SharedPlan plan = plan(Request.HEALTHY);
        assertThat(plan.drop()).isEqualTo(CapabilitySet.of("sys_rawio"));
    }

    @Test
    void aKeepBehindTheIncludeStopsEverything() {
        add("lxc:a", degraded(), INCLUDE);
        add("lxc:own", degraded(), INCLUDE + "lxc.cap.keep = kill\n");

        SharedPlan plan = plan(Request.HEALTHY);

        assertThat(plan.refused()).isTrue();
        assertThat(plan.broken())
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.configuration().owner()).isEqualTo("lxc:own");
                    assertThat(one.error().file()).isEqualTo("/c/lxc:own");
                    assertThat(one.error().line()).isEqualTo(2);
                });
        assertThat(plan.members().getLast().note())
                .isEqualTo("its configuration does not load with it");
    }

    @Test
    void aContainerThatTheFileHasBrokenSinceStopsTheNextChange() {
        add("lxc:a", degraded(), INCLUDE);
        files.put(FILE.path(), plan(Request.HEALTHY).edit().after());
        add("lxc:later", degraded(), INCLUDE + "lxc.cap.keep = kill\n");

        SharedPlan next = plan(request(Goal.NONE, CapabilitySet.of("mknod"), NONE));

        assertThat(next.refused()).isTrue();
        assertThat(next.broken())
                .singleElement()
                .satisfies(one -> assertThat(one.configuration().owner()).isEqualTo("lxc:later"));
    }

    @Test
    void aPrivilegedContainerIsNotReachedAndHasNoSay() {
        add("lxc:a", degraded(), INCLUDE);
        add("lxc:priv", timekeeper(), "lxc.tty.max = 1\n");
        add("lxc:reset", timekeeper(), INCLUDE + "lxc.cap.drop =\n");

        SharedPlan plan = plan(Request.HEALTHY);

        assertThat(plan.drop()).isEqualTo(CapabilitySet.of("sys_rawio", "sys_time"));
        assertThat(plan.members().get(1).note()).startsWith("not reached: its configuration does");
        assertThat(plan.members().get(2).note()).startsWith("not reached: /c/lxc:reset:2 empties");
        assertThat(plan.restarts()).containsExactly("lxc:a");
    }

    @Test
    void aContainerFromWhichNothingIsDroppedIsReachedAllTheSame() {
        add("lxc:well", new Sketch().running("dbus.service"), INCLUDE);
        SharedPlan plan = plan(Request.HEALTHY);
        assertThat(plan.edit().changes()).isFalse();
        assertThat(plan.members().getFirst().note()).isEqualTo("nothing more is dropped from it");
    }

    @Test
    void aContainerThatGivesTooMuchToTryIsNamedAndCanBeLeftOut() {
        add("lxc:a", degraded(), INCLUDE);
        Sketch busy = new Sketch();
        for (Capability capability : CapabilitySet.upTo(20)) {
            busy.wanted(
                    "x" + capability.number() + ".service",
                    "failed",
                    "failed",
                    needs(capability.upperName(), SUCCEEDED),
                    needs("CAP_SYS_RAWIO", SUCCEEDED));
        }
        add("lxc:busy", busy, INCLUDE);
        assertThat(drop().plan(members, Request.HEALTHY, ALL, TimeLimit.NONE))
                .isEqualTo(
                        new Planner.Refused<>(
                                new Refusal.OfMember(
                                        "lxc:busy", new Refusal.TooMuchToTry(21, 21))));
        members.removeLast();
        exclude("lxc:busy", busy, INCLUDE);
        assertThat(plan(Request.HEALTHY).drop())
                .isEqualTo(CapabilitySet.of("sys_rawio", "sys_time"));
    }

    @Test
    void whatWasNotLookedIntoIsListed() {
        add("lxc:a", degraded(), INCLUDE);
        files.put("/home/u/c", INCLUDE);
        all.add(new HostConfiguration("a copy", "/home/u/c", ConfigFormat.LXC, null));
        Member unread =
                new Member(configuration("lxc:off", INCLUDE), null, false, "it could not be read");
        members.add(unread);

        SharedPlan plan = plan(Request.HEALTHY);

        assertThat(plan.others()).containsExactly("a copy (/home/u/c)");
        assertThat(plan.members())
                .extracting(SharedPlan.MemberOutlook::running)
                .containsExactly(true, false);
        assertThat(plan.members().getLast().note()).isEqualTo("it could not be read");
        assertThat(plan.members().getLast().drop().isEmpty()).isFalse();
    }

    @Test
    void aCapabilityThatALiblxcOrAKernelDoesNotKnowIsNeverWritten() {
        add("lxc:a", degraded(), INCLUDE);
        CapabilitySet known = ALL.minus(CapabilitySet.of("sys_time"));
        assertThat(
                        drop().plan(members, Request.HEALTHY, known, TimeLimit.NONE)
                                .orElseThrow()
                                .drop())
                .isEqualTo(CapabilitySet.of("sys_rawio"));
        Request named = request(Goal.NONE, CapabilitySet.of("sys_time"), NONE);
        assertThat(drop().plan(members, named, known, TimeLimit.NONE))
                .isEqualTo(
                        new Planner.Refused<>(
                                new Refusal.UnknownNames(CapabilitySet.of("sys_time"))));
    }

    @Test
    void aContainerEngineKeepsWhatItGivesItsContainers() {
        add("lxc:plain", inspected(), INCLUDE);
        add("lxc:engine", inspected("docker"), INCLUDE);
        add("lxc:lent", inspected().isolation(new Isolation(100000, true, false)), INCLUDE);

        SharedPlan plan = plan(request(Goal.INERT, NONE, NONE));

        assertThat(plan.drop().contains(Capability.of("sys_rawio"))).isTrue();
        assertThat(plan.drop().contains(Capability.of("mknod"))).isFalse();
        assertThat(plan.vetoes())
                .extracting(
                        SharedPlan.Veto::capability, SharedPlan.Veto::target, SharedPlan.Veto::why)
                .contains(
                        tuple(
                                Capability.of("mknod"),
                                "lxc:engine",
                                "docker is installed, and starts no container without it"),
                        tuple(
                                Capability.of("mknod"),
                                "lxc:lent",
                                "features: mknod=1 has device nodes made with the capabilities of"
                                        + " the program that asks"));
    }

    /// Goal `healthy` of its own asks for none that a program would miss.
    @Test
    void whatAProgramOfOneContainerMissesIsNotDroppedFromAllForTheFailedUnitsOfAnother() {
        Sketch ailing =
                inspected().wanted("a.service", "failed", "failed", needs("CAP_SYSLOG", SUCCEEDED));
        ProgramFile vault =
                new ProgramFile(
                        "/usr/bin/vault",
                        ProgramFile.Reading.READ,
                        HexFormat.of()
                                .formatHex(
                                        FileCapabilities.of(
                                                        CapabilityState.parse("cap_syslog=ep", 40),
                                                        null)
                                                .encode()),
                        false,
                        false,
                        100000);
        add("lxc:ailing", ailing, INCLUDE);
        add(
                "lxc:vault",
                inspected().programs(new Programs(List.of(vault), true, List.of())),
                INCLUDE);

        SharedPlan plan = plan(Request.HEALTHY);

        assertThat(plan.drop().isEmpty()).isTrue();
        assertThat(plan.vetoes())
                .containsExactly(
                        new SharedPlan.Veto(
                                Capability.of("syslog"),
                                "lxc:vault",
                                List.of(),
                                "execve of /usr/bin/vault takes it: the file capabilities are"
                                        + " effective",
                                List.of("lxc:ailing")));
    }

    @Test
    void whatTheFileDropsAlreadyIsNotDroppedTwiceAndStillWaits() {
        add("lxc:a", degraded(), INCLUDE);
        SharedPlan first = plan(Request.HEALTHY);
        files.put(FILE.path(), first.edit().after());
        members.clear();
        add("lxc:a", degraded().config(INCLUDE), INCLUDE);

        SharedPlan second = plan(Request.HEALTHY);

        assertThat(second.edit().changes()).isFalse();
        assertThat(second.drop().isEmpty()).isTrue();
    }

    /// One that was healed by its own configuration.
    private static Sketch healed() {
        return new Sketch()
                .bounding(ALL.minus(CapabilitySet.of("sys_rawio")))
                .config("lxc.cap.drop = sys_rawio\n")
                .wanted(
                        "sys-kernel-debug.mount",
                        "inactive",
                        "dead",
                        needs("CAP_SYS_RAWIO", FAILED));
    }

    @Test
    void whatWasHealedOneByOneIsDroppedFromTheNextOneByTheGoalForNewOnes() {
        add("lxc:healed", healed(), INCLUDE + "lxc.cap.drop = sys_rawio\n");

        SharedPlan usual = plan(Request.HEALTHY);
        SharedPlan anew = plan(request(Goal.NEW, NONE, NONE));

        assertThat(usual.edit().changes()).isFalse();
        String own = INCLUDE + "lxc.cap.drop = mknod\n";
        add("lxc:well", new Sketch().config(own).running("a.service"), own);
        assertThat(plan(Request.HEALTHY).newborn()).isEqualTo(usual.newborn());
        members.removeLast();
        assertThat(usual.newborn())
                .containsExactly(
                        new SharedPlan.Newborn(
                                "lxc:healed", List.of(), List.of("sys-kernel-debug.mount")));
        assertThat(anew.drop()).isEqualTo(CapabilitySet.of("sys_rawio"));
        assertThat(anew.newborn())
                .containsExactly(
                        new SharedPlan.Newborn(
                                "lxc:healed", List.of("sys-kernel-debug.mount"), List.of()));
        assertThat(anew.members().getFirst().note()).isEqualTo("nothing more is dropped from it");
        assertThat(anew.restarts()).isEmpty();
    }

    @Test
    void oneThatWorksByItKeepsItForNewOnesToo() {
        add("lxc:healed", healed(), INCLUDE + "lxc.cap.drop = sys_rawio\n");
        add(
                "lxc:needs",
                new Sketch()
                        .wanted(
                                "raw.service",
                                "active",
                                "running",
                                needs("CAP_SYS_RAWIO", SUCCEEDED)),
                INCLUDE);

        SharedPlan anew = plan(request(Goal.NEW, NONE, NONE));

        assertThat(anew.drop().isEmpty()).isTrue();
        assertThat(anew.vetoes())
                .singleElement()
                .satisfies(veto -> assertThat(veto.target()).isEqualTo("lxc:needs"));
        assertThat(anew.newborn().getFirst().inVain()).containsExactly("sys-kernel-debug.mount");
    }

    @Test
    void withoutAnyContainerWhatSystemdItselfStartsInVainTellsWhatTheFirstLacks() {
        SharedPlan first = plan(request(Goal.NEW, NONE, NONE));

        assertThat(first.drop())
                .isEqualTo(CapabilitySet.of("audit_read", "sys_module", "sys_rawio"));
        assertThat(first.newborn())
                .containsExactly(
                        new SharedPlan.Newborn(
                                "",
                                List.of(
                                        "systemd-modules-load.service",
                                        "sys-kernel-config.mount",
                                        "sys-kernel-debug.mount",
                                        "systemd-journald-audit.socket"),
                                List.of()));
        SharedPlan kept = plan(request(Goal.NEW, NONE, CapabilitySet.of("sys_rawio")));
        assertThat(kept.drop()).isEqualTo(CapabilitySet.of("audit_read", "sys_module"));
        assertThat(kept.newborn().getFirst().inVain())
                .containsExactly("sys-kernel-config.mount", "sys-kernel-debug.mount");
    }

    @Test
    void whereAContainerHasASayAndCannotBeReadNobodyTellsWhatANewOneLacks() {
        members.add(new Member(configuration("lxc:disk", INCLUDE), null, false, "not mounted"));

        assertThat(drop().plan(members, request(Goal.NEW, NONE, NONE), ALL, TimeLimit.NONE))
                .isEqualTo(new Planner.Refused<>(new Refusal.NothingToTellBy()));
    }

    @Test
    void oneThatIsLeftOutOrNotReachedHasNoSayInWhatANewOneLacks() {
        members.add(new Member(configuration("lxc:disk", INCLUDE), null, true, "not mounted"));
        members.add(new Member(configuration("lxc:priv", ""), null, false, "not mounted"));
        SharedPlan plan = plan(request(Goal.NEW, NONE, NONE));
        assertThat(plan.drop().names()).containsExactly("sys_module", "sys_rawio", "audit_read");
        assertThat(plan.members())
                .extracting(one -> one.note())
                .last()
                .asString()
                .startsWith("not reached: ");
    }

    @Test
    void withoutAnyContainerTheUsualGoalTellsWhatTheFirstStartsInVain() {
        assertThat(plan(Request.HEALTHY).newborn())
                .containsExactly(
                        new SharedPlan.Newborn(
                                "",
                                List.of(),
                                List.of(
                                        "sys-kernel-config.mount",
                                        "sys-kernel-debug.mount",
                                        "systemd-journald-audit.socket",
                                        "systemd-modules-load.service")));
        files.put(FILE.path(), plan(request(Goal.NEW, NONE, NONE)).edit().after());
        assertThat(plan(Request.HEALTHY).newborn()).isEmpty();
    }

    @Test
    void aConfigurationThatDoesNotLoadByItselfIsNotLaidToTheLines() {
        add("lxc:a", degraded(), INCLUDE);
        add("lxc:odd", degraded(), INCLUDE + "lxc.cap.drop = none_such\n");
        SharedPlan plan = plan(Request.HEALTHY);
        assertThat(plan.broken()).isEmpty();
        assertThat(plan.members().getLast().note())
                .isEqualTo("its configuration does not load as it is");
    }

    @Test
    void whyNothingIsKnownOfTheUnitsOfOneIsSaid() {
        Snapshot drawn = degraded().draw();
        Snapshot blind =
                Snapshot.of(drawn.takenAt(), drawn.container(), drawn.host())
                        .with(drawn.configuration())
                        .with(drawn.init());
        members.add(new Member(configuration("lxc:a", INCLUDE), blind, false, ""));
        members.add(
                new Member(
                        configuration("lxc:b", INCLUDE),
                        blind.withProblems(List.of("its systemd does not answer")),
                        false,
                        ""));
        assertThat(plan(request(Goal.NONE, CapabilitySet.of("mknod"), NONE)).members())
                .extracting(one -> one.note())
                .containsExactly(
                        "nothing is known of its units",
                        "nothing is known of its units: its systemd does not answer");
    }

    private static Sketch inspected(String... engines) {
        return new Sketch()
                .isolation(new Isolation(100000, false, false))
                .programs(new Programs(List.of(), true, List.of(engines)));
    }

    private static Request request(Goal goal, CapabilitySet drop, CapabilitySet keep) {
        return new Request(goal, drop, keep, Set.of());
    }

    private HostConfiguration configuration(String target, String text) {
        files.put("/c/" + target, text);
        HostConfiguration configuration =
                new HostConfiguration(target, "/c/" + target, ConfigFormat.LXC, null);
        all.add(configuration);
        return configuration;
    }

    private void add(String target, Sketch sketch, String text) {
        members.add(new Member(configuration(target, text), sketch.draw(), false, ""));
    }

    private void exclude(String target, Sketch sketch, String text) {
        members.add(new Member(configuration(target, text), sketch.draw(), true, ""));
    }

    private SharedDrop drop() {
        return new SharedDrop(FILE, new Files(files), all, LAST, "node", "capdrop undo --host");
    }

    @Test
    void thePlanForAllIsGivenUpWhenItsTimeIsOver() {
        add("lxc:a", degraded(), INCLUDE);
        TimeLimit over = new TimeLimit(Duration.ofSeconds(30), () -> true);
        assertThatThrownBy(() -> drop().plan(members, Request.HEALTHY, ALL, over).orElseThrow())
                .isInstanceOf(TimeLimit.OverdueException.class);
    }

    private SharedPlan plan(Request request) {
        return drop().plan(members, request, ALL, TimeLimit.NONE).orElseThrow();
    }

    private record Files(Map<String, String> files) implements ConfigSource {
        @Override
        public @Nullable String read(String path) {
            return files.get(path);
        }

        @Override
        public @Nullable List<String> list(String directory) {
            List<String> members =
                    files.keySet().stream().filter(path -> path.startsWith(directory)).toList();
            return members.isEmpty() ? null : members;
        }
    }
}
