package dev.capdrop.cli.report;

import static dev.capdrop.cli.render.Json.document;
import static dev.capdrop.cli.render.Json.members;

import dev.capdrop.cli.check.CheckFinding;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The part of a container that a later report compares itself with; empty is what is not known.
///
/// @param bounding 16 hex digits
/// @param findings `UNIT: CAUSE` each
record Brief(String target, String file, String state, String bounding, Set<String> findings) {
    static final String SCHEMA = "capdrop/report/1";

    static Brief of(PageContainer container) {
        Set<String> findings = new TreeSet<>();
        for (CheckFinding finding : container.findings()) {
            findings.add(name(finding.unit(), finding.rule()));
        }
        PageContainer.Powers powers = container.powers();
        return new Brief(
                container.target(),
                container.origin().file(),
                container.state(),
                powers == null ? "" : powers.bounding().formatHex(),
                findings);
    }

    private static String name(String unit, String rule) {
        return unit.isEmpty() ? rule : unit + ": " + rule;
    }

    /// Returns all of a report, as it is kept in the page.
    static Object tree(String at, List<Brief> all) {
        return document(SCHEMA).with("at", at).list("containers", all, Brief::tree);
    }

    private Object tree() {
        return members()
                .with("target", target)
                .with("file", file)
                .with("state", state)
                .with("bounding", bounding)
                .with("findings", List.copyOf(findings));
    }

    /// Reads the containers of a document `capdrop/report/1` or `capdrop/check/1`.
    static List<Brief> read(Map<?, ?> document) {
        List<Brief> all = new ArrayList<>();
        if (document.get("containers") instanceof List<?> containers) {
            for (Object element : containers) {
                if (element instanceof Map<?, ?> container) {
                    all.add(ofTree(container));
                }
            }
        }
        return all;
    }

    private static Brief ofTree(Map<?, ?> container) {
        Set<String> findings = new TreeSet<>();
        for (String field : List.of("findings", "forecast")) {
            if (container.get(field) instanceof List<?> list) {
                for (Object element : list) {
                    findings.add(
                            element instanceof Map<?, ?> finding
                                    ? name(text(finding.get("unit")), text(finding.get("cause")))
                                    : text(element));
                }
            }
        }
        return new Brief(
                text(container.get("target")),
                text(container.get("file")),
                text(container.get("state")),
                text(container.get("bounding")),
                findings);
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }
}
