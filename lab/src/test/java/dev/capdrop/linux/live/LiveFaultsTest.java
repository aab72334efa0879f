package dev.capdrop.linux.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.lab.Bench;
import dev.capdrop.lab.LabContainer;
import dev.capdrop.lab.NeedsContainers;
import dev.capdrop.lab.Privilege;
import dev.capdrop.lab.Suite;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.libc.ThreadEnd;
import dev.capdrop.linux.proc.ContainerInit;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// A tracer that fails, or dies, at each of its requests.
@NeedsContainers
final class LiveFaultsTest {
    private static final int MOST_REQUESTS = 60;

    /// Java calls a thread ended before the kernel has done what it does at a thread's end. One
    /// that gets no processor in that moment comes to it late.
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
            try {
                for (int i = 0; i < 20; i++) {
                    failsWithoutAProcessor(patient);
                }
            } finally {
                done.set(true);
            }
            patient.requireWell();
        }
    }

    private static void spinUntil(AtomicBoolean done) {
        while (!done.get()) {
            Thread.onSpinWait();
        }
    }

    private static void failsWithoutAProcessor(LivePatient patient) throws IOException {
        AtomicInteger requests = new AtomicInteger();
        LiveTracer tracer =
                new LiveTracer(
                        LivePatient.architecture(),
                        pid ->
                                new HookedTracee(
                                        pid,
                                        () -> {
                                            // attached by then
                                            if (requests.getAndIncrement() == 1) {
                                                Libc.setPriorityOfThread(19);
                                                throw new IOException("failed");
                                            }
                                        }));
        try (ContainerInit init = patient.open()) {
            assertThatThrownBy(() -> tracer.drop(init, LivePatient.DROP)).hasMessage("failed");
            assertThat(init.status()).contains("TracerPid:\t0\n");
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
        LiveTracer tracer =
                new LiveTracer(
                        LivePatient.architecture(),
                        pid ->
                                new HookedTracee(
                                        pid,
                                        () -> {
                                            if (requests.getAndIncrement() == at) {
                                                throw new IOException("failed at request " + at);
                                            }
                                        }));
        try (ContainerInit init = patient.open()) {
            try {
                tracer.drop(init, LivePatient.DROP);
                return false;
            } catch (IOException failed) {
                assertThat(init.status())
                        .as("at once after request " + at)
                        .contains("TracerPid:\t0\n");
                assertThat(failed).hasMessage("failed at request " + at);
                return true;
            }
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
                                    var _ = step.attempt(LivePatient.DROP, identity);
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
                Step step =
                        new Step(
                                new dev.capdrop.linux.libc.Tracee(patient.pid()),
                                LivePatient.architecture());
                assertThat(inThread(init, step)).isInstanceOf(Step.Busy.class);
                assertThat(init.facts().bounding().containsAll(LivePatient.DROP)).isTrue();
            }
            patient.requireAlive();
        }
    }

    private static Object inThread(ContainerInit init, Step step) throws InterruptedException {
        Object[] result = new Object[1];
        Thread thread =
                Thread.ofPlatform()
                        .start(() -> {
                            try (Identity identity = Identity.of(init.directory())) {
                                result[0] = step.attempt(LivePatient.DROP, identity);
                            } catch (IOException e) {
                                result[0] = e;
                            }
                        });
        thread.join();
        return result[0];
    }
}
