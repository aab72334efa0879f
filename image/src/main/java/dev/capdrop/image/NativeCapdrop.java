package dev.capdrop.image;

import dev.capdrop.cli.Capdrop;
import dev.capdrop.linux.libc.Libc;
import org.graalvm.nativeimage.VMRuntime;
import org.jspecify.annotations.NullMarked;

/// The main class of the native image.
@NullMarked
public final class NativeCapdrop {
    private static final int FAILURE = 2;

    private NativeCapdrop() {}

    /// Sets up what a JVM has before it runs anything, and then runs the command line: the standard
    /// streams; the signals, of which SIGPIPE ends nothing, and SIGINT, SIGTERM and SIGHUP end the
    /// program in order. An image that reads no options of its run-time from the command line
    /// leaves the signals to its main class.
    public static void main(String... arguments) {
        Libc.openStandardStreams();
        VMRuntime.initialize();
        if (isNowhere()) {
            System.err.println("capdrop: the working directory is gone; go to another one");
            System.exit(FAILURE);
        }
        Capdrop.main(arguments);
    }

    /// Whether the working directory was removed, in which no path of this program can be read: the
    /// class library asks for it at the first one.
    private static boolean isNowhere() {
        try {
            return System.getProperty("user.dir", "").isEmpty();
        } catch (Error gone) {
            return true;
        }
    }
}
