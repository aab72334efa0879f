package dev.capdrop.linux.libc;

import dev.capdrop.linux.libc.ErrnoException.Errno;
import java.util.Objects;

/// What a contract expects. Of JDK classes alone, and without reflection: a native image has this,
/// too.
final class Expected {
    private Expected() {}

    static void equal(Object found, Object expected) {
        that(Objects.equals(found, expected), "found " + found + ", expected " + expected);
    }

    static void that(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    /// A refusal with this error number.
    static void refused(Errno errno, Sentence.Check call) throws Exception {
        try {
            call.run();
        } catch (ErrnoException refused) {
            equal(refused.errno(), errno);
            return;
        }
        throw new AssertionError("nothing was refused");
    }

    /// An exception of this type.
    static void thrown(Class<? extends Exception> type, Sentence.Check act) throws Exception {
        try {
            act.run();
        } catch (Exception thrown) {
            that(type.isInstance(thrown), "thrown " + thrown + ", expected " + type);
            return;
        }
        throw new AssertionError("nothing was thrown, expected " + type);
    }
}
