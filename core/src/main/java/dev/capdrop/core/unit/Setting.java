package dev.capdrop.core.unit;

/// One assignment of a unit file, with the place where it stands.
///
/// @param file the file's path inside the container
/// @param line its first line, from 1
/// @param section the section it stands in, without brackets
/// @param key the left side
/// @param value the right side, continuation lines joined
public record Setting(String file, int line, String section, String key, String value) {
    /// Whether it assigns to this left side.
    public boolean isOf(String section, String key) {
        return this.key.equals(key) && this.section.equals(section);
    }

    /// The assignment as written, on one line.
    public String format() {
        return key + "=" + value;
    }
}
