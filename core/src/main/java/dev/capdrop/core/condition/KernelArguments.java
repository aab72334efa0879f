package dev.capdrop.core.condition;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Switches on the kernel command line (kernel-command-line(7)).
final class KernelArguments {
    private KernelArguments() {}

    /// What the last such argument says; null when there is none, or none that is a boolean.
    ///
    /// @param key with dashes, which underscores are the same as
    static @Nullable Boolean flag(@Nullable List<String> arguments, String key) {
        Boolean flag = null;
        for (String argument : arguments == null ? List.<String>of() : arguments) {
            String[] parts = argument.split("=", 2);
            if (parts[0].replace('_', '-').equals(key)) {
                Boolean value = parts.length == 1 ? Boolean.TRUE : SystemdBoolean.parse(parts[1]);
                flag = value == null ? flag : value;
            }
        }
        return flag;
    }
}
