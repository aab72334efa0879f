package dev.capdrop.core.condition;

import dev.capdrop.core.unit.Words;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Switches on the kernel command line (kernel-command-line(7)).
final class KernelArguments {
    private KernelArguments() {}

    static @Nullable Boolean flag(@Nullable List<String> arguments, String key) {
        Boolean flag = null;
        for (String argument : arguments == null ? List.<String>of() : arguments) {
            String[] parts = argument.split("=", 2);
            if (parts[0].replace('_', '-').equals(key)) {
                Boolean value = parts.length == 1 ? Boolean.TRUE : Words.flag(parts[1]);
                flag = value == null ? flag : value;
            }
        }
        return flag;
    }
}
