package dev.capdrop.core.change;

import java.io.IOException;

/// The file was changed by somebody else since it was read; nothing was written.
public final class ConfigChangedException extends IOException {
    private static final long serialVersionUID = 1L;

    /// @param path the file
    public ConfigChangedException(String path) {
        super(
                "'"
                        + path
                        + "' was changed by somebody else in the meantime; nothing was written, run capdrop again");
    }
}
