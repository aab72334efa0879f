package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// A container whose owner means harm, looked at by the host's root.
@NeedsContainers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HostileContainerTest {
    private static final String SECRET = "correct-horse-battery";

    /// ESC, C1's CSI, right-to-left override, line separator, a bell.
    private static final String EVIL = "\u001b[31m\u009b2J\u202e\u2028\u0007";

    private static final String MARK = "/marked";
    private static final List<List<String>> LOOKS =
            List.of(
                    List.of("check"),
                    List.of("check", "--json"),
                    List.of("plan"),
                    List.of("plan", "--json"),
                    List.of("plan", "--goal", "none", "--drop", "net_raw"),
                    List.of(
                            "apply",
                            "--goal",
                            "none",
                            "--drop",
                            "net_raw",
                            "--no-restart",
                            "--yes"),
                    List.of("status"),
                    List.of("status", "--json"),
                    List.of("undo", "--no-restart", "--yes"),
                    List.of("explain"),
                    List.of("explain", "--json"),
                    List.of("config"),
                    List.of("config", "--json"),
                    List.of("ps", "--all"),
                    List.of("ps", "--json"),
                    List.of("snapshot"));

    @TempDir Path folder = Path.of("");
    private final Bench bench = Bench.shared();
    private LabContainer container = new LabContainer(Path.of(""), "");

    @BeforeAll
    void bootTheContainer() throws IOException {
        container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED);
        container.writeService(
                "secret.service",
                List.of("Description=" + EVIL),
                "Environment=TOKEN=" + SECRET,
                "ExecStart=/bin/sleep infinity");
        container.enableOnDisk("secret.service");
        container.writeService(
                "turns.service",
                List.of("ConditionPathExists=!/etc/evil" + EVIL),
                "ExecStart=/bin/sleep infinity");
        container.enableOnDisk("turns.service");
        container.writeService("bad.service", List.of(), "ExecStart=/bin/false");
        container.enableOnDisk("bad.service");
        Path dropIns = container.rootfs().resolve("etc/systemd/system/bad.service.d");
        Files.createDirectories(dropIns);
        Files.writeString(
                dropIns.resolve("evil" + EVIL + ".conf"),
                "[Unit]\nConditionCapability=CAP_SYS_RAWIO\n");
        container.write("/usr/bin/sniff" + EVIL, "", "rwxr-xr-x");
        String root = Files.getAttribute(container.rootfs(), "unix:uid").toString();
        String sniff = container.rootfs().resolve("usr/bin/sniff" + EVIL).toString();
        Command.of("setcap", "-n", root, "cap_net_raw=ep", sniff).runOrFail();
        assertThat(container.boot()).isEqualTo("degraded");
        container.write("/etc/evil" + EVIL, "", "rw-r--r--");
        container.write("/usr/bin/systemctl", "#!/bin/sh\necho $0 >>" + MARK + "\n", "rwxr-xr-x");
        container.write("/usr/bin/busctl", "#!/bin/sh\necho $0 >>" + MARK + "\n", "rwxr-xr-x");
    }

    @AfterAll
    void removeTheContainer() throws IOException {
        container.close();
    }

    @Test
    void noLookExecutesAnythingThereOrShowsASecretOrWhatItNamesRaw() {
        String shown = looksAtEverything();
        assertThat(container.has(MARK)).isFalse();
        assertThat(shown)
                .contains("bad.service", "turns.service", "/etc/evil", "/usr/bin/sniff")
                .contains("secret.service")
                .doesNotContain(SECRET);
        assertThat(shown.codePoints().filter(HostileContainerTest::isHarmful).boxed()).isEmpty();
        container.attachOrFail("systemctl");
        assertThat(container.has(MARK)).as("the mark that a run would leave").isTrue();
    }

    /// The kernel escapes the line feed in a list of mounts, and leaves the carriage return.
    @Test
    void theNameOfAMountEndsNoLine() {
        String name = "/srv/a\rb";
        container.attachOrFail("mkdir", name);
        container.attachOrFail("mount", "-t", "tmpfs", "none", name);
        Command.Result check = tool().run("check", container.name());
        container.attachOrFail("umount", name);
        assertThat(check.exit()).as(check.toString()).isEqualTo(1);
        assertThat(check.out()).contains("bad.service");
    }

    @Test
    void aSnapshotIsForRootAloneAndHoldsNoSecret() throws IOException {
        Path file = folder.resolve("snapshot.json");
        Command.Result result = tool().run("snapshot", container.name(), "-o", file.toString());
        assertThat(result.exit()).as(result.toString()).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file)).contains("secret.service").doesNotContain(SECRET);
        Command.Result check = tool().run("check", "--from", file.toString());
        assertThat(check.exit()).as(check.toString()).isEqualTo(1);
        assertThat(check.out()).contains("bad.service");
    }

    private String looksAtEverything() {
        StringBuilder shown = new StringBuilder();
        for (List<String> look : LOOKS) {
            String[] line = new String[look.size() + 1];
            look.toArray(line);
            line[look.size()] = container.name();
            Command.Result result = tool().run(line);
            assertThat(result.exit()).as(result.toString()).isLessThan(2);
            shown.append(result.out()).append(result.err());
        }
        return shown.toString();
    }

    private Tool tool() {
        return Tool.of(bench, folder.resolve("state"));
    }

    private static boolean isHarmful(int point) {
        return (Character.isISOControl(point) && point != '\n')
                || Character.getType(point) == Character.FORMAT
                || point == 0x2028
                || point == 0x2029;
    }
}
