package dev.capdrop.linux.libc;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.locks.LockSupport;

/// A copy of this process, made within a millisecond by fork(2), to be killed soon.
///
/// It has the forking thread alone. A JVM in that state can run code that has run before; it stops
/// for good where it wants another thread, as for a garbage collection.
public final class ForkedProcess {
    private static final int SIGKILL = 9;
    private static final int DIES_WITH_PARENT = 1;
    private static final MethodHandle FORK = function("fork");
    private static final MethodHandle KILL = function("kill", JAVA_INT, JAVA_INT);
    private static final MethodHandle WAIT = function("waitpid", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle PRCTL =
            function("prctl", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    private final int pid;

    private ForkedProcess(int pid) {
        this.pid = pid;
    }

    @SuppressWarnings("restricted") // the lab's JVM is told to let it
    private static MethodHandle function(String name, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(JAVA_INT, arguments));
    }

    /// Makes one that does this until it is killed. It dies with the thread that made it.
    public static ForkedProcess begin(Runnable endless) {
        int pid = call(() -> (int) FORK.invokeExact());
        if (pid < 0) {
            throw new AssertionError("no process can be made");
        }
        if (pid == 0) {
            live(endless);
        }
        return new ForkedProcess(pid);
    }

    /// What it does must not come back: there is nobody to come back to.
    private static void live(Runnable endless) {
        try {
            var _ =
                    call(() ->
                            (int) PRCTL.invokeExact(DIES_WITH_PARENT, (long) SIGKILL, 0L, 0L, 0L));
            endless.run();
        } catch (RuntimeException | Error ended) {
            // Nobody is there to hear of it.
        }
        while (true) {
            LockSupport.parkNanos(1_000_000_000);
        }
    }

    /// SIGKILL, and waits until it has ended.
    ///
    /// @throws AssertionError when it had ended before
    public void kill() {
        int refused = call(() -> (int) KILL.invokeExact(pid, SIGKILL));
        int ended = call(() -> (int) WAIT.invokeExact(pid, MemorySegment.NULL, 0));
        if (refused != 0 || ended != pid) {
            throw new AssertionError("process " + pid + " was not killed");
        }
    }

    /// A call of a C function.
    @FunctionalInterface
    private interface Call {
        int make() throws Throwable;
    }

    private static int call(Call call) {
        try {
            return call.make();
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }
}
