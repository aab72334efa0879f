package dev.capdrop.core.forecast;

import static dev.capdrop.core.condition.Condition.Result.FAILED;
import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;
import static dev.capdrop.core.condition.Condition.Result.UNDECIDED;
import static dev.capdrop.core.condition.Condition.Result.UNTESTED;
import static dev.capdrop.core.forecast.Sketch.needs;
import static dev.capdrop.core.forecast.Sketch.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.CapabilityState;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Programs.ProgramFile;
import dev.capdrop.core.snapshot.Snapshot.Isolation;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForecasterTest {
    private static final CapabilitySet ALL = CapabilitySet.upTo(40);
    private static final Isolation UNPRIVILEGED = new Isolation(100000, false, false);

    private static Forecast without(Sketch sketch, String... dropped) {
        return Forecaster.over(sketch.draw()).forecast(ALL.minus(CapabilitySet.of(dropped)));
    }

    /// `active`, `failed 218`, `open` — what is said of the unit.
    private static String said(Forecast forecast, String unit) {
        Effect effect = forecast.effect(unit);
        if (effect == null) {
            return forecast.undecided().stream().anyMatch(u -> u.unit().equals(unit))
                    ? "open"
                    : "nothing";
        }
        return effect.after().word() + (effect.status() == 0 ? "" : " " + effect.status());
    }

    private static Dependencies links(List<String> requires, List<String> after) {
        return Dependencies.NONE.with(Dependency.REQUIRES, requires).with(Dependency.AFTER, after);
    }

    /// What systemd itself does before the program runs, by the version that does it.
    @ParameterizedTest(name = "{1} without {2} on {0}: {3}")
    @CsvSource(
            textBlock =
                    """
                    257, User=u;StandardInput=tty-force,         fowner,       failed 208
                    247, User=u;StandardInput=tty,               fowner,       failed 208
                    257, User=u;StandardInput=file:/x,           fowner,       active
                    257, StandardInput=tty,                      fowner,       open
                    257, User=u;Delegate=pids memory,            chown,        failed 219
                    252, User=u;Delegate=yes;RuntimeDirectory=r, fowner,       failed 219
                    257, User=u;Delegate=no,                     chown,        open
                    257, Delegate=yes,                           chown,        open
                    257, User=u;RuntimeDirectory=r,              chown,        failed 233
                    257, User=u;RuntimeDirectory=r,              fowner,       failed 233
                    257, DynamicUser=yes;RuntimeDirectory=r,     chown,        failed 233
                    257, User=u;StateDirectory=s,                fowner,       failed 238
                    257, User=u;StateDirectory=s,                chown,        open
                    257, StateDirectory=s,                       fowner,       open
                    252, DynamicUser=yes;StateDirectory=s,       fowner,       failed 238
                    257, DynamicUser=yes;CacheDirectory=s,       fowner,       failed 239
                    257, User=u;LogsDirectory=s,                 fowner,       failed 240
                    257, User=u;ConfigurationDirectory=s,        fowner,       active
                    257, DynamicUser=yes,                        setpcap,      failed 217
                    252, DynamicUser=yes,                        setpcap,      active
                    257, RuntimeDirectory=r,                     net_raw,      open
                    257, User=u,                                 chown,        open
                    257, User=u,                                 fowner,       active
                    257, DynamicUser=yes,                        fowner,       active
                    257, CapabilityBoundingSet=CAP_SETUID,       chown,        open
                    257, CapabilityBoundingSet=CAP_SETUID,       fowner,       active
                    257, CapabilityBoundingSet=CAP_SETUID;RuntimeDirectory=r, fowner, open
                    257, User=u;ExecStart=/usr/bin/install -d /run/u, fowner, open
                    257, User=u,                                 setgid,       failed 216
                    257, Group=g,                                setgid,       failed 216
                    257, SupplementaryGroups=g,                  setgid,       failed 216
                    257, User=root,                              setgid,       open
                    257, User=u,                                 setuid,       failed 237
                    257, User=u;KeyringMode=inherit,             setuid,       failed 217
                    257, User=u;ExecStart=+/bin/x,               setgid,       open
                    257, User=u;ExecStart=!/bin/x,               setgid,       active
                    257, User=u;ExecStart=!!/bin/x,              setgid,       failed 216
                    257, User=u;ExecStart=-/bin/x,               setgid,       open
                    257, User=u;ExecStartPre=-/x;ExecStart=/y,   setgid,       failed 216
                    257, User=u;ExecStartPre=/x;ExecStart=!/y,   setgid,       failed 216
                    257, User=u;ExecStartPre=/x;ExecStart=!/y;PermissionsStartOnly=yes, setgid, open
                    257, User=u;ExecStart=!/y;ExecStartPost=/x,  setgid,       failed 216
                    257, User=u;ExecStart=!/y;ExecStartPost=/x;PermissionsStartOnly=yes, setgid, active
                    257, User=u;SuccessExitStatus=143 216,       setgid,       open
                    257, User=u;SuccessExitStatus=GROUP,         setgid,       open
                    257, User=u;SuccessExitStatus=143 SIGTERM,   setgid,       failed 216
                    257, CapabilityBoundingSet=CAP_KILL,         setpcap,      failed 218
                    257, CapabilityBoundingSet=~CAP_KILL,        setpcap,      failed 218
                    257, CapabilityBoundingSet=~,                setpcap,      open
                    257, ProtectClock=yes,                       setpcap,      failed 218
                    257, PrivateDevices=yes,                     setpcap,      failed 218
                    257, ProtectKernelLogs=no,                   setpcap,      open
                    257, User=u;AmbientCapabilities=CAP_KILL,    setpcap,      failed 217
                    257, User=u;SystemCallFilter=@basic-io,      setpcap,      failed 217
                    257, User=root;LockPersonality=yes,          setpcap,      failed 217
                    257, LockPersonality=yes,                    setpcap,      open
                    254, User=u;SystemCallFilter=@basic-io,      setpcap,      active
                    257, User=u;PrivateUsers=yes;CapabilityBoundingSet=;LockPersonality=yes, setpcap, active
                    257, User=u;PrivateUsers=yes,                setfcap,      failed 217
                    257, User=u;PrivateUsers=no,                 setfcap,      active
                    257, User=u;PrivateUsers=yes,                sys_ptrace,   active
                    257, User=u;PrivateUsers=yes;ProtectProc=invisible, sys_ptrace, failed 217
                    257, User=u;ProtectProc=invisible,           sys_ptrace,   active
                    245, AmbientCapabilities=CAP_SYS_TIME,       sys_time,     failed 218
                    246, AmbientCapabilities=CAP_SYS_TIME,       sys_time,     active
                    252, User=u;PrivateTmp=yes,                  dac_override, failed 226
                    249, User=u;ProtectSystem=full,              dac_override, failed 226
                    247, User=u;ProtectSystem=full,              dac_override, active
                    247, User=u;ProtectSystem=full,              sys_chroot,   failed 226
                    249, User=u;ProtectSystem=full,              sys_chroot,   failed 226
                    245, User=u;ProtectSystem=full,              sys_chroot,   open
                    253, User=u;PrivateTmp=yes,                  dac_override, failed 226
                    253, User=u;ProtectSystem=full,              sys_chroot,   active
                    254, User=u;PrivateTmp=yes,                  dac_override, active
                    254, User=u;ProtectSystem=full,              sys_chroot,   active
                    251, User=u;ProtectSystem=full,              sys_chroot,   open
                    257, User=u;ProtectSystem=full,              sys_chroot,   active
                    252, User=u;ProtectSystem=no,                sys_chroot,   active
                    """)
    void aServiceThatRuns(int version, String lines, String dropped, String expected) {
        Sketch sketch = new Sketch().version(version + ".4").running("s.service", lines.split(";"));
        assertThat(said(without(sketch, dropped), "s.service")).isEqualTo(expected);
    }

    /// What the program may do with what it would hold.
    @ParameterizedTest(name = "{0} without {1}: {2}")
    @CsvSource(
            textBlock =
                    """
                    Type=simple,                             chown,                        open
                    Type=simple,                             fsetid,                       active
                    Type=simple,                             kill sys_ptrace ipc_owner,    active
                    Type=simple,                             setfcap net_broadcast,        active
                    Type=simple,                             sys_nice,                     active
                    Type=simple,                             sys_resource,                 active
                    ExecStart=/usr/libexec/low-memory-monitor, sys_resource,               open
                    Type=simple,                             sys_rawio audit_read mknod,   active
                    Type=simple,                             sys_boot,                     active
                    Type=simple,                             checkpoint_restore,           active
                    CapabilityBoundingSet=CAP_CHECKPOINT_RESTORE, checkpoint_restore,      open
                    Type=simple,                             dac_read_search,              active
                    Type=simple,                             dac_read_search dac_override, open
                    CapabilityBoundingSet=CAP_SETGID,        setuid,                       active
                    CapabilityBoundingSet=CAP_SETGID,        setgid,                       open
                    User=u,                                  net_raw,                      active
                    User=u;AmbientCapabilities=CAP_NET_RAW,  net_raw,                      open
                    User=u;AmbientCapabilities=CAP_NET_RAW;CapabilityBoundingSet=CAP_CHOWN, net_raw, active
                    RestrictAddressFamilies=AF_UNIX,         net_bind_service net_raw,     active
                    RestrictAddressFamilies=~AF_UNIX,        net_bind_service,             open
                    ExecStart=/usr/sbin/cron,                net_bind_service,             active
                    ExecStart=/usr/sbin/cron,                net_raw,                      open
                    RestrictAddressFamilies=AF_UNIX AF_INET, net_raw,                      open
                    """)
    void aProgram(String lines, String dropped, String expected) {
        Sketch sketch = new Sketch().running("s.service", lines.split(";"));
        assertThat(said(without(sketch, dropped.split(" ")), "s.service")).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} without {1}: {2}")
    @CsvSource(
            textBlock =
                    """
                    ListenStream=22,                              net_bind_service, failed
                    ListenStream=0.0.0.0:80,                      net_bind_service, failed
                    ListenDatagram=[::]:53,                       net_bind_service, failed
                    ListenStream=8080,                            net_bind_service, active
                    ListenStream=/run/x,                          net_bind_service, active
                    ListenStream=vsock::22,                       net_bind_service, active
                    ListenStream=22,                              kill,             active
                    ListenStream=/run/x;SocketGroup=docker,       chown,            failed
                    ListenStream=/run/x;SocketGroup=root,         chown,            active
                    ListenStream=/var/spool/p/private/x,          dac_override,     open
                    ListenStream=[::1]:2947,                      net_admin,        failed
                    ListenStream=127.0.0.1:2947,                  net_admin,        active
                    ListenStream=127.0.0.1:1;ListenStream=[::1]:1, net_admin,       failed
                    ListenStream=127.0.0.1:1;PrivateNetwork=yes,  net_admin,        active
                    ListenStream=/run/x,                          dac_override,     active
                    ListenStream=/run/pcscd/pcscd.comm,           dac_override,     open
                    ListenFIFO=/run/other/initctl,                dac_override,     open
                    ListenDatagram=/run/systemd/notify,           dac_override,     active
                    ListenStream=/run/dbus/system_bus_socket,     dac_override,     active
                    ListenStream=127.0.0.1:2947;FreeBind=yes,     net_admin,        active
                    ListenStream=[::1]:2947;PrivateNetwork=yes,   net_admin,        open
                    ListenStream=[::]:2947,                       net_admin,        active
                    ListenStream=/run/127.0.0.1:1,                net_admin,        active
                    ListenDatagram=/run/x;SocketUser=u,           chown,            failed
                    ListenFIFO=/run/x;SocketUser=u,               chown,            failed
                    ListenMessageQueue=/x;SocketUser=u,           chown,            failed
                    ListenDatagram=@x;SocketUser=u,               chown,            active
                    ListenStream=/srv/x/socket,                   dac_override,     open
                    ListenStream=@/srv/x/socket,                  dac_override,     active
                    ListenStream=/run/x;ExecStartPost=/x;CapabilityBoundingSet=, setpcap, failed 218
                    ListenStream=/run/x;ExecStartPost=+/x;CapabilityBoundingSet=, setpcap, active
                    ListenStream=/run/x;CapabilityBoundingSet=,   setpcap,          active
                    """)
    void aSocketThatListens(String lines, String dropped, String expected) {
        Sketch sketch = new Sketch().running("s.socket", lines.split(";"));
        assertThat(said(without(sketch, dropped), "s.socket")).isEqualTo(expected);
    }

    @Test
    void noInertCapabilityLeavesAnythingOpen() {
        Sketch sketch = new Sketch().isolation(UNPRIVILEGED).running("s.service", "Type=simple");
        for (Capability capability : ALL) {
            Knowledge known = Objects.requireNonNull(capability.knowledge());
            if (known.inert()) {
                assertThat(without(sketch, known.name()).undecided()).as(known.name()).isEmpty();
            }
        }
    }

    @Test
    void inAPrivilegedContainerNothingIsInert() {
        Sketch sketch = new Sketch().privileged().running("s.service", "Type=simple");
        assertThat(said(without(sketch, "sys_rawio"), "s.service")).isEqualTo("open");
    }

    @Test
    void whatTheRuntimeLendsIsHonoured() {
        Sketch sketch =
                new Sketch()
                        .isolation(new Isolation(100000, true, true))
                        .running("s.service", "Type=simple");
        assertThat(said(without(sketch, "mknod"), "s.service")).isEqualTo("open");
        assertThat(said(without(sketch, "mac_admin"), "s.service")).isEqualTo("open");
        sketch.isolation(UNPRIVILEGED);
        assertThat(said(without(sketch, "mknod", "mac_admin"), "s.service")).isEqualTo("active");
    }

    private static Sketch executing(long rootId, String text, boolean setUid, String... lines) {
        FileCapabilities file = FileCapabilities.of(CapabilityState.parse(text, 40), rootId);
        String bytes = HexFormat.of().formatHex(file.encode());
        ProgramFile program =
                new ProgramFile(
                        "/bin/x",
                        ProgramFile.Reading.READ,
                        setUid ? "" : bytes,
                        setUid,
                        false,
                        100000);
        return new Sketch()
                .isolation(UNPRIVILEGED)
                .programs(new Programs(List.of(program), true, List.of()))
                .running("s.service", lines);
    }

    @Test
    void aFileWhoseEffectiveCapabilitiesExceedTheBoundingSetIsNotExecuted() {
        Sketch sketch = executing(100000L, "cap_ipc_lock=ep", false, "ExecStart=/bin/x");
        assertThat(said(without(sketch, "ipc_lock"), "s.service")).isEqualTo("failed 203");
        assertThat(said(without(sketch, "sys_rawio"), "s.service")).isEqualTo("active");
    }

    @Test
    void mountIsExecutedAsItsUnitSays() {
        Sketch sketch = new Sketch().running("srv-a.mount", "Where=/srv/a", "KeyringMode=private");
        assertThat(said(without(sketch, "setpcap"), "srv-a.mount")).isEqualTo("active");
        sketch.running("srv-b.mount", "Where=/srv/b", "CapabilityBoundingSet=CAP_SYS_ADMIN");
        assertThat(said(without(sketch, "setpcap"), "srv-b.mount")).isEqualTo("failed 218");
    }

    @Test
    void withoutTheEffectiveBitItRunsWithLess() {
        Sketch sketch = executing(100000L, "cap_ipc_lock=p", false, "ExecStart=/bin/x", "User=u");
        assertThat(said(without(sketch, "ipc_lock"), "s.service")).isEqualTo("active");
    }

    @Test
    void capabilitiesOfAnotherContainersRootDoNotCount() {
        Sketch sketch = executing(200000L, "cap_ipc_lock=ep", false, "ExecStart=/bin/x");
        assertThat(said(without(sketch, "ipc_lock"), "s.service")).isEqualTo("active");
    }

    @Test
    void aSetUidProgramBringsBackWhatTheUserLost() {
        Sketch sketch = executing(0L, "=", true, "ExecStart=/bin/x", "User=u");
        assertThat(said(without(sketch, "net_raw"), "s.service")).isEqualTo("open");
        Sketch confined =
                executing(0L, "=", true, "ExecStart=/bin/x", "User=u", "NoNewPrivileges=yes");
        assertThat(said(without(confined, "net_raw"), "s.service")).isEqualTo("active");
    }

    @Test
    void withoutSysAdminNothingBoots() {
        Sketch sketch =
                new Sketch()
                        .running("s.service", "User=u")
                        .wanted("down.service", "inactive", "dead");
        Forecast forecast = without(sketch, "sys_admin");
        assertThat(forecast.boots()).isFalse();
        assertThat(forecast.obstacle())
                .isEqualTo(
                        "without sys_admin its systemd cannot mount /run and /dev/shm, and gives"
                                + " up");
        assertThat(said(forecast, "s.service")).isEqualTo("not-started");
        assertThat(said(forecast, "down.service")).isEqualTo("nothing");
    }

    @ParameterizedTest
    @CsvSource({
        "FailureAction=reboot, false, true",
        "FailureAction=none, false, false",
        "StartLimitAction=exit, true, true",
        "StartLimitAction=exit, false, false",
        "OnFailure=tell@%n.service emergency.target, false, true",
        "OnFailure=tell@%n.service, false, false",
    })
    void whatIsDoneOnAFailureMayEndTheBoot(String line, boolean restarted, boolean ends) {
        Sketch sketch =
                new Sketch()
                        .running("a.service", "User=u", "Restart=" + (restarted ? "always" : "no"))
                        .withUnitLines(line);
        Forecast forecast = without(sketch, "setgid");
        assertThat(forecast.boots()).isEqualTo(!ends);
        assertThat(forecast.obstacle())
                .isEqualTo(
                        ends
                                ? "a.service will not be active, and its " + line + " ends the boot"
                                : "");
        assertThat(without(sketch, "kill").boots()).isTrue();
    }

    @Test
    void whatIsDoneWhenTheMountsOfTheBootAreNotThereEndsIt() {
        Sketch sketch =
                new Sketch()
                        .running("a.service", "Type=oneshot", "ExecStart=/x", "User=u")
                        .wanted(
                                "local-fs.target",
                                "active",
                                "active",
                                links(List.of("a.service"), List.of("a.service")))
                        .withUnitLines("OnFailure=emergency.target");
        assertThat(without(sketch, "setgid").obstacle()).startsWith("local-fs.target will not");
    }

    @Test
    void whatStopsWithAServiceThatMayFailAfterItsStartIsLeftOpen() {
        Dependencies links = Dependencies.NONE.with(Dependency.STOP_PROPAGATED_FROM, "a.service");
        Sketch sketch =
                new Sketch()
                        .running("a.service", "User=u", "ExecStart=/x")
                        .running("b.service", links, "CapabilityBoundingSet=CAP_KILL");
        assertThat(said(without(sketch, "setuid"), "a.service")).isEqualTo("failed 237");
        assertThat(said(without(sketch, "setuid"), "b.service")).isEqualTo("open");
    }

    /// The planner asks for the one of the drop that it has just tried.
    @Test
    void theLastForecastIsNotMadeTwice() {
        Forecaster forecaster = Forecaster.over(new Sketch().running("s.service").draw());
        Forecast all = forecaster.forecast(ALL);
        assertThat(forecaster.forecast(ALL)).isSameAs(all);
        assertThat(forecaster.forecast(ALL, true)).isNotSameAs(all);
        Forecast less = forecaster.forecast(ALL.minus(CapabilitySet.of("chown")));
        assertThat(said(less, "s.service")).isEqualTo("open");
    }

    @Test
    void withoutNetAdminTheRuntimeLeavesProcSysNetReadOnly() {
        Sketch sketch =
                new Sketch()
                        .given("proc-sys-net.mount")
                        .wanted(
                                "systemd-sysctl.service",
                                "active",
                                "exited",
                                row("PathIsReadWrite", "/proc/sys/net/", SUCCEEDED))
                        .wanted(
                                "other.service",
                                "active",
                                "exited",
                                row("PathIsReadWrite", "/proc/sys/network", SUCCEEDED))
                        .wanted(
                                "fallback.service",
                                "inactive",
                                "dead",
                                new Condition.Tested(
                                        new Condition(
                                                "PathIsReadWrite", false, true, "/proc/sys/net"),
                                        FAILED))
                        .given("run-credentials-systemd\\x2dsysctl.service.mount")
                        .given("data.mount");
        Forecast forecast = without(sketch, "net_admin");
        assertThat(said(forecast, "data.mount")).isEqualTo("active");
        assertThat(open(forecast, "fallback.service").byDrop()).isTrue();
        assertThat(said(forecast, "proc-sys-net.mount")).isEqualTo("not-started");
        assertThat(said(forecast, "systemd-sysctl.service")).isEqualTo("skipped");
        assertThat(said(forecast, "other.service")).isEqualTo("open");
        assertThat(said(forecast, "run-credentials-systemd\\x2dsysctl.service.mount"))
                .isEqualTo("not-started");
    }

    /// As Incus mounts all of /proc writable for unprivileged containers.
    @Test
    void whereTheRuntimeDoesNotMountItProcSysNetStaysWritableWithoutNetAdmin() {
        Sketch sketch =
                new Sketch()
                        .wanted(
                                "systemd-sysctl.service",
                                "active",
                                "exited",
                                row("PathIsReadWrite", "/proc/sys/net/", SUCCEEDED))
                        .fromFiles();
        assertThat(said(without(sketch, "net_admin"), "systemd-sysctl.service"))
                .isNotEqualTo("skipped");
    }

    /// systemd 252 makes one for systemd-tmpfiles-setup.service in one boot and none in another.
    @Test
    void whetherAServiceThatWorksHasAMountForItsCredentialsIsLeftOpen() {
        String mount = "run-credentials-systemd\\x2dtmpfiles\\x2dsetup.service.mount";
        Sketch sketch =
                new Sketch()
                        .wanted("systemd-tmpfiles-setup.service", "active", "exited")
                        .given(mount);
        Forecast forecast = without(sketch, "sys_module");
        assertThat(said(forecast, "systemd-tmpfiles-setup.service")).isEqualTo("active");
        assertThat(said(forecast, mount)).isEqualTo("open");
        assertThat(forecast.undecided()).extracting(Undecided::byDrop).containsExactly(false);
    }

    @Test
    void whatWaitsForAFailedUnitIsNotStarted() {
        Sketch sketch =
                new Sketch()
                        .running("a.service", "User=u")
                        .running("b.service", links(List.of("a.service"), List.of("a.service")))
                        .running("c.service", links(List.of("a.service"), List.of()))
                        .running("d.service", links(List.of("b.service"), List.of()))
                        .running("e.service", links(List.of("b.service"), List.of("b.service")));
        Forecast forecast = without(sketch, "setgid");
        assertThat(said(forecast, "a.service")).isEqualTo("failed 216");
        assertThat(said(forecast, "b.service")).isEqualTo("not-started");
        assertThat(said(forecast, "c.service")).isEqualTo("open");
        assertThat(said(forecast, "d.service")).isNotEqualTo("not-started");
        assertThat(said(forecast, "e.service")).isEqualTo("not-started");
    }

    @Test
    void whatHangsOnAUnitThatIsStartedAgainIsLeftOpen() {
        Sketch sketch =
                new Sketch()
                        .running("a.service", "User=u", "Restart=always")
                        .running("b.service", links(List.of("a.service"), List.of("a.service")));
        assertThat(said(without(sketch, "setgid"), "b.service")).isEqualTo("open");
    }

    @Test
    void theSocketOfTheBusFailsWithItsServiceAndWhoConnectsIsLeftOpen() {
        Dependencies triggered = Dependencies.NONE.with(Dependency.TRIGGERED_BY, "dbus.socket");
        Sketch sketch =
                new Sketch()
                        .running("dbus.socket", "ListenStream=/run/dbus/system_bus_socket")
                        .running("dbus.service", triggered, "User=messagebus")
                        .running("logind.service", "BusName=org.freedesktop.login1", "User=l")
                        .running(
                                "named.service",
                                "BusName=org.example.N",
                                "CapabilityBoundingSet=CAP_CHOWN")
                        .running("plain.service", "User=p");
        Forecast forecast = without(sketch, "setuid");
        assertThat(said(forecast, "dbus.service")).isEqualTo("failed 237");
        assertThat(said(forecast, "dbus.socket")).isEqualTo("failed");
        assertThat(said(forecast, "logind.service")).isEqualTo("failed 237");
        assertThat(open(forecast, "named.service").why())
                .isEqualTo("hangs on dbus.service, which fails or may fail");
        assertThat(Arrays.asList(said(without(sketch, "kill"), "plain.service")))
                .containsExactly("active");
    }

    /// Of these nobody connects: the one is skipped, the other fails, and the third does not run.
    @Test
    void theSocketOfTheBusIsLeftOpenWhereNobodyIsThereWhoConnects() {
        Dependencies triggered = Dependencies.NONE.with(Dependency.TRIGGERED_BY, "dbus.socket");
        Sketch sketch =
                new Sketch()
                        .running("dbus.socket", "ListenStream=/run/dbus/system_bus_socket")
                        .running("dbus.service", triggered, "User=messagebus")
                        .wanted(
                                "clock.service",
                                "active",
                                "running",
                                needs("CAP_SYS_TIME", SUCCEEDED))
                        .withLines("BusName=org.example.C", "CapabilityBoundingSet=CAP_CHOWN")
                        .running("logind.service", "BusName=org.freedesktop.login1", "User=l")
                        .wanted("ended.service", "inactive", "dead")
                        .withLines("BusName=org.example.E", "CapabilityBoundingSet=CAP_CHOWN");
        assertThat(said(without(sketch, "setuid", "sys_time"), "dbus.socket")).isEqualTo("open");
        assertThat(said(without(sketch, "setuid"), "dbus.socket")).isEqualTo("failed");
    }

    /// Seen with systemd 252 without setuid: logind waits a minute and a half for the bus, again
    /// and again, and multi-user.target for logind.
    @Test
    void whatWaitsForAUnitThatIsStartedAgainAndAgainIsLeftOpen() {
        Dependencies triggered = Dependencies.NONE.with(Dependency.TRIGGERED_BY, "dbus.socket");
        Sketch sketch =
                new Sketch()
                        .running("dbus.socket", "ListenStream=/run/dbus/system_bus_socket")
                        .running("dbus.service", triggered, "User=messagebus")
                        .running("patient.service", "BusName=org.example.A", "Restart=always")
                        .running("once.service", "BusName=org.example.B")
                        .running("a.target", links(List.of(), List.of("patient.service")))
                        .running("b.target", links(List.of(), List.of("a.target")))
                        .running("c.target", links(List.of(), List.of("once.service")));
        Forecast forecast = without(sketch, "setuid");
        assertThat(said(forecast, "patient.service")).isEqualTo("open");
        assertThat(said(forecast, "a.target")).isEqualTo("open");
        assertThat(said(forecast, "b.target")).isEqualTo("open");
        assertThat(said(forecast, "c.target")).isEqualTo("active");
    }

    @Test
    void anOpenConditionSaysWhatWouldSettleIt() {
        Sketch sketch =
                new Sketch()
                        .untried(
                                "a.service",
                                Dependencies.NONE,
                                row("PathExists", "/run/x", UNTESTED),
                                row("PathExists", "/etc", SUCCEEDED),
                                row("OSRelease", "ID=debian", UNTESTED));
        Forecast forecast = without(sketch, "kill");
        assertThat(forecast.undecided())
                .extracting(Undecided::why, Undecided::settledBy)
                .containsExactly(
                        tuple(
                                "systemd has not tested ConditionPathExists=/run/x,"
                                        + " ConditionOSRelease=ID=debian",
                                "what its next boot finds at /run/x and its /etc/os-release"));
    }

    /// Seen with rpc-gssd.service, whose rpc_pipefs.target waits for a mount that fails.
    @Test
    void theConditionsOfWhatIsHeldUpAreNotAsked() {
        Condition.Tested mount = needs("CAP_SYS_RAWIO", SUCCEEDED);
        Condition.Tested path = row("PathExists", "/etc/krb5.keytab", UNTESTED);
        Sketch sketch =
                new Sketch()
                        .wanted("a.mount", "failed", "failed", mount)
                        .untried("b.service", links(List.of("c.target"), List.of("c.target")), path)
                        .untried("c.target", links(List.of("a.mount"), List.of("a.mount")))
                        .untried("d.service", Dependencies.NONE, path)
                        .nextBoot(row("PathExists", "/etc/krb5.keytab", FAILED));
        Forecast forecast = without(sketch, "kill");
        assertThat(said(forecast, "a.mount")).isEqualTo("failed");
        assertThat(said(forecast, "c.target")).isEqualTo("not-started");
        assertThat(said(forecast, "b.service")).isEqualTo("not-started");
        assertThat(said(forecast, "d.service")).isEqualTo("skipped");
        Forecast healed = without(sketch, "sys_rawio");
        assertThat(said(healed, "a.mount")).isEqualTo("skipped");
        assertThat(said(healed, "c.target")).isEqualTo("open");
        assertThat(said(healed, "b.service")).isEqualTo("open");
    }

    @Test
    void whatPid1LacksNeedsNotBeTakenFromTheBoundingSet() {
        Sketch sketch =
                new Sketch()
                        .bounding(ALL.minus(CapabilitySet.of("sys_module")))
                        .version("252.1")
                        .running("s.service", "ProtectKernelModules=yes", "User=u");
        assertThat(said(without(sketch, "sys_module", "setpcap"), "s.service")).isEqualTo("active");
        assertThat(said(without(sketch, "sys_module"), "s.service")).isEqualTo("active");
    }

    private static Dependencies triggeredBy(String trigger) {
        return Dependencies.NONE.with(Dependency.TRIGGERED_BY, trigger);
    }

    private static Undecided open(Forecast forecast, String unit) {
        return forecast.undecided().stream()
                .filter(one -> one.unit().equals(unit))
                .findFirst()
                .orElseThrow();
    }

    /// Seen with phpsessionclean.service, whose timer goes off at a time of the day.
    @Test
    void whatATimerStartsIsNamedWithWhatComesOfItThen() {
        Sketch sketch =
                new Sketch()
                        .version("252.1")
                        .running("clean.timer")
                        .loaded("clean.service", "inactive", "dead", triggeredBy("clean.timer"))
                        .withLines("PrivateTmp=yes")
                        .loaded("other.service", "inactive", "dead", triggeredBy("gone.timer"))
                        .loaded("host.service", "inactive", "dead", Dependencies.NONE)
                        .withLines("BusName=org.example.Host", "User=u");
        Forecast inert = without(sketch, "sys_rawio");
        assertThat(open(inert, "clean.service").why()).isEqualTo("started on demand only");
        assertThat(open(inert, "clean.service").byDrop()).isFalse();
        assertThat(said(inert, "host.service")).isEqualTo("open");
        assertThat(said(inert, "other.service")).isEqualTo("nothing");
        assertThat(open(without(sketch, "net_raw"), "clean.service").byDrop()).isTrue();
        assertThat(open(without(sketch, "net_raw"), "host.service").byDrop()).isFalse();
        assertThat(open(without(sketch, "dac_override"), "clean.service").why())
                .startsWith("started on demand only, and fails then: its sandbox takes");
    }

    /// Seen with sanoid-prune.service, which sanoid.service wants, whose timer goes off each
    /// quarter.
    @Test
    void soIsWhatThatPullsIn() {
        Dependencies wants =
                triggeredBy("clean.timer").with(Dependency.WANTS, List.of("prune.service"));
        Sketch sketch =
                new Sketch()
                        .running("clean.timer")
                        .loaded("clean.service", "inactive", "dead", wants)
                        .loaded("prune.service", "inactive", "dead", Dependencies.NONE)
                        .loaded("other.service", "inactive", "dead", Dependencies.NONE);
        Forecast inert = without(sketch, "sys_rawio");
        assertThat(open(inert, "prune.service").why()).isEqualTo("started on demand only");
        assertThat(open(inert, "prune.service").byDrop()).isFalse();
        assertThat(said(inert, "other.service")).isEqualTo("nothing");
    }

    /// Seen with systemd-hostnamed.service, which ends half a minute after a call and is forgotten.
    @Test
    void whatACallOnTheBusStartsIsNamedSoAlthoughItsFileGivesItNoNameOnTheBus() {
        Forecast forecast = without(new Sketch().onBus("host.service"), "sys_rawio");
        assertThat(open(forecast, "host.service").why()).isEqualTo("started on demand only");
        assertThat(open(forecast, "host.service").byDrop()).isFalse();
    }

    @Test
    void whatIsStartedOnDemandAndSkippedByItsOwnCommandThenIsNamedSo() {
        Sketch sketch =
                new Sketch()
                        .running("u.socket", "ListenStream=/run/u")
                        .idle("u.service", triggeredBy("u.socket"))
                        .withLines("ExecCondition=/c", "ExecStart=/u", "User=u");
        Undecided open = open(without(sketch, "setgid"), "u.service");
        assertThat(open.why())
                .startsWith("started on demand only, and skipped then: ExecCondition=");
        assertThat(open.isTouchedByDrop()).isFalse();
    }

    /// Of what no boot has shown nobody knows whether something asks for it.
    @Test
    void theSocketOfAServiceThatFailsOnDemandIsLeftOpenWhereOnlyFilesWereRead() {
        Sketch sketch =
                new Sketch()
                        .fromFiles()
                        .running("u.socket", "ListenStream=/run/u")
                        .idle("u.service", triggeredBy("u.socket"))
                        .withLines("ExecStart=/u", "User=u");
        Forecast forecast = without(sketch, "setgid");
        assertThat(open(forecast, "u.service").why())
                .startsWith("started on demand only, and fails then: ");
        assertThat(open(forecast, "u.service").byDrop()).isTrue();
        assertThat(open(forecast, "u.socket").why())
                .isEqualTo("hangs on u.service, which fails or may fail");
    }

    @Test
    void whatIsStartedOnDemandAndRefusedThenIsNamedSo() {
        Sketch sketch =
                new Sketch()
                        .running("scrub.timer")
                        .loaded(
                                "scrub.service",
                                "inactive",
                                "dead",
                                triggeredBy("scrub.timer"),
                                needs("CAP_SYS_RAWIO", SUCCEEDED));
        Undecided open = open(without(sketch, "sys_rawio"), "scrub.service");
        assertThat(open.byDrop()).isFalse();
        assertThat(open.why())
                .isEqualTo(
                        "started on demand only, and skipped then:"
                                + " ConditionCapability=CAP_SYS_RAWIO does not hold");
    }

    @Test
    void ofAUnitWhoseProgramNobodyHasSeenOnlyTheStartIsForecast() {
        Sketch sketch =
                new Sketch()
                        .wanted("a.service", "started", "running")
                        .wanted("b.service", "started", "running", needs("CAP_NET_RAW", SUCCEEDED))
                        .running("c.timer")
                        .running("d.timer");
        Forecast inert = without(sketch, "sys_rawio");
        assertThat(said(inert, "a.service")).isEqualTo("started");
        assertThat(inert.changes()).isEmpty();
        assertThat(inert.unchangedStarts()).isEqualTo(2);
        assertThat(inert.unchanged()).isEqualTo(5);
        assertThat(said(without(sketch, "net_raw"), "b.service")).isEqualTo("skipped");
        assertThat(open(without(sketch, "net_raw"), "a.service").before())
                .isEqualTo(Outcome.STARTED);
    }

    @Test
    void anAssertionThatTheDropBreaksKeepsTheUnitFromStarting() {
        Sketch sketch =
                new Sketch()
                        .wanted("a.service", "active", "running")
                        .asserts(needs("CAP_SYS_TIME", SUCCEEDED));
        Forecast forecast = without(sketch, "sys_time");
        assertThat(said(forecast, "a.service")).isEqualTo("not-started");
        assertThat(forecast.effect("a.service"))
                .extracting(Effect::turnedBy)
                .isEqualTo(Effect.TurnedBy.DROP);
        assertThat(without(sketch, "sys_rawio").changes()).isEmpty();
    }

    @Test
    void anAssertionThatTheNextBootBreaksAnywayIsNotLaidToTheDrop() {
        Sketch sketch =
                new Sketch()
                        .wanted("a.service", "active", "running")
                        .asserts(row("PathExists", "/run/a", SUCCEEDED))
                        .nextBoot(row("PathExists", "/run/a", FAILED));
        Forecast forecast = without(sketch, "sys_rawio");
        assertThat(said(forecast, "a.service")).isEqualTo("not-started");
        assertThat(forecast.effect("a.service"))
                .extracting(Effect::turnedBy)
                .isEqualTo(Effect.TurnedBy.RESTART);
    }

    @Test
    void whatTheDropsAssertionNoLongerKeepsBackIsLeftOpen() {
        Condition without = new Condition("Capability", false, true, "CAP_SYS_TIME");
        Sketch sketch =
                new Sketch()
                        .wanted("a.service", "inactive", "dead")
                        .asserts(new Condition.Tested(without, FAILED));
        assertThat(open(without(sketch, "sys_time"), "a.service").byDrop()).isTrue();
        assertThat(said(without(sketch, "sys_rawio"), "a.service")).isEqualTo("not-started");
    }

    @Test
    void anAssertionThatFilesDoNotTellIsNamedWithWhatWouldSettleIt() {
        Sketch sketch =
                new Sketch()
                        .wanted("a.service", "", "")
                        .asserts(row("PathExists", "/run/a", UNDECIDED));
        Undecided open = open(without(sketch, "sys_rawio"), "a.service");
        assertThat(open.byDrop()).isFalse();
        assertThat(open.why()).contains("AssertPathExists=/run/a");
        assertThat(open.settledBy()).isNotEmpty();
    }

    @Test
    void whichOfTwoServicesHasTheirAddressNoFileTells() {
        Sketch sketch =
                new Sketch()
                        .wanted("a.service", "started", "running")
                        .rivals("a.service", "b.service", "c.service");
        Undecided open = open(without(sketch, "sys_rawio"), "a.service");
        assertThat(open.byDrop()).isFalse();
        assertThat(open.why()).startsWith("may want the same address as b.service, c.service");
        assertThat(open(without(sketch, "net_raw"), "a.service").byDrop()).isTrue();
    }

    @Test
    void whatFailsOnlyIfItIsStartedIsLeftOpenWhereThatRestsWithAnother() {
        Dependencies links =
                Dependencies.NONE
                        .with(Dependency.REQUIRES, "a.service")
                        .with(Dependency.AFTER, "a.service");
        Sketch sketch =
                new Sketch()
                        .wanted("a.service", "started", "running")
                        .withLines("User=u")
                        .wanted("b.service", "started", "running", links)
                        .withLines("CapabilityBoundingSet=CAP_CHOWN");
        assertThat(open(without(sketch, "setpcap"), "b.service").why())
                .startsWith("fails if what it requires is up: ");
        Sketch alone =
                new Sketch()
                        .wanted("a.service", "started", "running")
                        .withLines("User=u")
                        .wanted(
                                "b.service",
                                "started",
                                "running",
                                Dependencies.NONE.with(Dependency.AFTER, "a.service"))
                        .withLines("CapabilityBoundingSet=CAP_CHOWN");
        assertThat(said(without(alone, "setpcap"), "b.service")).isEqualTo("failed 218");
        Sketch unordered =
                new Sketch()
                        .wanted("a.service", "started", "running")
                        .wanted(
                                "b.service",
                                "started",
                                "running",
                                Dependencies.NONE.with(Dependency.REQUIRES, "a.service"))
                        .withLines("CapabilityBoundingSet=CAP_CHOWN");
        assertThat(said(without(unordered, "setpcap"), "b.service")).isEqualTo("failed 218");
        Sketch seen =
                new Sketch()
                        .running("a.service", "User=u")
                        .running("b.service", links, "CapabilityBoundingSet=CAP_CHOWN");
        assertThat(said(without(seen, "setpcap"), "b.service")).isEqualTo("failed 218");
        Dependencies others = links(List.of("a.socket", "none.service"), List.of("a.socket"));
        Sketch listening =
                new Sketch()
                        .wanted("a.socket", "started", "listening")
                        .wanted("b.service", "started", "running", others)
                        .withLines("CapabilityBoundingSet=CAP_CHOWN");
        assertThat(said(without(listening, "setpcap"), "b.service")).isEqualTo("failed 218");
    }

    /// Seen with nginx, apache2 and lighttpd, of which another one has port 80 in another boot.
    @ParameterizedTest(name = "a {0} that failed with {1}: {2}")
    @CsvSource({
        "a.service, 1, open",
        "a.service, 199, open",
        "a.service, 200, failed",
        "a.service, 245, failed",
        "a.service, 246, open",
        "a.service, 226, failed",
        "a.mount, 32, failed"
    })
    void aServiceThatFailedByItselfMayWorkInAnotherBoot(String unit, int status, String expected) {
        Sketch sketch = new Sketch().wanted(unit, "failed", "failed").exitedWith(status);
        assertThat(said(without(sketch, "kill"), unit)).isEqualTo(expected);
    }

    @Test
    void aServiceThatFailedForAnInertCapabilityFailsAgain() {
        Condition.Tested row = needs("CAP_SYS_MODULE", SUCCEEDED);
        Sketch sketch =
                new Sketch().wanted("modules.service", "failed", "failed", row).exitedWith(1);
        assertThat(said(without(sketch, "kill"), "modules.service")).isEqualTo("failed");
        assertThat(said(without(sketch, "sys_module"), "modules.service")).isEqualTo("skipped");
    }

    @Test
    void aServiceThatFailedByItselfFailsWhereItsStartIsRefused() {
        Sketch sketch =
                new Sketch()
                        .wanted("a.service", "failed", "failed")
                        .exitedWith(1)
                        .withLines("User=u");
        assertThat(said(without(sketch, "setgid"), "a.service")).isEqualTo("failed");
    }

    /// Seen with docker.socket, which a service that failed too often had taken along.
    @Test
    void aSocketThatFailedLaterAndNowFailsAtOnceKeepsItsServiceFromStarting() {
        Dependencies links = links(List.of("d.socket"), List.of("d.socket"));
        Sketch sketch =
                new Sketch()
                        .wanted("d.socket", "failed", "failed")
                        .withLines("ListenStream=/run/d", "SocketGroup=d")
                        .wanted("d.service", "failed", "failed", links)
                        .exitedWith(1);
        assertThat(said(without(sketch, "chown"), "d.socket")).isEqualTo("failed");
        assertThat(said(without(sketch, "chown"), "d.service")).isEqualTo("not-started");
        assertThat(said(without(sketch, "kill"), "d.service")).isEqualTo("open");
    }

    /// Seen with memcached and rabbitmq-server in a container without a network.
    @Test
    void withoutNetAdminSystemdLeavesTheLoopbackInterfaceDown() {
        Sketch sketch =
                new Sketch()
                        .running("a.service", "User=u")
                        .running("b.service", "User=u", "RestrictAddressFamilies=AF_UNIX")
                        .running("c.service", "User=u", "PrivateNetwork=yes");
        assertThat(said(without(sketch, "net_admin"), "a.service")).isEqualTo("open");
        assertThat(said(without(sketch, "net_admin"), "b.service")).isEqualTo("active");
        Sketch up = sketch.config("lxc.net.0.type = veth\nlxc.net.0.flags = up\n");
        assertThat(said(without(up, "net_admin"), "a.service")).isEqualTo("active");
        assertThat(said(without(up, "net_admin"), "c.service")).isEqualTo("open");
        Sketch handed =
                new Sketch().running("dbus.service", triggeredBy("dbus.socket"), "User=messagebus");
        assertThat(said(without(handed, "net_admin", "chown"), "dbus.service")).isEqualTo("active");
        Sketch socket = new Sketch().running("s.socket", "ListenStream=[::1]:2947");
        assertThat(said(without(socket, "net_admin"), "s.socket")).isEqualTo("failed");
        Sketch socketUp = socket.config("lxc.net.0.flags = up\n");
        assertThat(said(without(socketUp, "net_admin"), "s.socket")).isEqualTo("active");
        Sketch four = new Sketch().running("s.socket", "ListenStream=127.0.0.53:53");
        assertThat(said(without(four, "net_admin"), "s.socket")).isEqualTo("active");
        four.config("lxc.net.0.type = veth\nlxc.net.0.ipv4.address = 10.0.0.2/24\n");
        assertThat(said(without(four, "net_admin"), "s.socket")).isEqualTo("failed");
        four.config("lxc.net.0.type = phys\nlxc.net.0.link = eth1\n");
        assertThat(said(without(four, "net_admin"), "s.socket")).isEqualTo("open");
        Sketch shared = sketch.config("lxc.net.3.type = none\n");
        assertThat(said(without(shared, "net_admin"), "a.service")).isEqualTo("active");
    }

    /// Seen with opendkim, whose start timed out, and unbound, on systemd 252 without dac_override.
    @Test
    void whatWaitsForTwoThatAreStartedAgainAndAgainIsLeftOpen() {
        Sketch sketch =
                new Sketch()
                        .running("fork.service", "Type=forking", "Restart=on-failure")
                        .running("loop.service", "Restart=always")
                        .running("a.target", links(List.of(), List.of("fork.service")))
                        .running(
                                "b.target",
                                links(List.of(), List.of("fork.service", "loop.service")));
        Forecast forecast = without(sketch, "dac_override");
        assertThat(said(forecast, "a.target")).isEqualTo("active");
        assertThat(open(forecast, "b.target").why())
                .isEqualTo("waits for fork.service, which may be started again and again");
    }

    @Test
    void whatNobodyHasAskedForIsUndecidedAnywayAndItsSocketDoesNotHangOnIt() {
        Sketch sketch =
                new Sketch()
                        .running("i.socket", "ListenStream=/run/i")
                        .idle("i.service", triggeredBy("i.socket"));
        Undecided service = open(without(sketch, "net_raw"), "i.service");
        assertThat(service.byDrop()).isFalse();
        assertThat(service.capabilities()).isEqualTo(CapabilitySet.of("net_raw"));
        assertThat(said(without(sketch, "net_raw"), "i.socket")).isEqualTo("active");
    }

    /// Seen with ModemManager.service and the polkit.service that it requires.
    @Test
    void aSkippedUnitIsNotEvenAskedWhenWhatItRequiresFails() {
        Condition.Tested refused = row("Virtualization", "!container", FAILED);
        Sketch sketch =
                new Sketch()
                        .running("polkit.service", "User=polkitd")
                        .running("root.service")
                        .wanted(
                                "modem.service",
                                "inactive",
                                "dead",
                                links(List.of("polkit.service"), List.of("polkit.service")),
                                refused)
                        .wanted(
                                "other.service",
                                "inactive",
                                "dead",
                                links(List.of("root.service"), List.of("root.service")),
                                refused)
                        .running("a.target", links(List.of("root.service"), List.of()))
                        .wanted(
                                "late.service",
                                "inactive",
                                "dead",
                                links(List.of("a.target"), List.of("a.target")),
                                refused)
                        .wanted(
                                "early.service",
                                "inactive",
                                "dead",
                                links(List.of("polkit.service"), List.of()),
                                refused);
        Forecast forecast = without(sketch, "setuid");
        assertThat(said(forecast, "modem.service")).isEqualTo("not-started");
        assertThat(said(forecast, "early.service")).isEqualTo("skipped");
        assertThat(open(without(sketch, "net_raw"), "other.service").why())
                .contains("root.service, which may fail");
        assertThat(said(without(sketch, "net_raw"), "late.service")).isEqualTo("skipped");
        assertThat(said(without(sketch, "net_raw"), "modem.service")).isEqualTo("skipped");
    }

    /// Seen with modprobe@configfs.service, which goes on when there is no such module.
    @Test
    void aOneshotWhoseFailureIsPassedOverEndsAsItDid() {
        Sketch sketch =
                new Sketch()
                        .running("m.service", "Type=oneshot", "ExecStart=-/sbin/modprobe m")
                        .running("n.service", "ExecStart=-/sbin/modprobe m")
                        .running("o.service", "Type=oneshot", "ExecStart=-/bin/a", "ExecStart=/b");
        Forecast forecast = without(sketch, "net_raw");
        assertThat(said(forecast, "m.service")).isEqualTo("active");
        assertThat(said(forecast, "n.service")).isEqualTo("open");
        assertThat(said(forecast, "o.service")).isEqualTo("open");
    }

    /// Seen with modprobe@drm.service, which systemd-logind wants, on systemd 247 without setpcap.
    @Test
    void aOneshotOfAServiceThatFailsAgainAndAgainIsLeftOpen() {
        String[] lines = {"Type=oneshot", "ExecStart=-/sbin/modprobe m"};
        Dependencies wanting =
                Dependencies.NONE.with(Dependency.WANTS, "m.service", "kept.service");
        Sketch sketch =
                new Sketch()
                        .wanted("m.service", "inactive", "dead")
                        .withLines(lines)
                        .running("kept.service", lines)
                        .withLines("RemainAfterExit=yes")
                        .running("logind.service", wanting, "User=l", "Restart=always");
        assertThat(said(without(sketch, "setuid"), "m.service")).isEqualTo("open");
        assertThat(said(without(sketch, "setuid"), "kept.service")).isEqualTo("active");
        assertThat(said(without(sketch, "kill"), "m.service")).isEqualTo("inactive");
    }

    /// Seen with systemd-userdbd, which its socket starts and no boot does.
    @Test
    void theSocketOfAServiceThatFailsWheneverItIsAskedForIsLeftOpen() {
        Sketch sketch =
                new Sketch()
                        .running("u.socket", "ListenStream=/run/u")
                        .loaded("u.service", "active", "running", triggeredBy("u.socket"))
                        .withLines("CapabilityBoundingSet=CAP_SYS_RESOURCE");
        assertThat(said(without(sketch, "setpcap"), "u.socket")).isEqualTo("open");
        assertThat(said(without(sketch, "kill"), "u.socket")).isEqualTo("active");
    }

    @Test
    void whatSettlesItIsACommandThatCanBePasted() {
        Sketch sketch = new Sketch().running("s.service", "User=u");
        assertThat(without(sketch, "chown").undecided())
                .extracting(Undecided::settledBy)
                .containsExactly(
                        "learning which capabilities it uses: capdrop learn --boot lxc:c1");
    }

    /// Seen with shadowsocks-libev.
    @ParameterizedTest(name = "{1} without ipc_lock on {0}: {2}")
    @CsvSource(
            textBlock =
                    """
                    247, DynamicUser=yes,                             failed 203
                    250, DynamicUser=yes,                             open
                    252, DynamicUser=yes,                             active
                    257, NoNewPrivileges=yes;ProtectSystem=full,      active
                    257, NoNewPrivileges=yes;ProtectSystem=strict,    active
                    257, NoNewPrivileges=yes;PrivateTmp=yes,          failed 203
                    257, ProtectSystem=strict,                        failed 203
                    """)
    void fileCapabilitiesDoNotCountOnAMountWithNosuid(
            String version, String lines, String expected) {
        String[] all = (lines + ";ExecStart=/bin/x").split(";");
        Sketch sketch = executing(100000L, "cap_ipc_lock=ep", false, all).version(version + ".1");
        assertThat(said(without(sketch, "ipc_lock"), "s.service")).isEqualTo(expected);
    }

    private static Sketch boundToWhatFails() {
        return new Sketch()
                .running(
                        "fails.service",
                        "Type=notify",
                        "ExecStart=/bin/x",
                        "CapabilityBoundingSet=CAP_KILL")
                .running(
                        "next.service",
                        Dependencies.NONE
                                .with(Dependency.REQUIRES, List.of("fails.service"))
                                .with(Dependency.AFTER, List.of("fails.service")),
                        "Type=notify",
                        "ExecStart=/bin/y");
    }

    /// Each unit is looked at a few times, or this forecast would never end.
    private static Forecast withinAThousandLooks(Sketch sketch) {
        int[] looks = {0};
        TimeLimit limit = new TimeLimit(Duration.ZERO, () -> ++looks[0] > 1000);
        return Forecaster.over(sketch.draw(), limit)
                .forecast(ALL.minus(CapabilitySet.of("setpcap")));
    }

    @Test
    void aForecastIsGivenUpWhenItsTimeIsOverBeforeItAndInIt() {
        for (int allowed : List.of(0, 1)) {
            int[] looks = {0};
            TimeLimit limit = new TimeLimit(Duration.ZERO, () -> looks[0]++ >= allowed);
            CapabilitySet left = allowed == 0 ? ALL.minus(CapabilitySet.of("sys_admin")) : ALL;
            Forecaster forecaster = Forecaster.over(boundToWhatFails().draw(), limit);
            assertThatThrownBy(() -> forecaster.forecast(left))
                    .isInstanceOf(TimeLimit.OverdueException.class);
        }
    }

    /// Of systemd 239 only what a condition does is known: it is not said in turn without an end.
    @Test
    void whatIsBoundToASkippedUnitOfAnOldSystemdIsLeftOpen() {
        Sketch sketch =
                new Sketch()
                        .version("239")
                        .wanted("a.service", "active", "exited", needs("CAP_SETPCAP", SUCCEEDED))
                        .wanted(
                                "b.target",
                                "active",
                                "active",
                                Dependencies.NONE
                                        .with(Dependency.BINDS_TO, "a.service")
                                        .with(Dependency.AFTER, "a.service"));
        Forecast forecast = withinAThousandLooks(sketch);
        assertThat(said(forecast, "a.service")).isEqualTo("skipped");
        assertThat(open(forecast, "b.target").why())
                .isEqualTo(
                        "hangs on a.service, which will not be active; of this version of systemd"
                                + " that is not known");
    }

    /// Bound to what fails, which stops it, and overtaken by what is not started: it is stopped.
    @Test
    void aStoppedUnitIsNotOvertakenInTurnWithoutAnEnd() {
        Dependencies links =
                Dependencies.NONE
                        .with(Dependency.BINDS_TO, List.of("fails.service"))
                        .with(Dependency.REQUIRES, List.of("next.service"));
        Sketch sketch =
                boundToWhatFails()
                        .running("both.service", links, "Type=notify", "ExecStart=/bin/z");
        Forecast forecast = withinAThousandLooks(sketch);
        assertThat(said(forecast, "fails.service")).isEqualTo("failed 218");
        assertThat(said(forecast, "next.service")).isEqualTo("not-started");
        assertThat(said(forecast, "both.service")).isEqualTo("inactive");
    }

    /// It has ended before, so that a stop tells nothing new of it.
    @Test
    void aOneshotThatIsBoundToWhatFailsIsNotStoppedAndLeftUndecidedInTurnWithoutAnEnd() {
        Sketch sketch =
                boundToWhatFails()
                        .wanted(
                                "once.service",
                                "inactive",
                                "dead",
                                Dependencies.NONE.with(
                                        Dependency.BINDS_TO, List.of("fails.service")))
                        .withLines("Type=oneshot", "ExecStart=/bin/z");
        assertThat(said(withinAThousandLooks(sketch), "once.service")).isEqualTo("open");
    }
}
