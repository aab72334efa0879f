package dev.capdrop.core.unit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.unit.Words.WordReader;
import module java.base;

/// The syntax of unit files (systemd.syntax(7); systemd's `config_parse`), and the merging of a
/// fragment with its drop-ins (systemd.unit(5), "Unit File Load Path" and "Conditions and
/// Asserts"); `settings`: the assignments of one file, in order, empty ones included; `brokenLine`:
/// the line at which systemd gives up on the file, for the fault `brokenBy`; or 0.
public record UnitFile(List<Setting> settings, int brokenLine, String brokenBy) {
    /// The line ends that systemd accepts, each character at most once.
    private static final Pattern END_OF_LINE = Pattern.compile("(?:\r\n?|\n\r?)\0?|\0");

    /// File systems without `FS_USERNS_MOUNT` in their `fs_flags`, which mount(2) needs outside of
    /// the initial user namespace (fs/super.c, `mount_capable`).
    private static final Set<String> FILE_SYSTEMS_OF_HOST =
            Set.of(
                    """
                    debugfs tracefs configfs securityfs hugetlbfs pstore efivarfs fusectl ext2 ext3
                    ext4 xfs btrfs vfat iso9660 nfs nfs4 nfsd rpc_pipefs cifs
                    """
                            .split("\\s+"));

    private static final String NOT_UTF8 = "\uFFFF";
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /// Lists that an empty value empties; an empty `CapabilityBoundingSet=` takes all away instead.
    private static final Set<String> EMPTIED = Set.of("AmbientCapabilities", "Condition", "Assert");

    public static List<Setting> parse(String file, String text) {
        return read(file, text).settings();
    }

    /// Parses one file, whose content is as [#text(byte[])] gives it.
    public static UnitFile read(String file, String text) {
        List<Setting> settings = new ArrayList<>();
        String section = "";
        String[] lines = lines(text);
        removeMark(lines);
        int next = 0;
        while (next < lines.length) {
            int first = next;
            StringBuilder joined = new StringBuilder();
            next = join(lines, first, joined);
            String line = stripped(joined.toString());
            int equals = line.indexOf('=');
            if (line.isEmpty()) {
                continue;
            }
            if (!isText(line)) {
                return new UnitFile(settings, first + 1, "that is not UTF-8");
            }
            if (line.startsWith("[")) {
                if (!line.endsWith("]")) {
                    return new UnitFile(settings, first + 1, "where a section's name has no end");
                }
                section = line.substring(1, line.length() - 1);
                if (!section.chars().allMatch(c -> c >= ' ' && "\"'\\\u007f".indexOf(c) < 0)) {
                    return new UnitFile(
                            settings,
                            first + 1,
                            "where a section's name has a quote, a backslash or a control character");
                }
            } else if (equals > 0) {
                String key = stripped(line.substring(0, equals));
                String value = stripped(line.substring(equals + 1));
                settings.add(new Setting(file, first + 1, section, key, value));
            }
        }
        return new UnitFile(settings, 0, "");
    }

    /// Decodes a file's bytes, with U+FFFF for bytes that are not UTF-8.
    public static String text(byte[] bytes) {
        String usual = new String(bytes, UTF_8);
        if (usual.indexOf('\uFFFD') < 0) {
            return usual;
        }
        try {
            return UTF_8.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .replaceWith(NOT_UTF8)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Whether a line holds neither bytes that are not UTF-8 nor noncharacters (`utf8_is_valid`).
    private static boolean isText(String line) {
        return line.codePoints()
                .noneMatch(it -> (it & 0xfffe) == 0xfffe || (it >= 0xfdd0 && it <= 0xfdef));
    }

    /// Splits the text; nearly all files have plain line ends, which need no pattern.
    private static String[] lines(String text) {
        boolean plain = text.indexOf('\r') < 0 && text.indexOf('\0') < 0;
        return plain ? text.split("\n", -1) : END_OF_LINE.split(text, -1);
    }

    /// Removes one byte order mark, which systemd accepts at the beginning of any line.
    private static void removeMark(String[] lines) {
        for (int i = 0; i < lines.length; i++) {
            if (lines[i].startsWith(BYTE_ORDER_MARK)) {
                lines[i] = lines[i].substring(1);
                return;
            }
        }
    }

    /// Joins a line with those that continue it, comments left out, and returns the index behind.
    private static int join(String[] lines, int first, StringBuilder joined) {
        int next = first;
        while (next < lines.length) {
            String line = lines[next++];
            if (comment(line)) {
                if (joined.isEmpty()) {
                    return next;
                }
                continue;
            }
            if (!continues(line)) {
                joined.append(line);
                return next;
            }
            joined.append(line, 0, line.length() - 1).append(' ');
        }
        return next;
    }

    private static boolean comment(String line) {
        String stripped = stripped(line);
        return stripped.startsWith("#") || stripped.startsWith(";");
    }

    /// Returns the text without systemd's blanks at both ends, which spare a form feed.
    private static String stripped(String text) {
        int start = Words.skip(text, 0, WordReader.BLANKS);
        return text.substring(start, Words.trimmed(text, start, text.length(), WordReader.BLANKS));
    }

    /// Whether the line ends in a backslash that no other backslash escapes.
    public static boolean continues(String line) {
        int backslashes = 0;
        while (backslashes < line.length()
                && line.charAt(line.length() - 1 - backslashes) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }

    /// Merges the assignments of a fragment and its drop-ins, in this order: an empty one takes
    /// back those of its family before it.
    public static List<Setting> merge(List<Setting> inOrder) {
        Map<String, List<Integer>> inForce = new HashMap<>();
        BitSet kept = new BitSet(inOrder.size());
        for (int i = 0; i < inOrder.size(); i++) {
            Setting setting = inOrder.get(i);
            String family = family(setting);
            boolean empty = setting.value().isEmpty();
            boolean ofUnit = setting.section().equals("Unit");
            if (empty
                    && (ofUnit ? SettingTrait.DEPENDENCY.has(family) : family.equals("Sockets"))) {
                continue;
            }
            List<Integer> earlier =
                    inForce.computeIfAbsent(
                            setting.section() + "." + family, _ -> new ArrayList<>());
            if (empty || SettingTrait.SINGLE.has(family)) {
                earlier.forEach(kept::clear);
                earlier.clear();
            }
            if (!empty || !EMPTIED.contains(family)) {
                kept.set(i);
                earlier.add(i);
            }
        }
        return kept.stream().mapToObj(inOrder::get).toList();
    }

    /// Returns the name of all settings in a section that one empty value takes back together.
    private static String family(Setting setting) {
        String many = setting.key().startsWith("Condition") ? "Condition" : "Assert";
        boolean isOfMany = setting.section().equals("Unit") && setting.key().startsWith(many);
        return isOfMany ? many : setting.key();
    }

    /// One assignment of a unit file, from a line on, with continuation lines joined.
    public record Setting(String file, int line, String section, String key, String value) {
        public boolean isOf(String section, String key) {
            return this.key.equals(key) && this.section.equals(section);
        }

        public String format() {
            return key + "=" + value;
        }
    }

    /// Whether the kernel refuses what these lines of a unit's files ask for in every user
    /// namespace but the initial one. Source: file systems without `FS_USERNS_MOUNT` (fs/super.c,
    /// `mount_capable`); `audit_bind` of kernel/audit.c, which asks for `CAP_AUDIT_READ` there.
    public static boolean kernelRefuses(String unit, List<UnitFile.Setting> settings) {
        return switch (UnitName.type(unit)) {
            case MOUNT -> {
                List<String> types =
                        settings.stream()
                                .filter(setting -> setting.isOf("Mount", "Type"))
                                .map(UnitFile.Setting::value)
                                .toList();
                yield !types.isEmpty() && FILE_SYSTEMS_OF_HOST.contains(types.getLast());
            }
            case SOCKET ->
                    settings.stream()
                            .filter(setting -> setting.isOf("Socket", "ListenNetlink"))
                            .anyMatch(setting -> (setting.value() + " ").startsWith("audit "));
            case SERVICE, TARGET, DEVICE, AUTOMOUNT, SWAP, TIMER, PATH, SLICE, SCOPE, OTHER ->
                    false;
        };
    }

    /// Traits of the settings of unit files, explained in the resource `settings.tsv`, which lists
    /// the settings that have each.
    public enum SettingTrait {
        MOUNT_NAMESPACE,
        FILTER,
        PATHS,
        PATH,
        RECORDED,
        OF_ANY_UNIT,
        COMMAND,
        CREDENTIAL,
        OF_CAPABILITIES,
        SINGLE,
        DEPENDENCY,
        TAKEN_BACK;

        /// By trait the settings, each with what takes it back.
        private static final Map<SettingTrait, SequencedMap<String, String>> SETTINGS =
                new EnumMap<>(SettingTrait.class);

        static {
            for (String[] cells : ResourceTable.rows("unit/settings.tsv")) {
                for (String word : cells[1].split(" ")) {
                    SETTINGS.computeIfAbsent(
                                    ResourceTable.constant(SettingTrait.class, word),
                                    _ -> new LinkedHashMap<>())
                            .put(cells[0], cells[2]);
                }
            }
        }

        private SequencedMap<String, String> rows() {
            return SETTINGS.getOrDefault(this, new LinkedHashMap<>());
        }

        public SequencedSet<String> settings() {
            return Collections.unmodifiableSequencedSet(rows().sequencedKeySet());
        }

        public boolean has(String key) {
            return rows().containsKey(key);
        }

        /// Returns the right side that takes a setting back; empty where that does.
        public static String off(String key) {
            return TAKEN_BACK.rows().getOrDefault(key, "");
        }
    }
}
