package dev.capdrop.linux.snapshot;

import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Evidence.Trouble.NamedFile.Standing;
import dev.capdrop.core.snapshot.RecordedSettings;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitFile;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.linux.libc.Libc.FileStatus;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The texts of a unit: its command lines, the files of its environment, the scripts and
/// configuration files that these name or that are called like its program. They may hold secrets:
/// only paths of logs and the name of a user leave this class, by the forms below.
final class OwnTexts {
    private static final int MOST_TEXT = 64 << 10;
    private static final int MOST_TEXTS = 12;
    private static final int MOST_LOGS = 20;
    private static final int UID_AT = 2;

    /// Numbers that no Debian has for users of its own choice, such as `backup` (base-passwd).
    private static final String OF_PROGRAMS = "[1-9][0-9]{2,8}";

    /// Users that Debian's packages make for programs that are called otherwise.
    private static final Map<String, String> USERS_OF_PROGRAMS =
            Map.ofEntries(
                    Map.entry("slapd", "openldap"),
                    Map.entry("named", "bind"),
                    Map.entry("bind9", "bind"),
                    Map.entry("postgresql", "postgres"),
                    Map.entry("exim4", "Debian-exim"),
                    Map.entry("snmpd", "Debian-snmp"),
                    Map.entry("tor", "debian-tor"),
                    Map.entry("mariadbd", "mysql"),
                    Map.entry("mariadb", "mysql"),
                    Map.entry("mysqld", "mysql"),
                    Map.entry("memcached", "memcache"));

    /// A word and the user behind it, as whom a program goes on (su(1), setpriv(1),
    /// start-stop-daemon(8), chpst(8), the manuals of daemons).
    private static final List<Pattern> USER_WORDS =
            List.of(
                    Pattern.compile(
                            "(?m)^(?![ \\t]*[#;]).{0,2000}?(?<![\\w-])(-u|-{1,2}(?:user(?:name)?"
                                    + "|uid|chuid|reuid|setuid)|--run-?as)[\\s=]{1,4}[\"']?(\\w[\\w-]{0,31})"),
                    Pattern.compile(
                            "(?m)^(?![ \\t]*[#;]).{0,500}?(?<![\\w-])(su|runuser|gosu|su-exec"
                                    + "|(?:s6-)?setuidgid)(?: -\\S{0,40}){0,4} (?:/\\S{1,60} )?(\\w[\\w-]{0,31})\\b"),
                    Pattern.compile(
                            "(?m)^(?![ \\t]*[#;]).{0,500}?(?<![\\w-])(su"
                                    + "|runuser) .{0,300} (\\w[\\w-]{0,31})[\"']?$"),
                    Pattern.compile(
                            "(?im)^\\s{0,20}(?:export )?(user(?:_?(?:id|name))?|run_?as_?(?:user)?"
                                    + "|daemon_user|cache_effective_user|default_internal_user|changeuser"
                                    + "|setuid)[\\s=:\"']{1,20}(\\w[\\w-]{0,31})\\b"));

    /// The path of a log of its own.
    private static final List<Pattern> OWN_LOGS =
            List.of(
                    Pattern.compile(
                            "(?im)(?:(?<![a-z])log(?:s|[_-]?[a-z]{1,20})?[\\s=:\"']{1,20}"
                                    + "|\\s-l\\s{1,4})(/(?!dev/|proc/|sys/)[\\w.@+/-]{1,200}[\\w@+-])"),
                    Pattern.compile("(?<![\\w.$}])(/var/log/[\\w.@+/-]{1,200}[\\w@+-])"),
                    Pattern.compile(
                            "(?<![\\w.$}])(/(?!dev/|proc/|sys/)[\\w.@+/-]{1,200}\\.(?:log"
                                    + "|err))\\b(?!/)"));

    /// Logs to which others write, too, or which tell of what it did for others.
    private static final Pattern OTHER_LOG =
            Pattern.compile(
                    "/var/log/(?:syslog|messages|auth\\.log|secure|kern\\.log|daemon\\.log"
                            + "|user\\.log|cron\\.log|mail\\.|debug|dpkg\\.log|apt\\b|journal\\b|[bw]tmp"
                            + "|lastlog|faillog).*|.*/[^/]*(?:access|audit|slow|deprec|gc\\b|stat(?:us|s"
                            + "|istics)\\b)[^/]*");

    /// In command lines: a path, or the name of a file in the folder where the program begins.
    private static final Pattern OWN_FILE =
            Pattern.compile("(?<![\\w.$}/-])(?:/[\\w.@+/-]{2,200}|\\w[\\w@-]*\\.[\\w.@-]+)");

    private final Look look;
    private final Set<String> names = new LinkedHashSet<>();
    private final Map<String, String> texts = new LinkedHashMap<>();

    OwnTexts(Look look, UnitState unit, Trouble trouble) {
        this.look = look;
        names.add(UnitName.prefix(unit.name()));
        trouble.commands().forEach(command -> names.add(command.name()));
        UnitDetail.Files files = unit.detail().files();
        List<Setting> settings = new ArrayList<>(UnitFile.parse("", text(files.fragment())));
        files.dropIns().forEach(path -> settings.addAll(UnitFile.parse(path, text(path))));
        StringBuilder commands = new StringBuilder();
        List<String> paths = new ArrayList<>();
        String folder = "";
        for (Setting setting : UnitFile.merge(settings)) {
            String value = UnitName.filledIn(setting.value(), unit.name());
            if (RecordedSettings.isCommand(setting.key()) || setting.key().equals("Environment")) {
                commands.append(value).append('\n');
            } else if (setting.key().equals("EnvironmentFile")) {
                paths.add(value.replaceFirst("^-", ""));
            } else if (setting.key().equals("WorkingDirectory")) {
                folder = value;
            }
        }
        texts.put("its command line", commands.toString());
        OWN_FILE.matcher(commands).results().map(MatchResult::group).forEach(paths::add);
        names.forEach(name ->
                Collections.addAll(
                        paths, "/etc/" + name + ".conf", "/etc/" + name + "/" + name + ".conf"));
        for (String path : paths) {
            String at = path.startsWith("/") ? path : folder + "/" + path;
            String text = texts.size() < MOST_TEXTS ? text(at) : "";
            if (!text.isEmpty()) {
                texts.putIfAbsent(at, text);
            }
        }
    }

    private String text(String path) {
        FileStatus status = path.startsWith("/") ? look.status(path) : null;
        boolean small = status != null && status.regular() && status.size() <= MOST_TEXT;
        String text = small ? look.text(path) : "";
        return text.indexOf('\0') < 0 ? text : "";
    }

    /// Returns the user, not root, whom its program most likely changes to, and why; null where
    /// nothing tells.
    Trouble.@Nullable NamedFile user() {
        Map<String, String> numbers = new HashMap<>();
        for (String line : look.text("/etc/passwd").split("\n")) {
            String[] fields = line.split(":", UID_AT + 2);
            numbers.put(fields[0], fields[Math.min(UID_AT, fields.length - 1)]);
        }
        for (Map.Entry<String, String> text : texts.entrySet()) {
            for (Pattern form : USER_WORDS) {
                Matcher said = form.matcher(text.getValue());
                while (said.find()) {
                    if (numbers.getOrDefault(said.group(2), "0").matches("[1-9][0-9]*")) {
                        String by = said.group(1) + " " + said.group(2);
                        return user(said.group(2), "'" + by + "' stands in " + text.getKey());
                    }
                }
            }
        }
        for (String name : names) {
            String first = name.split("[-_@.]", 2)[0];
            List<String> called = new ArrayList<>(List.of(name, first, "_" + first));
            if (USERS_OF_PROGRAMS.containsKey(first)) {
                called.add(USERS_OF_PROGRAMS.get(first));
            }
            for (String user : called) {
                if (numbers.getOrDefault(user, "0").matches(OF_PROGRAMS)) {
                    return user(user, "a user of that name is there");
                }
            }
        }
        return null;
    }

    private static Trouble.NamedFile user(String name, String why) {
        return new Trouble.NamedFile(Trouble.NamedFile.RUNS_AS, name, Standing.FITS, why);
    }

    /// Returns the logs that these texts name, and those that its own lines point at; a folder has
    /// a slash at its end.
    Collection<String> logs(List<String> lines) {
        Set<String> logs = new LinkedHashSet<>();
        String all = String.join("\n", texts.values()) + "\n" + String.join("\n", lines);
        for (Pattern form : OWN_LOGS) {
            Matcher log = form.matcher(all);
            while (logs.size() < MOST_LOGS && log.find()) {
                String path = log.group(1);
                if (!OTHER_LOG.matcher(path).matches()) {
                    logs.add(path);
                    logs.add(path.startsWith("/var/log/") ? path + "/" : path);
                }
            }
        }
        return logs;
    }
}
