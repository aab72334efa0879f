package dev.capdrop.core.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.diagnosis.Diagnosis.Finding;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.snapshot.Evidence;
import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Evidence.Trouble.CommandExit;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitFile.Setting;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What was not named rightly at first of a third set of 60 failures that somebody else made, by
/// the lines that they left.
class ThirdSetTest {
    private static final String UNIT = "myapp.service";
    private static final String ENDED = UNIT + ": Can't open PID file '/run/x.pid' (yet?)";

    private static Sketch ended(int status, String... lines) {
        return new Sketch()
                .wanted(UNIT, "failed", "failed")
                .ended("exit-code", status)
                .evidence(saying(lines));
    }

    private static Evidence saying(String... lines) {
        return new Evidence(Map.of(UNIT, Trouble.NONE.with(List.of(), List.of(lines))), List.of());
    }

    private static Finding finding(Sketch sketch) {
        return Diagnosis.of(sketch.draw()).findings().getFirst();
    }

    private static String why(Finding finding) {
        return finding.cause() instanceof Cause.Told told ? told.why() : "" + finding.cause();
    }

    private static String remedy(Finding finding) {
        return finding.remedies().getFirst() instanceof Remedy.Mend mend ? mend.what() : "";
    }

    private static Arguments row(
            int number, Sketch sketch, String why, String remedy, String... shown) {
        return Arguments.of(number, sketch, why, remedy, List.of(shown));
    }

    static Stream<Arguments> failures() {
        String tar =
                "/usr/bin/tar: anna: Cannot change ownership to uid 1200107, gid 1200513: Invalid argument";
        String proc = "bwrap: Can't mount proc on /proc: Operation not permitted";
        String slapd =
                "mdb_db_open: database \"dc=nodomain\" cannot be opened: Permission denied (13). Restore from backup!";
        String serial =
                "serial.serialutil.SerialException: [Errno 1] could not open port /dev/ttyS0: [Errno 1] Operation not permitted: '/dev/ttyS0'";
        String haproxy =
                "[ALERT]    (203) : config : parsing [/etc/haproxy/haproxy.cfg:37] : 'bind *:443' in section 'frontend' : unable to stat SSL certificate from file '/etc/haproxy/certs/site.pem' : No such file or directory.";
        String lua =
                "PANIC: unprotected error in call to Lua API (runtime code generation failed, restricted kernel?)";
        String random = "mknod: /var/bind9/chroot/dev/random: Operation not permitted";
        String kmsg =
                "E1201 06:43:38.000000     76 run.go:74] \"command failed\" err=\"failed to run Kubelet: failed to create kubelet: open /dev/kmsg: no such file or directory\"";
        String jail =
                "2026-12-01 06:43:39,408 fail2ban                [86]: ERROR   Failed during configuration: Have not found any log file for sshd jail";
        String pool = "[01-Dec-2026 06:43:39] ERROR: [pool www] cannot get uid for user 'wwwrun'";
        String variable =
                "2026-12-01  6:43:39 0 [ERROR] /usr/sbin/mariadbd: unknown variable 'mysqlx_port=33060'";
        String shared =
                "FATAL: could not resize shared memory segment \"/dev/shm/frames.mmap\" to 67108864 bytes: No space left on device";
        String handle = "open_by_handle_at: /srv: Operation not permitted";
        String apache =
                "AH00526: Syntax error on line 3 of /etc/apache2/sites-enabled/000-default.conf:";
        String rewrite =
                "Invalid command 'RewriteEngine', perhaps misspelled or defined by a module not included in the server configuration";
        String keys = "sshd: no hostkeys available -- exiting.";
        String rotate =
                "error: skipping \"/var/log/app/app.log\" because parent directory has insecure permissions (It's world writable or writable by group which is not \"root\") Set \"su\" directive in config file to tell logrotate which user/group should be used for rotation.";
        return Stream.of(
                row(
                        6,
                        ended(
                                2,
                                tar,
                                "/usr/bin/tar: Exiting with failure status due to previous errors"),
                        "map of ids does not have: 1200107",
                        "--no-same-owner",
                        tar),
                row(8, ended(1, proc), "/proc of its own", "nesting.conf", proc),
                row(
                        15,
                        ended(
                                1,
                                "@(#) $OpenLDAP: slapd 2.6.10+dfsg-1 (May 29 2025 23:41:48) $",
                                slapd,
                                "backend_startup_one (type=mdb, suffix=\"dc=nodomain\"): bi_db_open failed! (13)",
                                "slapd stopped."),
                        "its database dc=nodomain, by their owner and mode",
                        "give them to the user",
                        slapd),
                row(16, ended(1, serial).privileged(), "/dev/ttyS0", "lxc.cgroup.devices.allow"),
                row(
                        25,
                        ended(
                                1,
                                haproxy,
                                "[ALERT]    (203) : config : Error(s) found in configuration file : /etc/haproxy/haproxy.cfg",
                                "[ALERT]    (203) : config : Fatal errors found in configuration."),
                        "/etc/haproxy/certs/site.pem is not there",
                        "make it",
                        haproxy),
                row(
                        26,
                        ended(
                                127,
                                "env: ‘bash\\r’: No such file or directory",
                                "env: use -[v]S to pass options in shebang lines"),
                        "CRLF",
                        "sed -i 's/\\r$//'"),
                row(
                        28,
                        ended(1, lua).withLines("MemoryDenyWriteExecute=yes"),
                        "MemoryDenyWriteExecute=yes forbids",
                        "MemoryDenyWriteExecute=no"),
                row(
                        33,
                        ended(1, random),
                        "makes the device /var/bind9/chroot/dev/random",
                        "mount --bind"),
                row(36, ended(1, kmsg), "wants the device /dev/kmsg", "pass /dev/kmsg in"),
                row(
                        38,
                        ended(2, "Error: Specified qdisc kind is unknown."),
                        "host's kernel",
                        "modprobe sch_"),
                row(
                        39,
                        ended(
                                255,
                                jail,
                                "2026-12-01 06:43:39,471 fail2ban                [86]: ERROR   Async configuration of server failed"),
                        "no log file",
                        "backend = systemd"),
                row(
                        41,
                        ended(78, pool, "[01-Dec-2026 06:43:39] ERROR: FPM initialization failed"),
                        "does not exist here: wwwrun",
                        "useradd",
                        pool),
                row(
                        42,
                        ended(7, variable, "2026-12-01  6:43:39 0 [ERROR] Aborting"),
                        "does not know: mysqlx_port",
                        "take it out",
                        variable),
                row(49, ended(1, shared), "no disk: /dev/shm/frames.mmap", "make /dev/shm larger"),
                row(50, ended(1, handle).privileged(), "calls open_by_handle_at", "profile"),
                row(
                        53,
                        ended(
                                1,
                                apache,
                                rewrite,
                                "Action 'start' failed.",
                                "The Apache error log may have more information."),
                        "RewriteEngine",
                        "a2enmod",
                        apache,
                        rewrite),
                row(56, ended(1, keys), "no host keys", "ssh-keygen -A"),
                row(57, ended(1, rotate), "/var/log/app/app.log", "su USER GROUP"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void whatItsLinesTellIsTheCause(
            int number, Sketch sketch, String why, String remedy, List<String> shown) {
        Finding finding = finding(sketch);
        assertThat(why(finding)).as("%s", number).contains(why);
        assertThat(remedy(finding)).contains(remedy);
        assertThat(finding.log()).containsAll(shown);
        assertThat(finding.remedies()).noneMatch(Remedy.Journal.class::isInstance);
    }

    /// Numbers 11 and 54: pg_ctlcluster starts a server that ends, and PIDFile= is all that systemd
    /// then misses.
    @Test
    void whatEndsInTheBackgroundIsNamedByItsOwnLinesAndNotByThoseOfWhoStartedIt() {
        String started =
                "Error: /usr/lib/postgresql/17/bin/pg_ctl start -c config_file=\"/etc/postgresql/17/main/postgresql.conf\"  exited with status 1:";
        String mode =
                "2026-12-01 06:45:16.447 UTC [126] FATAL:  data directory \"/var/lib/postgresql/17/main\" has invalid permissions";
        String detail =
                "2026-12-01 06:45:16.447 UTC [126] DETAIL:  Permissions should be u=rwx (0700) or u=rwx,g=rx (0750).";
        Finding closed = protocol(started, mode, detail);
        assertThat(why(closed)).contains("/var/lib/postgresql/17/main open to others");
        assertThat(remedy(closed)).contains("0700");
        assertThat(closed.log()).containsExactly(mode, detail);
        String locale =
                "2026-12-01 06:43:39.410 UTC [100] LOG:  invalid value for parameter \"lc_messages\": \"de_DE.UTF-8\"";
        Finding foreign =
                protocol(
                        started,
                        locale,
                        "2026-12-01 06:43:39.411 UTC [100] FATAL:  configuration file \"/etc/postgresql/15/main/postgresql.conf\" contains errors");
        assertThat(why(foreign)).contains("locale de_DE.UTF-8");
        assertThat(remedy(foreign)).contains("locale-gen");
        assertThat(foreign.log()).contains(locale);
    }

    @Test
    void whoEndedWithAStatusThatSystemdIgnoresWasNotLate() {
        assertThat(protocol("FATAL: no such role").cause())
                .isEqualTo(new Cause.OwnExit(new CommandExit("ExecStart", "/bin/x", 1, 1), 1));
    }

    private static Trouble trouble(List<String> log, CommandExit... commands) {
        return new Trouble("", List.of(commands), List.of(), 0, 0, 0, List.of(), log);
    }

    private static Finding protocol(String... lines) {
        Trouble trouble =
                trouble(
                        Stream.of(
                                        Stream.of(lines),
                                        Stream.of(
                                                "pg_ctl: could not start server",
                                                "Examine the log output.",
                                                ENDED))
                                .flatMap(part -> part)
                                .toList(),
                        new CommandExit("ExecStart", "/bin/x", 1, 1));
        return finding(
                new Sketch()
                        .wanted(UNIT, "failed", "failed")
                        .ended("protocol", 0)
                        .withLines("Type=forking")
                        .evidence(new Evidence(Map.of(UNIT, trouble), List.of())));
    }

    @Test
    void whoIsRefusedASystemCallOrAMountByEpermIsNotSentToItsFiles() {
        assertThat(why(finding(ended(1, "setns: /proc/9/ns/net: Operation not permitted"))))
                .contains("system call setns");
        assertThat(why(finding(ended(1, "mounting /srv/x on /mnt: Operation not permitted"))))
                .contains("refused a mount");
        Finding other = finding(ended(1, "x: frob /srv/x: Operation not permitted"));
        assertThat(why(other)).contains("/srv/x (EPERM");
        assertThat(remedy(other)).doesNotContain("namei");
    }

    /// Number 47: on control groups of version 1 nobody tells systemd, and the group in which the
    /// kernel counts is gone.
    @Test
    void whoIsKilledWhereTheContainersMemoryWasUsedUpMayHaveBeenForThat() {
        Sketch killed = new Sketch().wanted(UNIT, "failed", "failed").ended("signal", 9);
        Quota full = new Quota(Quota.Kind.MEMORY, -1, 419_430_400, 419_430_400, 0);
        Finding finding = finding(killed.evidence(new Evidence(Map.of(), List.of(full))));
        assertThat(why(finding)).contains("for want of memory").contains("419430400");
        assertThat(remedy(finding)).contains("lxc.cgroup.memory.limit_in_bytes");
        Quota room = new Quota(Quota.Kind.MEMORY, -1, 400_000_000, 419_430_400, 0);
        assertThat(finding(killed.evidence(new Evidence(Map.of(), List.of(room)))).cause())
                .isEqualTo(new Cause.Killed(9, null));
    }

    /// Number 52: of a folder with links alone is mounted into the container.
    @Test
    void aLinkThatLeadsNowhereIsNoFileThatIsMissing() {
        String line =
                "cannot load certificate \"/etc/x/live/chain.pem\": BIO_new_file() failed (No such file or directory)";
        Trouble.NamedFile link =
                new Trouble.NamedFile(
                        Trouble.NamedFile.SAID,
                        "/etc/x/live/chain.pem",
                        Trouble.NamedFile.Standing.DANGLING,
                        "../archive/chain1.pem");
        Finding finding = finding(ended(1).evidence(with(link, line)));
        assertThat(finding.cause()).isEqualTo(new Cause.Path(link));
        assertThat(remedy(finding)).contains("../archive/chain1.pem").contains("mount");
    }

    /// Number 16: a host with version 1 of control groups takes no line of version 2.
    @Test
    void aDeviceIsAllowedByTheKeyOfTheHostsControlGroups() {
        Trouble.NamedFile device =
                new Trouble.NamedFile(
                        Trouble.NamedFile.SAID,
                        "/dev/ttyS0",
                        Trouble.NamedFile.Standing.FITS,
                        "lxc.cgroup.devices.allow");
        String line = "open /dev/ttyS0: Operation not permitted";
        assertThat(remedy(finding(ended(1).evidence(with(device, line)))))
                .contains("lxc.cgroup.devices.allow")
                .doesNotContain("cgroup2");
    }

    private static Evidence with(Trouble.NamedFile said, String line) {
        return new Evidence(
                Map.of(UNIT, Trouble.NONE.with(List.of(said), List.of(line))), List.of());
    }

    /// Numbers 23 and 30: what they say is in a log of their own.
    @Test
    void whoTellsTheJournalNothingIsReadInItsOwnLog() {
        Trouble silent =
                trouble(
                        List.of("1796107420: Loading config file /etc/mosquitto/conf.d/auth.conf"),
                        new CommandExit("ExecStartPre", "/bin/mkdir", 1, 0),
                        new CommandExit("ExecStart", "/usr/sbin/mosquitto", 1, 13));
        assertThat(OwnLog.of(UNIT, silent, silent.log()))
                .isEqualTo("/var/log/mosquitto/mosquitto.log");
        assertThat(OwnLog.of(UNIT, silent, List.of("Error: no"))).isEmpty();
        Sketch sketch = ended(13).evidence(new Evidence(Map.of(UNIT, silent), List.of()));
        assertThat(remedy(finding(sketch))).contains("/var/log/mosquitto/mosquitto.log");
        String closed = "1796107422: Error: Unable to open pwfile \"/etc/mosquitto/passwd\".";
        assertThat(
                        why(
                                finding(
                                        ended(
                                                13,
                                                closed,
                                                "1796107422: Error opening password file \"/etc/mosquitto/passwd\"."))))
                .contains("could not open /etc/mosquitto/passwd");
        String address =
                "269:M 01 Dec 2026 06:43:42.130 # Warning: Could not create server TCP listening socket 10.20.30.40:6379: bind: Cannot assign requested address";
        assertThat(
                        why(
                                finding(
                                        ended(
                                                1,
                                                address,
                                                "269:M 01 Dec 2026 06:43:42.130 # Failed listening on port 6379 (tcp), aborting."))))
                .contains("10.20.30.40:6379");
    }

    @Test
    void whereNoLogIsKnownOfAProgramThoseThatItsUnitNamesOrThatAreCalledLikeItAreLookedAt() {
        Trouble silent =
                trouble(List.of(), new CommandExit("ExecStart", "/usr/sbin/openvpn", 1, 1));
        List<Setting> settings =
                Stream.of("LogsDirectory=vpn", "StandardError=append:/srv/vpn.err")
                        .map(line -> line.split("=", 2))
                        .map(one -> new Setting("/x.service", 1, "Service", one[0], one[1]))
                        .toList();
        UnitDetail no = UnitDetail.UNREAD;
        UnitState unit =
                new UnitState(
                        "openvpn-server@road.service",
                        "loaded",
                        "failed",
                        "failed",
                        List.of(),
                        new UnitDetail(
                                List.of(),
                                no.files(),
                                no.activation(),
                                List.of(),
                                no.dependencies(),
                                null,
                                settings,
                                null));
        assertThat(Diagnosis.ownLogs(unit, silent, List.of("DEPRECATED OPTION: --secret")))
                .containsExactly(
                        "/var/log/vpn/",
                        "/srv/vpn.err",
                        "/var/log/openvpn-server.log",
                        "/var/log/openvpn-server-road.log",
                        "/var/log/openvpn-server/",
                        "/var/log/openvpn.log",
                        "/var/log/openvpn-road.log",
                        "/var/log/openvpn/");
        assertThat(Diagnosis.ownLogs(unit, silent, List.of("Error: no"))).isEmpty();
    }

    /// A path that stays, and its service, which has ended with this status.
    private static Diagnosis queue(int status) {
        return Diagnosis.of(
                new Sketch()
                        .wanted("queue.path", "failed", "failed")
                        .ended("unit-start-limit-hit", 0)
                        .withLines("PathExists=/srv/queue/go")
                        .wanted(
                                "queue.service",
                                "failed",
                                "failed",
                                Sketch.triggeredBy("queue.path"))
                        .ended("start-limit-hit", status)
                        .draw());
    }

    /// Number 59: the path stays, and its service, which does well, is started until the limit.
    @Test
    void aPathThatStaysIsWhyItsServiceIsStartedTooOften() {
        Diagnosis diagnosis = queue(0);
        assertThat(diagnosis.findings())
                .filteredOn(finding -> finding.unit().equals("queue.service"))
                .extracting(Finding::cause)
                .containsExactly(new Cause.BroughtDown("queue.path"));
        Finding path =
                diagnosis.findings().stream()
                        .filter(finding -> finding.unit().equals("queue.path"))
                        .findFirst()
                        .orElseThrow();
        assertThat(why(path)).contains("PathExists=/srv/queue/go");
        assertThat(path.victims()).containsExactly("queue.service");
        assertThat(queue(7).findings())
                .filteredOn(finding -> finding.unit().equals("queue.path"))
                .extracting(Finding::cause)
                .containsExactly(new Cause.BroughtDown("queue.service"));
    }

    /// Number 21: sched_setaffinity(2) says EINVAL where the container has none of the processors.
    @Test
    void whatIsBoundToProcessorsThatTheContainerLacksIsTold() {
        Finding finding = finding(ended(215).withLines("CPUAffinity=1"));
        assertThat(remedy(finding)).contains("CPUAffinity=").contains("cpuset.cpus");
        assertThat(finding.evidence()).hasSize(1);
    }
}
