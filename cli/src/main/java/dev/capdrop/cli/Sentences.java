package dev.capdrop.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;

/// Finds sentences in a command's description.
final class Sentences {
    private static final Pattern SENTENCE = Pattern.compile("(.*?)\\.(?: .*|$)", Pattern.DOTALL);

    private Sentences() {}

    /// Returns the first one, without its full stop.
    static String first(CommandSpec command) {
        String[] description = command.usageMessage().description();
        if (description.length == 0) {
            throw new IllegalArgumentException("'" + command.name() + "' has no description");
        }
        Matcher sentence = SENTENCE.matcher(description[0]);
        return sentence.matches() ? sentence.group(1) : description[0];
    }
}
