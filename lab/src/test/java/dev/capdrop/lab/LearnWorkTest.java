package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `learn` says of services at work, and what the other commands say of services that a drop
/// keeps from it.
@NeedsContainers
class LearnWorkTest {
    private static final Path TRACEFS = Path.of("/sys/kernel/tracing");
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Answers whoever asks, and needs no capability for it.
    private static final String SERVER =
            """
            #!/usr/bin/perl
            use IO::Socket::UNIX;
            my $all = IO::Socket::UNIX->new(Local => "/run/pages", Listen => 9) or die;
            while (my $one = $all->accept) { my $line = <$one>; print $one "page " x 500, "\n"; close $one }
            """;

    private static final String CLIENT =
            "use IO::Socket::UNIX; for (1 .. 300) { my $s = IO::Socket::UNIX->new(Peer => \"/run/pages\") or die; print $s \"x\\n\"; my @all = <$s>; }"
                    + " open my $f, \">\", \"/run/owned\"; chown 7, -1, \"/run/owned\";";

    @TempDir private Path state;

    @BeforeAll
    static void requireTracepoint() {
        if (!Files.exists(TRACEFS.resolve("events"))) {
            Command.of("mount", "-t", "tracefs", "tracefs", TRACEFS.toString()).runOrFail();
        }
        assumeTrue(
                Files.exists(TRACEFS.resolve("events/capability/cap_capable")),
                "this kernel does not report capability checks (Linux 6.14 does)");
    }

    @Test
    void aServiceThatAnswersWithoutAnyCapabilityIsSeenAtWork() throws Exception {
        try (LabContainer container =
                SmallBoot.make(Bench.shared(), Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.write("/opt/pages", SERVER, "rwxr-xr-x");
            SmallBoot.service(container.rootfs(), "pages.service", "ExecStart=/opt/pages");
            SmallBoot.service(container.rootfs(), "idle.service", "ExecStart=/bin/sleep infinity");
            SmallBoot.of(container, "pages.service", "idle.service");
            container.boot();
            String name = container.name();
            Command.Result boot = tool().run("learn", name, "--boot", "--yes");
            assertThat(boot.exit()).as(boot.toString()).isZero();
            assertThat(idle(name, "pages.service")).isTrue();

            CompletableFuture<Command.Result> watch =
                    CompletableFuture.supplyAsync(() -> tool().run("learn", name, "--for", "25s"));
            // until it has begun, on a busy machine
            for (int turn = 0; turn < 6 && !watch.isDone(); turn++) {
                TimeUnit.SECONDS.sleep(4);
                container.attachOrFail("perl", "-e", CLIENT);
            }
            Command.Result seen = watch.get();
            assertThat(seen.exit()).as(seen.toString()).isZero();
            assertThat(seen.out()).containsPattern("chown +used +\\(from outside\\)");
            assertThat(idle(name, "pages.service")).as(seen.toString()).isFalse();
            assertThat(idle(name, "idle.service")).isTrue();
        }
    }

    private boolean idle(String name, String service) throws IOException {
        Command.Result plan = tool().run("plan", name, "--goal", "least", "--units", "--json");
        for (JsonNode unit : JSON.readTree(plan.out()).path("units")) {
            if (unit.path("unit").asText().equals(service)) {
                return unit.path("idle").asBoolean();
            }
        }
        throw new AssertionError(service + " is not in " + plan);
    }

    @Test
    void whatADropRefusesAServiceAtWorkIsSaidAndTheCommandGivesItBack() throws Exception {
        try (LabContainer container =
                SmallBoot.make(Bench.shared(), Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            container.write(
                    "/opt/meter",
                    "#!/usr/bin/perl\nwhile (1) { chroot '/'; sleep 1 }\n",
                    "rwxr-xr-x");
            SmallBoot.service(container.rootfs(), "meterd.service", "ExecStart=/opt/meter");
            SmallBoot.of(container, "meterd.service");
            container.boot();
            String name = container.name();
            Command.Result applied =
                    tool().run(
                                    "apply",
                                    name,
                                    "--goal",
                                    "none",
                                    "--drop",
                                    "sys_chroot,sys_time",
                                    "--yes");
            assertThat(applied.exit()).as(applied.toString()).isZero();
            assertThat(tool().run("check", name).out()).doesNotContain("refused:");
            learn(name);
            for (String command : List.of("check", "status", "plan")) {
                assertThat(tool().run(command, name).out())
                        .as(command)
                        .containsPattern(
                                "refused: since your drop of 20[0-9-]+, meterd.service was refused\\s+sys_chroot")
                        .containsPattern("give it back:\\s+capdrop undo --no-restart lxc:" + name);
            }
            JsonNode status = JSON.readTree(tool().run("status", name, "--json").out());
            String back =
                    status.path("containers").path(0).path("sinceDrop").path("giveBack").asText();
            for (String line : back.split(" && ")) {
                List<String> words = new ArrayList<>(List.of(line.split(" ")));
                if (!words.removeFirst().equals("capdrop")) {
                    Command.of("sh", "-c", line).runOrFail();
                    continue;
                }
                // where the container is: the tool of the lab says that by itself
                words.subList(words.indexOf("--lxc-path"), words.size()).clear();
                words.add("--yes");
                Command.Result done = tool().run(words.toArray(String[]::new));
                assertThat(done.exit()).as(done.toString()).isZero();
            }
            assertThat(tool().run("check", name).out()).doesNotContain("refused:");
            assertThat(container.config()).contains("sys_time").doesNotContain("sys_chroot");
            learn(name);
            String learnt = tool().run("learn", name, "--show", "--json").out();
            assertThat(Uses.counted(learnt, "meterd.service", "sys_chroot")).isPositive();
            assertThat(tool().run("learn", name, "--show").out())
                    .containsPattern("sys_chroot +used +meterd.service");
        }
    }

    private void learn(String name) {
        Command.Result learnt = tool().run("learn", name, "--for", "4s");
        assertThat(learnt.exit()).as(learnt.toString()).isZero();
    }

    private Tool tool() {
        return Tool.of(Bench.shared(), state);
    }
}
