package dev.capdrop.core.unit;

import java.util.regex.Pattern;

/// The grammar of unit names (systemd.unit(5), "String escaping for inclusion in unit names").
public final class UnitName {
    private static final int MAX_LENGTH = 255;
    private static final Pattern VALID =
            Pattern.compile(
                    "[A-Za-z0-9:_.\\\\@-]+\\."
                            + "(service|socket|target|device|mount|automount|swap|timer|path|slice|scope)");

    private UnitName() {}

    /// Whether systemd would accept `name`.
    public static boolean isValid(String name) {
        return name.length() <= MAX_LENGTH
                && VALID.matcher(name).matches()
                && !name.startsWith("@");
    }

    /// The part behind the last dot: `service`, `mount`, …
    public static String type(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
