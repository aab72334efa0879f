package dev.capdrop.core.forecast;

import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;
import static dev.capdrop.core.forecast.Sketch.needs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.snapshot.Evidence;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Programs.ProgramFile;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What forecasts were wrong about on systems that no rule had been made for.
final class UnseenSystemsTest {
    private static final CapabilitySet ALL = CapabilitySet.upTo(40);
    private static final String SOCKET = "rbldnsd.socket";
    private static final String LIMITED = "CapabilityBoundingSet=CAP_CHOWN";

    private static Forecast without(Sketch sketch, String... dropped) {
        return Forecaster.over(sketch.draw()).forecast(ALL.minus(CapabilitySet.of(dropped)));
    }

    private static String said(Forecast forecast, String unit) {
        Effect effect = forecast.effect(unit);
        if (effect != null) {
            return effect.after().word() + (effect.status() == 0 ? "" : " " + effect.status());
        }
        return forecast.undecided().stream()
                .filter(open -> open.unit().equals(unit))
                .map(open -> open.byDrop() ? "open" : "undecided anyway")
                .findFirst()
                .orElse("nothing");
    }

    private static Dependencies requiring(String other) {
        List<String> names = List.of(other);
        return Dependencies.NONE.with(Dependency.REQUIRES, names).with(Dependency.AFTER, names);
    }

    private static Dependencies conflicting(String... others) {
        return Dependencies.NONE.with(Dependency.CONFLICTS, others);
    }

    @ParameterizedTest(name = "{0} with {1} there: {2}")
    @CsvSource({
        "ExecStart=/usr/lib/news/bin/innd,                     /usr/lib/news/bin/innbind, open",
        "ExecStart=/usr/lib/news/bin/innd;NoNewPrivileges=yes, /usr/lib/news/bin/innbind, active",
        "ExecStart=/usr/lib/news/bin/innd,                     /usr/bin/su,               active",
        "ExecStart=/usr/bin/innd,                              /usr/bin/su,               active"
    })
    void aSetUserIdHelperBesideAProgramGivesBackWhatItsUserTook(
            String lines, String helper, String expected) {
        ProgramFile file = new ProgramFile(helper, ProgramFile.Reading.READ, "", true, false, 0);
        Sketch sketch =
                new Sketch()
                        .programs(new Programs(List.of(file), false, List.of()))
                        .running("s.service", ("User=news;" + lines).split(";"));
        assertThat(said(without(sketch, "net_bind_service"), "s.service")).isEqualTo(expected);
    }

    private static Sketch nameServers(String... lines) {
        return new Sketch()
                .running("unbound.service", lines)
                .running("rbldnsd.socket", "ListenDatagram=127.0.0.2:53")
                .idle("rbldnsd.service", Dependencies.NONE.with(Dependency.TRIGGERED_BY, SOCKET));
    }

    @ParameterizedTest(name = "{0} lost: {1}")
    @CsvSource({
        "ExecStart=/usr/sbin/unbound -d,        open",
        "ExecStart=/usr/sbin/unbound -d;User=u, active",
        "ExecStart=/usr/sbin/webserver,         active"
    })
    void aSocketIsKnockedAtByWhoQueriesANameServerThatIsLost(String lines, String expected) {
        Sketch sketch = nameServers(lines.split(";"));
        assertThat(said(without(sketch, "net_raw"), SOCKET)).isEqualTo(expected);
    }

    @Test
    void aSocketOfAnotherPortOrOneThatIsServedIsNotKnockedAtByQueries() {
        Dependencies triggered = Dependencies.NONE.with(Dependency.TRIGGERED_BY, "dns.socket");
        Sketch sketch =
                nameServers("ExecStart=/usr/sbin/unbound")
                        .running("ftp.socket", "ListenStream=21")
                        .running("dns.socket", "ListenStream=53")
                        .running("dns.service", triggered, "User=u", "ExecStart=/d");
        Forecast forecast = without(sketch, "kill");
        assertThat(said(forecast, "ftp.socket")).isEqualTo("active");
        assertThat(said(forecast, "dns.socket")).isEqualTo("active");
    }

    /// Seen with acpi-fakekey.socket on Debian 12 and 13.
    @ParameterizedTest(name = "SocketMode={0}: {1}")
    @CsvSource({
        "0200, failed, not-started",
        "444,  failed, not-started",
        "0,    failed, not-started",
        "0600, active, active",
        "0622, active, active",
        "'',   active, active"
    })
    void aFifoThatIsClosedToItsOwnerTakesDacOverride(String mode, String socket, String service) {
        Sketch sketch =
                new Sketch()
                        .running("fifo.socket", "ListenFIFO=/run/fifo", "SocketMode=" + mode)
                        .running("fifo.service", requiring("fifo.socket"), "User=u");
        Forecast forecast = without(sketch, "dac_override");
        assertThat(said(forecast, "fifo.socket")).isEqualTo(socket);
        assertThat(said(forecast, "fifo.service")).isEqualTo(service);
    }

    /// Seen with curvedns and dqcache on Debian 12 and 13.
    @ParameterizedTest(name = "{0} beside one that says {1}, {2} times: {3}")
    @CsvSource({
        "/usr/sbin/curvedns, fatal: unable to bind TCP socket: address already used, 0, undecided anyway",
        "/usr/sbin/curvedns, fatal: unable to bind TCP socket: address already used, 5, undecided anyway",
        "/usr/sbin/curvedns, fatal: unable to read config,                           5, active",
        "/usr/sbin/httpd,    fatal: unable to bind TCP socket: address already used, 5, active"
    })
    void whichOfTwoThatAnswerForNamesHasTheAddressIsAnotherOneInEachBoot(
            String program, String line, int restarts, String expected) {
        Trouble trouble = new Trouble("", List.of(), List.of(), 0, 0, 0, List.of(), List.of(line));
        Sketch sketch =
                new Sketch()
                        .running("a.service", "ExecStart=" + program)
                        .wanted("dqcache.service", "failed", "failed")
                        .withLines("ExecStart=/usr/sbin/dqcache-start")
                        .exitedWith(111)
                        .restarted(restarts)
                        .evidence(new Evidence(Map.of("dqcache.service", trouble), List.of()));
        assertThat(said(without(sketch, "wake_alarm"), "a.service")).isEqualTo(expected);
    }

    /// The queue of the journal's socket holds ten messages then, and who logs waits ten seconds:
    /// nothing fails five times within ten seconds, and systemd gives nothing up.
    @Test
    void aBootWithoutTheJournalAndALongQueueMayNeverEnd() {
        String udevd = "systemd-udevd.service";
        Sketch sketch =
                new Sketch()
                        .running("systemd-journald.service", "Restart=always", LIMITED)
                        .running(udevd, "Restart=always", LIMITED)
                        .running("sysinit.target", after("systemd-journald.service", udevd))
                        .running("a.service", after("sysinit.target"), LIMITED)
                        .running("b.service", after("a.service"), "User=u");
        Forecast alone = without(sketch, "setpcap");
        assertThat(said(alone, "systemd-journald.service")).isEqualTo("failed 218");
        assertThat(said(alone, "sysinit.target")).isEqualTo("active");
        assertThat(said(alone, "a.service")).isEqualTo("failed 218");
        Forecast both = without(sketch, "setpcap", "net_admin");
        for (String unit :
                List.of("systemd-journald.service", udevd, "sysinit.target", "a.service")) {
            assertThat(said(both, unit)).as(unit).isEqualTo("open");
        }
        assertThat(said(both, "b.service")).isEqualTo("open");
        assertThat(said(without(sketch, "net_admin"), "sysinit.target")).isEqualTo("active");
    }

    @Test
    void whatFailsAtItsOwnStartIsNotEvenStartedWhenWhatItRequiresFails() {
        Sketch sketch =
                new Sketch()
                        .running("bus.service", "Type=notify")
                        .running("s.service", requiring("bus.service"), "User=u", "Group=g");
        assertThat(said(without(sketch, "setgid"), "bus.service")).isEqualTo("open");
        assertThat(said(without(sketch, "setgid"), "s.service")).isEqualTo("open");
        Sketch alone = new Sketch().running("s.service", "User=u", "Group=g");
        assertThat(said(without(alone, "setgid"), "s.service")).isEqualTo("failed 216");
    }

    @ParameterizedTest(name = "{0} without {1}: {2}")
    @CsvSource({
        "ExecCondition=/x;ExecStart=/y;User=u,             setgid,  skipped",
        "ExecCondition=/x;ExecStart=/y;ProtectClock=yes,   setpcap, skipped",
        "ExecCondition=-/x;ExecStart=/y;User=u,            setgid,  failed 216",
        "ExecCondition=+/x;ExecStart=/y;User=u,            setgid,  failed 216",
        "ExecStartPre=/x;ExecStart=/y;User=u,              setgid,  failed 216"
    })
    void whatSystemdCannotSetUpForExecConditionSkipsTheUnit(
            String lines, String dropped, String expected) {
        Sketch sketch = new Sketch().running("s.service", lines.split(";"));
        assertThat(said(without(sketch, dropped), "s.service")).isEqualTo(expected);
    }

    @Test
    void ofAServiceThatWasStartedAgainByItselfTheInstantDecides() {
        Sketch sketch = new Sketch().running("s.service", "User=u", "Restart=always").restarted(3);
        assertThat(said(without(sketch, "kill"), "s.service")).isEqualTo("undecided anyway");
        assertThat(said(without(sketch, "setgid"), "s.service")).isEqualTo("failed 216");
        Sketch steady = new Sketch().running("s.service", "User=u", "Restart=always");
        assertThat(said(without(steady, "kill"), "s.service")).isEqualTo("active");
    }

    /// keyrings(7): all containers of one id map share the quota.
    @Test
    void aKeyThatTheHostHadNoRoomForMayFindRoomInAnotherBoot() {
        Sketch sketch = new Sketch().wanted("s.service", "failed", "failed").exitedWith(237);
        assertThat(said(without(sketch, "kill"), "s.service")).isEqualTo("undecided anyway");
        Sketch namespace = new Sketch().wanted("s.service", "failed", "failed").exitedWith(226);
        assertThat(said(without(namespace, "kill"), "s.service")).isEqualTo("failed");
    }

    @Test
    void ofTwoEnabledUnitsThatConflictOneIsStartedAndFilesDoNotTellWhich() {
        Sketch sketch =
                new Sketch()
                        .fromFiles()
                        .wanted("a.service", "started", "running", conflicting("b.service"))
                        .wanted("b.service", "started", "running")
                        .wanted("c.service", "started", "running", conflicting("idle.service"))
                        .idle("idle.service", Dependencies.NONE);
        Forecast forecast = without(sketch, "kill");
        assertThat(said(forecast, "a.service")).isEqualTo("undecided anyway");
        assertThat(said(forecast, "b.service")).isEqualTo("undecided anyway");
        assertThat(said(forecast, "c.service")).isNotEqualTo("undecided anyway");
    }

    /// Seen of nohang.service and nohang-desktop.service.
    @Test
    void whichOfTwoThatNameEachOtherIsStartedEachBootDecidesAnew() {
        Sketch sketch =
                new Sketch()
                        .wanted("a.service", "active", "running", conflicting("b.service"))
                        .wanted("b.service", "inactive", "dead", conflicting("a.service"))
                        .wanted("c.service", "active", "running", conflicting("d.service"))
                        .wanted("d.service", "active", "running");
        Forecast forecast = without(sketch, "kill");
        assertThat(said(forecast, "a.service")).isEqualTo("undecided anyway");
        assertThat(said(forecast, "b.service")).isEqualTo("undecided anyway");
        assertThat(said(forecast, "c.service")).isEqualTo("active");
    }

    /// Seen of micro-httpd.socket.
    @Test
    void theSliceOfThoseWhoConnectIsThereOnceSomebodyHasConnected() {
        Sketch sketch =
                new Sketch()
                        .running("m-h.socket", "ListenStream=80", "Accept=true")
                        .running("n.socket", "ListenStream=82", "Accept=true")
                        .running("l.socket", "ListenStream=/run/l", "Accept=true")
                        .running("v.socket", "ListenStream=vsock::22", "Accept=true")
                        .running("s.socket", "ListenStream=81")
                        .loaded("system-m\\x2dh.slice", "active", "active", Dependencies.NONE)
                        .loaded("system-s.slice", "active", "active", Dependencies.NONE);
        Forecast forecast = without(sketch, "kill");
        assertThat(said(forecast, "system-m\\x2dh.slice")).isEqualTo("undecided anyway");
        assertThat(said(forecast, "system-n.slice")).isEqualTo("undecided anyway");
        assertThat(said(forecast, "system-l.slice")).isEqualTo("nothing");
        assertThat(said(forecast, "system-v.slice")).isEqualTo("nothing");
        assertThat(said(forecast, "system-s.slice")).isNotEqualTo("undecided anyway");
    }

    /// Seen of iwatch.service, whose program asks for the name of the host by su(1) as nobody.
    @Test
    void aUserManagerIsThereOnceSomebodyLogsInAndFailsWithoutWhatHandsItsGroupOver() {
        Sketch sketch = new Sketch().running("systemd-logind.service");
        for (String taken : List.of("chown", "fowner")) {
            assertThat(said(without(sketch, taken), "user@.service")).isEqualTo("undecided anyway");
        }
        Sketch loggedIn = new Sketch().running("systemd-logind.service").running("user@7.service");
        assertThat(said(without(loggedIn, "chown"), "user@.service")).isEqualTo("open");
        assertThat(said(without(sketch, "kill"), "user@.service")).isEqualTo("nothing");
        assertThat(said(without(new Sketch().running("a.service"), "chown"), "user@.service"))
                .isEqualTo("nothing");
    }

    private static Sketch listening(boolean pulledIn, boolean knocked, String... more) {
        Dependencies links = Sketch.triggeredBy("s.socket");
        Sketch sketch = new Sketch().running("s.socket", "ListenStream=4000");
        if (pulledIn) {
            sketch.wanted(
                    "s.service", "active", "running", links, needs("CAP_SYS_TIME", SUCCEEDED));
        } else if (knocked) {
            sketch.loaded(
                    "s.service", "active", "running", links, needs("CAP_SYS_TIME", SUCCEEDED));
        } else {
            sketch.idle("s.service", links, needs("CAP_SYS_TIME", SUCCEEDED));
        }
        return sketch.running("other.socket", more);
    }

    @Test
    void aSocketWhoseServiceIsSkippedFailsWhenSomebodyKnocksAsInTheBootThatWasSeen() {
        assertThat(said(without(listening(false, true), "sys_time"), "s.socket")).isEqualTo("open");
        assertThat(said(without(listening(false, false), "sys_time"), "s.socket"))
                .isEqualTo("active");
        assertThat(said(without(listening(true, false), "sys_time"), "s.socket"))
                .isEqualTo("active");
        assertThat(said(without(listening(false, true), "sys_boot"), "s.socket"))
                .isEqualTo("active");
    }

    @Test
    void whoKnocksAtAPortThatIsLostMayComeToAnotherListenerOfIt() {
        String[] lost = {"ListenStream=[::1]:4000"};
        Sketch sketch = listening(true, false, lost);
        assertThat(said(without(sketch, "sys_time", "net_admin"), "s.socket")).isEqualTo("open");
        assertThat(said(without(sketch, "sys_time"), "s.socket")).isEqualTo("active");
        sketch.rivals("other.socket", "third.socket");
        Forecast open = without(sketch, "sys_time");
        assertThat(said(open, "other.socket")).isEqualTo("undecided anyway");
        assertThat(said(open, "s.socket")).isEqualTo("active");
    }

    private static Dependencies links(
            List<String> requires, List<String> bindsTo, List<String> after) {
        return Dependencies.NONE
                .with(Dependency.REQUIRES, requires)
                .with(Dependency.BINDS_TO, bindsTo)
                .with(Dependency.AFTER, after);
    }

    /// The child's set-up fails after the start has succeeded, and what is bound to it is stopped.
    @Test
    void whatIsBoundToASimpleServiceThatFailsIsStoppedAgainOrNotEvenStarted() {
        List<String> other = List.of("router.service");
        Dependencies bound = links(other, other, other);
        Sketch simple = new Sketch().running("router.service", "ExecStart=/x", "User=u", "Group=g");
        simple.wanted("s.service", "active", "exited", bound);
        assertThat(said(without(simple, "setgid"), "router.service")).isEqualTo("failed 216");
        assertThat(said(without(simple, "setgid"), "s.service")).isEqualTo("open");
        Sketch ready =
                new Sketch()
                        .running("router.service", "ExecStart=/x", "User=u", "Type=notify")
                        .wanted("s.service", "active", "exited", bound);
        assertThat(said(without(ready, "setgid"), "s.service")).isEqualTo("not-started");
    }

    @Test
    void whatRequiresASimpleServiceThatFailsIsStartedAllTheSame() {
        List<String> other = List.of("router.service");
        Dependencies requiring = links(other, List.of(), other);
        Sketch simple =
                new Sketch()
                        .running("router.service", "ExecStart=/x", "User=u", "Group=g")
                        .wanted("s.service", "active", "running", requiring);
        assertThat(said(without(simple, "setgid"), "s.service")).isEqualTo("open");
        Sketch prepared =
                new Sketch()
                        .running("router.service", "ExecStartPre=/y", "ExecStart=/x", "User=u")
                        .wanted("s.service", "active", "running", requiring);
        assertThat(said(without(prepared, "setgid"), "s.service")).isEqualTo("not-started");
    }

    /// It listens nowhere once it has ended, and a start of it that asks at 127.0.0.1 none has
    /// shown.
    @Test
    void aOneshotDoesNotMissTheLoopbackInterface() {
        String[] lines = {"User=u", "ExecStart=/x"};
        Sketch sketch = new Sketch().running("a.service", lines).running("b.service", lines);
        sketch.withLines("Type=oneshot");
        Forecast forecast = without(sketch, "net_admin");
        assertThat(said(forecast, "a.service")).isEqualTo("open");
        assertThat(said(forecast, "b.service")).isEqualTo("active");
    }

    /// Seen in each boot of Debian 12, 13 and testing without setpcap.
    @Test
    void theJournalIsNotFlushedWhereJournaldFailsAtEachStart() {
        String journald = "systemd-journald.service";
        Sketch sketch =
                new Sketch()
                        .running(journald, "Restart=always", LIMITED)
                        .running(
                                "systemd-journal-flush.service",
                                after(journald),
                                "Type=oneshot",
                                "ExecStart=journalctl --flush");
        assertThat(said(without(sketch, "setpcap"), "systemd-journal-flush.service"))
                .isEqualTo("failed");
        assertThat(said(without(sketch, "net_raw"), "systemd-journal-flush.service"))
                .isEqualTo("active");
    }

    @Test
    void aDaemonThatEndedByItselfMayEndOtherwiseInAnotherBoot() {
        Sketch daemon = new Sketch().wanted("s.service", "inactive", "dead");
        daemon.withLines("ExecStart=/x", "Type=forking");
        assertThat(said(without(daemon, "sys_time"), "s.service")).isEqualTo("undecided anyway");
        Forecast missing = without(daemon, "net_bind_service");
        assertThat(said(missing, "s.service")).isEqualTo("undecided anyway");
        assertThat(missing.undecided().getFirst().isTouchedByDrop()).isTrue();
        Sketch oneshot = new Sketch().wanted("s.service", "inactive", "dead");
        oneshot.withLines("ExecStart=-/x", "Type=oneshot");
        assertThat(said(without(oneshot, "sys_time"), "s.service")).isEqualTo("inactive");
    }

    @Test
    void ofUnitsThatAreOrderedInACircleSystemdLeavesOneOut() {
        Sketch sketch =
                new Sketch()
                        .wanted("a.target", "active", "active", after("b.service"))
                        .wanted("b.service", "active", "running", after("c.service"))
                        .wanted("c.service", "active", "running", after("a.target"))
                        .wanted("d.service", "active", "running", after("c.service"));
        Forecast forecast = without(sketch, "sys_time");
        assertThat(said(forecast, "a.target")).isEqualTo("undecided anyway");
        assertThat(said(forecast, "b.service")).isEqualTo("undecided anyway");
        assertThat(said(forecast, "c.service")).isEqualTo("undecided anyway");
        assertThat(said(forecast, "d.service")).isEqualTo("active");
    }

    /// By the time that it would start, the bus' socket has failed, for somebody had asked.
    @Test
    void whatWaitsForTheEndOfTheBootIsNotEvenStartedWhenTheSocketThatItRequiresHasFailed() {
        for (String awaited : List.of("multi-user.target", "sysinit.target")) {
            Sketch sketch =
                    new Sketch()
                            .running("bus.socket", "ListenStream=/run/bus")
                            .running(
                                    "bus.service",
                                    Sketch.triggeredBy("bus.socket"),
                                    "ExecStart=/x",
                                    "User=u")
                            .running(
                                    "s.service",
                                    links(
                                            List.of("bus.socket"),
                                            List.of(),
                                            List.of("bus.socket", awaited)),
                                    "ExecStart=/y",
                                    "User=u");
            assertThat(said(without(sketch, "setgid"), "s.service"))
                    .isEqualTo(awaited.equals("multi-user.target") ? "open" : "failed 216");
        }
    }

    private static Dependencies after(String... others) {
        return links(List.of(), List.of(), List.of(others));
    }

    /// The two are stopped and started together, until one has been so too often.
    @Test
    void ofAServiceThatIsStartedAgainWithAnotherFilesDoNotTellTheEnd() {
        Dependencies needs = Dependencies.NONE.with(Dependency.REQUIRES, "a.service");
        Sketch sketch =
                new Sketch()
                        .stopped()
                        .wanted("a.service", "started", "running")
                        .withLines("Restart=always", "ExecStart=/a")
                        .wanted("once.service", "started", "running")
                        .withLines("ExecStart=/a")
                        .wanted("idle.service", "inactive", "dead")
                        .withLines("Restart=always", "ExecStart=/a")
                        .wanted("b.service", "started", "running", needs)
                        .withLines("ExecStart=/b")
                        .wanted("b.target", "active", "active", needs)
                        .wanted(
                                "c.service",
                                "started",
                                "running",
                                Dependencies.NONE.with(
                                        Dependency.REQUIRES, "once.service", "idle.service"))
                        .withLines("ExecStart=/c");
        Forecast forecast = without(sketch, "sys_rawio");
        assertThat(said(forecast, "b.service")).isEqualTo("undecided anyway");
        assertThat(said(forecast, "b.target")).isEqualTo("active");
        assertThat(said(forecast, "c.service")).isEqualTo("started");
        Forecast seen =
                without(
                        new Sketch()
                                .running("a.service", "Restart=always")
                                .running("b.service", needs, "ExecStart=/b"),
                        "sys_rawio");
        assertThat(said(seen, "b.service")).isEqualTo("active");
    }

    @Test
    void whatAppArmorRefusesAStoppedContainerIsForecast() {
        Sketch sketch =
                new Sketch()
                        .stopped()
                        .appArmor(true)
                        .config("lxc.apparmor.profile = generated\n")
                        .wanted("login.service", "started", "running")
                        .withLines("ExecStart=/login", "ImportCredential=login.*")
                        .wanted("top.service", "started", "running", requiring("login.service"))
                        .withLines("ExecStart=/top")
                        .wanted("plain.service", "started", "running")
                        .withLines("ExecStart=/plain");
        Forecast forecast = without(sketch, "sys_rawio");
        assertThat(said(forecast, "top.service")).isEqualTo("undecided anyway");
        assertThat(said(forecast, "login.service")).isEqualTo("failed");
        assertThat(said(forecast, "plain.service")).isEqualTo("started");
        Forecaster nesting = Forecaster.over(sketch.draw());
        assertThat(said(nesting.forecast(CapabilitySet.upTo(40), true), "login.service"))
                .isEqualTo("started");
    }

    @Test
    void whatAppArmorHadRefusedStartsOnceTheContainerMayNestAndWhatWentDownWithItMay() {
        Sketch sketch =
                new Sketch()
                        .appArmor(true)
                        .wanted(
                                "login.service",
                                "failed",
                                "failed",
                                Sketch.triggeredBy("login.socket"))
                        .exitedWith(226)
                        .withLines("ExecStart=/login", "PrivateTmp=yes", "User=u")
                        .wanted("login.socket", "failed", "failed")
                        .ended("service-start-limit-hit", 0);
        Forecaster forecaster = Forecaster.over(sketch.draw());
        Forecast nesting = forecaster.forecast(ALL, true);
        assertThat(nesting.effect("login.service"))
                .extracting(Effect::after, Effect::turnedBy)
                .containsExactly(Outcome.STARTED, Effect.TurnedBy.NESTING);
        assertThat(said(nesting, "login.socket")).isEqualTo("open");
        assertThat(said(forecaster.forecast(ALL), "login.socket")).isEqualTo("failed");
        assertThat(said(forecaster.forecast(ALL), "login.service")).isEqualTo("failed");
        CapabilitySet less = ALL.minus(CapabilitySet.of("setgid"));
        assertThat(said(forecaster.forecast(less, true), "login.service")).isEqualTo("failed");
    }
}
