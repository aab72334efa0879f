package dev.capdrop.core.container;

/// One line of a configuration that its runtime does not skip, as it was written. Its place is
/// given in physical lines, since liblxc ends a line at a carriage return, too.
sealed interface LxcLine {
    /// Returns the physical line, from 0.
    int index();

    int from();

    String text();

    default int to() {
        return from() + text().length();
    }

    record Setting(int index, int from, String text, String key, String value, int valueFrom)
            implements LxcLine {
        private static final int NOWHERE = -1;

        Setting nowhere() {
            return new Setting(NOWHERE, 0, text, key, value, valueFrom);
        }
    }

    /// A line that starts with `lxc.` and has no equals sign.
    record Broken(int index, int from, String text) implements LxcLine {}
}
