package dev.capdrop.core.container;

import dev.capdrop.core.container.EffectiveCapabilities.Remark;
import dev.capdrop.core.container.ProxmoxConfig.RawLine;
import dev.capdrop.core.document.LineDocument;
import dev.capdrop.core.document.ResourceTable;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A `VMID.conf` of Proxmox VE, section by section. Source: pct.conf(5), and what pve-container 4
/// to 6 were seen to read: lines count from their first column, those of no [Kind] are lost at the
/// next write, and of a repeated section only the last counts.
///
/// @param pending the changes that the next start makes; null when there are none
/// @param lost the lines that Proxmox VE drops when it next writes
public record ProxmoxConfig(
        Section main,
        @Nullable Section pending,
        Map<String, Section> snapshots,
        List<LostLine> lost) {
    private static final String PENDING = "pve:pending";

    public record LostLine(int index, String text) {}

    public static ProxmoxConfig parse(String text) {
        return parse(LineDocument.parse(text));
    }

    static ProxmoxConfig parse(LineDocument document) {
        return new Parser().parse(document);
    }

    public static EffectiveCapabilities resolve(
            Section section, String path, ConfigSource source, int last) {
        return GeneratedConfig.read(section, path, source, last).reading().effective();
    }

    public List<Remark> remarks(String path) {
        String why =
                "Proxmox VE does not understand this line, and loses it when it next writes the file: ";
        return lost.stream()
                .map(line -> new Remark(path, line.index() + 1, why + line.text()))
                .toList();
    }

    public Section nextStart() {
        return pending == null ? main : main.with(pending);
    }

    private enum Kind {
        BLANK("\\s*"),
        HEADER("(?i)\\[(" + PENDING + "|[a-z][a-z0-9_-]+)]\\s*"),
        DESCRIPTION("#.*|description:\\s*.*\\S\\s*"),
        RAW("(lxc\\.[a-z0-9_.-]+)(?::|\\s*=)\\s*(.*?)\\s*"),
        SNAPSTATE(".*snapstate:\\s*(?:prepare|delete)\\s*"),
        PROPERTY("([a-z][a-z_]*\\d*):\\s*(.+?)\\s*"),
        LOST(".*");

        private final Pattern pattern;

        Kind(String pattern) {
            this.pattern = Pattern.compile(pattern, Pattern.DOTALL);
        }
    }

    private static final class Parser {
        private final Map<String, Section> sections = new LinkedHashMap<>();
        private final List<LostLine> lost = new ArrayList<>();
        private String name = "";
        private Map<String, String> properties = new TreeMap<>();
        private List<RawLine> raw = new ArrayList<>();
        private int end;

        private ProxmoxConfig parse(LineDocument document) {
            for (int index = 0; index < document.size(); index++) {
                line(index, document.body(index));
            }
            close();
            Section main = sections.remove("");
            Section pending = sections.remove(PENDING);
            if (main == null) {
                throw new IllegalStateException("there is always a main section");
            }
            return new ProxmoxConfig(main, pending, sections, lost);
        }

        private void line(int index, String text) {
            for (Kind kind : Kind.values()) {
                Matcher matcher = kind.pattern.matcher(text);
                if (matcher.matches()) {
                    take(kind, matcher, index, text);
                    end = kind == Kind.BLANK || kind == Kind.HEADER ? end : index + 1;
                    return;
                }
            }
        }

        private void take(Kind kind, Matcher matcher, int index, String text) {
            switch (kind) {
                case BLANK, DESCRIPTION, SNAPSTATE -> {}
                case HEADER -> {
                    close();
                    open(matcher.group(1), index);
                }
                case RAW -> raw(matcher, index, text);
                case PROPERTY -> property(matcher, index, text);
                case LOST -> lost.add(new LostLine(index, text));
            }
        }

        private void close() {
            sections.put(name, new Section(properties, raw, end));
        }

        private void open(String header, int index) {
            name = header.equalsIgnoreCase(PENDING) ? PENDING : header;
            properties = new TreeMap<>();
            raw = new ArrayList<>();
            end = index + 1;
        }

        private void raw(Matcher matcher, int index, String text) {
            String key = matcher.group(1);
            if (KeyKind.isHandedOn(key)) {
                raw.add(new RawLine(index, text, key, matcher.group(2), matcher.start(2)));
            } else {
                lost.add(new LostLine(index, text));
            }
        }

        private void property(Matcher matcher, int index, String text) {
            String key = matcher.group(1);
            if (key.equals("delete") && !name.equals(PENDING)) {
                lost.add(new LostLine(index, text));
            } else {
                properties.put(key, matcher.group(2));
            }
        }
    }

    private enum KeyKind {
        EXACT,
        BELOW,
        OLD;

        private static final Map<KeyKind, Set<String>> TABLE =
                ResourceTable.byConstant("container/proxmox-keys.tsv", KeyKind.class);

        private Set<String> keys() {
            return TABLE.getOrDefault(this, Set.of());
        }

        static boolean isHandedOn(String key) {
            return EXACT.keys().contains(key)
                    || OLD.keys().contains(key)
                    || BELOW.keys().stream().anyMatch(key::startsWith);
        }
    }

    /// A line of a `VMID.conf` that is handed on to liblxc, from 0; `valueFrom` is the value's
    /// column.
    public record RawLine(int index, String text, String key, String value, int valueFrom) {
        /// Whether Proxmox VE takes it for a part of `env` (`parse_pct_config` in
        /// src/PVE/LXC/Config.pm).
        private boolean isVariable() {
            return key.equals("lxc.environment.runtime");
        }

        /// Returns the lines that liblxc reads in it: several where the value holds a carriage
        /// return.
        List<LxcLine> lxcLines() {
            String assigned = key + " = ";
            List<LxcLine> pieces = LxcSyntax.parse(LineDocument.parse(assigned + value));
            return pieces.stream()
                    .map(piece -> placed(piece, assigned.length(), pieces.size() == 1))
                    .toList();
        }

        private LxcLine placed(LxcLine piece, int generated, boolean alone) {
            int from = here(piece.from(), generated);
            String written = alone ? text : text.substring(from, here(piece.to(), generated));
            return switch (piece) {
                case LxcLine.Broken _ -> new LxcLine.Broken(index, from, written);
                case LxcLine.Setting setting ->
                        new LxcLine.Setting(
                                index,
                                from,
                                written,
                                setting.key(),
                                setting.value(),
                                here(setting.valueFrom(), generated));
            };
        }

        private int here(int column, int generated) {
            return column < generated ? 0 : column - generated + valueFrom;
        }
    }

    /// A section of a `VMID.conf`: the container as it is, its pending changes, or a snapshot.
    ///
    /// @param properties of a repeated key the last value counts
    /// @param end the line, from 0, behind the last one of this section
    public record Section(Map<String, String> properties, List<RawLine> raw, int end) {
        private static final Set<String> TRUE = Set.of("1", "on", "yes", "true");

        public @Nullable String property(String key) {
            return properties.get(key);
        }

        String property(String key, String otherwise) {
            return properties.getOrDefault(key, otherwise);
        }

        public boolean flag(String key) {
            return TRUE.contains(property(key, "").toLowerCase(Locale.ROOT));
        }

        /// Whether its root is another user of the host, by an id map, whatever the key says.
        public boolean unprivileged() {
            return flag("unprivileged") || hasIdMap();
        }

        boolean hasIdMap() {
            return raw.stream().anyMatch(l -> l.key().equals(LxcKeys.ID_MAP));
        }

        List<RawLine> raw(boolean variables) {
            return raw.stream().filter(line -> line.isVariable() == variables).toList();
        }

        List<LxcLine> lxcLines() {
            return raw.stream().flatMap(line -> line.lxcLines().stream()).toList();
        }

        /// Returns this section with pending changes as the next start applies them: a pending raw
        /// line replaces all raw lines, and a variable all variables.
        Section with(Section pending) {
            Map<String, String> next = new TreeMap<>(properties);
            List<RawLine> variables = raw(true);
            for (String deleted :
                    pending.properties.getOrDefault("delete", "").split("[,; \t\0]+")) {
                String key = deleted.startsWith("!") ? deleted.substring(1) : deleted;
                next.remove(key);
                variables = key.equals("env") ? List.of() : variables;
            }
            next.putAll(pending.properties);
            next.remove("delete");
            List<RawLine> lines = new ArrayList<>(either(pending.raw(true), variables));
            lines.addAll(either(pending.raw(false), raw(false)));
            return new Section(next, lines, end);
        }

        private static List<RawLine> either(List<RawLine> pending, List<RawLine> own) {
            return pending.isEmpty() ? own : pending;
        }
    }
}
