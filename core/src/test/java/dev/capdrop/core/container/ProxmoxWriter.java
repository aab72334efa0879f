package dev.capdrop.core.container;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How Proxmox VE writes a `VMID.conf` that it has read, in a few lines of its own that share
/// nothing with the program: description, sorted properties, raw lines, then the other sections.
final class ProxmoxWriter {
    private static final Pattern HEADER = Pattern.compile("\\[(pve:pending|[a-zA-Z][\\w-]+)]\\s*");
    private static final Pattern RAW =
            Pattern.compile("(lxc\\.[a-z0-9_.-]+)(?::|\\s*=)\\s*(.*?)\\s*");
    private static final Pattern PROPERTY = Pattern.compile("([a-z][a-z_]*\\d*):\\s*(.+?)\\s*");

    private ProxmoxWriter() {}

    static String rewrite(String text) {
        Map<String, Section> sections = new TreeMap<>();
        Section section = new Section();
        sections.put("", section);
        for (String line : text.split("\n")) {
            Matcher header = HEADER.matcher(line.replaceFirst("(?i)pve:pending", "pve:pending"));
            if (header.matches()) {
                section = new Section();
                sections.put(order(header.group(1)), section);
            } else {
                section.read(line);
            }
        }
        StringBuilder written = new StringBuilder();
        sections.forEach((name, one) -> one.write(name, written));
        return written.toString();
    }

    /// Pending changes come before all snapshots.
    private static String order(String name) {
        return name.equals("pve:pending") ? " " + name : name;
    }

    private static final class Section {
        private final List<String> description = new ArrayList<>();
        private final Map<String, String> properties = new TreeMap<>();
        private final List<String> raw = new ArrayList<>();

        private void read(String line) {
            Matcher rawLine = RAW.matcher(line);
            Matcher property = PROPERTY.matcher(line);
            if (line.startsWith("#")) {
                description.add(decoded(line.substring(1)));
            } else if (rawLine.matches()) {
                raw.add(rawLine.group(1) + ": " + rawLine.group(2) + "\n");
            } else if (property.matches() && property.group(1).equals("description")) {
                description.addAll(List.of(decoded(property.group(2)).split("\n")));
            } else if (property.matches()) {
                properties.put(property.group(1), property.group(2));
            }
        }

        private void write(String name, StringBuilder out) {
            out.append(name.isEmpty() ? "" : "\n[" + name.strip() + "]\n");
            description.forEach(line -> out.append('#').append(encoded(line)).append('\n'));
            properties.forEach((key, value) -> out.append(key + ": " + value + "\n"));
            raw.forEach(out::append);
        }

        private static String decoded(String text) {
            return Pattern.compile("%([0-9A-Fa-f]{2})")
                    .matcher(text)
                    .replaceAll(hex ->
                            Matcher.quoteReplacement(
                                    Character.toString(Integer.parseInt(hex.group(1), 16))));
        }

        private static String encoded(String text) {
            StringBuilder encoded = new StringBuilder();
            for (byte b : text.getBytes(StandardCharsets.ISO_8859_1)) {
                boolean plain = b >= ' ' && b < 0x7f && b != '%' && b != ':';
                encoded.append(plain ? Character.toString(b) : "%%%02X".formatted(b & 0xff));
            }
            return encoded.toString();
        }
    }
}
