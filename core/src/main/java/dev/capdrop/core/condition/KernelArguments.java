package dev.capdrop.core.condition;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Switches on the kernel command line (kernel-command-line(7)).
final class KernelArguments {
    private KernelArguments() {}

    /// Returns the value of the last such argument; null when there is none, or none that is a
    /// boolean.
    ///
    /// @param key with dashes, which stand for underscores, too
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
