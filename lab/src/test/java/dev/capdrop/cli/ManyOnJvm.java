package dev.capdrop.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// Runs one command line after the other on one JVM: most of what each costs is that JVM's start.
public final class ManyOnJvm {
    /// Ends a command line among the arguments.
    public static final String THEN = ";";

    /// Stands before and after its exit status, which ends what it wrote to either stream.
    public static final String END = "\f";

    private ManyOnJvm() {}

    /// Runs all of them.
    public static void main(String... arguments) {
        List<String> words = new ArrayList<>();
        for (String argument : arguments) {
            if (argument.equals(THEN)) {
                int status = CommandLineTool.run(words.toArray(String[]::new));
                for (PrintStream stream : List.of(System.out, System.err)) {
                    stream.print(END + status + END);
                    stream.flush();
                }
                words.clear();
            } else {
                words.add(argument);
            }
        }
    }
}
