package dev.capdrop.cli;

import dev.capdrop.cli.command.CommandLineTool;
import java.util.Arrays;
import java.util.List;

/// Runs several command lines in one process, with `;` between them: what the AOT cache is made
/// from (`scripts/train`). The last one runs as the program itself and ends the process; the exit
/// statuses of the others do not count.
public final class Rehearsal {
    private Rehearsal() {}

    public static void main(String... words) {
        List<String> rest = Arrays.asList(words);
        for (int end = rest.indexOf(";"); end >= 0; end = rest.indexOf(";")) {
            CommandLineTool.run(rest.subList(0, end).toArray(String[]::new));
            rest = rest.subList(end + 1, rest.size());
        }
        Capdrop.main(rest.toArray(String[]::new));
    }
}
