package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A root directory that was made to lead capdrop out of it, hold it up or fill its memory: what is
/// wrong is one sentence each, and the rest is told as ever.
final class HostileRootTest {
    /// A plain root directory takes a second, and what has no end fifteen; a machine may be busy.
    private static final Duration SOON = Duration.ofMinutes(4);

    private static final String OPENED = "= \\d+<%s[>/].*";

    @TempDir Path folder;

    private Path memory;
    private HostileRoot root;
    private Path outside;

    /// In memory, where hundreds of thousands of names cost little.
    @BeforeEach
    void aRootDirectory() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "a root directory needs root");
        memory = Files.createDirectories(folder.resolve("memory"));
        Command.of("mount", "-t", "tmpfs", "-o", "nr_inodes=0", "none", memory.toString())
                .runOrFail();
        root = HostileRoot.make(memory.resolve("root"));
        outside = Files.createDirectories(folder.resolve("outside"));
    }

    @AfterEach
    void removeIt() {
        if (memory != null) {
            Command.of("umount", memory.toString()).runOrFail();
        }
    }

    @Test
    void linksToTheHostLeadToTheContainersOwnFiles() throws IOException {
        Path secret = outside.resolve("secret.service");
        Files.writeString(secret, "[Service]\nExecStart=/outside/was/read\n");
        root.link("a.service", "/etc/shadow");
        root.link("b.service", "../../../../../../../../../../.." + secret);
        root.link("c.service", secret.toString());
        root.link("d.service.d", outside.toString());
        root.link("e.service.d", "/etc");
        root.file("/etc/x.conf", "[Unit]\nConditionPathExists=!/etc\n");
        List<String> opened = new ArrayList<>();
        String said = traced(opened, "snapshot");
        assertThat(said)
                .contains("'/etc/shadow', a file of 'a.service', leads nowhere")
                .contains("'" + secret + "', a file of 'b.service', leads nowhere")
                .contains("'" + secret + "', a file of 'c.service', leads nowhere")
                .contains("\"dropInPaths\":[\"/etc/x.conf\"]")
                .doesNotContain("/outside/was/read");
        for (Path forbidden : List.of(outside, Path.of("/etc/shadow"))) {
            String pattern = OPENED.formatted(forbidden);
            assertThat(opened).noneMatch(line -> line.matches(".*" + pattern));
        }
    }

    @Test
    void circlesAreNotFollowed() throws IOException {
        root.link("a.service", "b.service");
        root.link("b.service", "a.service");
        root.link("c.service", "/etc/systemd/system/c.service");
        root.link("d.service.d", "d.service.d");
        root.link("e.service.d", "x.service.d");
        root.link("x.service.d", "e.service.d");
        root.link("f.service.d/loop.conf", "loop.conf");
        assertThat(said("check"))
                .contains("'a.service' leads from alias to alias without end")
                .contains("'b.service' leads from alias to alias without end")
                .contains("system/c.service' leads in a circle of symbolic links")
                .contains("system/d.service.d' leads in a circle of symbolic links")
                .contains("system/e.service.d' leads in a circle of symbolic links")
                .contains("f.service.d/loop.conf': too many symbolic links");
    }

    @Test
    void whatIsNoFileIsNotOpened() throws IOException {
        root.fifo("a.service");
        root.fifo("b.service.d/x.conf");
        root.device("c.service");
        root.directory("d.service");
        root.file("e.service.d", "[Unit]\n");
        root.file("f.service.d", "");
        List<String> opened = new ArrayList<>();
        assertThat(traced(opened, "check"))
                .contains("system/a.service' is not a regular file")
                .contains("system/b.service.d/x.conf' is not a regular file")
                .contains("system/c.service' is not a regular file")
                .contains("system/d.service' is not a regular file")
                .contains("system/e.service.d': not a directory")
                .contains("system/f.service.d': not a directory");
        for (String name : List.of("a.service", "b.service.d/x.conf", "c.service")) {
            assertThat(opened)
                    .filteredOn(line -> line.matches(".*" + OPENED.formatted(root.unit(name))))
                    .isNotEmpty()
                    .allMatch(line -> line.contains("O_PATH"));
        }
    }

    @Test
    void whatIsTooLargeIsNotRead() throws IOException {
        root.sparse("/etc/systemd/system/a.service", 10L << 30);
        for (String file : List.of("os-release", "machine-id", "hostname", "fstab", "passwd")) {
            root.sparse("/etc/" + file, 1L << 30);
        }
        root.sparse("/var/lib/dpkg/status", 10L << 30);
        assertThat(said("check"))
                .contains("system/a.service' is larger than")
                .contains("'/etc/os-release' is larger than")
                .contains("'/etc/machine-id' is larger than")
                .contains("'/etc/hostname' is larger than")
                .contains("'/etc/fstab' is larger than")
                .contains("'/var/lib/dpkg/status' is larger than");
    }

    @Test
    void ofAHundredThousandDropInsNoneIsRead() throws IOException {
        root.file("a.service.d/0.conf", "[Unit]\nConditionPathExists=/x\n");
        root.crowd(List.of("a.service.d"), ".conf", 100_000);
        assertThat(said("plan --verbose"))
                .contains("'a.service' was not read: it has more than 1000 drop-ins")
                .contains("a.service.d' holds more than 20000 names")
                .contains("undecided: not all of its files were read (1)\n      a.service\n");
    }

    @Test
    void ofAHundredThousandUnitFilesTwentyThousandAreLookedAt() throws IOException {
        root.file("0.service", "[Service]\nExecStart=/x\n");
        root.crowd(List.of("/etc/systemd/system"), ".service", 100_000);
        assertThat(said("check"))
                .contains("/etc/systemd/system' holds more than 20000 names; the rest was not");
    }

    /// More names than are looked at: it makes no difference how many more.
    @Test
    void ofEachFolderThatIsListedTheRestIsSaidNotToBeLookedAt() throws IOException {
        List<String> listed = List.of("/etc/systemd/system", "/bin");
        List<String> asked = List.of("/etc/modules-load.d", "/etc/sysusers.d", "/usr/lib/systemd");
        List<String> all = new ArrayList<>(listed);
        all.addAll(asked);
        root.crowd(all, "", 10_050);
        // whichever way a folder is listed, what comes now is not among the rest
        Files.delete(root.unit(HostileRoot.LIBRARY));
        root.file(HostileRoot.LIBRARY, "");
        root.crowd(List.of("/etc/systemd/system/default.target.wants"), "", 20_100);
        root.file(
                "a.service",
                """
                [Unit]
                ConditionDirectoryNotEmpty=/etc/modules-load.d
                ConditionPathExistsGlob=/etc/sysusers.d/*.none
                [Service]
                ExecStart=/bin/a
                """);
        root.crowd(all, ".more", 10_050);
        assertThat(said("plan --verbose"))
                .contains(
                        "default.target.wants' holds more than 20000 names",
                        "/etc/systemd/system' holds more than 20000 names",
                        "'/bin' holds more than 20000 programs",
                        "undecided");
    }

    @Test
    void ofTheNamesOfAFolderThatHasThreeNoMoreThanTwentyThousandAreLookedAt() throws IOException {
        root.file("/usr/lib/systemd/system/a.service", "[Service]\nExecStart=/bin/a\n");
        Files.move(root.unit("/usr/lib"), root.unit("/bin"));
        root.link("/usr/lib", "../bin");
        root.link("/etc/systemd/system", "/bin");
        root.crowd(List.of("/bin"), "", 100_000);
        assertThat(said("plan --verbose"))
                .contains(
                        "/etc/systemd/system' holds more than 20000 names",
                        "'/usr/lib' holds more than 20000 names",
                        "'/bin' holds more than 20000 programs");
    }

    /// A rename or a mount elsewhere keeps the kernel from telling that a `..` does not lead out.
    @Test
    void whatTheKernelCouldNotTellItIsAskedAgain() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/strace")), "strace is not installed");
        String raced = "inject=openat2:error=EAGAIN:when=1+2";
        List<String> strace =
                List.of(
                        "strace",
                        "-f",
                        "--seccomp-bpf",
                        "-qq",
                        "-e",
                        "trace=openat2",
                        "-e",
                        raced,
                        "-o");
        List<String> line = new ArrayList<>(strace);
        line.add(folder.resolve("calls").toString());
        assertThat(said(line, "check")).isEqualTo(said("check"));
        assertThat(folder.resolve("calls")).content().contains("EAGAIN");
    }

    /// Who has made the tree, and its users' names, is read of files like these.
    @Test
    void osReleaseAndPasswdMayHoldAnything() throws IOException {
        String evil = "ID=\u001b[31m\0\nVERSION_ID=\"\u009b2J\nNAME=\u202e\n";
        String endless = "root:x:0:0:" + "\u001b[2J\0".repeat(50_000);
        List<String> files = List.of("os-release", "passwd", "group", "machine-id", "hostname");
        for (String file : files) {
            root.file("/etc/" + file, file.equals("os-release") ? evil : endless);
        }
        assertHarmless(said("check") + said("snapshot"));
        for (String file : files) {
            Files.delete(root.unit("/etc/" + file));
            root.fifo("/etc/" + file);
        }
        assertHarmless(said("check") + said("snapshot"));
        Path secret = Files.writeString(outside.resolve("secret"), "ID=secret\nsecret:x:0:0\n");
        for (String file : files) {
            Files.delete(root.unit("/etc/" + file));
            root.link("/etc/" + file, secret.toString());
        }
        String said = said("check") + said("snapshot");
        assertHarmless(said);
        assertThat(said).doesNotContain("ID=secret", "\"secret\"");
    }

    private static void assertHarmless(String said) {
        assertThat(said).contains("a.service");
        assertThat(said.chars().filter(c -> Character.isISOControl(c) && c != '\n').boxed())
                .isEmpty();
    }

    @Test
    void aThousandDropInsForEachOfThousandsOfUnitsHaveALimit() throws IOException {
        StringBuilder wants = new StringBuilder("[Unit]\nWants=");
        for (int i = 0; i < 4900; i++) {
            wants.append(" t@").append(i).append(".service");
        }
        root.file("t@.service", "[Service]\nExecStart=/x\n");
        root.file("default.target", wants + "\n");
        for (int i = 0; i < 900; i++) {
            root.file("service.d/" + i + ".conf", "[Unit]\nConditionPathExists=/x\n");
        }
        assertThat(said("check")).contains("the units' files say too much: '");
    }

    @Test
    void largeFilesHaveALimitTogether() throws IOException {
        StringBuilder wants = new StringBuilder("[Unit]\nWants=");
        for (int i = 0; i < 60; i++) {
            wants.append(" t").append(i).append(".service");
            root.file("t" + i + ".service", "[Service]\nExecStart=/x\n" + "A=b\n".repeat(100_000));
        }
        root.file("default.target", wants + "\n");
        root.file(
                "t60.service",
                "[Service]\nExecStart=/x\n[Unit]\n"
                        + "ConditionPathExistsGlob=/*/*/*/*\n".repeat(9000));
        assertThat(said("check")).contains("the units' files say too much: '");
    }

    @Test
    void namesThatWereMadeToBeMisreadAreEscaped() throws IOException {
        root.raw("a\nb.service", "[Unit]\n");
        root.raw("\u001b[31mred.service", "[Unit]\n");
        root.raw("\u00ff\u00fe.service", "[Unit]\n");
        root.raw("a.service.d/\u00ff.conf", "[Unit]\nConditionPathExists=/x\n");
        root.raw("b.service.d/\u001b[2J\n.conf", "[Unit]\nConditionPathExists=/x\n");
        assertThat(said("check").lines())
                .anyMatch(line -> line.contains("a\\x0ab.service' is not the name of a unit"))
                .anyMatch(line -> line.contains("\\x1b[31mred.service' is not the name of a unit"))
                .anyMatch(line -> line.contains("a.service.d/") && line.contains("was not read"))
                .noneMatch(line -> line.contains("\u001b"));
    }

    private String said(String command) {
        return said(tool().runWithin(SOON, words(command)));
    }

    /// What capdrop says of the root directory, traced.
    ///
    /// @param opened gets the calls that open a file
    private String traced(List<String> opened, String command) throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/strace")), "strace is not installed");
        Path calls = folder.resolve("calls");
        String which = "trace=open,openat,openat2";
        List<String> strace =
                List.of("strace", "-f", "--seccomp-bpf", "-y", "-e", which, "-o", calls.toString());
        String said = said(strace, command);
        opened.addAll(Files.readAllLines(calls, StandardCharsets.ISO_8859_1));
        return said;
    }

    /// The same by a process of its own, started by another program.
    private String said(List<String> starter, String command) {
        return said(tool().runUnder(starter, words(command)));
    }

    private Tool tool() {
        return new Tool(folder, folder.resolve("state"));
    }

    private String[] words(String command) {
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.add(1, "root:" + root.directory());
        return words.toArray(String[]::new);
    }

    private static String said(Command.Result result) {
        assertThat(result.exit()).as(result.toString()).isLessThan(2);
        assertThat(result.err()).isEmpty();
        return result.out();
    }
}
