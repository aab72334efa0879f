package dev.capdrop.core.container;

import dev.capdrop.core.container.EffectiveCapabilities.Remark;
import dev.capdrop.core.document.LineDocument;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A `VMID.conf` of Proxmox VE, section by section, as its own parser reads it.
///
/// Source: pct.conf(5), and what pve-container 4 to 6 were seen to read. Every line stands for
/// itself and counts from its first column: `#` begins the description, `[pve:pending]` and
/// `[NAME]` begin a section, `lxc.KEY:` or `lxc.KEY =` is handed on to liblxc, `KEY:` is a
/// property. What is none of these is skipped, and lost when Proxmox VE next writes the file. A
/// section that comes twice counts the second time only.
///
/// @param main the container as it is
/// @param pending what the next start will change; null when nothing waits
/// @param snapshots by name
/// @param lost the lines that Proxmox VE does not understand and drops when it next writes
public record ProxmoxConfig(
        ProxmoxSection main,
        @Nullable ProxmoxSection pending,
        Map<String, ProxmoxSection> snapshots,
        List<LostLine> lost) {
    private static final String PENDING = "pve:pending";

    /// A line that says nothing to Proxmox VE.
    ///
    /// @param index the line, from 0
    /// @param text without its end
    public record LostLine(int index, String text) {}

    public ProxmoxConfig {
        snapshots = Map.copyOf(snapshots);
        lost = List.copyOf(lost);
    }

    /// Reads the file's content, a string of bytes.
    public static ProxmoxConfig parse(String text) {
        return parse(LineDocument.parse(text));
    }

    static ProxmoxConfig parse(LineDocument document) {
        return new Parser().parse(document);
    }

    /// What a section would come to if the container were started from it.
    ///
    /// @param path the file that the section stands in
    /// @param source the files that it includes
    /// @param last the number in `/proc/sys/kernel/cap_last_cap`
    public static EffectiveCapabilities resolve(
            ProxmoxSection section, String path, ConfigSource source, int last) {
        return GeneratedConfig.read(section, path, source, last).reading().effective();
    }

    /// What a reader of the file should know beside what it comes to: each line that is lost.
    ///
    /// @param path the file
    public List<Remark> remarks(String path) {
        return lost.stream()
                .map(line ->
                        new Remark(
                                path,
                                line.index() + 1,
                                "Proxmox VE does not understand this line, and loses it when it next"
                                        + " writes the file: "
                                        + line.text()))
                .toList();
    }

    /// The container as the next start makes it.
    public ProxmoxSection nextStart() {
        return pending == null ? main : main.with(pending);
    }

    /// The kinds of line, in the order in which Proxmox VE tries them.
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

    /// One reading, line by line.
    private static final class Parser {
        private final Map<String, ProxmoxSection> sections = new LinkedHashMap<>();
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
            ProxmoxSection main = sections.remove("");
            ProxmoxSection pending = sections.remove(PENDING);
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
            sections.put(name, new ProxmoxSection(properties, raw, end));
        }

        private void open(String header, int index) {
            name = header.equalsIgnoreCase(PENDING) ? PENDING : header;
            properties = new TreeMap<>();
            raw = new ArrayList<>();
            end = index + 1;
        }

        private void raw(Matcher matcher, int index, String text) {
            String key = matcher.group(1);
            if (RawKeys.handedOn(key)) {
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

    /// Which raw keys Proxmox VE hands on to liblxc.
    private static final class RawKeys {
        private static final KeyTable<KeyKind> TABLE =
                KeyTable.read("proxmox-keys.tsv", KeyKind.class);

        private RawKeys() {}

        /// The kinds of the resource's rows, explained there.
        private enum KeyKind {
            EXACT,
            BELOW,
            OLD
        }

        static boolean handedOn(String key) {
            return TABLE.of(KeyKind.EXACT).contains(key)
                    || TABLE.of(KeyKind.OLD).contains(key)
                    || TABLE.of(KeyKind.BELOW).stream().anyMatch(key::startsWith);
        }
    }
}
