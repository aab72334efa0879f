package dev.capdrop.core.unit;

import static java.util.Objects.requireNonNullElse;

import module java.base;
import org.jspecify.annotations.Nullable;

/// The grammar of unit names (systemd.unit(5), "String escaping for inclusion in unit names"), with
/// an instance between the first `@` and the last dot, which is empty in a template's name. All
/// methods but [#isValid] expect a valid name.
public final class UnitName {
    public static final int MAX_LENGTH = 255;

    private UnitName() {}

    /// Returns the unit that `word` means on a command line, by default a service.
    public static String withType(String word) {
        return isValid(word) ? word : word + ".service";
    }

    public static boolean isValid(String name) {
        int dot = name.lastIndexOf('.');
        return dot > 0
                && name.length() <= MAX_LENGTH
                && !name.startsWith("@")
                && type(name) != UnitType.OTHER
                && isPlain(name, dot);
    }

    private static boolean isPlain(String name, int end) {
        return name.chars()
                .limit(end)
                .allMatch(c -> isAlphanumeric(c) || ":_.\\@-".indexOf(c) >= 0);
    }

    public static boolean isAlphanumeric(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    public static UnitType type(String name) {
        return UnitType.at(name, name.lastIndexOf('.') + 1);
    }

    public static String withoutType(String name) {
        return name.substring(0, name.lastIndexOf('.'));
    }

    /// Returns the part before the first `@`, or before the type.
    public static String prefix(String name) {
        int at = name.indexOf('@');
        return at < 0 ? withoutType(name) : name.substring(0, at);
    }

    /// Returns a value of a unit's file with the specifiers `%i`, `%p` and `%N` filled in
    /// (systemd.unit(5), "Specifiers").
    public static String filledIn(String value, String name) {
        return value.replace("%i", requireNonNullElse(instance(name), ""))
                .replace("%p", prefix(name))
                .replace("%N", withoutType(name));
    }

    /// Returns the instance; empty for a template, null for a name without `@`.
    public static @Nullable String instance(String name) {
        int at = name.indexOf('@');
        return at < 0 ? null : withoutType(name).substring(Math.min(at + 1, name.lastIndexOf('.')));
    }

    public static boolean isTemplate(String name) {
        return "".equals(instance(name));
    }

    public static boolean isInstance(String name) {
        String instance = instance(name);
        return instance != null && !instance.isEmpty();
    }

    /// Returns another instance: `foo@x.service` of `foo@.service` or `foo@y.service`.
    public static String withInstance(String name, String instance) {
        return prefix(name) + "@" + instance + name.substring(name.lastIndexOf('.'));
    }

    public static String template(String name) {
        return withInstance(name, "");
    }

    /// Undoes the escaping: `-` is a slash, `\x2d` the byte 2d; null for another backslash.
    public static @Nullable String unescape(String escaped) {
        byte[] bytes = new byte[escaped.length()];
        int length = 0;
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c == '\\') {
                int value = hex(escaped, i);
                if (value < 0) {
                    return null;
                }
                bytes[length++] = (byte) value;
                i += 3;
            } else {
                bytes[length++] = (byte) (c == '-' ? '/' : c);
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static int hex(String text, int at) {
        boolean whole = text.startsWith("\\x", at) && at + 4 <= text.length();
        if (!whole) {
            return -1;
        }
        int high = Character.digit(text.charAt(at + 2), 16);
        int low = Character.digit(text.charAt(at + 3), 16);
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }

    /// Returns the path that an escaped name stands for, or null: `/var/log` of `var-log`, `/` of
    /// `-`.
    public static @Nullable String unescapePath(String escaped) {
        if (escaped.equals("-")) {
            return "/";
        }
        String path = unescape(escaped);
        boolean normal =
                path != null
                        && !path.isEmpty()
                        && !("/" + path + "/").contains("//")
                        && !("/" + path + "/").contains("/./")
                        && !("/" + path + "/").contains("/../");
        return normal ? "/" + path : null;
    }

    public static String escape(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < bytes.length; i++) {
            char c = (char) (bytes[i] & 0xff);
            boolean plain = isAlphanumeric(c) || c == ':' || c == '_' || (c == '.' && i > 0);
            if (c == '/') {
                escaped.append('-');
            } else if (plain) {
                escaped.append(c);
            } else {
                escaped.append(String.format("\\x%02x", (int) c));
            }
        }
        return escaped.toString();
    }

    /// Returns the name that stands for a path: `var-log` of `/var/log`, `-` of `/`.
    public static String escapePath(String path) {
        String inner = path.replaceAll("/+", "/").replaceAll("^/|/$", "");
        return inner.isEmpty() ? "-" : escape(inner);
    }

    /// Returns the mount unit of a place.
    public static String ofMount(String place) {
        return escapePath(place) + ".mount";
    }

    /// The types of units, each the word behind the last dot (systemd's `unit_type_table`).
    public enum UnitType {
        SERVICE("service"),
        SOCKET("socket"),
        TARGET("target"),
        DEVICE("device"),
        MOUNT("mount"),
        AUTOMOUNT("automount"),
        SWAP("swap"),
        TIMER("timer"),
        PATH("path"),
        SLICE("slice"),
        SCOPE("scope"),
        /// A word that is no type, or one of a newer systemd.
        OTHER("");

        private static final List<UnitType> ALL = List.of(values());

        private final String word;

        UnitType(String word) {
            this.word = word;
        }

        /// Returns the types of these words, which one blank separates.
        public static Set<UnitType> of(String words) {
            return Stream.of(words.split(" ")).map(it -> at(it, 0)).collect(Collectors.toSet());
        }

        /// Returns systemd's word; empty for [#OTHER].
        public String word() {
            return word;
        }

        /// Returns the type's section in unit files, as in D-Bus interfaces; empty for [#OTHER].
        public String section() {
            return this == OTHER
                    ? ""
                    : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
        }

        /// Returns the type of a text's last word, without a new string, for it is asked often.
        static UnitType at(String text, int from) {
            int length = text.length() - from;
            for (UnitType type : ALL) {
                if (type.word.length() == length && text.startsWith(type.word, from)) {
                    return type;
                }
            }
            return OTHER;
        }
    }
}
