package dev.capdrop.linux.terminal;

import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.Libc;

/// How wide a terminal is.
public final class TerminalWidth {
    private TerminalWidth() {}

    /// The columns of the terminal behind one of this process's standard streams.
    ///
    /// @param stream its number, 0 to 2
    /// @return 0 where it is no terminal, or one that does not know its width
    public static int of(int stream) {
        try {
            return Libc.windowColumns(stream);
        } catch (ErrnoException noTerminal) {
            return 0;
        }
    }
}
