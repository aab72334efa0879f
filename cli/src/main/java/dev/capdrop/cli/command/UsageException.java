package dev.capdrop.cli.command;

/// Something the caller can put right: the message is one sentence for the terminal, exit status 2.
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String sentence) {
        super(sentence);
    }

    UsageException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
