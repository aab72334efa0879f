package dev.capdrop.linux.session;

import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;

/// The size of a terminal.
///
/// @param columns 0 where it does not know them
/// @param rows 0 where it does not know them
public record TerminalSize(int columns, int rows) {
    /// The size where there is no terminal.
    public static final TerminalSize NONE = new TerminalSize(0, 0);

    /// Returns the size of the terminal behind one of this process's standard streams.
    ///
    /// @param stream its number, 0 to 2
    /// @return [#NONE] where it is no terminal
    public static TerminalSize of(int stream) {
        try {
            short[] size = Libc.windowSize(stream);
            return new TerminalSize(Short.toUnsignedInt(size[1]), Short.toUnsignedInt(size[0]));
        } catch (ErrnoException noTerminal) {
            return NONE;
        }
    }

    /// Returns the name of the encoding that terminals of this locale have.
    public static String encoding() {
        return Libc.encoding();
    }
}
