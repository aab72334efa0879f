package dev.capdrop.linux.session;

import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.time.Errand;

/// The size of a terminal; 0 where it does not know.
public record TerminalSize(int columns, int rows) {
    public static final TerminalSize NONE = new TerminalSize(0, 0);

    public static TerminalSize of(int stream) {
        return Errand.or(
                NONE,
                () -> {
                    short[] size = Libc.windowSize(stream);
                    return new TerminalSize(
                            Short.toUnsignedInt(size[1]), Short.toUnsignedInt(size[0]));
                });
    }

    /// Returns the name of the encoding that terminals of this locale have.
    public static String encoding() {
        return Libc.encoding();
    }
}
