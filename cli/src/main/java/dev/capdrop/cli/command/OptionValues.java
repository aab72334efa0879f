package dev.capdrop.cli.command;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import module java.base;
import picocli.CommandLine.TypeConversionException;

/// Reads the values of options as administrators write them.
public final class OptionValues {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(s|m|h)?");

    private OptionValues() {}

    /// Reads a duration: `90`, `90s`, `2m`, `1h`.
    public static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(1)) == 0) {
            throw new TypeConversionException(
                    "'" + text + "' is no duration, expected for example 90s, 2m or 1h");
        }
        int number = Integer.parseInt(matcher.group(1));
        return switch (matcher.group(2) == null ? "s" : matcher.group(2)) {
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofSeconds(number);
        };
    }

    /// Reads a folder; an empty text, as an unset variable leaves it, would be the current one.
    public static Path folder(String text) {
        if (text.isBlank()) {
            throw new TypeConversionException("'" + text + "' names no folder");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException impossible) {
            throw new TypeConversionException(
                    "'" + text + "' cannot be a path: " + impossible.getReason());
        }
    }

    /// Reads capabilities as a list: `sys_rawio,CAP_SYS_MODULE`.
    public static CapabilitySet capabilities(String text) {
        CapabilitySet set = CapabilitySet.EMPTY;
        String[] names = text.strip().split("[,\\s]+");
        if (names.length == 0) {
            throw new TypeConversionException(
                    "'%s' names no capability, expected for example sys_rawio,sys_module"
                            .formatted(text));
        }
        for (String name : names) {
            try {
                set = set.with(Capability.of(name));
            } catch (IllegalArgumentException unknown) {
                throw new TypeConversionException(unknown.getMessage());
            }
        }
        return set;
    }
}
