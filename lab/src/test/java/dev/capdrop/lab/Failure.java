package dev.capdrop.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// A unit of `failures.txt`: how it is made to fail, and what is expected of it.
///
/// @param unit its name
/// @param facts the lines before its first section, by their first word
/// @param file its unit file
record Failure(String unit, Map<String, String> facts, String file) {
    private static final String BEGINS = "== ";

    /// All of them, in order.
    static List<Failure> all() throws IOException {
        List<Failure> all = new ArrayList<>();
        try (InputStream in = Failure.class.getResourceAsStream("failures.txt")) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
            List<String> parts = List.of(text.split("(?m)^(?=" + BEGINS + ")"));
            for (String part : parts.subList(1, parts.size())) {
                all.add(parse(part));
            }
        }
        return all;
    }

    private static Failure parse(String part) {
        Map<String, String> facts = new LinkedHashMap<>();
        int section = part.indexOf("\n[") + 1;
        List<String> head = part.substring(0, section).lines().toList();
        for (String line : head.subList(1, head.size())) {
            int colon = line.indexOf(": ");
            facts.put(line.substring(0, colon), line.substring(colon + 2));
        }
        return new Failure(
                head.getFirst().substring(BEGINS.length()), facts, part.substring(section));
    }

    String fact(String name) {
        return facts.getOrDefault(name, "");
    }

    /// Whether it only takes part in the failure of another one.
    boolean helps() {
        return facts.containsKey("helper");
    }

    boolean isStarted() {
        return !fact("helper").equals("stays down");
    }

    /// Whether it fails in such a container.
    boolean failsOn(Suite suite, Privilege privilege) {
        return !fact("not-on").contains(suite.name().toLowerCase(Locale.ROOT))
                && (fact("only").isEmpty() || fact("only").equalsIgnoreCase(privilege.name()));
    }
}
