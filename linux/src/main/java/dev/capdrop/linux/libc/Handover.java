package dev.capdrop.linux.libc;

import java.io.IOException;

/// Hands something that was opened over to whoever closes it later: it is closed at once where that
/// fails.
public final class Handover {
    private Handover() {}

    /// Makes what owns the resource from then on.
    @FunctionalInterface
    public interface Taker<R extends AutoCloseable, T> {
        /// Takes the resource over, or throws.
        T take(R resource) throws IOException;
    }

    /// Returns what has taken the resource over, or throws why nothing has, the resource closed.
    public static <R extends AutoCloseable, T> T of(R resource, Taker<R, T> taker)
            throws IOException {
        try {
            return taker.take(resource);
        } catch (IOException | RuntimeException | Error failed) {
            try {
                resource.close();
            } catch (Exception alsoFailed) {
                failed.addSuppressed(alsoFailed);
            }
            throw failed;
        }
    }
}
