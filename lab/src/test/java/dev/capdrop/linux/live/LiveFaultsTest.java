package dev.capdrop.linux.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.lab.Bench;
import dev.capdrop.lab.LabContainer;
import dev.capdrop.lab.NeedsContainers;
import dev.capdrop.lab.Privilege;
import dev.capdrop.lab.Suite;
import dev.capdrop.linux.libc.ThreadEnd;
import dev.capdrop.linux.libc.Tracee;
import dev.capdrop.linux.live.Step.Identity;
import dev.capdrop.linux.live.TracerProcess.TracerStart;
import dev.capdrop.linux.proc.ContainerInit;
import dev.capdrop.linux.session.HostProgram.OwnSession.LeashedProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// A tracer that fails, or dies, at each of its requests.
@NeedsContainers
final class LiveFaultsTest {
    private static final int MOST_REQUESTS = 60;

    /// One that gets no processor at its end comes late to it.
    @Test
    void whoeverLooksAfterAStepThatFailedFindsNobodyAttached() throws Exception {
        try (LabContainer container = Bench.shared().make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            var _ = container.boot();
            LivePatient patient = new LivePatient(container);
            AtomicBoolean done = new AtomicBoolean();
            int processors = Runtime.getRuntime().availableProcessors();
            for (int i = 0; i < processors; i++) {
                Thread.ofPlatform().daemon().start(() -> spinUntil(done));
            }
            try (ContainerInit init = patient.open()) {
                TracerProcess tracer = tracer(FailingTracer.class, Duration.ofMinutes(1));
                for (int i = 0; i < 5; i++) {
                    assertThatThrownBy(() -> tracer.drop(init.directory(), LivePatient.DROP))
                            .hasMessage("failed while attached");
                    assertThat(init.read("status")).contains("TracerPid:\t0\n");
                }
            } finally {
                done.set(true);
            }
            patient.requireWell();
        }
    }

    private static LabContainer booted() throws IOException {
        LabContainer container = Bench.shared().make(Suite.TRIXIE, Privilege.UNPRIVILEGED);
        var _ = container.boot();
        return container;
    }

    private static TracerProcess tracer(Class<?> program, Duration limit) {
        return new TracerProcess(TracerStart.ofJvm(program), limit);
    }

    /// As when the kernel has it wait.
    @Test
    void aTracerThatNeverEndsIsEndedAndPid1RunsOn() throws Exception {
        try (LabContainer container = booted()) {
            LivePatient patient = new LivePatient(container);
            try (ContainerInit init = patient.open()) {
                TracerProcess tracer = tracer(SilentTracer.class, Duration.ofSeconds(5));
                assertThatThrownBy(() -> tracer.drop(init.directory(), LivePatient.DROP))
                        .isInstanceOf(LiveException.class)
                        .hasMessage("PID 1 does not answer: it was traced for 5 s in vain");
                assertThat(init.read("status")).contains("TracerPid:\t0\n");
            }
            patient.requireWell();
        }
    }

    /// The command is killed while its tracer has stopped PID 1.
    @Test
    void aTracerWhoseStarterDiesLetsGo() throws Exception {
        try (LabContainer container = booted()) {
            LivePatient patient = new LivePatient(container);
            try (ContainerInit init = patient.open()) {
                LeashedProcess tracer =
                        TracerStart.ofJvm(SilentTracer.class)
                                .with(
                                        Tracer.words(
                                                Tracer.DROP, init.directory(), LivePatient.DROP));
                long end = System.nanoTime() + 60_000_000_000L;
                while (init.read("status").contains("TracerPid:\t0\n")) {
                    assertThat(System.nanoTime()).as("nobody traces it").isLessThan(end);
                    LockSupport.parkNanos(1_000_000);
                }
                // what the kernel does to the pipe when its only writer dies
                tracer.process().getOutputStream().close();
                assertThat(tracer.within(Duration.ofMinutes(1)))
                        .isInstanceOf(LeashedProcess.Ended.class);
                assertThat(init.read("status")).contains("TracerPid:\t0\n");
            }
            patient.requireWell();
        }
    }

    private static void spinUntil(AtomicBoolean done) {
        while (!done.get()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void pid1IsAliveAndWellWhereverTheTracerFailsOrDies() throws Exception {
        try (LabContainer container = Bench.shared().make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            var _ = container.boot();
            LivePatient patient = new LivePatient(container);
            int failed = 0;
            while (failsAt(patient, failed)) {
                patient.requireAlive();
                failed++;
            }
            assertThat(failed).isBetween(15, MOST_REQUESTS);
            patient.requireWell();
            for (int at = 0; at < failed; at++) {
                diesAt(patient, at);
                patient.requireAlive();
            }
            patient.requireWell();
            assertThat(patient.drop().tries()).isPositive();
            try (ContainerInit init = patient.open()) {
                assertThat(init.facts().bounding().intersect(LivePatient.DROP).isEmpty()).isTrue();
            }
        }
    }

    /// @return whether the step came to this request, and so failed
    private static boolean failsAt(LivePatient patient, int at) throws IOException {
        AtomicInteger requests = new AtomicInteger();
        Tracee tracee =
                new HookedTracee(
                        patient.pid(),
                        () -> {
                            if (requests.getAndIncrement() == at) {
                                throw new IOException("failed at request " + at);
                            }
                        });
        try {
            patient.drop(tracee);
            return false;
        } catch (IOException failed) {
            assertThat(failed).hasMessage("failed at request " + at);
            return true;
        }
    }

    private static void diesAt(LivePatient patient, int at) throws IOException {
        AtomicInteger requests = new AtomicInteger();
        Thread tracer =
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> {
                            try (ContainerInit init = patient.open();
                                    Identity identity = Identity.of(init.directory())) {
                                Step step =
                                        new Step(
                                                new HookedTracee(
                                                        patient.pid(),
                                                        () -> {
                                                            if (requests.getAndIncrement() == at) {
                                                                requests.set(Integer.MIN_VALUE);
                                                                ThreadEnd.now();
                                                            }
                                                        }),
                                                LivePatient.architecture());
                                while (requests.get() >= 0 && requests.get() <= MOST_REQUESTS) {
                                    var _ =
                                            step.attempt(
                                                    LivePatient.DROP, identity, patient.filtered());
                                }
                            } catch (IOException e) {
                                requests.set(Integer.MIN_VALUE);
                            }
                        });
        long end = System.nanoTime() + 20_000_000_000L;
        while (requests.get() >= 0 && tracer.isAlive()) {
            assertThat(System.nanoTime()).as("the tracer does not die").isLessThan(end);
            LockSupport.parkNanos(100_000);
        }
    }

    @Test
    void aPid1ThatIsNotSystemdIsNeverTouched() throws Exception {
        try (LabContainer container =
                Bench.shared()
                        .make(
                                Suite.TRIXIE,
                                Privilege.UNPRIVILEGED,
                                "lxc.init.cmd = /bin/sleep infinity")) {
            container.start();
            LivePatient patient = new LivePatient(container);
            try (ContainerInit init = patient.open()) {
                assertThatThrownBy(() -> Preconditions.require(init))
                        .hasMessage("PID 1 is not systemd");
                // and one that calls itself so: it waits in another call than systemd does
                Step step = new Step(new Tracee(patient.pid()), LivePatient.architecture());
                Step.Result result =
                        LivePatient.inThread(() -> {
                            try (Identity identity = Identity.of(init.directory())) {
                                return step.attempt(LivePatient.DROP, identity, patient.filtered());
                            }
                        });
                assertThat(result).isInstanceOf(Step.Busy.class);
                assertThat(init.facts().bounding().containsAll(LivePatient.DROP)).isTrue();
            }
            patient.requireAlive();
        }
    }
}
