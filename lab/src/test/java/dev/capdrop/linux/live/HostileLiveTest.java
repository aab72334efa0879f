package dev.capdrop.linux.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.lab.Bench;
import dev.capdrop.lab.Clone;
import dev.capdrop.lab.Command;
import dev.capdrop.lab.LabContainer;
import dev.capdrop.lab.NeedsContainers;
import dev.capdrop.lab.Privilege;
import dev.capdrop.lab.Suite;
import dev.capdrop.linux.libc.Tracee;
import dev.capdrop.linux.live.Step.Identity;
import dev.capdrop.linux.proc.ContainerInit;
import dev.capdrop.linux.proc.ProcDir;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A PID 1 that calls itself systemd and means harm: refused, or put to a step that hurts nobody
/// but itself.
@NeedsContainers
final class HostileLiveTest {
    private static final String SYSTEMD = "/opt/systemd";
    private static final Path LAST = Path.of("/proc/sys/kernel/ns_last_pid");
    private static final int ATTEMPTS = 500;

    /// Bytes of nothing, for a program that compresses with several threads.
    private static final long MANY = 100L << 30;

    /// Waits as systemd does, or never; or has a child that traces it, or asks its parent to, or
    /// traces a child. The numbers of the calls are those of x86-64.
    private static final String INIT =
            """
            my $how = shift;
            if ($how eq "busy") { while (1) { getppid } }
            if ($how eq "traced" && !fork) {
                syscall(101, 0x4206, 1, 0, 0) == 0 or die $!;
                sleep 1000;
            }
            if ($how eq "traced by its parent") { syscall(101, 0, 0, 0, 0) == 0 or die $!; }
            if ($how eq "traces" && (my $child = fork // die $!)) {
                syscall(101, 0x4206, $child, 0, 0) == 0 or die $!;
            } elsif ($how eq "traces") {
                sleep 1000;
            }
            my $queue = syscall(213, 1);
            my $events = "\\0" x 64;
            while (1) { syscall(232, $queue, $events, 1, -1) }
            """;

    @TempDir Path folder = Path.of("");

    /// Makes a container whose PID 1 is another program under systemd's name.
    private static LabContainer make(Path program, String arguments) throws IOException {
        LabContainer container =
                Bench.shared()
                        .make(
                                Suite.TRIXIE,
                                Privilege.UNPRIVILEGED,
                                "lxc.init.cmd = " + SYSTEMD + " " + arguments);
        Path copy = container.rootfs().resolve(SYSTEMD.substring(1));
        Path source =
                program.startsWith("/in")
                        ? container.rootfs().resolve(program.subpath(1, program.getNameCount()))
                        : program;
        Files.copy(
                source,
                copy,
                StandardCopyOption.COPY_ATTRIBUTES,
                StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(container.rootfs().resolve("init.pl"), INIT);
        try (RandomAccessFile many =
                new RandomAccessFile(container.rootfs().resolve("many").toFile(), "rw")) {
            many.setLength(MANY);
        }
        container.start();
        return container;
    }

    private static LabContainer perl(String how) throws IOException {
        return make(Path.of("/in/usr/bin/perl"), "/init.pl " + how);
    }

    private static void refused(LabContainer container, String why) throws IOException {
        LivePatient patient = new LivePatient(container);
        try (ContainerInit init = patient.open()) {
            assertThat(init.systemd()).isTrue();
            assertThatThrownBy(
                            () -> {
                                Preconditions.require(init);
                                patient.drop();
                            })
                    .isInstanceOf(LiveException.class)
                    .hasMessageContaining(why);
            assertThat(init.facts().bounding().containsAll(LivePatient.DROP)).isTrue();
            assertThat(init.read("status")).contains("Tgid:\t" + patient.pid() + "\n");
        }
    }

    @Test
    void oneThatWaitsAsSystemdDoesGivesUpWhatItIsTakenAndNothingElseHappens() throws Exception {
        try (LabContainer container = perl("waits")) {
            LivePatient patient = new LivePatient(container);
            assertThat(patient.drop().tries()).isPositive();
            patient.requireAlive();
            try (ContainerInit init = patient.open()) {
                assertThat(init.facts().bounding().intersect(LivePatient.DROP).isEmpty()).isTrue();
            }
        }
    }

    @Test
    void oneThatNeverWaitsIsLeftAloneInTheEnd() throws Exception {
        try (LabContainer container = perl("busy")) {
            refused(container, "PID 1 was never found waiting for events");
            new LivePatient(container).requireAlive();
        }
    }

    @Test
    void oneWithManyThreadsIsRefused() throws Exception {
        try (LabContainer container =
                make(Path.of("/usr/bin/xz"), "-T2 --block-size=1MiB -kf /many")) {
            awaitStatus(container, "Threads:\t3\n");
            refused(container, "PID 1 has 3 threads");
        }
    }

    @Test
    void oneThatIsTracedFromInsideIsRefusedAndItsTracerStays() throws Exception {
        try (LabContainer container = perl("traced")) {
            awaitNot(container, "TracerPid:\t0\n");
            refused(container, "traces PID 1 already");
            LivePatient patient = new LivePatient(container);
            // and where that is seen too late, the kernel says no
            try (ContainerInit init = patient.open()) {
                Step step = new Step(new Tracee(patient.pid()), LivePatient.architecture());
                assertThatThrownBy(inThread(step, init.directory()))
                        .hasMessageContaining("operation not permitted (ptrace)");
                assertThat(init.read("status")).doesNotContain("TracerPid:\t0\n");
            }
        }
    }

    /// PTRACE_TRACEME makes its parent, the container's monitor, its tracer.
    @Test
    void oneThatHasItsParentTraceItIsRefused() throws Exception {
        try (LabContainer container = perl("'traced by its parent'")) {
            awaitNot(container, "TracerPid:\t0\n");
            refused(container, "traces PID 1 already");
        }
    }

    @Test
    void oneThatTracesAProcessOfItsOwnIsAsAnyOther() throws Exception {
        try (LabContainer container = perl("traces")) {
            LivePatient patient = new LivePatient(container);
            assertThat(patient.drop().tries()).isPositive();
            patient.requireAlive();
        }
    }

    @Test
    void a32BitOneIsRefusedBeforeAnythingIsDoneToIt() throws Exception {
        try (LabContainer container = make(compiled("-m32"), "")) {
            refused(container, "PID 1 is a 32-bit program");
            LivePatient patient = new LivePatient(container);
            // and where it says otherwise, the kernel is asked
            assertThatThrownBy(patient::drop)
                    .isInstanceOf(LiveException.class)
                    .hasMessageContaining("PID 1 is a program of another architecture");
            patient.requireAlive();
        }
    }

    /// The instruction of its wait is not the one of its architecture.
    @Test
    void a64BitOneThatMakes32BitCallsIsRefused() throws Exception {
        try (LabContainer container = make(compiled("-m64"), "")) {
            refused(container, "PID 1 is a program of another architecture");
            new LivePatient(container).requireAlive();
        }
    }

    private Path compiled(String bits) {
        Path program = folder.resolve("waits" + bits);
        Command.of(
                        "gcc",
                        bits,
                        "-O1",
                        "-Wall",
                        "-ffreestanding",
                        "-fno-stack-protector",
                        "-fno-pie",
                        "-no-pie",
                        "-nostdlib",
                        "-static",
                        "-o",
                        program.toString(),
                        Clone.root().resolve("lab/src/test/c/waits-by-int80.c").toString())
                .runOrFail();
        return program;
    }

    /// PID 1 ends, and another process has its number when it is attached to.
    @Test
    void whoGotTheNumberOfAPid1ThatHasEndedIsNotTouched() throws Exception {
        Process first = sleeper();
        AtomicReference<Process> second = new AtomicReference<>();
        try (ProcDir directory = ProcDir.open((int) first.pid())) {
            Tracee tracee =
                    new HookedTracee(
                            (int) first.pid(),
                            () -> {
                                if (second.get() == null) {
                                    second.set(successor(first));
                                }
                            });
            Step step = new Step(tracee, LivePatient.architecture());
            assertThatThrownBy(inThread(step, directory)).hasMessage("PID 1 ended meanwhile");
            assertThat(second.get().pid()).isEqualTo(first.pid());
            // the kernel lets go when the thread has ended, which is a little after join
            long end = System.nanoTime() + 60_000_000_000L;
            Path status = Path.of("/proc/" + first.pid() + "/status");
            while (!Files.readString(status).contains("TracerPid:\t0\n")) {
                assertThat(System.nanoTime()).as("it is still traced").isLessThan(end);
                Thread.sleep(10);
            }
            assertThat(Files.readString(status)).containsPattern("State:\t[RS] ");
            assertThat(second.get().isAlive()).isTrue();
        } finally {
            first.destroyForcibly();
            if (second.get() != null) {
                second.get().destroyForcibly();
            }
        }
    }

    private static Process sleeper() throws IOException {
        return new ProcessBuilder("sleep", "600").start();
    }

    /// Ends a process and has another one get its number.
    private static Process successor(Process first) throws IOException {
        first.destroyForcibly().onExit().join();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Files.writeString(LAST, Long.toString(first.pid() - 1));
            Process process = sleeper();
            if (process.pid() == first.pid()) {
                return process;
            }
            process.destroyForcibly().onExit().join();
        }
        throw new AssertionError("no process got the number " + first.pid());
    }

    /// The step in a thread of its own, which ends with it.
    private static ThrowingCallable inThread(Step step, ProcDir directory) {
        CompletableFuture<Step.Result> result = new CompletableFuture<>();
        return () -> {
            Thread thread =
                    Thread.ofPlatform()
                            .start(() -> {
                                try (Identity identity = Identity.of(directory)) {
                                    result.complete(
                                            step.attempt(LivePatient.DROP, identity, false));
                                } catch (IOException | RuntimeException failed) {
                                    result.completeExceptionally(failed);
                                }
                            });
            thread.join();
            if (result.isCompletedExceptionally()) {
                throw result.exceptionNow();
            }
        };
    }

    private static void awaitStatus(LabContainer container, String text) throws Exception {
        await(container, text, true);
    }

    private static void awaitNot(LabContainer container, String text) throws Exception {
        await(container, text, false);
    }

    private static void await(LabContainer container, String text, boolean there) throws Exception {
        long end = System.nanoTime() + 60_000_000_000L;
        try (ContainerInit init = new LivePatient(container).open()) {
            while (init.read("status").contains(text) != there) {
                assertThat(System.nanoTime()).as(init.read("status")).isLessThan(end);
                Thread.sleep(20);
            }
        }
    }
}
