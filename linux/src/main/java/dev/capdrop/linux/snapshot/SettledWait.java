package dev.capdrop.linux.snapshot;

import dev.capdrop.core.change.Change.Progress;
import dev.capdrop.core.change.SnapshotSource.BootWait;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.Systemd.UnfinishedBoot;
import dev.capdrop.linux.proc.ContainerInit;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.proc.RunningContainers.RunningContainer;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Deadline;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Waits for the end of a boot: systemd must say twice in a row that it has ended. What it does
/// after that is waited for a moment, as restart loops, timers and sockets may go on for ever.
final class SettledWait {
    private static final Duration ONE_ANSWER = Duration.ofSeconds(5);

    /// A container whose systemd or D-Bus has not come up by then is taken to have none.
    private static final Deadline.Patience COMES_UP =
            Deadline.Patience.atLeast(Duration.ofSeconds(10));

    /// A container without an init for so long has ended: a reboot from inside takes less.
    private static final Duration GONE = Duration.ofSeconds(5);

    private static final Duration QUIET = Duration.ofSeconds(4);

    private static final Duration TELL = Duration.ofSeconds(10);

    private final ContainerId container;
    private final RunningContainers containers;
    private Deadline tell = Deadline.in(TELL);

    SettledWait(ContainerId container, RunningContainers containers) {
        this.container = container;
        this.containers = containers;
    }

    /// Waits until the boot has ended or come as far as it has to, until it hangs, the time has run
    /// out, or the container has ended.
    void await(BootWait wait) throws IOException {
        Deadline end = Deadline.in(wait.timeout());
        Deadline comesUp = COMES_UP.begin();
        Deadline gone = Deadline.atLeast(GONE);
        Deadline quiet = Deadline.atLeast(QUIET);
        Look last = Look.NOTHING;
        Progress progress = wait.progress().ofChanges();
        while (!end.passed() && !gone.passed()) {
            RunningContainer running = containers.now(container);
            if (running != null && neverAnswers(running)) {
                return;
            }
            Look look = running == null ? Look.NOTHING : look(running, comesUp.passed(), end);
            // behind the look, which takes as long where the machine is busy
            gone = running == null ? gone : Deadline.atLeast(GONE);
            quiet = look.done(wait) && last.done(wait) ? quiet : Deadline.atLeast(QUIET);
            if (look.isSameProcess(last) && look.ends(last, wait, quiet.passed())) {
                return;
            }
            tell(look, progress);
            last = look;
            Deadline.pause(Duration.ofMillis(300), "waiting for a container");
        }
    }

    private void tell(Look look, Progress progress) {
        UnfinishedBoot boot = look.boot;
        if (boot != null && tell.passed()) {
            progress.step(boot.step());
            tell = Deadline.in(TELL);
        }
    }

    /// The result of one look.
    ///
    /// @param pid the container's init; 0 when nothing could be told
    /// @param systemd null where there is none
    /// @param boot null when it has ended
    private record Look(int pid, @Nullable Systemd systemd, @Nullable UnfinishedBoot boot) {
        static final Look NOTHING = new Look(0, null, null);

        boolean isSameProcess(Look other) {
            return pid != 0 && pid == other.pid;
        }

        boolean done(BootWait wait) {
            return pid != 0 && (systemd == null || systemd.isAsFarAs(wait.hanging()));
        }

        /// Whether this look and the one before it are enough.
        ///
        /// @param late whether jobs that come after the boot have been waited for long enough
        boolean ends(Look last, BootWait wait, boolean late) {
            if (done(wait) && last.done(wait)) {
                return late
                        || systemd == null
                        || systemd.manager().jobs() == 0
                        || systemd.booting();
            }
            return boot != null
                    && last.boot != null
                    && boot.hangs()
                    && boot.age().compareTo(wait.timeout()) >= 0
                    && boot.units().equals(last.boot.units());
        }
    }

    /// Whether it is frozen, or its root directory is not looked into.
    private static boolean neverAnswers(RunningContainer running) throws IOException {
        try (ContainerInit init = ContainerInit.open(running)) {
            return init.frozen() || silent(init);
        } catch (ContainerInit.GoneException gone) {
            return false;
        }
    }

    private static boolean silent(ContainerInit init) {
        try (SafeRoot _ = init.root()) {
            return false;
        } catch (SafeRoot.SilentException never) {
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private Look look(RunningContainer running, boolean waited, Deadline end) {
        Deadline answer = Deadline.atLeast(ONE_ANSWER).notAfter(end);
        try (ContainerInit init = ContainerInit.open(running);
                SafeRoot root = init.root()) {
            SystemdReader reader =
                    new SystemdReader(init, root, answer, new ArrayList<>(), new ArrayList<>());
            Duration age = init.age();
            boolean late = waited || COMES_UP.overBy(age);
            if (!init.systemd()) {
                return late ? new Look(running.pid(), null, null) : Look.NOTHING;
            }
            Systemd state = reader.state();
            return new Look(
                    running.pid(), state, state.booting() ? UnfinishedBoot.of(state, age) : null);
        } catch (IOException notYet) {
            return Look.NOTHING;
        }
    }
}
