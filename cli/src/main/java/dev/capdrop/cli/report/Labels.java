package dev.capdrop.cli.report;

import java.util.LinkedHashMap;
import java.util.Map;

/// The labels of a sample, in their order.
final class Labels {
    private Labels() {}

    /// Returns the labels of name, value, name, value, …
    static Map<String, String> of(String... pairs) {
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
