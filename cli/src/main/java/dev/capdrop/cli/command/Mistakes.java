package dev.capdrop.cli.command;

import dev.capdrop.capability.NearNames;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.linux.store.FileConfigStore;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Says in one sentence what went wrong.
final class Mistakes {
    private Mistakes() {}

    static String sentence(ParameterException wrong) {
        CommandLine line = wrong.getCommandLine();
        if (!(wrong instanceof UnmatchedArgumentException unmatched)) {
            String asked = wrong.getArgSpec() == null ? wrong.getValue() : null;
            return asked == null ? String.valueOf(wrong.getMessage()) : noCommand(line, asked);
        }
        String first = unmatched.getUnmatched().getFirst();
        if (unmatched.isUnknownOption()) {
            return "unknown option '" + first + "'" + instead(unmatched);
        }
        if (line.getSubcommands().isEmpty()) {
            return "'" + first + "' is one argument too many";
        }
        return noCommand(line, first);
    }

    private static String noCommand(CommandLine line, String word) {
        Set<String> commands = line.getSubcommands().keySet();
        return "'"
                + word
                + "' is no command, expected one of "
                + String.join(", ", commands)
                + NearNames.question(word, commands);
    }

    private static String instead(UnmatchedArgumentException unmatched) {
        List<String> similar = unmatched.getSuggestions();
        return similar.isEmpty() ? "" : "; did you mean '" + similar.getFirst() + "'?";
    }

    /// What is neither the caller's mistake nor the machine's refusal is a mistake of this program,
    /// and says where.
    static String sentence(Exception failure) {
        return switch (failure) {
            case FileSystemException refused -> sentence(refused);
            case InvalidPathException unnameable ->
                    FileConfigStore.unnameable(unnameable.getInput());
            case IOException _,
                    UsageException _,
                    RefusedException _,
                    TimeLimit.OverdueException _ ->
                    failure.getMessage() == null ? failure.toString() : failure.getMessage();
            default ->
                    "this is a mistake in capdrop, please report it: "
                            + failure
                            + " at "
                            + failure.getStackTrace()[0];
        };
    }

    private static String sentence(FileSystemException refused) {
        return "'" + refused.getFile() + "': " + reason(refused);
    }

    /// Why a file could not be read or written, without its name. What the JDK says of it is often
    /// its name alone.
    static String reason(IOException refused) {
        return switch (refused) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException _ -> "no such file or folder";
            case NotDirectoryException _ -> "it is no folder";
            case FileSystemException other ->
                    other.getReason() == null ? "refused" : other.getReason();
            default -> String.valueOf(refused.getMessage());
        };
    }
}
