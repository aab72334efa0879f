package dev.capdrop.linux.libc;

import module java.base;

/// An open file descriptor; closing it twice is harmless.
public final class Descriptor implements AutoCloseable {
    /// AT_FDCWD: relative paths start at the working directory (openat(2)).
    public static final Descriptor WORKING_DIRECTORY = new Descriptor(-100);

    private final int number;
    private final IntConsumer closing;
    private boolean closed;

    Descriptor(int number) {
        this(number, Libc::close);
    }

    Descriptor(int number, IntConsumer closing) {
        this.number = number;
        this.closing = closing;
    }

    int number() {
        if (closed) {
            throw new IllegalStateException("descriptor " + number + " is closed");
        }
        return number;
    }

    /// Returns the path under which this process reaches the open file again (proc(5)).
    public String path() {
        return "/proc/self/fd/" + number();
    }

    /// Returns its path for other processes of this user, as long as it is open (proc_pid_fd(5)).
    public String pathForOthers() {
        return "/proc/" + ProcessHandle.current().pid() + "/fd/" + number();
    }

    /// Returns the file that describes it (proc_pid_fdinfo(5)).
    public String information() {
        return "/proc/self/fdinfo/" + number();
    }

    @Override
    public void close() {
        if (!closed && number >= 0) {
            closed = true;
            closing.accept(number);
        }
    }

    /// Hands something opened to whoever closes it later; where that fails it is closed at once.
    public static final class Handover {
        private Handover() {}

        @FunctionalInterface
        public interface Taker<R extends AutoCloseable, T> {
            T take(R resource) throws IOException;
        }

        public static <R extends AutoCloseable, T> T of(R resource, Taker<R, T> taker)
                throws IOException {
            try {
                return taker.take(resource);
            } catch (IOException | RuntimeException | Error failed) {
                try {
                    resource.close();
                } catch (Exception alsoFailed) {
                    failed.addSuppressed(alsoFailed);
                }
                throw failed;
            }
        }
    }
}
