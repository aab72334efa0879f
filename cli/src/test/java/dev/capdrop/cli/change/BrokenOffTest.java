package dev.capdrop.cli.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.FakeContainer;
import dev.capdrop.cli.FakeHost;
import dev.capdrop.cli.command.Helpers;
import dev.capdrop.core.journal.JournalEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// This program itself fails, at each step of its ports in turn: a mistake in it, a part of it that
/// is gone, no memory.
final class BrokenOffTest {
    private static final List<Supplier<Throwable>> FAILURES =
            List.of(
                    () -> new NoClassDefFoundError("dev/capdrop/Gone"),
                    () -> new IllegalStateException("a mistake"),
                    () -> new OutOfMemoryError("Java heap space"),
                    StackOverflowError::new,
                    () -> new AssertionError("never so"));

    /// A host before a command, the command, and what a later command makes of it.
    ///
    /// @param atEnd what holds once the later command has ended
    private record Scene(
            Supplier<FakeHost> host,
            List<String> command,
            List<String> later,
            BiConsumer<FakeHost, String> atEnd) {}

    private static FakeHost host() {
        FakeHost host = new FakeHost();
        host.lxc("web").works("ssh.service").failsWith("sys_rawio", "sys-kernel-debug.mount");
        return host;
    }

    private static FakeHost changed() {
        FakeHost host = host();
        assertThat(host.run("apply", "web", "--yes").exit()).isZero();
        return host;
    }

    private static FakeHost two() {
        FakeHost host = host();
        host.lxc("db").failsWith("sys_rawio", "sys-kernel-debug.mount");
        return host;
    }

    private static FakeHost worse() {
        FakeHost host = host();
        host.containers.getFirst().breaksAtRestart = "ssh.service";
        return host;
    }

    private static FakeHost profile() {
        FakeHost host = new FakeHost();
        host.profiles.put("web", "");
        host.incus("c1", "web").works("ssh.service").failsWith("sys_rawio", "debug.mount");
        host.incus("c2", "web").failsWith("sys_rawio", "debug.mount");
        return host;
    }

    private static FakeHost changedProfile() {
        FakeHost host = profile();
        assertThat(host.run("apply", "--profile", "web", "--yes").exit()).isZero();
        return host;
    }

    private static void isDropped(FakeHost host, String where) {
        host.containers.forEach(one -> assertThat(one.holds("sys_rawio")).as(where).isFalse());
        allEnded(host, where);
    }

    private static void isBack(FakeHost host, String where) {
        host.containers.forEach(one -> assertThat(one.holds("sys_rawio")).as(where).isTrue());
        allEnded(host, where);
    }

    private static void allEnded(FakeHost host, String where) {
        host.containers.forEach(one -> assertThat(one.running).as(where).isTrue());
        assertThat(host.journal.entries)
                .as(where)
                .extracting(JournalEntry::phase)
                .allMatch(JournalEntry.Phase::ended);
    }

    private static Scene scene(String name) {
        return switch (name) {
            case "apply" -> apply(BrokenOffTest::host, BrokenOffTest::isDropped, "web");
            case "apply that gets worse" ->
                    apply(BrokenOffTest::worse, BrokenOffTest::allEnded, "web");
            case "apply --live" ->
                    apply(BrokenOffTest::host, BrokenOffTest::isDropped, "web", "--live");
            case "apply --all" -> apply(BrokenOffTest::two, BrokenOffTest::isDropped, "--all");
            case "apply --host" -> apply(BrokenOffTest::host, BrokenOffTest::allEnded, "--host");
            case "apply --profile" ->
                    apply(BrokenOffTest::profile, BrokenOffTest::isDropped, "--profile", "web");
            case "undo" -> undo(BrokenOffTest::changed, BrokenOffTest::isBack, "web");
            case "undo --all" -> undo(BrokenOffTest::changed, BrokenOffTest::isBack, "--all");
            // whose turn failed is named, and has its set back from its next start on
            case "undo --profile" ->
                    undo(
                            BrokenOffTest::changedProfile,
                            BrokenOffTest::allEnded,
                            "--profile",
                            "web");
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static Scene apply(
            Supplier<FakeHost> host, BiConsumer<FakeHost, String> atEnd, String... arguments) {
        List<String> line = line("apply", arguments);
        return new Scene(host, line, line, atEnd);
    }

    private static Scene undo(
            Supplier<FakeHost> host, BiConsumer<FakeHost, String> atEnd, String... arguments) {
        List<String> line = line("undo", arguments);
        return new Scene(host, line, line, atEnd);
    }

    private static List<String> line(String command, String... arguments) {
        List<String> line = new ArrayList<>(List.of(command, "--yes"));
        line.addAll(List.of(arguments));
        return line;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "apply",
                "apply that gets worse",
                "apply --live",
                "apply --all",
                "apply --host",
                "apply --profile",
                "undo",
                "undo --all",
                "undo --profile"
            })
    void whateverFailsWithinItWhatRanRunsAndALaterCommandFinishes(String name) {
        Scene scene = scene(name);
        boolean broke = true;
        for (int step = 1; broke; step++) {
            FakeHost host = scene.host().get();
            host.steps = 0;
            host.breaksAt = step;
            host.breaks = FAILURES.get(step % FAILURES.size());
            FakeHost.Ran ran = host.run(scene.command().toArray(String[]::new));
            broke = host.steps >= step;
            String where = "%s, step %d: %s".formatted(name, step, ran);
            host.containers.forEach(one -> assertThat(one.running).as(where).isTrue());
            assertIsSaid(ran, broke, where);
            host.breaksAt = 0;
            FakeHost.Ran later = ran;
            String all = where;
            if (isOpen(host) && name.equals("apply --all")) {
                // --all leaves alone what is not finished, and says so
                for (FakeContainer one : host.containers) {
                    all += "\nthen " + host.run("apply", one.id.name(), "--yes");
                }
            }
            for (int i = 0; i < 2 || (i < 4 && isOpen(host)); i++) {
                later = host.run(scene.later().toArray(String[]::new));
                all += "\nthen " + later;
            }
            assertThat(later.exit()).as(all).isLessThan(2);
            scene.atEnd().accept(host, all);
        }
    }

    private static boolean isOpen(FakeHost host) {
        return host.journal.entries.stream().anyMatch(entry -> !entry.phase().ended());
    }

    private static void assertIsSaid(FakeHost.Ran ran, boolean broke, String where) {
        assertThat(ran.out() + ran.err()).as(where).doesNotContain("\tat ");
        if (broke) {
            assertThat((ran.out() + ran.err()).replaceAll("\\s+", " "))
                    .as(where)
                    .containsAnyOf(
                            "this is a mistake in capdrop, please report it",
                            "capdrop itself failed: ",
                            Helpers.UNLOADED,
                            "takes more memory than capdrop allows itself",
                            "takes more memory than there is",
                            "nested more deeply than this program follows");
        }
    }

    @Test
    void aFailureBetweenStopAndStartStartsTheContainerAndSaysSo() {
        FakeHost host = host();
        FakeContainer web = host.containers.getFirst();
        web.atStop =
                () -> {
                    throw new IllegalStateException("a mistake");
                };
        FakeHost.Ran ran = host.run("apply", "web", "--yes");
        assertThat(web.running).isTrue();
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(3);
        assertThat(ran.said())
                .anyMatch(line ->
                        line.startsWith("this is a mistake in capdrop, please report it")
                                && line.contains("java.lang.IllegalStateException: a mistake")
                                && line.endsWith(
                                        "; the container was down then, and has been started again"))
                .anyMatch(line -> line.contains("'capdrop apply lxc:web'"));
        web.atStop = () -> {};
        assertThat(host.run("apply", "web", "--yes").exit()).isZero();
        isDropped(host, "");
    }

    @Test
    void whatBootsHaveShownIsReportedBeforeAFailureEndsATrial() {
        boolean broke = true;
        int reported = 0;
        for (int step = 1; broke; step++) {
            FakeHost host = host();
            host.containers.getFirst().needs("chown", "owner.service");
            host.breaksAt = step;
            host.breaks = FAILURES.get(step % FAILURES.size());
            FakeHost.Ran ran = host.run("trial", "web");
            broke = host.steps >= step;
            String where = "step %d: %s".formatted(step, ran);
            assertIsSaid(ran, broke && ran.exit() > 1, where);
            assertThat(host.copies).as(where).isEmpty();
            assertThat(host.containers.getFirst().running).isTrue();
            if (broke && ran.err().contains("boot 3, ")) {
                reported++;
                assertThat(ran.out()).as(where).contains("boots of copies");
            }
        }
        assertThat(reported).isPositive();
    }
}
