package dev.capdrop.core.container;

/// Why liblxc refuses to load a configuration.
///
/// @param file the file
/// @param line the line, from 1; 0 when the file as a whole is meant
/// @param text the line as written, without its end
/// @param reason one sentence, without the place
public record LoadError(String file, int line, String text, String reason) {
    /// The file, and behind a colon the line where one is meant.
    public String place() {
        return line > 0 ? file + ":" + line : file;
    }
}
