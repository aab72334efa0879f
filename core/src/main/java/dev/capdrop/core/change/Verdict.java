package dev.capdrop.core.change;

/// How a container is after a change, compared with before.
public enum Verdict {
    BETTER("better"),
    SAME("same"),
    WORSE("worse");

    private final String word;

    Verdict(String word) {
        this.word = word;
    }

    /// The word for it in output and JSON.
    public String word() {
        return word;
    }
}
