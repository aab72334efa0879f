package dev.capdrop.cli;

import java.util.Arrays;
import java.util.List;

/// Runs several command lines in one process, each ended by a `;`: the start of a JVM for each
/// would cost more than all of them. The exit status is that of the last.
public final class ManyCommands {
    private ManyCommands() {}

    public static void main(String... words) {
        int status = 0;
        List<String> rest = Arrays.asList(words);
        for (int end = rest.indexOf(";"); end >= 0; end = rest.indexOf(";")) {
            status = CommandLineTool.run(rest.subList(0, end).toArray(String[]::new));
            rest = rest.subList(end + 1, rest.size());
        }
        System.exit(status);
    }
}
