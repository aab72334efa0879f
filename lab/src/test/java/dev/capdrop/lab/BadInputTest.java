package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What cannot be done is said in one sentence, and nothing is half done.
@NeedsContainers
final class BadInputTest {
    private final Bench bench = Bench.shared();

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    check nosuch            | no container is called 'nosuch'
                    apply root:/ --yes      | is a root directory, and no container
                    check pve:101           | Proxmox VE has no container '101' here
                    check ../c1             | cannot be a container's name
                    check lxc:              | cannot be a container's name
                    chekc                   | did you mean 'check'?
                    check --nope            | unknown option '--nope'
                    plan c1 --goal best     | is no goal, expected one of none, healthy, inert
                    plan c1 --drop sys_foo  | no capability is called 'sys_foo'
                    plan c1 --timeout 1d    | is no duration
                    check --from /nonesuch  | is no file, expected a snapshot
                    check --from /dev/zero  | is no file, expected a snapshot
                    plan                    | no target
                    undo c1                 | there is no terminal: say --yes
                    explain cap_sys_rawo    | neither a capability nor a container; did you mean 'sys_rawio'?
                    """)
    void whatCannotBeDoneIsOneSentence(String words, String says) {
        assertRefused(tool().run(words.split(" +")), says);
    }

    @Test
    void aContainersNameIsEscaped() {
        assertRefused(tool().run("check", "a\u001b[31m\nb"), "'a\\x1b[31m\\x0ab'");
    }

    @Test
    void aFolderThatIsNotThereHoldsNoContainers() {
        Tool tool = new Tool(Path.of("/nonesuch"), folder);
        assertRefused(tool.run("check"), "'/nonesuch' is no folder");
    }

    @Test
    void withoutRootOnlyWhatNeedsItIsRefused() throws IOException {
        Path config = folder.resolve("config");
        Files.writeString(config, "lxc.cap.drop = sys_rawio\n");
        assertRefused(asNobody("check"), "needs root");
        assertRefused(asNobody("plan", "c1"), "needs root");
        assertRefused(asNobody("config", "/etc/shadow"), "permission denied");
        assertThat(asNobody("config", config.toString()).out()).contains("drops sys_rawio");
    }

    @Test
    void aFullStandardOutputIsAFailureAndAppliesNothing() throws IOException {
        try (LabContainer container = SmallBoot.make(bench, Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            String config = container.config();
            Command.Result result =
                    inShell("exec \"$@\" >/dev/full", "apply", container.name(), "--yes");
            assertRefused(result, "cannot write to standard output: No space left on device");
            assertThat(container.config()).isEqualTo(config);
        }
    }

    @Test
    void withoutLxcNothingIsWritten() throws IOException {
        try (LabContainer container = SmallBoot.make(bench, Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            String config = container.config();
            Command.Result result =
                    inShell(
                            "mkfifo -m 755 \"$D/fifo\" && mount --bind \"$D/fifo\" /usr/bin/lxc-stop"
                                    + " && exec \"$@\"",
                            "apply",
                            container.name(),
                            "--yes");
            assertRefused(result, "'lxc-stop' is not installed");
            assertThat(container.config()).isEqualTo(config);
        }
    }

    @Test
    void aFullDiskLeavesTheOldConfigurationWhole() throws IOException {
        Path config = Files.createDirectories(folder.resolve("c1")).resolve("config");
        Files.writeString(config, "lxc.uts.name = c1\n");
        String script =
                """
                cp -a "$D/c1" "$D/copy" && mount -t tmpfs -o size=8k,mode=755 none "$D/c1"
                cp "$D/copy/config" "$D/c1/config"
                dd if=/dev/zero of="$D/c1/fill" bs=4k count=9 2>/dev/null
                "$@"; status=$?
                cmp "$D/copy/config" "$D/c1/config" && ls -A "$D/c1"
                exit $status
                """;
        List<String> apply = List.of("apply", "c1", "--yes", "--goal", "none", "--drop", "mknod");
        Command.Result result = inShell(new Tool(folder, folder.resolve("state")), script, apply);
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("No space left on device (make room there)");
        assertThat(result.out()).endsWith("config\nfill\n");
    }

    @Test
    void aNameThatTheInstalledLiblxcDoesNotKnowIsNotWritten() throws IOException {
        Path config = Files.createDirectories(folder.resolve("c1")).resolve("config");
        Files.writeString(config, "lxc.uts.name = c1\n");
        String script =
                """
                library=$(readlink -f /usr/lib/*-linux-gnu/liblxc.so.1)
                LC_ALL=C sed 's/\\x00perfmon\\x00/\\x00perfmox\\x00/' "$library" >"$D/liblxc"
                mount --bind "$D/liblxc" "$library" && exec "$@"
                """;
        Tool tool = new Tool(folder, folder.resolve("state"));
        List<String> apply =
                List.of("apply", "c1", "--yes", "--goal", "none", "--drop", "mknod,perfmon");
        Command.Result result = inShell(tool, script, apply);
        assertRefused(result, "does not know perfmon");
        assertThat(config).hasContent("lxc.uts.name = c1\n");
        assertThat(tool.run(apply.toArray(String[]::new)).exit()).isZero();
        assertThat(config).content().contains("mknod perfmon");
    }

    @Test
    void aContainerWithoutSystemdSaysSo() throws IOException {
        try (LabContainer container =
                bench.make(
                        Suite.TRIXIE, Privilege.UNPRIVILEGED, "lxc.init.cmd = /bin/sleep 1000")) {
            container.start();
            // each waits ten seconds for one
            CompletableFuture<Command.Result> looked =
                    CompletableFuture.supplyAsync(() -> tool().run("check", container.name()));
            assertRefused(tool().run("plan", container.name()), "say with --drop what to drop");
            Command.Result check = looked.join();
            assertThat(check.exit()).isEqualTo(2);
            assertThat(check.out()).contains("PID 1 is '/usr/bin/sleep', not systemd");
        }
    }

    @Test
    void aFrozenContainerIsNotWaitedFor() throws IOException {
        try (LabContainer container = SmallBoot.make(bench, Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            lxc("lxc-freeze", container);
            Command.Result check = tool().run("check", container.name());
            lxc("lxc-unfreeze", container);
            assertThat(check.exit()).isEqualTo(2);
            assertThat(check.out()).contains("is frozen and answers nothing");
        }
    }

    @Test
    void aSystemdThatDoesNotAnswerIsWaitedForAsLongAsIsSaid() throws IOException {
        try (LabContainer container = SmallBoot.make(bench, Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.boot();
            String pid = Long.toString(container.initPid());
            Command.of("kill", "-STOP", pid).runOrFail();
            Command.Result plan = tool().run("plan", container.name(), "--timeout", "2s");
            Command.of("kill", "-CONT", pid).runOrFail();
            assertRefused(plan, "systemd did not answer within 2 s");
        }
    }

    @Test
    void aConfigurationThatLiblxcRefusesIsAFindingAndIsNotEdited() throws IOException {
        try (LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            String broken = container.config() + "lxc.cap.drop = sys_nonsense\n";
            container.setConfig(broken);
            Command.Result check = tool().run("check", container.name());
            assertThat(check.exit()).isEqualTo(1);
            assertThat(check.out()).contains("would not start again").contains("sys_nonsense");
            assertRefused(
                    tool().run(
                                    "apply",
                                    container.name(),
                                    "--yes",
                                    "--goal",
                                    "none",
                                    "--drop",
                                    "sys_rawio"),
                    "does not load, so it is not edited");
            assertThat(container.config()).isEqualTo(broken);
        }
    }

    private Tool tool() {
        return Tool.of(bench, folder.resolve("state"));
    }

    private void lxc(String program, LabContainer container) {
        Command.of(program, "-P", bench.lxcPath().toString(), "-n", container.name()).runOrFail();
    }

    /// Runs it as a user who can read the build, wherever that is: from a copy.
    private Command.Result asNobody(String... arguments) {
        String script =
                """
                for entry in ${CP//:/ }; do
                    [ ! -e "$entry" ] || cp -r --parents "$entry" "$D"
                done
                chmod -R a+rX "$D"
                line=()
                for word; do
                    case $word in
                    -XX:AOTCache=*) ;; # of another class path
                    "$CP") line+=("$D${CP//:/:$D}") ;;
                    *) line+=("$word") ;;
                    esac
                done
                exec setpriv --reuid=65534 --regid=65534 --clear-groups "${line[@]}"
                """;
        return inShell(tool(), script, List.of(arguments));
    }

    private Command.Result inShell(String script, String... arguments) {
        return inShell(tool(), script, List.of(arguments));
    }

    /// Runs it in a mount namespace of its own.
    private Command.Result inShell(Tool tool, String script, List<String> arguments) {
        List<String> line = new ArrayList<>(List.of("unshare", "-m", "bash", "-c", script, "bash"));
        List<String> command = tool.command(arguments.toArray(String[]::new)).line();
        line.addAll(command);
        return Command.of(line.toArray(String[]::new))
                .with("D", folder.toString())
                .with("CP", command.get(command.indexOf("-cp") + 1))
                .run();
    }

    private static void assertRefused(Command.Result result, String says) {
        assertThat(result.exit()).as(result.toString()).isEqualTo(2);
        assertThat(result.err()).startsWith("capdrop: ").contains(says).doesNotContain("\tat ");
        assertThat(result.err().lines().filter(line -> line.startsWith("capdrop: "))).hasSize(1);
    }
}
