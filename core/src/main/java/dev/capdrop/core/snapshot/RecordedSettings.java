package dev.capdrop.core.snapshot;

import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitFile.SettingTrait;
import dev.capdrop.core.unit.Words;
import module java.base;

/// The assignments of unit files that a snapshot holds: those that decide what becomes of a unit.
/// `Environment=`, arguments, credentials and mount options may hold secrets and are left out
/// (systemd.exec(5), systemd.service(5), systemd.socket(5), systemd.timer(5), systemd.path(5)).
public final class RecordedSettings {
    /// A command that only asks about a path: its arguments hold no secret, and are all that tells
    /// why it fails.
    private static final Pattern QUESTION_ABOUT_A_PATH =
            Pattern.compile(
                    "[-+!:@|]*/(?:usr/)?bin/(?:(?:test|\\[)(?: !)? -[a-zA-Z]"
                            + "|mountpoint(?: -q)?) /\\S{1,200}(?: \\])?");

    /// Mount options whose values are no secret, as that of `password=` would be (tmpfs(5),
    /// mount(8)).
    private static final Set<String> OPEN_MOUNT_OPTIONS =
            Set.of(
                    "size",
                    "nr_blocks",
                    "nr_inodes",
                    "mode",
                    "uid",
                    "gid",
                    "huge",
                    "mpol",
                    "lowerdir",
                    "upperdir",
                    "workdir");

    /// Not `[Install]`, nor sections of other programs.
    private static final Set<String> SECTIONS =
            Set.of("Service Socket Mount Automount Swap Path Timer Scope Slice".split(" "));

    private static final Set<SettingTrait> HELD =
            EnumSet.of(
                    SettingTrait.RECORDED,
                    SettingTrait.MOUNT_NAMESPACE,
                    SettingTrait.FILTER,
                    SettingTrait.COMMAND,
                    SettingTrait.CREDENTIAL);

    private RecordedSettings() {}

    public static boolean hold(Setting setting) {
        String key = setting.key();
        if (setting.section().equals("Unit")) {
            return key.startsWith("Condition")
                    || key.startsWith("Assert")
                    || SettingTrait.OF_ANY_UNIT.has(key);
        }
        return SECTIONS.contains(setting.section())
                && (HELD.stream().anyMatch(trait -> trait.has(key)) || isMisspeltEnvironment(key));
    }

    public static boolean isCommand(String key) {
        return SettingTrait.COMMAND.has(key);
    }

    /// Whether it may have been meant for `Environment=`, which systemd does not know by this name.
    public static boolean isMisspeltEnvironment(String key) {
        return key.startsWith("Env") && !key.startsWith("Environment");
    }

    /// Returns the assignment without arguments, a variable's value and a credential's contents.
    public static Setting reduced(Setting setting) {
        String value = setting.value();
        if (isCommand(setting.key())) {
            boolean open = QUESTION_ABOUT_A_PATH.matcher(value).matches();
            value = open ? value : ExecLine.parse(value).format();
        } else if (isMisspeltEnvironment(setting.key())) {
            value = value.replaceFirst("=.*", "");
        } else if (SettingTrait.CREDENTIAL.has(setting.key())) {
            int colon = value.indexOf(':');
            value = colon < 0 ? value : value.substring(0, colon);
        } else if (setting.key().equals("Options")) {
            value =
                    Stream.of(value.split(","))
                            .map(RecordedSettings::withoutSecret)
                            .collect(Collectors.joining(","));
        }
        return new Setting(setting.file(), setting.line(), setting.section(), setting.key(), value);
    }

    private static String withoutSecret(String option) {
        int equals = option.indexOf('=');
        return equals < 0 || OPEN_MOUNT_OPTIONS.contains(option.substring(0, equals))
                ? option
                : option.substring(0, equals);
    }

    /// The prefixes, as written, and the program, unquoted, of a command line in a unit file
    /// (systemd.service(5), "Command lines"); empty where there is none.
    public record ExecLine(String prefixes, String program) {
        private static final String PREFIXES = "@-:+!|";

        public static ExecLine parse(String value) {
            int start = Words.skip(value, 0, PREFIXES);
            return new ExecLine(value.substring(0, start), word(value, start));
        }

        private static String word(String value, int start) {
            if (start == value.length()) {
                return "";
            }
            char quote = value.charAt(start);
            boolean quoted = quote == '"' || quote == '\'';
            int from = quoted ? start + 1 : start;
            int end = from;
            while (end < value.length() && !ends(value.charAt(end), quoted, quote)) {
                end++;
            }
            return value.substring(from, end);
        }

        private static boolean ends(char c, boolean quoted, char quote) {
            return quoted ? c == quote : Character.isWhitespace(c);
        }

        public String name() {
            return program.substring(program.lastIndexOf('/') + 1);
        }

        /// Whether a failure of the command counts as success (`-`).
        public boolean mayFail() {
            return prefixes.indexOf('-') >= 0;
        }

        /// Whether the command has all privileges of PID 1, whatever `User=` says (`+`).
        public boolean fullPrivileges() {
            return prefixes.indexOf('+') >= 0;
        }

        public String format() {
            boolean quote = program.chars().anyMatch(Character::isWhitespace);
            return prefixes + (quote ? "\"" + program + "\"" : program);
        }
    }
}
