package dev.capdrop.linux.machine;

import dev.capdrop.linux.root.SafeRoot;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides whether the next boot counts as the first one.
///
/// Source: machine-id(5), "First Boot Semantics"; kernel-command-line(7),
/// `systemd.condition-first-boot` (since systemd 246). A missing file makes a first boot, an empty
/// one does not, and since 247 the word `uninitialized` does.
final class FirstBoot {
    private static final String FILE = "/etc/machine-id";
    private static final String OPTION = "systemd.condition-first-boot";
    private static final String OPTION_TRUE = "|1|yes|y|true|t|on|";
    private static final String OPTION_FALSE = "|0|no|n|false|f|off|";
    private static final int OPTION_SINCE = 246;
    private static final int WORD_SINCE = 247;
    private static final int LIMIT = 4096;

    private final SafeRoot root;
    private final List<String> arguments;
    private final int version;

    FirstBoot(SafeRoot root, List<String> arguments, String version) {
        this.root = root;
        this.arguments = arguments;
        String digits = version.replaceAll("^([0-9]{1,6}).*$|^.*$", "$1");
        this.version = digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }

    @Nullable Boolean next() {
        Boolean forced = version >= OPTION_SINCE ? forced() : null;
        if (forced != null) {
            return forced;
        }
        try {
            if (root.stat(FILE) == null) {
                return true;
            }
            String id = root.readText(FILE, LIMIT).lines().findFirst().orElse("");
            return version >= WORD_SINCE && id.equals("uninitialized");
        } catch (IOException unreadable) {
            return null;
        }
    }

    private @Nullable Boolean forced() {
        Boolean forced = null;
        for (String argument : arguments) {
            if (argument.equals(OPTION)) {
                forced = true;
            } else if (argument.startsWith(OPTION + "=")) {
                String value = "|" + argument.substring(OPTION.length() + 1) + "|";
                forced =
                        OPTION_TRUE.contains(value)
                                ? Boolean.TRUE
                                : OPTION_FALSE.contains(value) ? Boolean.FALSE : forced;
            }
        }
        return forced;
    }
}
