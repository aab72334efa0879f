package dev.capdrop.core.plan;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.explanation.UnitExplanation;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.Observation.Coverage;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.Observation.Tallies.Tally;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.rule.KnownProgram;
import dev.capdrop.core.rule.Rule.GeneralRule;
import dev.capdrop.core.rule.Rule.RecordRule;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Snapshot.Isolation;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What is known of programs and of systemd settles services that many others hang on.
class SettledRootsTest {
    private static final Instant NOW = Instant.parse("2026-05-04T10:00:00Z");
    private static final String AVAHI = "avahi-daemon.service";
    private static final String JOURNALD = "systemd-journald.service";

    private static Sketch sketch() {
        return new Sketch()
                .isolation(new Isolation(100000, false, false))
                .programs(new Programs(List.of(), true, List.of()));
    }

    /// One whole boot of each of these units: `name`, and what it used, `name chown 2`.
    private static UseHistory boot(String... units) {
        List<Tally> tallies = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (String unit : units) {
            List<String> words = List.of(unit.split(" ", -1));
            String name = words.getFirst();
            names.add(name);
            // whatever is executed makes some check
            tallies.add(tally(name, "sys_resource", Meaning.NEVER_HONOURED, 2));
            for (int i = 1; i + 1 < words.size(); i += 2) {
                tallies.add(
                        tally(
                                name,
                                words.get(i),
                                Meaning.USED,
                                Integer.parseInt(words.get(i + 1))));
            }
        }
        Coverage coverage =
                new Coverage(
                        9,
                        1,
                        0,
                        Coverage.End.TIME,
                        names,
                        CapabilitySet.EMPTY,
                        Map.of(),
                        Coverage.UnitResults.NONE);
        return UseHistory.none("it", NOW)
                .plus(new Observation(NOW, false, CapabilitySet.EMPTY, tallies, coverage, 0), NOW);
    }

    private static Tally tally(String unit, String capability, Meaning meaning, int count) {
        return new Tally(unit, Capability.of(capability).number(), meaning, count, 1, 1);
    }

    private static Forecast without(Sketch sketch, String capability, UseHistory learnt) {
        Request drop =
                new Request(Goal.NONE, CapabilitySet.of(capability), CapabilitySet.EMPTY, Set.of());
        return Planner.plan(sketch.draw().withLearnt(learnt), drop).orElseThrow().forecast();
    }

    private static List<String> open(Forecast forecast) {
        return forecast.undecided().stream().map(Undecided::unit).toList();
    }

    private static Outcome after(Forecast forecast, String unit) {
        Effect effect = forecast.effect(unit);
        return requireNonNull(effect, () -> unit + " in " + forecast.undecided()).after();
    }

    private static Dependencies triggeredBy(String... sockets) {
        return Dependencies.NONE.with(Dependency.TRIGGERED_BY, List.of(sockets));
    }

    @Test
    void aKnownProgramFailsWithoutWhatItWasSeenToUseAndEndsWithout() {
        Sketch avahi = sketch().running(AVAHI, "ExecStart=/usr/sbin/avahi-daemon");
        UseHistory used = boot(AVAHI + " chown 2 net_raw 1");
        Forecast forecast = without(avahi, "chown", used);
        assertThat(after(forecast, AVAHI)).isEqualTo(Outcome.FAILED);
        assertThat(forecast.fate(AVAHI)).contains("was seen to use chown, and its program");
        assertThat(open(without(avahi, "net_raw", used))).containsExactly(AVAHI);
        assertThat(open(without(avahi, "chown", UseHistory.none("it", NOW))))
                .containsExactly(AVAHI);
        assertThat(after(without(avahi, "chown", boot(AVAHI)), AVAHI)).isEqualTo(Outcome.ACTIVE);
    }

    /// Another program may bear its name, and one of several commands may be another.
    @Test
    void onlyTheCommandsOfItsPackageAreKnown() {
        UseHistory used = boot(AVAHI + " chown 2");
        Sketch own = sketch().running(AVAHI, "ExecStart=/usr/local/sbin/avahi-daemon");
        assertThat(open(without(own, "chown", used))).containsExactly(AVAHI);
        Sketch more =
                sketch().running(
                                AVAHI,
                                "ExecStartPre=/usr/bin/other",
                                "ExecStart=/usr/sbin/avahi-daemon");
        assertThat(open(without(more, "chown", used))).containsExactly(AVAHI);
    }

    /// The script of Debian 11 ends well as soon as its program has become a daemon.
    @Test
    void ofWhatAScriptDoesNotHearNothingIsKnown() {
        String unit = "postgrey.service";
        UseHistory used = boot(unit + " setuid 2");
        Sketch program = sketch().running(unit, "ExecStart=/usr/sbin/postgrey");
        assertThat(open(without(program, "setuid", used))).isEmpty();
        Sketch script = sketch().running(unit, "ExecStart=/etc/init.d/postgrey");
        assertThat(open(without(script, "setuid", used))).containsExactly(unit);
        Sketch heard = sketch().running("slapd.service", "ExecStart=/etc/init.d/slapd");
        assertThat(open(without(heard, "setuid", boot("slapd.service setuid 2")))).isEmpty();
    }

    @Test
    void aCommandBeforeItWhoseFailureIsPassedOverEndsNoStart() {
        String unit = "munin-node.service";
        UseHistory used = boot(unit + " chown 2");
        String[] own = {"ExecStartPre=/usr/bin/install", "ExecStart=/usr/sbin/munin-node"};
        assertThat(open(without(sketch().running(unit, own), "chown", used))).isEmpty();
        own[0] = "ExecStartPre=-/usr/bin/install";
        assertThat(open(without(sketch().running(unit, own), "chown", used))).containsExactly(unit);
    }

    @Test
    void aKnownProgramStartsWithoutWhatOnlyItsChildrenTake() {
        Sketch cron = sketch().running("cron.service", "ExecStart=/usr/sbin/cron");
        UseHistory used = boot("cron.service setuid 2 chown 1");
        assertThat(after(without(cron, "setuid", used), "cron.service")).isEqualTo(Outcome.ACTIVE);
        assertThat(open(without(cron, "chown", used))).containsExactly("cron.service");
    }

    private static KnownProgram known(String commands) {
        return requireNonNull(KnownProgram.of(KnownProgram.Fact.START, commands));
    }

    @Test
    void theRowThatDecidesIsNamed() {
        Sketch both =
                sketch().running("cron.service", "ExecStart=/usr/sbin/cron")
                        .running(AVAHI, "ExecStart=/usr/sbin/avahi-daemon");
        UseHistory used = boot("cron.service setuid 2", AVAHI + " setuid 2");
        Forecast forecast = without(both, "setuid", used);
        assertThat(requireNonNull(forecast.effect(AVAHI)).rule()).isEqualTo(known("avahi-daemon"));
        assertThat(requireNonNull(forecast.effect("cron.service")).rule()).isEqualTo(known("cron"));
    }

    /// What nobody could use is settled by no record, nor is what it may use after all.
    @Test
    void anExplanationNamesByWhichRuleAUnitGoesOnWithoutWhatItMightUse() {
        Sketch cron = sketch().running("cron.service", "ExecStart=/usr/sbin/cron");
        UnitExplanation.Drops drops =
                requireNonNull(
                                UnitExplanation.of(
                                        cron.draw()
                                                .withLearnt(boot("cron.service setuid 2 chown 1")),
                                        "cron.service",
                                        TimeLimit.NONE))
                        .drops();
        assertThat(drops.settled())
                .contains(new UnitExplanation.Settled(known("cron"), CapabilitySet.of("setuid")))
                .filteredOn(one -> one.rule().equals(RecordRule.NOT_USED))
                .singleElement()
                .satisfies(one ->
                        assertThat(one.capabilities().names())
                                .contains("setgid")
                                .doesNotContain("chown", "setuid"));
        assertThat(drops.changing())
                .filteredOn(one -> one.rule().equals(GeneralRule.MAY_USE))
                .singleElement()
                .satisfies(
                        one -> assertThat(one.capabilities()).isEqualTo(CapabilitySet.of("chown")));
        assertThat(
                        requireNonNull(
                                        UnitExplanation.of(
                                                cron.draw(), "cron.service", TimeLimit.NONE))
                                .drops()
                                .settled())
                .isEmpty();
    }

    /// systemd up to 252 asks for it where it makes a mount namespace.
    @Test
    void whatSystemdMayHaveUsedItselfIsNoUseOfTheProgram() {
        String unit = "haproxy.service";
        UseHistory used = boot(unit + " sys_chroot 1");
        Sketch plain = sketch().version("250").running(unit, "ExecStart=/usr/sbin/haproxy");
        assertThat(after(without(plain, "sys_chroot", used), unit)).isEqualTo(Outcome.FAILED);
        Sketch boxed =
                sketch().version("245")
                        .running(unit, "ExecStart=/usr/sbin/haproxy", "PrivateTmp=yes");
        assertThat(open(without(boxed, "sys_chroot", used))).containsExactly(unit);
        Sketch now =
                sketch().version("257")
                        .running(unit, "ExecStart=/usr/sbin/haproxy", "PrivateTmp=yes");
        assertThat(after(without(now, "sys_chroot", used), unit)).isEqualTo(Outcome.FAILED);
    }

    @Test
    void aOneshotThatHasWorkForItsEndOnlyExecutesNothing() {
        Sketch idle = sketch().running("homes.service", "Type=oneshot", "RemainAfterExit=yes");
        UseHistory none = UseHistory.none("it", NOW);
        assertThat(open(without(idle, "chown", none))).isEmpty();
        idle.withLines("ExecStartPost=/usr/bin/x");
        assertThat(open(without(idle, "chown", none))).containsExactly("homes.service");
    }

    @Test
    void whatSystemdTriesInVainForAnOwnNetworkIsNoUse() {
        Sketch own =
                sketch().running("reap.service", "PrivateNetwork=yes", "ExecStart=/e2scrub_all");
        assertThat(open(without(own, "net_admin", boot("reap.service net_admin 4")))).isEmpty();
        assertThat(open(without(own, "net_admin", boot("reap.service net_admin 5"))))
                .containsExactly("reap.service");
        Sketch none = sketch().running("reap.service", "ExecStart=/e2scrub_all");
        assertThat(open(without(none, "net_admin", boot("reap.service net_admin 4"))))
                .containsExactly("reap.service");
    }

    /// systemd 257 makes a user namespace to see whether the directory can be mapped.
    @Test
    void whatSystemdTriesForADirectoryIsNoUse() {
        UseHistory tried = boot("web.service setuid 2 setgid 2 sys_ptrace 1");
        Sketch web = sketch().running("web.service", "RuntimeDirectory=w", "ExecStart=/w");
        for (String capability : List.of("setuid", "setgid")) {
            assertThat(open(without(web, capability, tried))).isEmpty();
        }
        UseHistory more = boot("web.service setuid 3 setgid 2 sys_ptrace 1");
        assertThat(open(without(web, "setuid", more))).containsExactly("web.service");
        UseHistory untried = boot("web.service setuid 2 setgid 2");
        assertThat(open(without(web, "setuid", untried))).containsExactly("web.service");
        assertThat(open(without(web.version("260"), "setuid", tried)))
                .containsExactly("web.service");
        Sketch without = sketch().running("web.service", "ExecStart=/w");
        assertThat(open(without(without, "setuid", tried))).containsExactly("web.service");
    }

    /// src/core/socket.c, `socket_trigger_notify`.
    @Test
    void aSocketFailsWithTheServiceThatSystemdGivesUp() {
        Forecast forecast = without(journal("Restart=always"), "setpcap", boot("x.service"));
        assertThat(after(forecast, JOURNALD)).isEqualTo(Outcome.FAILED);
        assertThat(after(forecast, "journal.socket")).isEqualTo(Outcome.FAILED);
        // it has listened by then
        assertThat(open(forecast)).containsExactly("reader.service");
        for (String line : List.of("Restart=no", "Restart=on-abort", "RestartSec=5s")) {
            Sketch other = journal("Restart=always").withLines(line);
            assertThat(open(without(other, "setpcap", boot("x.service"))))
                    .describedAs(line)
                    .contains("journal.socket");
        }
    }

    private static Sketch journal(String restart) {
        return sketch().running("journal.socket", "ListenStream=/run/j")
                .running(
                        "reader.service",
                        Dependencies.NONE
                                .with(Dependency.REQUIRES, "journal.socket")
                                .with(Dependency.AFTER, "journal.socket"),
                        "User=reader",
                        "ExecStart=/r")
                .running(
                        JOURNALD,
                        triggeredBy("journal.socket"),
                        "CapabilityBoundingSet=CAP_CHOWN",
                        "ExecStart=/j",
                        restart);
    }

    @Test
    void theSocketOfTheBusFailsWithItsServiceWhereSomebodyConnects() {
        Sketch bus = bus("Type=notify");
        assertThat(open(without(bus, "setuid", boot("x.service")))).contains("dbus.socket");
        bus.running("login.service", "BusName=org.login", "ExecStart=/l");
        Forecast forecast = without(bus, "setuid", boot("login.service"));
        assertThat(after(forecast, "dbus.socket")).isEqualTo(Outcome.FAILED);
        assertThat(open(forecast)).containsExactly("login.service");
    }

    /// Seen on Debian 13: cups-browsed ends without the bus, of which its unit says nothing.
    @Test
    void whatTalksToTheBusHangsOnItWhateverWasWatched() {
        Sketch bus = bus("Type=notify");
        bus.running("login.service", "BusName=org.login", "ExecStart=/l");
        bus.running("silent.service", "ExecStart=/usr/sbin/silent");
        bus.running("talking.service", "ExecStart=/usr/sbin/talking").connected("talking.service");
        bus.running("printers.service", "ExecStart=/usr/sbin/cups-browsed");
        UseHistory learnt =
                boot("login.service", "silent.service", "talking.service", "printers.service");
        assertThat(open(without(bus, "setuid", learnt)))
                .containsExactlyInAnyOrder("login.service", "talking.service", "printers.service");
        assertThat(open(without(bus, "net_raw", learnt))).isEmpty();
    }

    private static Sketch bus(String line) {
        return sketch().running("dbus.socket", "ListenStream=/run/dbus/system_bus_socket")
                .running(
                        "dbus.service",
                        triggeredBy("dbus.socket"),
                        "User=messagebus",
                        "ExecStart=/usr/bin/dbus-daemon",
                        line);
    }

    /// What waits gets its turn in the pause.
    @Test
    void aServiceThatPausesBeforeItIsStartedAgainKeepsNobodyWaiting() {
        for (String line :
                List.of("RestartSec=0", "RestartMode=direct", "TimeoutStartSec=infinity")) {
            assertThat(open(without(manager(line), "setuid", boot("manager.service"))))
                    .describedAs(line)
                    .contains("network.target");
        }
        Forecast forecast = without(manager("OOMScoreAdjust=0"), "setuid", boot("manager.service"));
        assertThat(open(forecast)).contains("manager.service");
        assertThat(after(forecast, "network.target")).isEqualTo(Outcome.ACTIVE);
        Forecast unwatched =
                without(manager("OOMScoreAdjust=0"), "setuid", UseHistory.none("it", NOW));
        assertThat(open(unwatched)).contains("network.target");
    }

    private static Sketch manager(String line) {
        return bus("Type=notify")
                .running(
                        "manager.service",
                        "Type=dbus",
                        "BusName=org.manager",
                        "Restart=on-failure",
                        "ExecStart=/m",
                        line)
                .running(
                        "network.target",
                        Dependencies.NONE.with(Dependency.AFTER, "manager.service"));
    }

    @Test
    void trueAndTmpfilesDoTheSameBesideWhateverFails() {
        String tmpfiles = "systemd-tmpfiles-setup.service";
        Dependencies later = Dependencies.NONE.with(Dependency.AFTER, JOURNALD);
        UseHistory learnt = boot(JOURNALD, tmpfiles, "all.service", "talks.service");
        Sketch sketch =
                sketch().running(JOURNALD, "CapabilityBoundingSet=CAP_CHOWN", "ExecStart=/j")
                        .running(tmpfiles, later, "ExecStart=systemd-tmpfiles")
                        .running("all.service", later, "ExecStart=/bin/true")
                        .running("talks.service", later, "ExecStart=/t");
        assertThat(open(without(sketch, "setpcap", learnt))).containsExactly("talks.service");
    }

    @Test
    void whoWantsAServiceThatFailsWasWatchedOnlyBesideIt() {
        String udevd = "systemd-udevd.service";
        String settle = "systemd-udev-settle.service";
        UseHistory learnt = boot(udevd, settle, "asks.service", "alone.service");
        Sketch sketch =
                sketch().running(udevd, "CapabilityBoundingSet=CAP_CHOWN", "ExecStart=/u")
                        .running(
                                settle,
                                Dependencies.NONE.with(Dependency.WANTS, udevd),
                                "ExecStart=/usr/bin/udevadm settle")
                        .running(
                                "asks.service",
                                Dependencies.NONE.with(Dependency.WANTS, udevd),
                                "ExecStart=/usr/bin/udevadm settle")
                        .running("alone.service", "ExecStart=/a");
        assertThat(open(without(sketch, "setpcap", learnt))).containsExactly("asks.service");
    }

    @Test
    void aOneshotWithoutALimitOfStartsIsStartedAsOftenAsOneLikes() {
        Sketch limited = probe();
        UseHistory learnt = boot("login.service chown 1", "probe.service");
        assertThat(open(without(limited, "chown", learnt)))
                .containsExactlyInAnyOrder("login.service", "probe.service");
        Sketch unlimited = probe().withLines("StartLimitIntervalSec=0");
        assertThat(open(without(unlimited, "chown", learnt))).containsExactly("login.service");
    }

    private static Sketch probe() {
        return sketch().running(
                        "login.service",
                        Dependencies.NONE.with(Dependency.WANTS, "probe.service"),
                        "Restart=always",
                        "ExecStart=/l")
                .wanted("probe.service", "inactive", "dead")
                .withLines("Type=oneshot", "ExecStart=-/p");
    }
}
