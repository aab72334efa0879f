package dev.capdrop.core.verification;

/// What a change has made of a container.
public enum Verdict {
    /// Something that had failed works, or is skipped, as was forecast.
    BETTER("better", "better"),
    SAME("same", "same"),
    /// A change was taken back, and its container is again as it was before that change.
    AS_BEFORE("as-before", "as before the change"),
    /// Something is lost, and that was forecast and accepted.
    WORSE_AS_FORECAST("worse-as-foreseen", "worse, as forecast"),
    WORSE("worse", "worse"),
    /// The running PID 1 still holds what was to be taken from it.
    NOT_LIVE("not-live", "unchanged, the live step failed"),
    /// Its systemd did not answer, or not to the end.
    UNREAD("unread", "not known, it could not be read"),
    /// Its boot has not ended, and the one before the change had.
    UNSETTLED("unsettled", "not known, its boot has not ended"),
    /// Nothing had been forecast, so that nothing is proven.
    UNPROVEN("unproven", "not proven, nothing had been forecast");

    private final String word;
    private final String inWords;

    Verdict(String word, String inWords) {
        this.word = word;
        this.inWords = inWords;
    }

    /// The word for it in JSON.
    public String word() {
        return word;
    }

    /// The same for people.
    public String inWords() {
        return inWords;
    }

    /// Whether another look may tell more.
    public boolean mayBeSettled() {
        return this == UNREAD || this == UNSETTLED;
    }

    /// Whether nobody may say that all is well.
    public boolean failed() {
        return this == WORSE || this == NOT_LIVE || this == UNPROVEN || mayBeSettled();
    }
}
