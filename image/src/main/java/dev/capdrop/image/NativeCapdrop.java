package dev.capdrop.image;

import dev.capdrop.cli.Capdrop;
import org.graalvm.nativeimage.VMRuntime;
import org.jspecify.annotations.NullMarked;

/// The program as a native image starts it.
@NullMarked
public final class NativeCapdrop {
    private NativeCapdrop() {}

    /// Sets up the signals as a JVM does before it runs anything: SIGPIPE ends nothing, and SIGINT,
    /// SIGTERM and SIGHUP end the program in order. An image that reads no options of its run-time
    /// from the command line leaves that to its main class.
    public static void main(String... arguments) {
        VMRuntime.initialize();
        Capdrop.main(arguments);
    }
}
