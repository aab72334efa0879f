package dev.capdrop.cli;

import dev.capdrop.cli.render.Text;
import dev.capdrop.linux.live.Tracer;

/// The program.
public final class Capdrop {
    private static final int FAILURE = 2;
    private static final int BROKEN = 3;

    private Capdrop() {}

    /// Runs the command line and ends the process with its exit status.
    public static void main(String... arguments) {
        if (Tracer.isMeant(arguments)) {
            Tracer.main(arguments);
        }
        Thread.setDefaultUncaughtExceptionHandler((_, failure) -> sayUnlessUnloaded(failure));
        System.exit(status(arguments));
    }

    private static int status(String[] arguments) {
        try {
            return CommandLineTool.run(arguments);
        } catch (LinkageError failed) {
            // The runtime finds a class missing where it has no descriptor left to open it with.
            System.err.println(
                    "capdrop: a part of it cannot be loaded; where 'ulimit -n' allows few open files, allow more, else install it anew");
            return FAILURE;
        } catch (RuntimeException | Error failed) {
            sayUnlessUnloaded(failed);
            return BROKEN;
        }
    }

    /// Says a failure, but for a class that could not be loaded, which is said once elsewhere.
    private static void sayUnlessUnloaded(Throwable failure) {
        if (!(failure instanceof LinkageError)) {
            System.err.println(
                    "capdrop: this is a mistake in capdrop, please report it: "
                            + Text.whole(failure.toString()));
        }
    }
}
