package dev.capdrop.core.diagnosis;

import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;
import static dev.capdrop.core.forecast.Sketch.needs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.diagnosis.Cause.SetUp;
import dev.capdrop.core.diagnosis.Diagnosis.Finding;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.plan.Planner;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.Evidence;
import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Evidence.Trouble.CommandExit;
import dev.capdrop.core.snapshot.Evidence.Trouble.NamedFile.Standing;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each row of the table of signatures, and what is offered for it.
class SignaturesTest {
    private static final String UNIT = "myapp.service";
    private static final Trouble.NamedFile FOREIGN_PROGRAM =
            new Trouble.NamedFile(Trouble.NamedFile.SAID, "/opt/export", Standing.UNMAPPED, "0");
    private static final String NESTED =
            "lxc.apparmor.profile = generated\nlxc.apparmor.allow_nesting = 1\n";
    private static final String CONFINED = "lxc.apparmor.profile = generated\n";
    private static final String CREDENTIALS = "myapp.service: Failed to set up credentials: ";
    private static final CapabilitySet ALL = CapabilitySet.upTo(40);
    private static final CapabilitySet OF_LXC =
            CapabilitySet.of("sys_module", "sys_rawio", "sys_time", "mac_admin", "mac_override");
    private static final String LIBRARY =
            "app: error while loading shared libraries: libx.so.3: cannot open shared object file";
    private static final String PID_FILE =
            "myapp.service: Can't open PID file /run/x.pid (yet?) after start: No such file";
    private static final String RUNTIME =
            "myapp.service: Service reached runtime time limit. Stopping.";
    private static final Trouble.NamedFile NAS = file("What", "//nas/media", Standing.MISSING);
    private static final String STEP = "myapp.service: Failed at step NAMESPACE spawning /opt/x: ";

    private static Sketch failed(String unit, String result, int status) {
        return new Sketch().wanted(unit, "failed", "failed").ended(result, status);
    }

    private static Sketch exited(int status) {
        return failed(UNIT, "exit-code", status);
    }

    private static Trouble trouble(Trouble.NamedFile... files) {
        return Trouble.NONE.with(List.of(files), List.of());
    }

    private static Trouble.NamedFile taken(String place, String by) {
        return new Trouble.NamedFile("ListenStream", place, Standing.TAKEN, by);
    }

    private static Trouble saying(String... lines) {
        return Trouble.NONE.with(List.of(), List.of(lines));
    }

    private static Evidence of(String unit, Trouble trouble, Quota... quotas) {
        return new Evidence(Map.of(unit, trouble), List.of(quotas));
    }

    private static Trouble.NamedFile file(String setting, String name, Standing standing) {
        return new Trouble.NamedFile(setting, name, standing, "");
    }

    private static Trouble.NamedFile closed(String setting) {
        return new Trouble.NamedFile(setting, "/opt/x", Standing.CLOSED, "/opt");
    }

    private static Trouble ended(int status, Trouble.NamedFile... files) {
        return new Trouble(
                "",
                List.of(
                        new CommandExit("ExecStartPre", "/bin/true", 1, 0),
                        new CommandExit("ExecStart", "/opt/x", 1, status)),
                List.of(files),
                0,
                0,
                0,
                List.of(),
                List.of());
    }

    private static Sketch confined(String systemd, int status, String line) {
        return exited(status).appArmor(true).config(CONFINED).version(systemd).withLines(line);
    }

    private static Sketch mountOf(String type, String options) {
        return failed("mnt.mount", "exit-code", 32)
                .withLines("What=x", "Where=/mnt", "Type=" + type, "Options=" + options);
    }

    private static Arguments row(Sketch sketch, Cause cause, String remedy) {
        return Arguments.of(sketch, cause, remedy);
    }

    private static Arguments row(Sketch sketch, Trouble.NamedFile file, String remedy) {
        Sketch seen = sketch.evidence(of(UNIT, trouble(file)));
        boolean account = file.setting().matches("User|Group|SupplementaryGroups");
        return row(seen, account ? new Cause.Account(file) : new Cause.Path(file), remedy);
    }

    private static Remedy remedy(Sketch sketch) {
        return Diagnosis.of(sketch.draw()).findings().getFirst().remedies().getFirst();
    }

    private static SetUp step(int status) {
        return Objects.requireNonNull(SetUp.of(status));
    }

    private static Telling telling(String name) {
        return Telling.ALL.stream()
                .filter(row -> row.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Arguments told(Telling row, String named, String... lines) {
        return told(exited(1), row, named, lines);
    }

    private static Arguments told(Sketch sketch, Telling row, String named, String... lines) {
        Cause cause = row.told(named, new Cause.OwnExit(null, 1));
        return row(sketch.evidence(of(UNIT, saying(lines))), cause, "mend");
    }

    /// What programs say that somebody else's containers ran.
    static Stream<Arguments> words() {
        String key = "sysctl: permission denied on key \"vm.max_map_count\"";
        String module =
                "modprobe: FATAL: Module br_netfilter not found in directory /lib/modules/x";
        String swap = "swapon: /swapfile: swapon failed: Operation not permitted";
        String date = "/bin/date: cannot set date: Operation not permitted";
        String limit =
                "run: line 3: ulimit: open files: cannot modify limit: Operation not permitted";
        String tty = "FileNotFoundError: [Errno 2] No such file or directory: '/dev/ttyUSB0'";
        String tun = "ERROR: Cannot open TUN/TAP dev /dev/net/tun: Permission denied (errno=13)";
        String perl =
                "Can't locate JSON/XS.pm in @INC (you may need to install the JSON::XS module)";
        String nginx = "[emerg] 83#83: unknown directive \"x\" in /etc/nginx/conf.d/app.conf:3";
        String moved = "mv: cannot move '/srv/in/a' to '/srv/done/': Not a directory";
        String unset = "/opt/mailer/run: line 3: SMTP_HOST: unbound variable";
        String pages = "sh: cannot create /sys/kernel/mm/x/enabled: Read-only file system";
        return Stream.of(
                told(telling("sysctl-key"), "vm.max_map_count", key),
                told(telling("hosts-setting"), "/sys/kernel/mm/x/enabled", pages),
                told(telling("module"), "br_netfilter", module),
                told(telling("swap"), "", swap),
                told(telling("clock"), "", date, "Tue Jan  1 00:00:00 UTC 2030"),
                told(telling("limit"), "", limit),
                told(
                        telling("makes-device"),
                        "/dev/net/tun",
                        "mknod: /dev/net/tun: Operation not permitted"),
                told(telling("fuse"), "", "fuse: device not found, try 'modprobe fuse' first"),
                told(telling("no-device"), "/dev/ttyUSB0", "~~~~^^^^", tty),
                told(telling("device-closed"), "/dev/net/tun", tun, "Exiting due to fatal error"),
                told(
                        telling("device-refused"),
                        "/dev/kvm",
                        "cannot create /dev/kvm: Operation not permitted"),
                told(telling("no-system-call"), "add_key", "add_key: Function not implemented"),
                told(telling("perl-module"), "JSON::XS", perl, "BEGIN failed"),
                told(
                        telling("python-module"),
                        "yaml",
                        "ModuleNotFoundError: No module named 'yaml'"),
                told(
                        telling("configuration"),
                        "/etc/nginx/conf.d/app.conf:3",
                        nginx,
                        "test failed"),
                told(
                        telling("configuration"),
                        "/etc/ssh/x: line 1",
                        "/etc/ssh/x: line 1: Bad option"),
                told(telling("redis"), "dir /data/redis", ">>> 'dir /data/redis'", "No such file"),
                told(telling("json"), "Expecting ','", "json.JSONDecodeError: Expecting ','"),
                told(telling("variable"), "SMTP_HOST", unset),
                told(telling("no-target"), "/srv/done/", moved, moved),
                told(telling("not-connected"), "", "ConnectionRefusedError: Connection refused"),
                told(
                        telling("not-connected-to"),
                        "127.0.0.1:5432",
                        "s=socket.create_connection((\"127.0.0.1\",5432),timeout=5)",
                        "  File \"/usr/lib/python3.11/socket.py\", line 851, in create_connection",
                        "raise exceptions[0]",
                        "sock.connect(sa)",
                        "ConnectionRefusedError: [Errno 111] Connection refused"),
                told(
                        telling("interface-type"),
                        "",
                        "Error: Unknown device type.",
                        "Unable to access interface: Protocol not supported",
                        "[#] ip link delete dev wg0",
                        "Cannot find device \"wg0\""),
                told(
                        exited(1).withLines("User=nobody"),
                        telling("ping"),
                        "",
                        "ping: socket: Operation not permitted"),
                told(
                        exited(1).withLines("User=nobody"),
                        telling("low-port"),
                        "",
                        "s.bind((\"0.0.0.0\",53))",
                        "PermissionError: [Errno 13] Permission denied"),
                row(
                        exited(1)
                                .evidence(
                                        of(
                                                UNIT,
                                                saying("/bin/kill: (1): Operation not permitted"))),
                        new Cause.OwnExit(null, 1),
                        "journal"),
                row(
                        exited(143).evidence(of(UNIT, saying("Terminated"))),
                        new Cause.OwnExit(null, 143),
                        "drop-in"));
    }

    /// What programs said of a second set of failures that somebody else made.
    static Stream<Arguments> otherWords() {
        String glibc =
                "/opt/app: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by /opt/app)";
        String watches =
                "Error: ENOSPC: System limit for number of file watchers reached, watch '/srv/x'";
        String key =
                "unable to join session keyring: unable to create session key: disk quota exceeded";
        String full = "run: open server: write /srv/x/0000.tmp: no space left on device";
        String bpf = "Error attaching: failed to load BPF object: operation not permitted";
        String vrrp = "(/etc/k.conf: Line 3) WARNING - interface ens18 for VI_1 doesn't exist";
        String sudo =
                "sudo: The \"no new privileges\" flag is set, which prevents sudo from running";
        String owner = "Error: Config owner (app:114) and data owner (nobody:65534) do not match";
        String other =
                "The data directory was initialized by version 13, which is not compatible with this version 15";
        String login =
                "SQLSTATE[HY000] [1045] Access denied for user 'cloud'@'localhost' (using password)";
        String name = "'server apps/app1' : could not resolve address 'app1.example.org'.";
        String bind =
                "[emerg] bind() to 192.0.2.44:80 failed (99: Cannot assign requested address)";
        String certificate =
                "cannot load certificate \"/etc/ssl/x.pem\": BIO_new_file() failed (SSL: system library::No such file or directory";
        String huge = "HINT: exceeded available memory, swap space, or huge pages.";
        return Stream.of(
                told(telling("library-version"), "GLIBC_2.38", glibc),
                told(telling("inotify-watches"), "", watches, "Node.js v20.19.2"),
                told(telling("keys"), "", key),
                told(telling("no-space"), "/srv/x/0000.tmp", full),
                told(
                        telling("io-uring"),
                        "",
                        "Caused by:",
                        "io_uring_setup: Operation not permitted"),
                told(telling("bpf"), "", bpf),
                told(telling("interface"), "ens18", vrrp, "Stopped", "permanent error CONFIG"),
                told(telling("interface"), "eth1", "Cannot find device \"eth1\""),
                told(
                        telling("socket-kind"),
                        "NETLINK_ISCSI",
                        "can not create NETLINK_ISCSI socket [Protocol not supported]"),
                told(telling("privileges"), "", sudo, "step 'restart' failed"),
                told(telling("locked-memory"), "", "Failed to lock memory: cannot allocate memory"),
                told(telling("huge-pages"), "", "could not map: Cannot allocate memory", huge),
                told(telling("memory"), "", "fork: Cannot allocate memory"),
                told(telling("foreign-owner"), "", owner),
                told(telling("data-version"), "", other, "could not start server"),
                told(telling("login"), "cloud", login, "#4 {main}"),
                told(
                        telling("file-system"),
                        "",
                        "failed to start: prerequisites for driver not satisfied (wrong filesystem?)"),
                told(telling("resolve"), "app1.example.org", name),
                told(telling("resolve"), "", "psql: error: Name or service not known"),
                told(telling("no-address"), "192.0.2.44:80", bind, "test failed"),
                told(telling("no-file"), "/etc/ssl/x.pem", certificate, "test failed"));
    }

    @ParameterizedTest
    @MethodSource("otherWords")
    void whatOtherProgramsSayTellsTheCause(Sketch sketch, Cause cause, String remedy) {
        whatIsLeftBehindTellsTheCause(sketch, cause, remedy);
    }

    @Test
    void aLineOfItsOwnComesBeforeACapabilityThatIsWorthNothingUnlessItTellsOfARefusal() {
        String typo = "Fatal error : Invalid directive at line 3 in file /etc/chrony/chrony.conf";
        Sketch sketch =
                new Sketch()
                        .wanted(
                                "chrony.service",
                                "failed",
                                "failed",
                                needs("CAP_SYS_TIME", SUCCEEDED))
                        .ended("exit-code", 1);
        assertThat(cause(sketch.evidence(of("chrony.service", saying(typo)))))
                .isInstanceOf(Cause.Told.class);
        String refused = "adjtimex(0x8001) failed : Operation not permitted";
        assertThat(cause(sketch.evidence(of("chrony.service", saying(typo, refused)))))
                .isNotInstanceOf(Cause.Told.class);
    }

    @Test
    void whatIsClosedToItsUserIsSaidWithWhoseItIsAndTheLineOfTheRefusalIsShown() {
        String nameless = "cannot open state: Permission denied";
        String named = "open /srv/x/y: permission denied";
        Trouble.NamedFile own =
                new Trouble.NamedFile(
                        Trouble.NamedFile.SAID, "/srv/x", Standing.CLOSED, "root (mode 0600)");
        for (String line : List.of(nameless, named)) {
            List<String> lines =
                    line.equals(named)
                            ? List.of(line, "going down", "gone")
                            : List.of(line, "gone");
            Sketch sketch =
                    exited(1)
                            .withLines("User=svc")
                            .evidence(of(UNIT, Trouble.NONE.with(List.of(own), lines)));
            assertThat(cause(sketch))
                    .isInstanceOfSatisfying(
                            Cause.Told.class,
                            told ->
                                    assertThat(told.why())
                                            .endsWith(
                                                    ": /srv/x belongs to root (mode 0600), and it runs as svc"));
            assertThat(Diagnosis.of(sketch.draw()).findings().getFirst().log())
                    .containsExactly(line, "gone");
        }
    }

    @Test
    void whatIsClosedToWhomItMostLikelyChangesToIsSaidWithItsCertaintyAndTheWayIn() {
        String said = Trouble.NamedFile.SAID;
        List<Trouble.NamedFile> files =
                List.of(
                        new Trouble.NamedFile(
                                Trouble.NamedFile.RUNS_AS, "svc", Standing.FITS, "it is there"),
                        new Trouble.NamedFile(said, "/etc/x", Standing.CLOSED, "root (mode 0700)"),
                        new Trouble.NamedFile(
                                said, "/etc/x/key", Standing.CLOSED, "root (mode 0600)"));
        List<String> lines = List.of("Error: Unable to open pwfile \"/etc/x/key\".");
        Sketch sketch = exited(1).evidence(of(UNIT, Trouble.NONE.with(files, lines)));
        Finding finding = Diagnosis.of(sketch.draw()).findings().getFirst();
        assertThat(finding.cause())
                .isInstanceOfSatisfying(
                        Cause.Told.class,
                        told ->
                                assertThat(told.why())
                                        .endsWith(
                                                ": /etc/x belongs to root (mode 0700), and most likely it runs as svc, for it is there"));
        assertThat(finding.remedies().getFirst())
                .isInstanceOfSatisfying(
                        Remedy.Mend.class,
                        mend ->
                                assertThat(mend.what())
                                        .contains("chmod o+x /etc/x && chown svc: /etc/x/key"));
    }

    @Test
    void whatItSaidAtFirstOfAMissingFileIsNotWhyItEnded() {
        String gone = "cannot read '/etc/x.local': No such file or directory, going on";
        Sketch sketch = exited(1).evidence(of(UNIT, saying(gone, "listening", "bad request")));
        assertThat(cause(sketch)).isEqualTo(new Cause.OwnExit(null, 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/bin/test | -f /etc/x/key | starts only where /etc/x/key is there",
                "/usr/bin/[ | ! -e /run/x ] | a test of /run/x fails, and it does not",
                "/bin/mountpoint | -q /srv/x | something is mounted at /srv/x, and nothing is"
            })
    void whoAsksWithoutAWordIsToldByItsQuestion(String program, String rest, String why) {
        CommandExit asks = new CommandExit("ExecStartPre", program, 1, 1);
        Trouble silent = new Trouble("", List.of(asks), List.of(), 0, 0, 0, List.of(), List.of());
        Sketch sketch = exited(1).withLines("ExecStartPre=" + program + " " + rest);
        assertThat(cause(sketch.evidence(of(UNIT, silent))))
                .isInstanceOfSatisfying(
                        Cause.Told.class, told -> assertThat(told.why()).contains(why));
        assertThat(cause(sketch.evidence(of(UNIT, silent.with(List.of(), List.of("no luck"))))))
                .isInstanceOf(Cause.OwnExit.class);
    }

    @Test
    void whoAbortsItselfIsBelievedWhatItSays() {
        String denied = "Unhandled exception. Access to the path '/srv/media/x' is denied.";
        Sketch aborted = failed(UNIT, "signal", 6);
        assertThat(cause(aborted.evidence(of(UNIT, saying(denied, "at Main(String[])")))))
                .isEqualTo(telling("refused").told("/srv/media/x", null));
        Trouble.NamedFile foreign =
                new Trouble.NamedFile(
                        Trouble.NamedFile.SAID, "/srv/media/x", Standing.UNMAPPED, "1000");
        assertThat(cause(aborted.evidence(of(UNIT, trouble(foreign)))))
                .isEqualTo(new Cause.Path(foreign));
        assertThat(cause(failed(UNIT, "signal", 6))).isEqualTo(new Cause.Killed(6, null));
    }

    @Test
    void theUserOfAnInstanceIsNamed() {
        String unit = "syncthing@bob.service";
        Sketch drawn = failed(unit, "exit-code", 1).withLines("User=%i");
        assertThat(
                        Diagnosis.of(drawn.evidence(of(unit, trouble(FOREIGN_PROGRAM))).draw())
                                .findings()
                                .getFirst()
                                .remedies())
                .first()
                .asString()
                .contains("to bob, with all that is in it");
    }

    @Test
    void whoForksAndFailsIsNotToldToChangeItsType() {
        Sketch forking = failed(UNIT, "protocol", 0).withLines("Type=forking");
        for (String line : List.of("FATAL: no such role", "socket: cannot say")) {
            assertThat(cause(forking.evidence(of(UNIT, saying(line)))))
                    .isInstanceOfSatisfying(
                            Cause.Told.class,
                            told -> assertThat(told.words()).isEqualTo("ended before it was up"));
        }
        assertThat(cause(forking.evidence(of(UNIT, saying("listening", PID_FILE)))))
                .isEqualTo(new Cause.TimedOut(Cause.Lateness.PID_FILE));
        String manager = UNIT + ": Failed to parse PID from file /run/x.pid";
        assertThat(cause(forking.evidence(of(UNIT, saying("listening", manager)))))
                .isEqualTo(new Cause.TimedOut(Cause.Lateness.PROTOCOL));
    }

    @Test
    void whoWaitsInVainSaysForWhat() {
        Sketch late = failed(UNIT, "timeout", 15).withLines("Type=simple");
        assertThat(cause(late.evidence(of(UNIT, saying("waiting for db:5432")))))
                .isEqualTo(telling("waits").told("waiting for db:5432", null));
        assertThat(cause(exited(1).evidence(of(UNIT, saying("waiting for db:5432")))))
                .isEqualTo(new Cause.OwnExit(null, 1));
    }

    @Test
    void aSignOfReadinessFromAnotherProcessIsToldFromNone() {
        String other =
                UNIT
                        + ": Got notification message from PID 9, but reception only permitted for main PID 8";
        Sketch late = failed(UNIT, "timeout", 15).withLines("Type=notify");
        assertThat(cause(late.evidence(of(UNIT, saying("listening", other)))))
                .isEqualTo(new Cause.TimedOut(Cause.Lateness.NOT_ITS_MAIN_PROCESS));
    }

    @Test
    void theCommandThatEndedWithItsStatusIsNamedAndNotOneWhoseFailureIsIgnored() {
        Trouble trouble =
                new Trouble(
                        "",
                        List.of(
                                new CommandExit("ExecStartPre", "/sbin/sysctl", 1, 255),
                                new CommandExit("ExecStart", "/opt/x", 1, 78)),
                        List.of(),
                        0,
                        0,
                        0,
                        List.of(),
                        List.of());
        assertThat(cause(exited(78).evidence(of(UNIT, trouble))))
                .isEqualTo(new Cause.OwnExit(new CommandExit("ExecStart", "/opt/x", 1, 78), 78));
    }

    @Test
    void anIllegalInstructionIsNoFaultThatAnUpdateMends() {
        assertThat(
                        Diagnosis.of(failed(UNIT, "signal", 4).draw())
                                .findings()
                                .getFirst()
                                .remedies()
                                .getFirst())
                .isInstanceOfSatisfying(
                        Remedy.Mend.class, mend -> assertThat(mend.what()).contains("AVX"));
    }

    @ParameterizedTest
    @MethodSource("words")
    void whatAProgramSaysTellsTheCause(Sketch sketch, Cause cause, String remedy) {
        whatIsLeftBehindTellsTheCause(sketch, cause, remedy);
    }

    @Test
    void whatAUnitsOwnSandboxKeepsFromItIsNamedWithItsLine() {
        String refused = "sh: 1: cannot create /srv/x/db: Read-only file system";
        Sketch strict = exited(2).withLines("ProtectSystem=strict");
        Cause kept = cause(strict.evidence(of(UNIT, saying(refused))));
        assertThat(kept)
                .isInstanceOfSatisfying(
                        Cause.OwnSandbox.class,
                        own -> {
                            assertThat(own.path()).isEqualTo("/srv/x/db");
                            assertThat(own.line().format()).isEqualTo("ProtectSystem=strict");
                        });
        assertThat(cause(exited(2).evidence(of(UNIT, saying(refused)))))
                .isEqualTo(telling("read-only").told("/srv/x/db", new Cause.OwnExit(null, 2)));
        Sketch open = exited(2).withLines("ProtectSystem=strict", "ReadWritePaths=/srv/x");
        assertThat(cause(open.evidence(of(UNIT, saying(refused))))).isInstanceOf(Cause.Told.class);
        Trouble.NamedFile there = file("ExecStart", "/home/x", Standing.FITS);
        Sketch hidden = exited(203).withLines("ProtectHome=yes");
        assertThat(cause(hidden.evidence(of(UNIT, ended(203, there)))))
                .isInstanceOfSatisfying(
                        Cause.OwnSandbox.class, own -> assertThat(own.hidden()).isTrue());
        Trouble.NamedFile said = file(Trouble.NamedFile.SAID, "/dev/kmsg", Standing.FITS);
        Sketch devices = exited(1).withLines("PrivateDevices=yes");
        assertThat(cause(devices.evidence(of(UNIT, trouble(said)))))
                .isInstanceOfSatisfying(
                        Cause.OwnSandbox.class, own -> assertThat(own.hidden()).isTrue());
        Trouble.NamedFile secret = file(Trouble.NamedFile.SAID, "/etc/ssl/x", Standing.FITS);
        Sketch closed = exited(1).withLines("InaccessiblePaths=/etc/ssl");
        assertThat(remedy(closed.evidence(of(UNIT, trouble(secret)))))
                .isEqualTo(new Remedy.DropIn(UNIT, "Service", List.of("InaccessiblePaths=")));
        Sketch covered = exited(1).withLines("TemporaryFileSystem=/etc");
        assertThat(remedy(covered.evidence(of(UNIT, trouble(secret)))))
                .isEqualTo(new Remedy.DropIn(UNIT, "Service", List.of("TemporaryFileSystem=")));
        assertThat(cause(exited(1).evidence(of(UNIT, trouble(secret)))))
                .isEqualTo(new Cause.OwnExit(null, 1));
    }

    @Test
    void aProgramThatAShellCouldNotExecuteIsTheCauseWithItsRemedy() {
        Trouble.NamedFile plain =
                file(Trouble.NamedFile.SAID, "/opt/x.sh", Standing.NOT_EXECUTABLE);
        Sketch sketch = exited(126).evidence(of(UNIT, trouble(plain)));
        assertThat(cause(sketch)).isEqualTo(new Cause.Program(plain));
        assertThat(remedy(sketch))
                .isEqualTo(new Remedy.Mend("make it executable: chmod +x /opt/x.sh"));
        Trouble.NamedFile own = file("ExecStart", "/opt/x.sh", Standing.FITS);
        Sketch closed =
                exited(203)
                        .withLines("User=app")
                        .evidence(
                                of(
                                        UNIT,
                                        trouble(own)
                                                .with(
                                                        List.of(own),
                                                        List.of("/opt/x.sh: Permission denied"))));
        assertThat(remedy(closed))
                .isEqualTo(
                        new Remedy.Mend("let that user: chmod o+rx /opt/x.sh, or correct User="));
    }

    @Test
    void anAccountWhoseNumberIsOutsideTheIdMapIsNamed() {
        String line = UNIT + ": Failed to determine supplementary groups: Invalid argument";
        Sketch sketch = exited(216).withLines("User=big").evidence(of(UNIT, saying(line)));
        assertThat(cause(sketch).toString()).contains("is to run as big, and");
        assertThat(cause(sketch.privileged())).isEqualTo(new Cause.SetUpFailed(step(216)));
    }

    @Test
    void whatAServiceThatIsUpAgainEndedWithIsReadFromSystemdsLine() {
        String ended = UNIT + ": Main process exited, code=exited, status=3/NOTIMPLEMENTED";
        Sketch sketch =
                failed(UNIT, "success", 0).restarted(5).evidence(of(UNIT, saying("bye", ended)));
        assertThat(cause(sketch))
                .isInstanceOfSatisfying(
                        Cause.Repeated.class,
                        again -> assertThat(again.last()).isEqualTo(new Cause.OwnExit(null, 3)));
    }

    @Test
    void whatTheSettingsOfAProgramTellIsSaid() {
        CommandExit variable = new CommandExit("ExecStart", "$APP", 1, 203);
        Trouble trouble =
                new Trouble("", List.of(variable), List.of(), 0, 0, 0, List.of(), List.of());
        assertThat(cause(exited(203).evidence(of(UNIT, trouble))).toString())
                .contains("by a variable, $APP");
        Trouble.NamedFile there = file("ExecStart", "/bin/x", Standing.FITS);
        Sketch rooted = exited(203).withLines("RootDirectory=/srv/r");
        assertThat(cause(rooted.evidence(of(UNIT, trouble(there)))).toString())
                .contains("below its own RootDirectory=/srv/r");
        assertThat(cause(failed(UNIT, "signal", 9).withLines("LimitCPU=1")).toString())
                .contains("LimitCPU=1");
    }

    @Test
    void aUserWhomSystemdDoesNotFindIsNamedAlsoWhereItIsANumber() {
        String line = UNIT + ": Failed to determine user credentials: No such process";
        Sketch sketch = exited(217).withLines("User=70000").evidence(of(UNIT, saying(line)));
        assertThat(cause(sketch))
                .isEqualTo(new Cause.Account(file("User", "70000", Standing.MISSING)));
    }

    @Test
    void whoIsKilledIsToldFromWhomTheKernelMayHaveEnded() {
        String asked =
                "myapp.service: Sent signal SIGKILL to main process 4 (x) on client request.";
        Sketch killed = failed(UNIT, "signal", 9).withLines("MemoryMax=20M");
        assertThat(cause(killed))
                .isInstanceOfSatisfying(
                        Cause.Killed.class, one -> assertThat(one.limit()).isNotNull());
        assertThat(cause(killed.evidence(of(UNIT, saying(asked))))).isInstanceOf(Cause.Told.class);
        assertThat(cause(failed(UNIT, "signal", 9))).isEqualTo(new Cause.Killed(9, null));
    }

    @Test
    void whoNeverSaidThatItIsAliveIsToldFromWhoStoppedSayingSo() {
        for (long run : List.of(3_200_000L, 60_000_000L)) {
            Trouble trouble =
                    new Trouble("", List.of(), List.of(), 0, 0, run, List.of(), List.of());
            Sketch sketch =
                    failed(UNIT, "watchdog", 6)
                            .withLines("WatchdogSec=3")
                            .evidence(of(UNIT, trouble));
            assertThat(cause(sketch))
                    .isEqualTo(
                            new Cause.TimedOut(
                                    run < 4_000_000
                                            ? Cause.Lateness.NEVER_ALIVE
                                            : Cause.Lateness.WATCHDOG));
        }
        assertThat(cause(failed(UNIT, "timeout", 15).withLines("Type=notify")))
                .isEqualTo(new Cause.TimedOut(Cause.Lateness.NOTIFY));
    }

    @Test
    void aContainerWithoutAnInterfaceWaitsForNoNetwork() {
        Sketch sketch =
                failed("systemd-networkd-wait-online.service", "exit-code", 1)
                        .config("lxc.net.0.type = empty\n");
        assertThat(cause(sketch)).isEqualTo(new Cause.NetworkNotReady(true));
    }

    @Test
    void aMisspeltEnvironmentIsTheRemedyForAVariableThatIsNotSet() {
        Sketch sketch =
                exited(1)
                        .withLines("Enviroment=SMTP_HOST")
                        .evidence(of(UNIT, saying("run: line 3: SMTP_HOST: unbound variable")));
        assertThat(Diagnosis.of(sketch.draw()).findings().getFirst().remedies().getFirst())
                .isInstanceOfSatisfying(
                        Remedy.Mend.class,
                        mend -> assertThat(mend.what()).contains("Environment= for Enviroment="));
    }

    @Test
    void theLineThatTheCauseWasReadFromIsShownThoughOthersCameAfterIt() {
        Sketch sketch =
                exited(1)
                        .evidence(
                                of(
                                        UNIT,
                                        saying(
                                                "[#] ip link add wg0 type wireguard",
                                                "Error: Unknown device type.",
                                                "Unable to access interface: not supported",
                                                "[#] ip link delete dev wg0",
                                                "Cannot find device \"wg0\"",
                                                "Cannot find device \"wg0\"")));
        assertThat(Diagnosis.of(sketch.draw()).findings().getFirst().log())
                .containsExactly("Error: Unknown device type.", "Cannot find device \"wg0\"");
    }

    static Stream<Arguments> rows() {
        Trouble.NamedFile gone = file("ExecStart", "/opt/x", Standing.MISSING);
        Quota keys = new Quota(Quota.Kind.KEYS, 100_000, 200, 200, 0);
        Quota memory = new Quota(Quota.Kind.MEMORY, -1, 10, 20, 3);
        CapabilitySet less = CapabilitySet.upTo(40).minus(CapabilitySet.of("setgid"));
        return Stream.of(
                row(
                        exited(203).evidence(of(UNIT, ended(203, gone))),
                        new Cause.Program(gone),
                        "mend"),
                row(
                        exited(203)
                                .evidence(
                                        of(
                                                UNIT,
                                                ended(
                                                        203,
                                                        file(
                                                                "ExecStart",
                                                                "/opt/x",
                                                                Standing.NO_EXEC)))),
                        new Cause.Program(file("ExecStart", "/opt/x", Standing.NO_EXEC)),
                        "mend"),
                row(exited(203), new Cause.SetUpFailed(step(203)), "journal"),
                row(exited(217), file("User", "appuser", Standing.MISSING), "mend"),
                row(exited(216), file("SupplementaryGroups", "app", Standing.MISSING), "mend"),
                row(exited(200), file("WorkingDirectory", "/srv/x", Standing.MISSING), "mend"),
                row(exited(226), file("ReadWritePaths", "/srv/x", Standing.MISSING), "mend"),
                row(exited(243), file("LoadCredential", "/etc/t", Standing.MISSING), "mend"),
                row(exited(238), file("StateDirectory", "/var/lib/x", Standing.OTHER_KIND), "mend"),
                row(
                        failed(UNIT, "resources", 0),
                        file("EnvironmentFile", "/etc/default/x", Standing.MISSING),
                        "mend"),
                row(
                        confined("257.8-1~deb13u2", 226, "NoExecPaths=/srv"),
                        new Cause.NoNesting(Cause.Mounts.NAMESPACE, true),
                        "nesting"),
                row(
                        confined("257.8-1~deb13u2", 243, "ImportCredential=x"),
                        new Cause.NoNesting(Cause.Mounts.CREDENTIALS, true),
                        "nesting"),
                row(
                        confined("255", 243, "ImportCredential=x"),
                        new Cause.NoNesting(Cause.Mounts.CREDENTIALS, false),
                        "journal"),
                row(
                        confined("255", 243, "ImportCredential=x")
                                .evidence(of(UNIT, saying(CREDENTIALS + "Permission denied"))),
                        new Cause.NoNesting(Cause.Mounts.CREDENTIALS, true),
                        "nesting"),
                row(
                        confined("257.8-1~deb13u2", 243, "LoadCredentialEncrypted=x")
                                .evidence(of(UNIT, saying(CREDENTIALS + "Protocol error"))),
                        new Cause.SetUpFailed(step(243)),
                        "mend"),
                row(
                        confined("254.19", 243, "LoadCredential=x:/etc/x")
                                .evidence(of(UNIT, saying(CREDENTIALS + "Protocol error"))),
                        new Cause.NoNesting(Cause.Mounts.CREDENTIALS, true),
                        "nesting"),
                row(
                        confined("252.38-1~deb12u1", 243, "LoadCredential=x:/etc/x"),
                        new Cause.SetUpFailed(step(243)),
                        "mend"),
                row(
                        confined("257.8-1~deb13u2", 226, "PrivateTmp=yes"),
                        new Cause.SetUpFailed(step(226)),
                        "drop-in"),
                row(
                        confined("257.8-1~deb13u2", 226, "PrivateTmp=yes")
                                .evidence(of(UNIT, saying(STEP + "Permission denied"))),
                        new Cause.NoNesting(Cause.Mounts.NAMESPACE, false),
                        "journal"),
                row(
                        mountOf("tmpfs", "size=10x").appArmor(true).config(CONFINED),
                        new Cause.MountOption("size=10x"),
                        "mend"),
                row(
                        mountOf("tmpfs", "size=50%%").appArmor(true).config(CONFINED),
                        new Cause.NoNesting(Cause.Mounts.UNIT, true),
                        "nesting"),
                row(
                        mountOf("tmpfs", "size=50%%")
                                .appArmor(true)
                                .config(CONFINED)
                                .evidence(
                                        of(
                                                "mnt.mount",
                                                saying("mount: /b: tmpfs already mounted on /a."))),
                        new Cause.NoNesting(Cause.Mounts.UNIT, true),
                        "nesting"),
                row(
                        exited(226).appArmor(true).config(NESTED).withLines("PrivateTmp=yes"),
                        new Cause.SetUpFailed(step(226)),
                        "drop-in"),
                row(
                        exited(226).appArmor(false).config(CONFINED),
                        new Cause.SetUpFailed(step(226)),
                        "journal"),
                row(
                        exited(216).bounding(less),
                        new Cause.LostCapability(CapabilitySet.of("setgid"), step(216), ""),
                        "give-back"),
                row(
                        exited(237).evidence(of(UNIT, Trouble.NONE, keys)),
                        new Cause.QuotaUsedUp(keys),
                        "sysctl"),
                row(exited(237), new Cause.SetUpFailed(step(237)), "journal"),
                row(
                        failed("console-getty.service", "exit-code", 208),
                        new Cause.NoTerminal(),
                        "mask"),
                row(
                        failed("systemd-udev-trigger.service", "exit-code", 1),
                        new Cause.NotNamespaced(
                                "writing to the uevent files of the host's devices"),
                        "mask"),
                row(
                        failed("systemd-networkd-wait-online.service", "exit-code", 1),
                        new Cause.NetworkNotReady(false),
                        "mend"),
                row(failed("ntpd.service", "exit-code", 1), new Cause.ClockRefused(), "mask"),
                row(
                        failed("auditd.service", "exit-code", 6),
                        new Cause.NotForContainers("the audit trail of the host's kernel"),
                        "mask"),
                row(
                        failed("mnt.mount", "exit-code", 32)
                                .withLines("Type=tmpfs", "Options=size=10x"),
                        new Cause.MountOption("size=10x"),
                        "mend"),
                row(
                        failed("mnt.mount", "exit-code", 32).withLines("Type=ext4", "What=UUID=1"),
                        new Cause.MountType("ext4", true),
                        "mend"),
                row(
                        failed("mnt.mount", "exit-code", 32).withLines("Type=tmpfs"),
                        new Cause.MountRefused(32),
                        "journal"),
                row(failed(UNIT, "timeout", 0), new Cause.TimedOut(Cause.Lateness.START), "mend"),
                row(failed(UNIT, "oom-kill", 9), new Cause.OutOfMemory(), "mend"),
                row(
                        failed(UNIT, "signal", 9).evidence(of(UNIT, Trouble.NONE, memory)),
                        new Cause.OutOfMemory(),
                        "mend"),
                row(failed(UNIT, "core-dump", 11), new Cause.Killed(11, null), "mend"),
                row(
                        exited(1)
                                .evidence(
                                        of(
                                                UNIT,
                                                saying("bind to 0.0.0.0:80: Address already in use")
                                                        .with(
                                                                List.of(
                                                                        new Trouble.NamedFile(
                                                                                "ListenStream",
                                                                                "port 80",
                                                                                Standing.TAKEN,
                                                                                "nginx.service")),
                                                                List.of(
                                                                        "bind to 0.0.0.0:80: Address already in use")))),
                        new Cause.AddressInUse("port 80, at which nginx.service listens"),
                        "mend"),
                row(
                        failed("x.socket", "resources", 0)
                                .evidence(
                                        of(
                                                "x.socket",
                                                Trouble.NONE.with(
                                                        List.of(
                                                                taken("[::]:6556", ""),
                                                                taken(
                                                                        "port 6556",
                                                                        "relay.service")),
                                                        List.of("Address already in use")))),
                        new Cause.AddressInUse("[::]:6556, at which relay.service listens"),
                        "mend"),
                row(
                        failed("x.socket", "resources", 0)
                                .evidence(
                                        of(
                                                "x.socket",
                                                saying(
                                                        "bind to 0.0.0.0:80: Address already in use"))),
                        new Cause.AddressInUse("port 80"),
                        "mend"),
                row(
                        exited(111)
                                .evidence(
                                        of(
                                                UNIT,
                                                saying(
                                                        "fatal: unable to bind TCP socket: address already used"))),
                        new Cause.AddressInUse(""),
                        "mend"),
                row(
                        exited(4)
                                .bounding(ALL.minus(CapabilitySet.of("net_raw")))
                                .evidence(of(UNIT, saying("raw socket: Operation not permitted"))),
                        new Cause.MayLack(CapabilitySet.of("net_raw"), new Cause.OwnExit(null, 4)),
                        "give-back"),
                row(
                        exited(4)
                                .bounding(ALL.minus(CapabilitySet.of("net_raw", "chown")))
                                .evidence(of(UNIT, saying("cannot open the packet socket"))),
                        new Cause.MayLack(CapabilitySet.of("net_raw"), new Cause.OwnExit(null, 4)),
                        "give-back"),
                row(
                        exited(4)
                                .bounding(ALL.minus(CapabilitySet.of("net_raw")))
                                .evidence(
                                        of(
                                                UNIT,
                                                saying(
                                                        "Error 1 while registering gratuitous ARP shared channel",
                                                        "pid 72 exited with permanent error missing permission"))),
                        new Cause.MayLack(CapabilitySet.of("net_raw"), new Cause.OwnExit(null, 4)),
                        "give-back"),
                row(
                        exited(203)
                                .evidence(
                                        of(
                                                UNIT,
                                                Trouble.NONE.with(
                                                        List.of(FOREIGN_PROGRAM), List.of()))),
                        new Cause.Path(FOREIGN_PROGRAM),
                        "mend"),
                row(
                        exited(126)
                                .bounding(ALL.minus(OF_LXC).minus(CapabilitySet.of("net_raw")))
                                .evidence(
                                        of(UNIT, saying("sh: 1: /opt/x: Operation not permitted"))),
                        new Cause.MayLack(
                                CapabilitySet.of("net_raw"), new Cause.OwnExit(null, 126)),
                        "give-back"),
                row(
                        exited(4).evidence(of(UNIT, saying("x: Operation not permitted"))),
                        new Cause.OwnExit(null, 4),
                        "journal"),
                row(
                        exited(2)
                                .bounding(ALL.minus(CapabilitySet.of("net_raw")))
                                .evidence(of(UNIT, saying("/etc/passwd: Permission denied"))),
                        telling("refused").told("/etc/passwd", new Cause.OwnExit(null, 2)),
                        "mend"),
                row(
                        exited(127)
                                .evidence(
                                        of(UNIT, saying("sh: 1: /opt/x: Operation not permitted"))),
                        telling("file-capabilities").told("/opt/x", new Cause.OwnExit(null, 127)),
                        "mend"),
                row(
                        exited(1)
                                .evidence(
                                        of(UNIT, saying("[Errno 13] Permission denied: '/srv/x'"))),
                        telling("refused").told("/srv/x", new Cause.OwnExit(null, 1)),
                        "mend"),
                row(exited(200), closed("WorkingDirectory"), "mend"),
                row(
                        exited(203).evidence(of(UNIT, ended(203, closed("ExecStart")))),
                        new Cause.Program(closed("ExecStart")),
                        "mend"),
                row(
                        failed("x.socket", "resources", 0)
                                .bounding(ALL.minus(CapabilitySet.of("chown")))
                                .withLines("ListenStream=/run/x", "SocketUser=www-data"),
                        new Cause.LostCapability(
                                CapabilitySet.of("chown"),
                                null,
                                "handing it to SocketUser= or SocketGroup= takes chown"),
                        "give-back"),
                row(
                        exited(127).evidence(of(UNIT, saying(LIBRARY))),
                        telling("library").told("libx.so.3", new Cause.OwnExit(null, 127)),
                        "mend"),
                row(
                        exited(1).evidence(of(UNIT, saying("write: No space left on device"))),
                        telling("no-space").told("", new Cause.OwnExit(null, 1)),
                        "mend"),
                row(
                        exited(1).evidence(of(UNIT, saying("open /dev/net/tun: No such file"))),
                        telling("no-device").told("/dev/net/tun", new Cause.OwnExit(null, 1)),
                        "mend"),
                row(
                        failed(UNIT, "timeout", 0).withLines("Type=forking"),
                        new Cause.TimedOut(Cause.Lateness.FOREGROUND),
                        "mend"),
                row(
                        failed(UNIT, "timeout", 0)
                                .withLines("Type=forking", "PIDFile=/run/x.pid")
                                .evidence(of(UNIT, saying(PID_FILE))),
                        new Cause.TimedOut(Cause.Lateness.PID_FILE),
                        "mend"),
                row(
                        failed(UNIT, "timeout", 0).withLines("Type=dbus", "BusName=a.b"),
                        new Cause.TimedOut(Cause.Lateness.BUS_NAME),
                        "mend"),
                row(
                        failed(UNIT, "timeout", 0)
                                .withLines("RuntimeMaxSec=1")
                                .evidence(of(UNIT, saying(RUNTIME))),
                        new Cause.TimedOut(Cause.Lateness.RUNTIME),
                        "mend"),
                row(
                        mountOf("cifs", "user=x").evidence(of("mnt.mount", trouble(NAS))),
                        new Cause.MountType("cifs", true),
                        "mend"),
                row(
                        exited(3).evidence(of(UNIT, ended(3))),
                        new Cause.OwnExit(new CommandExit("ExecStart", "/opt/x", 1, 3), 3),
                        "mend"),
                row(exited(3), new Cause.OwnExit(null, 3), "mend"),
                row(
                        failed(UNIT, "protocol", 0),
                        new Cause.TimedOut(Cause.Lateness.PROTOCOL),
                        "mend"));
    }

    /// The lines are those of services in a privileged container that has what LXC drops, and
    /// `net_bind_service`, dropped.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Error sending rule list data request (Operation not permitted)",
                "/bin/sh: 1: cannot create /etc/confsync.conf: Operation not permitted",
                "send: Operation not permitted at -e line 1.",
                "cannot bind to /run/app.sock: Permission denied",
                "bind() to 0.0.0.0:8080 failed (13: Permission denied)"
            })
    void aCapabilityIsSuspectedOnlyWhereItGovernsWhatWasRefused(String line) {
        Sketch sketch =
                exited(1)
                        .bounding(ALL.minus(OF_LXC).minus(CapabilitySet.of("net_bind_service")))
                        .evidence(of(UNIT, saying(line)));
        Finding finding = Diagnosis.of(sketch.draw()).findings().getFirst();
        assertThat(finding.cause()).isNotInstanceOf(Cause.MayLack.class);
        assertThat(finding.remedies()).extracting(Remedy::id).doesNotContain("give-back");
    }

    @Test
    void bindIsGovernedByItsOwnCapabilityAlone() {
        String line =
                "2026/11/30 23:28:39 [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)";
        Sketch sketch =
                exited(1)
                        .bounding(ALL.minus(OF_LXC).minus(CapabilitySet.of("net_bind_service")))
                        .evidence(of(UNIT, saying(line)));
        assertThat(cause(sketch))
                .isEqualTo(
                        new Cause.LostCapability(
                                CapabilitySet.of("net_bind_service"),
                                null,
                                "may not listen at a port below 1024 without CAP_NET_BIND_SERVICE"));
    }

    @Test
    void whatCouldNotBeOpenedAndIsNotThereIsToBeMade() {
        Trouble.NamedFile gone =
                new Trouble.NamedFile(
                        Trouble.NamedFile.SAID, "/etc/app/passwd", Standing.MISSING, "");
        String line = "Error: Unable to open pwfile \"/etc/app/passwd\".";
        Sketch sketch =
                exited(13).evidence(of(UNIT, Trouble.NONE.with(List.of(gone), List.of(line))));
        assertThat(cause(sketch))
                .isEqualTo(
                        new Cause.Told(
                                "could not open /etc/app/passwd, which is not there",
                                "a file cannot be opened",
                                "make it, or correct what names it; it is to belong to the user as whom it runs",
                                new Cause.OwnExit(null, 13)));
    }

    @Test
    void whatReachesTheHostIsNotGivenBack() {
        Sketch sketch =
                exited(218)
                        .bounding(ALL.minus(OF_LXC))
                        .withLines("AmbientCapabilities=CAP_SYS_TIME");
        Finding finding = Diagnosis.of(sketch.draw()).findings().getFirst();
        assertThat(finding.cause())
                .isEqualTo(new Cause.LostCapability(CapabilitySet.of("sys_time"), step(218), ""));
        assertThat(finding.remedies()).extracting(Remedy::id).doesNotContain("give-back");
    }

    @ParameterizedTest
    @MethodSource("rows")
    void whatIsLeftBehindTellsTheCause(Sketch sketch, Cause cause, String remedy) {
        Finding finding = Diagnosis.of(sketch.draw()).findings().getFirst();
        assertThat(finding.cause()).isEqualTo(cause);
        assertThat(finding.remedies().getFirst().id()).isEqualTo(remedy);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aDropIsOfferedForNoneOfThem(Sketch sketch, Cause cause, String remedy) {
        assertThat(Diagnosis.of(sketch.draw()).findings())
                .flatMap(Finding::remedies)
                .extracting(Remedy::id)
                .doesNotContain("drop");
        assertThat(Planner.plan(sketch.draw(), Request.HEALTHY).orElseThrow().drop())
                .as(cause + " " + remedy)
                .isEqualTo(CapabilitySet.EMPTY);
    }

    @Test
    void aUsedUpQuotaIsRaisedOnTheHostThatIsNamed() {
        Quota keys = new Quota(Quota.Kind.KEYS, 100_000, 200, 200, 0);
        assertThat(keys.raising()).isEqualTo("sysctl -w kernel.keys.maxkeys=400");
        assertThat(new Quota(Quota.Kind.PIDS, -1, 10, 10, 1).raising()).isEmpty();
    }

    @Test
    void aDropIsOfferedForWhatIsHeldAndUselessAndForTheClock() {
        for (String capability : List.of("CAP_SYS_RAWIO", "CAP_SYS_TIME")) {
            Sketch sketch =
                    new Sketch().wanted(UNIT, "failed", "failed", needs(capability, SUCCEEDED));
            Finding finding = Diagnosis.of(sketch.exitedWith(1).draw()).findings().getFirst();
            assertThat(finding.remedies().getFirst().id()).isEqualTo("drop");
            assertThat(finding.cause().failureClass())
                    .isIn(Cause.FailureClass.INERT_CAPABILITY, Cause.FailureClass.CLOCK);
        }
    }

    /// Whatever a container writes into its journal.
    @Test
    void aServiceThatWasStartedAgainInVainIsSaidToBeGivenUp() {
        Diagnosis diagnosis = Diagnosis.of(exited(5).restarted(3).draw());
        assertThat(diagnosis.findings().getFirst().cause())
                .isInstanceOfSatisfying(
                        Cause.Repeated.class,
                        again -> {
                            assertThat(again.givenUp()).isTrue();
                            assertThat(again.restarts()).isEqualTo(3);
                            assertThat(again.last()).isInstanceOf(Cause.OwnExit.class);
                        });
    }

    @Test
    void aPathUnitWithoutResourcesHasGotNoInotifyInstance() {
        Quota free = new Quota(Quota.Kind.INOTIFY_INSTANCES, 0, 40, 128, 0);
        String path = "ask.path";
        Sketch sketch =
                failed(path, "resources", 0)
                        .wanted("tmp.mount", "failed", "failed")
                        .ended("protocol", 0)
                        .evidence(of(path, Trouble.NONE, free));
        assertThat(Diagnosis.of(sketch.draw()).findings())
                .extracting(Finding::cause)
                .containsExactly(new Cause.QuotaUsedUp(free), new Cause.QuotaUsedUp(free));
    }

    @Test
    void aMountThatSystemdDoesNotSeeIsBlamedOnInotifyWhereItIsUsedUpOnly() {
        Sketch mount = failed("tmp.mount", "protocol", 0);
        Quota used = new Quota(Quota.Kind.INOTIFY_INSTANCES, 0, 128, 128, 0);
        Quota free = new Quota(Quota.Kind.INOTIFY_INSTANCES, 0, 40, 128, 0);
        assertThat(cause(mount.evidence(of("tmp.mount", Trouble.NONE, used))))
                .isEqualTo(new Cause.QuotaUsedUp(used));
        assertThat(cause(mount.evidence(of("tmp.mount", Trouble.NONE, free))))
                .isEqualTo(new Cause.TimedOut(Cause.Lateness.UNSEEN));
    }

    @Test
    void tooManyOpenFilesAtTheBeginningAreInstancesOfInotifyWhereHardlyOneIsLeft() {
        Quota left = new Quota(Quota.Kind.INOTIFY_INSTANCES, 0, 1023, 1024, 0);
        Quota free = new Quota(Quota.Kind.INOTIFY_INSTANCES, 0, 40, 1024, 0);
        List<String> manager = List.of("Could not create manager: Too many open files");
        Sketch service = failed(UNIT, "exit-code", 1);
        Trouble said = Trouble.NONE.with(List.of(), manager);
        assertThat(cause(service.evidence(of(UNIT, said, left))))
                .isEqualTo(new Cause.QuotaUsedUp(left));
        assertThat(cause(service.evidence(of(UNIT, said, free))))
                .isNotInstanceOf(Cause.QuotaUsedUp.class);
        String getty = "a.service: Failed to set up standard input: Too many open files";
        assertThat(
                        cause(
                                failed(UNIT, "exit-code", 208)
                                        .evidence(
                                                of(
                                                        UNIT,
                                                        Trouble.NONE.with(
                                                                List.of(), List.of(getty)),
                                                        free))))
                .isEqualTo(new Cause.QuotaUsedUp(free));
    }

    private static Cause cause(Sketch sketch) {
        return Diagnosis.of(sketch.draw()).findings().getFirst().cause();
    }

    @Test
    void aSocketIsMissedItsUserByTheProcessThatMakesIt() {
        Trouble.NamedFile user = file("SocketUser", "app", Standing.MISSING);
        String step = "app.socket: Failed at step USER spawning n/a: No such process";
        Trouble trouble = Trouble.NONE.with(List.of(user), List.of(step));
        Sketch socket = failed("app.socket", "exit-code", 0).evidence(of("app.socket", trouble));
        assertThat(Diagnosis.of(socket.draw()).findings().getFirst().cause())
                .isEqualTo(new Cause.Account(user));
    }

    @Test
    void aForbiddenSystemCallLeadsToTheFilter() {
        Sketch killed = failed(UNIT, "signal", 31).withLines("SystemCallFilter=~uname");
        Finding finding = Diagnosis.of(killed.draw()).findings().getFirst();
        assertThat(finding.remedies().getFirst())
                .isInstanceOfSatisfying(
                        Remedy.Mend.class,
                        mend -> assertThat(mend.what()).contains("SystemCallFilter="));
    }

    @Test
    void theJournalLeadsToNoDrop() {
        Sketch sketch =
                exited(1)
                        .evidence(
                                of(
                                        UNIT,
                                        saying(
                                                "mount: permission denied, CAP_SYS_RAWIO",
                                                "Operation not permitted")));
        assertThat(Diagnosis.of(sketch.draw()).findings().getFirst().cause().inert())
                .isEqualTo(CapabilitySet.EMPTY);
    }

    @Test
    void aWrongValueForASysctlIsNotBlamedOnTheHost() {
        String wrong = "Couldn't write '9 1' to 'net/ipv4/ip_local_port_range': Invalid argument";
        String sysctl = "systemd-sysctl.service";
        Sketch sketch = failed(sysctl, "exit-code", 1).evidence(of(sysctl, saying(wrong)));
        assertThat(cause(sketch))
                .isInstanceOfSatisfying(
                        Cause.Told.class,
                        told -> assertThat(told.words()).isEqualTo("a value is not taken"));
    }

    @Test
    void aVirtualEnvironmentWhosePythonIsGoneIsMadeAnewAndNoPackageInstalled() {
        Trouble.NamedFile script =
                new Trouble.NamedFile(
                        "ExecStart",
                        "/opt/venv/bin/web",
                        Standing.NO_INTERPRETER,
                        "/opt/venv/bin/python3");
        Trouble.NamedFile link =
                new Trouble.NamedFile("ExecStart", "/opt/venv/bin/python3", Standing.DANGLING, "");
        for (Trouble.NamedFile named : List.of(script, link)) {
            assertThat(remedy(exited(203).evidence(of(UNIT, trouble(named)))))
                    .isInstanceOfSatisfying(
                            Remedy.Mend.class,
                            mend -> assertThat(mend.what()).contains("python3 -m venv --clear"));
        }
    }

    @Test
    void aUserOfItsOwnIsNotTakenAwayByADropIn() {
        Finding finding =
                Diagnosis.of(exited(217).withLines("User=www-data", "PrivateUsers=yes").draw())
                        .findings()
                        .getFirst();
        assertThat(finding.remedies().getFirst())
                .isEqualTo(new Remedy.DropIn(UNIT, "Service", List.of("PrivateUsers=no")));
    }

    private static Dependencies requiring(String unit) {
        return Dependencies.NONE.with(Dependency.REQUIRES, unit).with(Dependency.AFTER, unit);
    }

    private static Trouble wanted() {
        return new Trouble(
                "", List.of(), List.of(), 0, 0, 0, List.of("multi-user.target"), List.of());
    }

    @Test
    void whatIsOrderedInACircleAndWasLeftOutIsAFinding() {
        Dependencies afterWorker = Dependencies.NONE.with(Dependency.AFTER, "worker.service");
        Dependencies afterBoth =
                Dependencies.NONE.with(Dependency.AFTER, "migrate.service", "basic.target");
        Sketch circle =
                new Sketch()
                        .untried("migrate.service", afterWorker)
                        .running("worker.service", afterBoth);
        assertThat(Diagnosis.of(circle.draw()).unsettled())
                .extracting(Finding::unit, Finding::cause)
                .containsExactly(
                        tuple("migrate.service", new Cause.OrderingCycle("worker.service")));
        Sketch chain =
                new Sketch()
                        .untried("migrate.service", afterWorker)
                        .running("worker.service", Dependencies.NONE);
        assertThat(Diagnosis.of(chain.draw()).hasFindings()).isFalse();
        Sketch unwanted =
                new Sketch()
                        .idle("migrate.service", afterWorker)
                        .running("worker.service", afterBoth);
        assertThat(Diagnosis.of(unwanted.draw()).hasFindings()).isFalse();
    }

    @Test
    void aFirstCauseHasItsVictimsBelowIt() {
        Sketch sketch =
                new Sketch()
                        .wanted("data.mount", "failed", "failed")
                        .withLines("Type=tmpfs", "Options=size=10x")
                        .untried("a.service", requiring("data.mount"))
                        .untried("b.service", requiring("a.service"))
                        .untried("c.service", requiring("data.mount"))
                        .idle("d.service", requiring("data.mount"))
                        .evidence(
                                new Evidence(
                                        Map.of(
                                                "a.service", wanted(),
                                                "b.service", wanted(),
                                                "c.service", wanted()),
                                        List.of()));
        Diagnosis diagnosis = Diagnosis.of(sketch.draw());
        assertThat(diagnosis.findings()).hasSize(1);
        assertThat(diagnosis.findings().getFirst().victims())
                .containsExactly("a.service", "b.service", "c.service");
    }

    @Test
    void whatAnAssertionKeptFromStartingIsAFindingWithItsVictimsBelowIt() {
        Condition.Tested asserted =
                new Condition.Tested(
                        new Condition("PathExists", false, false, "/etc/x"),
                        Condition.Result.FAILED);
        Sketch sketch =
                new Sketch()
                        .notBegun("a.service")
                        .asserts(asserted)
                        .untried("b.service", requiring("a.service"))
                        .notBegun("ran-to-its-end.service")
                        .evidence(new Evidence(Map.of("b.service", wanted()), List.of()));
        Diagnosis diagnosis = Diagnosis.of(sketch.draw());
        assertThat(diagnosis.findings()).isEmpty();
        assertThat(diagnosis.unsettled())
                .extracting(Finding::unit, Finding::cause, Finding::victims)
                .containsExactly(
                        tuple(
                                "a.service",
                                new Cause.AssertionFailed("AssertPathExists=/etc/x"),
                                List.of("b.service")));
    }

    @Test
    void swapThatSystemdDoesNotTakeOnInAContainerIsAFinding() {
        Sketch sketch = new Sketch().notBegun("x.swap").idle("y.swap", Dependencies.NONE);
        assertThat(Diagnosis.of(sketch.draw()).unsettled())
                .extracting(Finding::unit, finding -> finding.remedies().getFirst().id())
                .containsExactly(tuple("x.swap", "mask"));
    }

    /// The first run of a loop ends the jobs that waited for it by `dependency`, and no later one
    /// begins them anew.
    @Test
    void whatWasNotStartedBecauseALoopsFirstRunFailedIsBelowTheLoop() {
        Sketch sketch =
                new Sketch()
                        .wanted("meter.service", "activating", "auto-restart")
                        .ended("exit-code", 7)
                        .restarted(4)
                        .untried("feeder.service", requiring("meter.service"))
                        .wanted("ended.service", "inactive", "dead", requiring("meter.service"))
                        .evidence(
                                new Evidence(
                                        Map.of(
                                                "feeder.service", wanted(),
                                                "ended.service", wanted()),
                                        List.of()));
        assertThat(Diagnosis.of(sketch.draw()).unsettled())
                .extracting(Finding::unit, Finding::victims)
                .containsExactly(tuple("meter.service", List.of("feeder.service")));
    }

    @Test
    void whatARestartLoopStartsTooOftenWentDownWithTheLoop() {
        Dependencies wants = Dependencies.NONE.with(Dependency.WANTS, "helper.service");
        Sketch sketch =
                new Sketch()
                        .wanted("helper.service", "failed", "failed")
                        .ended("start-limit-hit", 0)
                        .wanted("loop.service", "activating", "auto-restart", wants)
                        .ended("exit-code", 7)
                        .restarted(1204);
        Diagnosis diagnosis = Diagnosis.of(sketch.draw());
        assertThat(diagnosis.findings().getFirst().cause())
                .isEqualTo(new Cause.BroughtDown("loop.service"));
        Finding loop = diagnosis.unsettled().getFirst();
        assertThat(loop.victims()).containsExactly("helper.service");
        assertThat(loop.cause())
                .isInstanceOfSatisfying(
                        Cause.Repeated.class,
                        again -> {
                            assertThat(again.restarts()).isEqualTo(1204);
                            assertThat(again.last()).isEqualTo(new Cause.OwnExit(null, 7));
                        });
    }

    /// A mount fails, three services hang on it, and the restart loop of one of them starts a
    /// fourth too often.
    @Test
    void aCascadeHasOneCauseAndAllItsVictimsBelowIt() {
        Dependencies bound = Dependencies.NONE.with(Dependency.BINDS_TO, "data.mount");
        Dependencies loops = bound.with(Dependency.WANTS, "helper.service");
        Sketch sketch =
                new Sketch()
                        .wanted("data.mount", "failed", "failed")
                        .withLines("Type=tmpfs", "Options=size=10x")
                        .untried("a.service", requiring("data.mount"))
                        .untried("b.service", requiring("a.service"))
                        .wanted("c.service", "activating", "auto-restart", loops)
                        .ended("exit-code", 1)
                        .restarted(12)
                        .wanted("helper.service", "failed", "failed")
                        .ended("start-limit-hit", 0)
                        .evidence(
                                new Evidence(
                                        Map.of("a.service", wanted(), "b.service", wanted()),
                                        List.of()));
        Diagnosis diagnosis = Diagnosis.of(sketch.draw());
        assertThat(diagnosis.findings().getFirst().cause()).isInstanceOf(Cause.MountOption.class);
        assertThat(diagnosis.findings().getFirst().victims())
                .containsExactly("a.service", "b.service", "c.service", "helper.service");
        assertThat(diagnosis.findings())
                .filteredOn(finding -> finding.unit().equals("helper.service"))
                .extracting(Finding::cause)
                .containsExactly(new Cause.BroughtDown("data.mount"));
        assertThat(diagnosis.unsettled())
                .extracting(Finding::unit, Finding::cause)
                .containsExactly(tuple("c.service", new Cause.BroughtDown("data.mount")));
    }

    @Test
    void aUnitThatOthersRequireAndThatHasNoFileIsSaid() {
        Sketch sketch =
                new Sketch()
                        .absent("missing.service")
                        .absent("optional.service")
                        .untried("a.service", requiring("missing.service"))
                        .evidence(new Evidence(Map.of("a.service", wanted()), List.of()));
        Diagnosis diagnosis = Diagnosis.of(sketch.draw());
        assertThat(diagnosis.findings()).isEmpty();
        assertThat(diagnosis.unsettled())
                .extracting(Finding::unit)
                .containsExactly("missing.service");
        assertThat(diagnosis.unsettled().getFirst().victims()).containsExactly("a.service");
    }

    @Test
    void aBootThatHangsIsBlamedOnTheJobThatRuns() {
        Sketch sketch =
                new Sketch()
                        .state("starting")
                        .wanted("hang.service", "activating", "start")
                        .job("hang.service", "start");
        assertThat(Diagnosis.of(sketch.draw()).unsettled())
                .extracting(Finding::cause)
                .containsExactly(new Cause.StillStarting(null));
    }

    private static Evidence needing(Map<String, String> neededBy) {
        Map<String, Trouble> all = new HashMap<>();
        neededBy.forEach((unit, by) ->
                all.put(
                        unit,
                        new Trouble("", List.of(), List.of(), 0, 0, 0, List.of(by), List.of())));
        return new Evidence(all, List.of());
    }

    /// What is wanted beside, and failed for want of a capability, has nothing to do with it.
    @Test
    void emergencyModeIsBlamedOnWhatTheLocalFileSystemsRequire() {
        Sketch sketch =
                new Sketch()
                        .state("maintenance")
                        .wanted(
                                "sys-kernel-debug.mount",
                                "failed",
                                "failed",
                                needs("CAP_SYS_RAWIO", SUCCEEDED))
                        .wanted("mnt-bad.mount", "failed", "failed")
                        .untried("local-fs.target", requiring("mnt-bad.mount"))
                        .evidence(
                                needing(
                                        Map.of(
                                                "sys-kernel-debug.mount", "sysinit.target",
                                                "local-fs.target", "sysinit.target",
                                                "mnt-bad.mount", "local-fs.target")));
        assertThat(Diagnosis.of(sketch.draw()).emergency()).isEqualTo("mnt-bad.mount");
    }

    private static Sketch withoutDevice(String state) {
        return new Sketch()
                .state(state)
                .idle("dev-gone.device", Dependencies.NONE)
                .untried("mnt-data.mount", requiring("dev-gone.device"))
                .untried("local-fs.target", requiring("mnt-data.mount"))
                .evidence(
                        needing(
                                Map.of(
                                        "mnt-data.mount", "multi-user.target",
                                        "local-fs.target", "multi-user.target")));
    }

    @Test
    void whatIsLostToADeviceThatNeverCameIsNamedBelowItAlsoWhereTheBootWentOn() {
        for (String state : List.of("maintenance", "running")) {
            Diagnosis diagnosis = Diagnosis.of(withoutDevice(state).draw());
            assertThat(diagnosis.emergency())
                    .isEqualTo(state.equals("running") ? "" : "dev-gone.device");
            assertThat(diagnosis.unsettled())
                    .extracting(Finding::unit, Finding::cause, Finding::victims)
                    .containsExactly(
                            tuple(
                                    "dev-gone.device",
                                    new Cause.NoDevice(true),
                                    List.of("local-fs.target", "mnt-data.mount")));
        }
    }
}
