package dev.capdrop.cli.report;

import static java.util.Objects.requireNonNull;

import dev.capdrop.cli.render.Text;
import dev.capdrop.core.document.ResourceTable;
import module java.base;

/// Writes Prometheus' text exposition format. A label's value may be an adversary's: it is escaped
/// as for a terminal, and then for a backslash, double quote and line feed.
final class Exposition {
    private static final String FILE = "metrics.tsv";
    private static final Map<String, String> HELP =
            ResourceTable.rows(Exposition.class.getResourceAsStream(FILE), FILE).stream()
                    .collect(Collectors.toMap(row -> row[0], row -> row[1]));

    private final StringBuilder text = new StringBuilder();
    private String name = "";
    private boolean told = true;
    private String help = "";

    /// Begins a family of gauges. One without samples is not written.
    void gauge(String name) {
        this.name = name;
        this.help = requireNonNull(HELP.get(name), name);
        told = false;
    }

    void sample(Map<String, String> labels, double value) {
        if (!told) {
            told = true;
            text.append("# HELP ").append(name).append(' ').append(help).append('\n');
            text.append("# TYPE ").append(name).append(" gauge\n");
        }
        text.append(name);
        String separator = "{";
        for (Map.Entry<String, String> label : labels.entrySet()) {
            text.append(separator).append(label.getKey());
            text.append("=\"").append(escaped(label.getValue())).append('"');
            separator = ",";
        }
        text.append(labels.isEmpty() ? " " : "} ").append(number(value)).append('\n');
    }

    byte[] bytes() {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String escaped(String value) {
        return Text.foreign(value)
                .toString()
                .replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n");
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.3f", value);
    }

    /// Returns the labels of name, value, name, value, …
    static Map<String, String> labels(String... pairs) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            labels.put(pairs[i], pairs[i + 1]);
        }
        return labels;
    }

    static Map<String, String> with(Map<String, String> labels, String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(labels);
        more.put(name, value);
        return more;
    }
}
