package dev.capdrop.cli.command;

import static java.util.Objects.requireNonNull;

import dev.capdrop.capability.NearNames;
import dev.capdrop.core.change.Change.BrokenOffException;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.linux.store.FileConfigStore;
import module java.base;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Says in one sentence what went wrong.
public final class Mistakes {
    private Mistakes() {}

    public static String sentence(ParameterException wrong) {
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
        return "'%s' is no command, expected one of %s%s"
                .formatted(word, String.join(", ", commands), NearNames.question(word, commands));
    }

    private static String instead(UnmatchedArgumentException unmatched) {
        List<String> similar = unmatched.getSuggestions();
        return similar.isEmpty() ? "" : "; did you mean '" + similar.getFirst() + "'?";
    }

    /// Returns one sentence; a mistake of this program says where it is.
    public static String sentence(Throwable failure) {
        return switch (failure) {
            case FileSystemException refused -> sentence(refused);
            case InvalidPathException unnameable ->
                    FileConfigStore.unnameable(unnameable.getInput());
            case IOException _, UsageException _, TimeLimit.OverdueException _ ->
                    failure.getMessage() == null ? failure.toString() : failure.getMessage();
            case BrokenOffException half -> sentence(cause(half)) + "; " + half.state();
            case BrokenException broken -> sentence(cause(broken));
            case OutOfMemoryError _, StackOverflowError _ ->
                    "gave up: this takes more memory than capdrop allows itself";
            case LinkageError _ -> Helpers.UNLOADED;
            default ->
                    "this is a mistake in capdrop, please report it with this line and what 'capdrop doctor --json' says: %s%s"
                            .formatted(failure, place(failure));
        };
    }

    /// Returns the exit code of a failure: a command that could not run, or our own mistake.
    public static ExitCode code(Throwable failure) {
        return switch (failure) {
            case IOException _,
                    InvalidPathException _,
                    UsageException _,
                    TimeLimit.OverdueException _,
                    OutOfMemoryError _,
                    StackOverflowError _,
                    LinkageError _ ->
                    ExitCode.FAILURE;
            case BrokenOffException half -> code(cause(half));
            case BrokenException broken -> code(cause(broken));
            default -> ExitCode.BROKEN;
        };
    }

    private static Throwable cause(RuntimeException failure) {
        return requireNonNull(failure.getCause());
    }

    /// Returns where in this program it happened; empty where the runtime does not say.
    private static String place(Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        for (StackTraceElement one : trace) {
            if (one.getClassName().startsWith("dev.capdrop.")) {
                return " at " + one;
            }
        }
        return trace.length == 0 ? "" : " at " + trace[0];
    }

    private static String sentence(FileSystemException refused) {
        return "'" + refused.getFile() + "': " + reason(refused);
    }

    /// Returns why a file could not be read or written; the JDK often says its name alone.
    public static String reason(IOException refused) {
        return switch (refused) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException _ -> "no such file or folder";
            case NotDirectoryException _ -> "it is no folder";
            case FileSystemException other ->
                    other.getReason() == null ? "refused" : other.getReason();
            default -> String.valueOf(refused.getMessage());
        };
    }

    /// A failure within this program that ended a command, its cause, and the state that it left.
    public static final class BrokenException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String state;

        public BrokenException(Throwable failure, String state) {
            super(failure);
            this.state = state;
        }

        public String state() {
            return state;
        }
    }

    /// Something the caller can put right: one sentence for the terminal, exit status 2.
    public static class UsageException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public UsageException(String sentence) {
            super(sentence);
        }

        public UsageException(String sentence, Throwable cause) {
            super(sentence, cause);
        }
    }
}
