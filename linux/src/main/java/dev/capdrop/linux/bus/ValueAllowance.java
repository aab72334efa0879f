package dev.capdrop.linux.bus;

/// How much memory the values of one container's answers may take, by an estimate: an object each,
/// and its text. As a message has no more values than bytes ([WireReader]), and a text takes two
/// bytes for one at most, the estimate is never more than [#VALUE] and two for each byte.
final class ValueAllowance {
    /// What a value takes without its text: a string of Java with its array, or a list.
    static final int VALUE = 48;

    private final long limit;
    private long taken;

    ValueAllowance(long limit) {
        this.limit = limit;
    }

    void take(long bytes) throws MalformedMessageException {
        taken += bytes;
        if (taken > limit) {
            throw new MalformedMessageException(
                    "D-Bus sent values that take more than " + limit + " bytes");
        }
    }

    long taken() {
        return taken;
    }
}
