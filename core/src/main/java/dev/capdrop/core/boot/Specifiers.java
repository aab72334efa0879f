package dev.capdrop.core.boot;

import dev.capdrop.core.unit.SystemFacts;
import dev.capdrop.core.unit.UnitName;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Expands the `%` specifiers of one unit (systemd.unit(5), "Specifiers"; systemd 247, 252 and
/// 257). An unknown letter or digit fails the line; a `%` before anything else stays.
record Specifiers(String unit, String fragment, SystemFacts facts) {
    /// The specifiers with values that are safe in another unit's name.
    private static final String IN_NAMES = "nNpijaAbBHlmMoqvwWuUgG";

    /// The specifiers that differ from boot to boot, or that no file tells.
    private static final Set<Character> UNDECIDED = Set.of('b', 'c', 'r', 'R', 'q');

    /// The first systemd that knows a specifier, where 247 does not.
    private static final Map<Character, Integer> SINCE =
            Map.of('A', 249, 'M', 249, 'd', 250, 'q', 251, 'y', 251, 'Y', 251, 'D', 255);

    private static final int BASH_SINCE = 250;

    /// Folders, and root's names.
    private static final Map<Character, String> FIXED =
            map(
                    "t/run S/var/lib C/var/cache L/var/log E/etc T/tmp V/var/tmp D/usr/share uroot U0"
                            + " groot G0 h/root");

    private static final Map<Character, String> OS_RELEASE =
            map("oID wVERSION_ID WVARIANT_ID BBUILD_ID MIMAGE_ID AIMAGE_VERSION");

    public sealed interface Expansion {
        record Done(String text) implements Expansion {}

        /// `specifier` cannot be expanded, so that systemd drops the line.
        record Failed(String specifier) implements Expansion {}

        /// Only the next boot tells the value of `specifier`.
        record Undecided(String specifier) implements Expansion {}
    }

    public Expansion expand(String text) {
        return expand(text, null);
    }

    Expansion expandName(String text) {
        return expand(text, IN_NAMES);
    }

    private Expansion expand(String text, @Nullable String allowed) {
        if (text.indexOf('%') < 0) {
            return new Expansion.Done(text);
        }
        StringBuilder expanded = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%' || i + 1 == text.length()) {
                expanded.append(c);
                continue;
            }
            char specifier = text.charAt(++i);
            if (specifier == '%') {
                expanded.append('%');
            } else if (!UnitName.isAlphanumeric(specifier)) {
                expanded.append('%').append(specifier);
            } else if (!isKnown(specifier) || (allowed != null && allowed.indexOf(specifier) < 0)) {
                return new Expansion.Failed("%" + specifier);
            } else if (UNDECIDED.contains(specifier)) {
                return new Expansion.Undecided("%" + specifier);
            } else {
                String value = value(specifier);
                if (value == null) {
                    return unreadable(specifier)
                            ? new Expansion.Undecided("%" + specifier)
                            : new Expansion.Failed("%" + specifier);
                }
                expanded.append(value);
            }
        }
        return new Expansion.Done(expanded.toString());
    }

    static boolean isWrong(String text) {
        for (int at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 2)) {
            char next = at + 1 < text.length() ? text.charAt(at + 1) : '%';
            if (UnitName.isAlphanumeric(next) && !isAny(next)) {
                return true;
            }
        }
        return false;
    }

    private static Map<Character, String> map(String words) {
        return Stream.of(words.split(" "))
                .collect(Collectors.toMap(word -> word.charAt(0), word -> word.substring(1)));
    }

    private boolean isKnown(char specifier) {
        int version = facts.systemdVersion();
        return (version == 0 || version >= SINCE.getOrDefault(specifier, 0)) && isAny(specifier);
    }

    private static boolean isAny(char specifier) {
        return "nNpPiIjJfyYdaHlmvs".indexOf(specifier) >= 0
                || UNDECIDED.contains(specifier)
                || FIXED.containsKey(specifier)
                || OS_RELEASE.containsKey(specifier);
    }

    private boolean unreadable(char specifier) {
        return switch (specifier) {
            case 'a', 'H', 'l', 'v' -> true;
            case 'm' -> !facts.machineIdRead();
            default -> false;
        };
    }

    private @Nullable String value(char specifier) {
        String release = OS_RELEASE.get(specifier);
        if (release != null) {
            return facts.osRelease().getOrDefault(release, "");
        }
        String fixed = FIXED.get(specifier);
        return fixed != null
                ? fixed
                : switch (specifier) {
                    case 'a' -> facts.architecture();
                    case 'H' -> facts.hostName();
                    case 'l' -> firstLabel(facts.hostName());
                    case 'm' -> facts.machineId();
                    case 'v' -> facts.kernelRelease();
                    case 'd' -> "/run/credentials/" + unit;
                    case 's' -> shell();
                    case 'y' -> fragment.isEmpty() ? null : fragment;
                    case 'Y' ->
                            fragment.isEmpty()
                                    ? null
                                    : fragment.substring(0, fragment.lastIndexOf('/'));
                    default -> ofName(specifier);
                };
    }

    private String shell() {
        int version = facts.systemdVersion();
        return version == 0 || version >= BASH_SINCE ? "/bin/bash" : "/bin/sh";
    }

    private static @Nullable String firstLabel(@Nullable String hostName) {
        return hostName == null ? null : hostName.replaceFirst("\\..*", "");
    }

    private @Nullable String ofName(char specifier) {
        String instance = UnitName.instance(unit);
        String prefix = UnitName.prefix(unit);
        String last = prefix.substring(prefix.lastIndexOf('-') + 1);
        return switch (specifier) {
            case 'n' -> unit;
            case 'N' -> UnitName.withoutType(unit);
            case 'p' -> prefix;
            case 'P' -> UnitName.unescape(prefix);
            case 'i' -> instance == null ? "" : instance;
            case 'I' -> instance == null ? "" : UnitName.unescape(instance);
            case 'j' -> last;
            case 'J' -> UnitName.unescape(last);
            case 'f' -> UnitName.unescapePath(instance == null ? prefix : instance);
            default -> null;
        };
    }
}
