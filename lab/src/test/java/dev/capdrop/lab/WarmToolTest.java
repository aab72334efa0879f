package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// That a command answers in a process that has run others as in one of its own, that nothing goes
/// from one to the next, and that a process which is ill runs no other.
@NeedsContainers
final class WarmToolTest {
    private static final String RECORDED =
            Clone.root().resolve("examples/trixie-degraded.json").toString();

    @TempDir Path temp = Path.of("");
    private final Bench bench = Bench.shared();
    private final List<Object> kept = new ArrayList<>();
    private Tool tool;

    @BeforeEach
    void open() {
        tool = Tool.of(bench, temp.resolve("state"));
    }

    @Test
    void aCommandAnswersAsInAProcessOfItsOwnWhateverRanBefore() throws IOException {
        try (LabContainer container = bench.make(Suite.BOOKWORM, Privilege.UNPRIVILEGED);
                WarmTool warm = WarmTool.start(tool)) {
            SmallBoot.of(container);
            assertThat(container.boot()).isEqualTo("degraded");
            String name = container.name();
            List<List<String>> lines =
                    List.of(
                            List.of("check", name),
                            List.of("check", "--json", name),
                            List.of("plan", name),
                            List.of("plan", name, "--color", "always", "--goal", "none"),
                            List.of("explain", "sys_rawio@" + name),
                            List.of("check", "nobody"),
                            List.of("check", "a\u001b[31m\nb ü \"'\t"),
                            List.of("check", "--from", RECORDED),
                            List.of("check", "--from", temp.resolve("none").toString()),
                            List.of("apply", name, "--frobnicate"),
                            List.of("frobnicate"),
                            List.of("apply", name),
                            List.of("status"));
            for (List<String> line : lines) {
                String[] words = line.toArray(String[]::new);
                Command.Result cold = tool.command(words).run();
                for (String[] before : List.of(words, new String[] {"status", name})) {
                    assertThat(warm.run(words)).as(line.toString()).isEqualTo(cold);
                    assertThat(warm.left()).as(line.toString()).isEmpty();
                    warm.run(before);
                }
            }
            for (int time = 0; time < 2; time++) {
                assertThat(warm.run("snapshot", name).out()).startsWith("{").endsWith("}\n");
                assertThat(warm.fit()).as(warm.left()).isTrue();
            }
        }
    }

    @Test
    void eachCommandHasTheOptionsOfItsOwnTool() throws IOException {
        for (String name : List.of("one", "other")) {
            Path link = temp.resolve(name);
            Files.createSymbolicLink(link, Files.createDirectory(temp.resolve("real-" + name)));
            String said = Tool.of(bench, link).run("doctor", "--json").out();
            assertThat(said).contains("cannot use the state directory '" + link + "'");
        }
    }

    @Test
    void whatACommandLeavesIsSaid() throws Exception {
        assertThat(WarmProcess.leftBy(() -> {})).isEmpty();
        CountDownLatch over = new CountDownLatch(1);
        String thread =
                WarmProcess.leftBy(
                        () -> kept.add(Thread.ofPlatform().name("left").start(() -> await(over))));
        over.countDown();
        assertThat(thread).contains("thread left");
        Path file = Files.createFile(temp.resolve("left-open"));
        assertThat(WarmProcess.leftBy(() -> kept.add(opened(file)))).contains(file.toString());
        for (Object one : kept) {
            if (one instanceof FileInputStream open) {
                open.close();
            }
        }
    }

    @Test
    void aCommandThatHangsIsEndedWithItsProcess() throws IOException {
        try (LabContainer container = bench.make(Suite.BOOKWORM, Privilege.UNPRIVILEGED);
                WarmTool warm = WarmTool.start(tool)) {
            SmallBoot.of(container);
            container.boot();
            String init = Long.toString(container.initPid());
            Command.of("kill", "-STOP", init).runOrFail();
            try {
                warm.begin("check", container.name());
                assertThatThrownBy(() -> warm.end(Duration.ofSeconds(1)))
                        .isInstanceOf(AssertionError.class)
                        .hasMessageContaining("still ran after PT1S");
            } finally {
                Command.of("kill", "-CONT", init).runOrFail();
            }
            assertThat(warm.killed()).isTrue();
            assertThat(tool.run("check", container.name()).out()).contains(container.name());
        }
    }

    @Test
    void aProcessThatEndsUnderACommandIsSaidAndRunsNoOther() throws IOException {
        try (WarmTool warm = WarmTool.start(tool)) {
            assertThat(warm.run("status").exit()).isZero();
            String pid = Long.toString(warm.pid());
            Command.of("kill", "-STOP", pid).runOrFail();
            warm.begin("status");
            Command.of("kill", "-KILL", pid).runOrFail();
            assertThat(warm.end().exit()).isEqualTo(137);
            assertThat(warm.killed()).isTrue();
        }
    }

    private static void await(CountDownLatch over) {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static FileInputStream opened(Path file) {
        try {
            return new FileInputStream(file.toFile());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
