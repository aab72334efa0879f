package dev.capdrop.linux.session;

import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.time.Errand;

/// The size of a terminal.
///
/// @param columns 0 where it does not know them
/// @param rows 0 where it does not know them
public record TerminalSize(int columns, int rows) {
    /// The size where there is no terminal.
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
