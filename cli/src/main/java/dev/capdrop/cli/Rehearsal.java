package dev.capdrop.cli;

import dev.capdrop.cli.command.CommandLineTool;
import java.util.Arrays;
import java.util.List;

/// Runs several command lines in one process, with `;` between them: what the AOT cache is made
/// from (`scripts/train`). Their exit statuses do not count.
public final class Rehearsal {
    private Rehearsal() {}

    public static void main(String... words) {
        List<String> rest = Arrays.asList(words);
        while (!rest.isEmpty()) {
            int end = rest.contains(";") ? rest.indexOf(";") : rest.size();
            CommandLineTool.run(rest.subList(0, end).toArray(String[]::new));
            rest = rest.subList(Math.min(end + 1, rest.size()), rest.size());
        }
    }
}
