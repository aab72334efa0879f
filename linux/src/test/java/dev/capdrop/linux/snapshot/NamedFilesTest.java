package dev.capdrop.linux.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.capdrop.capability.IdMap;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Evidence.Trouble.NamedFile.Standing;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NamedFilesTest {
    @TempDir Path root = Path.of("");
    private IdMap users = IdMap.parse("0 0 4294967295");

    @BeforeEach
    void makeARoot() throws IOException {
        write("etc/passwd", "root:x:0:0::/:/bin/sh\nmysql:x:100:100::/:/bin/sh\n", "rw-r--r--");
        write("etc/group", "root:x:0:\n", "rw-r--r--");
        write("bin/sh", "\u007fELF", "rwxr-xr-x");
        write("opt/script", "#!/bin/sh -e\nexit 0\n", "rwxr-xr-x");
        write("opt/windows", "#!/bin/sh\r\nexit 0\r\n", "rwxr-xr-x");
        write("opt/python", "#! /usr/bin/python3\n", "rwxr-xr-x");
        write("opt/plain", "exit 0\n", "rwxr-xr-x");
        write("opt/asleep", "#!/bin/sh\n", "rw-r--r--");
        Files.createSymbolicLink(root.resolve("opt/link"), Path.of("/opt/nowhere"));
        Files.createSymbolicLink(root.resolve("opt/out"), Path.of("/../../../../etc/passwd"));
        Files.createDirectories(root.resolve("srv/data"));
        Files.createDirectories(root.resolve("var/lib"));
        Files.writeString(root.resolve("var/lib/app"), "a file");
    }

    private void write(String path, String text, String mode) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    static UnitState state(String unit, String... lines) {
        List<Setting> settings = new ArrayList<>();
        for (String line : lines) {
            int equals = line.indexOf('=');
            settings.add(
                    new Setting(
                            "/u",
                            1,
                            "Service",
                            line.substring(0, equals),
                            line.substring(equals + 1)));
        }
        UnitDetail detail =
                new UnitDetail(
                        List.of(),
                        new UnitDetail.Files("/u", List.of(), "", false, false),
                        new UnitDetail.Activation(true, 1, 1, 1),
                        List.of(),
                        Dependencies.NONE,
                        null,
                        settings,
                        null);
        return new UnitState(unit, "loaded", "failed", "failed", List.of(), detail);
    }

    private List<Trouble.NamedFile> of(String unit, String... lines) throws IOException {
        try (SafeRoot safe = SafeRoot.of(root)) {
            return new NamedFiles(safe, users, Deadline.in(Duration.ofSeconds(10)))
                    .of(state(unit, lines), Trouble.NONE);
        }
    }

    private List<String> shut(UnitState unit, String line) throws IOException {
        try (SafeRoot safe = SafeRoot.of(root)) {
            return new NamedFiles(safe, users, Deadline.in(Duration.ofSeconds(10)))
                    .shut(unit, Trouble.NONE, List.of(line)).stream()
                            .map(file -> file.name() + " " + file.more().replaceFirst(".*\\(", "("))
                            .toList();
        }
    }

    @Test
    void whatIsTheUnitsOwnAndClosedToItsUserIsFoundWhereALineNamesNoFile() throws IOException {
        String refused = "Can't open the log file: Permission denied";
        UnitState unit = state("mariadb@a.service", "User=mysql", "LogsDirectory=sql");
        write("var/lib/mysql/debian-11.8.flag", "", "rw-r--r--");
        write("var/lib/mysql/data", "", "rw-rw-rw-");
        write("etc/mysql/env", "", "rw-------");
        Path folder = root.resolve("var/lib/mysql");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(
                        shut(
                                state(
                                        "mysql.service",
                                        "User=mysql",
                                        "EnvironmentFile=/etc/mysql/env"),
                                refused))
                .isEmpty();
        Files.delete(root.resolve("etc/mysql/env"));
        write("var/log/sql/error.log", "", "rw-r--r--");
        assertThat(shut(unit, refused))
                .singleElement()
                .asString()
                .startsWith("/var/log/sql (mode 07");
        write("var/lib/mysql/deep/ibdata1", "", "rw-r-----");
        assertThat(shut(unit, refused)).containsExactly("/var/lib/mysql/deep/ibdata1 (mode 0640)");
        assertThat(shut(unit, "cannot open /srv/x: Permission denied")).isEmpty();
        write("srv/closed/x/y", "", "rw-r--r--");
        assertThat(shut(unit, "[Errno 13] Permission denied: '/srv/closed/x/y'"))
                .containsExactly("/srv/closed/x/y (mode 0644)");
        Files.setPosixFilePermissions(
                root.resolve("srv/closed"), PosixFilePermissions.fromString("rwx------"));
        assertThat(shut(unit, "open /srv/closed/x/y: permission denied"))
                .containsExactly("/srv/closed (mode 0700)");
        assertThat(shut(unit, "/usr/sbin/mariadbd: Permission denied")).hasSize(1);
        assertThat(shut(state("other.service"), refused)).isEmpty();
    }

    @Test
    void whatIsClosedToWhomAProgramMostLikelyChangesToIsNamedWithHimAndItsWayIn()
            throws IOException {
        write("etc/passwd", "root:x:0:0::/:/bin/sh\nmosquitto:x:104:100::/:/bin/sh\n", "rw-r--r--");
        write("etc/mosquitto/certs/key", "", "rw-------");
        String line =
                "Error: Unable to load server key file \"/etc/mosquitto/certs/key\". Check keyfile.";
        UnitState unit = state("mosquitto.service");
        String named = "mosquitto a user of that name is there";
        assertThat(shut(unit, line)).containsExactly(named, "/etc/mosquitto/certs/key (mode 0600)");
        assertThat(shut(unit, "cannot load /etc/mosquitto/certs/key: no start line")).isEmpty();
        assertThat(shut(state("other.service"), line)).isEmpty();
        assertThat(shut(state("mosquitto.service", "DynamicUser=yes"), line)).isEmpty();
        Path folder = root.resolve("etc/mosquitto/certs");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Files.createSymbolicLink(root.resolve("etc/mosquitto/link"), Path.of("certs/key"));
        assertThat(shut(unit, "open /etc/mosquitto/link: Permission denied"))
                .containsExactly(
                        named,
                        "/etc/mosquitto/certs (mode 0700)",
                        "/etc/mosquitto/link (mode 0600)");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        write("etc/mosquitto/certs/key", "", "rw-r--r--");
        assertThat(shut(unit, line)).isEmpty();
        assertThat(shut(unit, "cannot create /etc/mosquitto/certs/new: Permission denied"))
                .containsExactly(named, "/etc/mosquitto/certs (mode 0755)");
    }

    @Test
    void anInstanceAndAHomeDirectoryAreFilledIn() throws IOException {
        write("etc/passwd", "app:x:100:100::/srv/nowhere:/bin/sh\n", "rw-r--r--");
        assertThat(of("app@blue.service", "EnvironmentFile=/etc/app/%i.env"))
                .extracting(Trouble.NamedFile::name, Trouble.NamedFile::standing)
                .containsExactly(tuple("/etc/app/blue.env", Standing.MISSING));
        assertThat(of("app.service", "User=app", "WorkingDirectory=~"))
                .extracting(Trouble.NamedFile::name, Trouble.NamedFile::standing)
                .contains(tuple("/srv/nowhere", Standing.MISSING));
    }

    @Test
    void aFolderOfSomebodyWhomTheContainerDoesNotKnowIsNamedWithItsOwner() throws IOException {
        Files.createDirectories(root.resolve("var/lib/foreign"));
        String owner = Files.getAttribute(root.resolve("var/lib/foreign"), "unix:uid").toString();
        assertThat(of("a.service", "StateDirectory=foreign")).isEmpty();
        users = IdMap.parse("0 100000 65536");
        assertThat(of("a.service", "StateDirectory=foreign"))
                .containsExactly(
                        new Trouble.NamedFile(
                                "StateDirectory", "/var/lib/foreign", Standing.UNMAPPED, owner));
    }

    @Test
    void aFolderThatAProgramWasRefusedIsNamedWhereTheContainerDoesNotKnowItsOwner()
            throws IOException {
        String owner = Files.getAttribute(root.resolve("srv/data"), "unix:uid").toString();
        List<String> lines =
                List.of(
                        "/bin/sh: 1: cannot create /srv/data/new: Permission denied",
                        "cat: /srv/data: No such file or directory",
                        "mount: /proc: permission denied.",
                        "mount: /srv/data: permission denied.",
                        "cannot open /dev/kvm: Permission denied");
        Trouble.NamedFile kvm =
                new Trouble.NamedFile(Trouble.NamedFile.SAID, "/dev/kvm", Standing.FITS, "KEY");
        // it is there, although the program says that it is not: its own sandbox hides it
        Trouble.NamedFile there =
                new Trouble.NamedFile(Trouble.NamedFile.SAID, "/srv/data", Standing.FITS, "");
        Trouble.NamedFile made =
                new Trouble.NamedFile(
                        Trouble.NamedFile.SAID, "/srv/data/new", Standing.MISSING, "");
        assertThat(refused(lines)).containsExactly(made, there, kvm);
        users = IdMap.parse("0 100000 65536");
        assertThat(refused(lines))
                .containsExactly(
                        new Trouble.NamedFile(
                                Trouble.NamedFile.SAID, "/srv/data", Standing.UNMAPPED, owner),
                        there,
                        kvm);
        assertThat(refused(List.of("Error: Cannot create any directory in /srv/data/")))
                .extracting(Trouble.NamedFile::standing)
                .containsExactly(Standing.UNMAPPED);
    }

    @Test
    void aLinkThatLeadsNowhereIsNamedWithItsTargetWhereAProgramMissesIt() throws IOException {
        Files.createSymbolicLink(root.resolve("srv/chain.pem"), Path.of("../archive/chain1.pem"));
        String line =
                "cannot load \"/srv/chain.pem\": BIO_new_file() failed (No such file or directory)";
        assertThat(refused(List.of(line, "open '/srv/none': No such file or directory")))
                .containsExactly(
                        new Trouble.NamedFile(
                                Trouble.NamedFile.SAID,
                                "/srv/chain.pem",
                                Standing.DANGLING,
                                "../archive/chain1.pem"));
    }

    @Test
    void aProgramThatAShellCouldNotExecuteIsNamedWithWhyNot() throws IOException {
        write("opt/win", "#!/bin/sh\r\nexit\r\n", "rwxr-xr-x");
        write("opt/plain", "#!/bin/sh\n", "rw-r--r--");
        List<String> lines =
                List.of(
                        "/bin/sh: 1: /opt/win: not found",
                        "/opt/run.sh: line 3: /opt/plain: Permission denied",
                        "/bin/sh: 1: /opt/none: not found");
        assertThat(refused(lines))
                .extracting(Trouble.NamedFile::name, Trouble.NamedFile::standing)
                .containsExactly(
                        tuple("/opt/win", Standing.NO_INTERPRETER),
                        tuple("/opt/plain", Standing.NOT_EXECUTABLE));
    }

    private List<Trouble.NamedFile> refused(List<String> lines) throws IOException {
        try (SafeRoot safe = SafeRoot.of(root)) {
            return new NamedFiles(safe, users, Deadline.in(Duration.ofSeconds(10)))
                    .said(lines, "KEY");
        }
    }

    @Test
    void whatCouldNotBeOpenedIsNamedWhereItIsNotThere() throws IOException {
        write("etc/app/there", "", "rw-r--r--");
        assertThat(
                        refused(
                                List.of(
                                        "1796121824: Error: Unable to open pwfile \"/etc/app/passwd\".",
                                        "cannot open /etc/app/there.",
                                        "could not read /etc/app/gone.")))
                .containsExactly(
                        new Trouble.NamedFile(
                                Trouble.NamedFile.SAID, "/etc/app/passwd", Standing.MISSING, ""),
                        new Trouble.NamedFile(
                                Trouble.NamedFile.SAID, "/etc/app/gone", Standing.MISSING, ""));
    }

    @Test
    void aFolderThatTheUnitsUserMayNotEnterIsNamed() throws IOException {
        write("opt/closed/app", "#!/bin/sh\n", "rwxr-xr-x");
        Path folder = root.resolve("opt/closed");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        assertThat(of("a.service", "ExecStart=/opt/closed/app").getFirst().standing())
                .isEqualTo(Standing.FITS);
        assertThat(of("a.service", "User=mysql", "ExecStart=/opt/closed/app"))
                .contains(
                        new Trouble.NamedFile(
                                "ExecStart", "/opt/closed/app", Standing.CLOSED, "/opt/closed"));
        assertThat(of("a.service", "User=mysql", "WorkingDirectory=/opt/closed"))
                .contains(
                        new Trouble.NamedFile(
                                "WorkingDirectory", "/opt/closed", Standing.CLOSED, "/opt/closed"));
    }

    @Test
    void aFolderOfAGroupIsOpenToItsMembersOnly() throws IOException {
        write("opt/closed/app", "#!/bin/sh\n", "rwxr-xr-x");
        Path folder = root.resolve("opt/closed");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));
        String group = Files.getAttribute(folder, "unix:gid").toString();
        write("etc/group", "keepers:x:" + group + ":\n", "rw-r--r--");
        Standing alone =
                of("a.service", "User=mysql", "ExecStart=/opt/closed/app").getFirst().standing();
        assertThat(alone).isEqualTo(Standing.CLOSED);
        assertThat(
                        of(
                                        "a.service",
                                        "User=mysql",
                                        "SupplementaryGroups=keepers",
                                        "ExecStart=/opt/closed/app")
                                .getFirst()
                                .standing())
                .isEqualTo(Standing.FITS);
        write("etc/group", "keepers:x:" + group + ":mysql\n", "rw-r--r--");
        assertThat(of("a.service", "User=mysql", "ExecStart=/opt/closed/app").getFirst().standing())
                .isEqualTo(Standing.FITS);
    }

    private Standing program(String path) throws IOException {
        return of("a.service", "ExecStart=" + path).getFirst().standing();
    }

    @Test
    void aProgramIsLookedAtAsTheKernelWould() throws IOException {
        assertThat(program("/opt/script")).isEqualTo(Standing.FITS);
        assertThat(program("/opt/none")).isEqualTo(Standing.MISSING);
        assertThat(program("/opt/link")).isEqualTo(Standing.DANGLING);
        assertThat(program("/opt/asleep")).isEqualTo(Standing.NOT_EXECUTABLE);
        assertThat(program("/srv/data")).isEqualTo(Standing.OTHER_KIND);
        assertThat(program("/opt/plain")).isEqualTo(Standing.NO_PROGRAM);
        assertThat(of("a.service", "ExecStart=/opt/python"))
                .containsExactly(
                        new Trouble.NamedFile(
                                "ExecStart",
                                "/opt/python",
                                Standing.NO_INTERPRETER,
                                "/usr/bin/python3"));
        assertThat(of("a.service", "ExecStart=/opt/windows"))
                .containsExactly(
                        new Trouble.NamedFile(
                                "ExecStart", "/opt/windows", Standing.NO_INTERPRETER, "/bin/sh\r"));
        write("opt/dangling", "#! /opt/link\n", "rwxr-xr-x");
        assertThat(program("/opt/dangling")).isEqualTo(Standing.NO_INTERPRETER);
    }

    /// It is a file of the container's, not the host's.
    @Test
    void aLinkOutOfTheRootStaysInIt() throws IOException {
        assertThat(program("/opt/out")).isEqualTo(Standing.NOT_EXECUTABLE);
    }

    @Test
    void usersAndGroupsAreLookedUpInTheContainersFiles() throws IOException {
        assertThat(of("a.service", "User=mysql", "Group=mysql", "User=33", "User=%i"))
                .containsExactly(
                        new Trouble.NamedFile("User", "mysql", Standing.FITS, ""),
                        new Trouble.NamedFile("Group", "mysql", Standing.MISSING, ""));
        assertThat(of("a.service", "DynamicUser=yes", "User=app")).isEmpty();
    }

    @Test
    void whatNeedNotBeThereIsLeftOut() throws IOException {
        assertThat(
                        of(
                                "a.service",
                                "ReadWritePaths=-/none +/srv/data /srv/none",
                                "EnvironmentFile=-/etc/default/x",
                                "StateDirectory=app",
                                "StandardOutput=append:/var/log/app/x.log",
                                "StandardInput=file:/var/log/app/in"))
                .containsExactly(
                        new Trouble.NamedFile("ReadWritePaths", "/srv/data", Standing.FITS, ""),
                        new Trouble.NamedFile("ReadWritePaths", "/srv/none", Standing.MISSING, ""),
                        new Trouble.NamedFile(
                                "StateDirectory", "/var/lib/app", Standing.OTHER_KIND, ""),
                        new Trouble.NamedFile(
                                "StandardOutput", "/var/log/app", Standing.MISSING, ""),
                        new Trouble.NamedFile(
                                "StandardInput", "/var/log/app/in", Standing.MISSING, ""));
    }

    @Test
    void aMountsSourceAndTypeAreLookedFor() throws IOException {
        assertThat(of("srv-data.mount", "What=/srv/none", "Where=/srv/data", "Type=nosuchfs"))
                .containsExactly(
                        new Trouble.NamedFile("What", "/srv/none", Standing.MISSING, ""),
                        new Trouble.NamedFile("Type", "nosuchfs", Standing.MISSING, ""));
        assertThat(of("srv-data.mount", "What=UUID=1", "Where=/srv/data", "Type=tmpfs")).isEmpty();
    }
}
