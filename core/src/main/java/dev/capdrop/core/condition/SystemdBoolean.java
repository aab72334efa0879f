package dev.capdrop.core.condition;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The booleans of systemd.syntax(7).
final class SystemdBoolean {
    private SystemdBoolean() {}

    static @Nullable Boolean parse(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "1", "yes", "y", "true", "t", "on" -> true;
            case "0", "no", "n", "false", "f", "off" -> false;
            default -> null;
        };
    }
}
