package dev.capdrop.cli.check;

import static dev.capdrop.cli.render.Json.members;
import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.cli.check.CheckFinding.Fault;
import dev.capdrop.cli.render.Json;
import dev.capdrop.cli.render.Text;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The findings of `check` as a SARIF log (Static Analysis Results Interchange Format 2.1.0).
final class SarifReport {
    private static final String SCHEMA =
            "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
    private static final String UNRESERVED = "-._~/";

    /// Returns one run of the tool over all containers, with when and where it was made.
    public static Object of(Json.Made made, List<Tested> all) {
        List<Object> results = new ArrayList<>();
        List<Object> notifications = new ArrayList<>();
        TreeSet<String> rules = new TreeSet<>();
        boolean complete = true;
        for (Tested tested : all) {
            for (CheckFinding finding : tested.findings()) {
                rules.add(finding.rule());
                results.add(result(tested, finding));
            }
            for (Tested.Note note : tested.notes()) {
                rules.add(note.finding().rule());
                results.add(result(tested, note));
            }
            if (tested.outcome() != Tested.Outcome.JUDGED) {
                complete &= tested.outcome() != Tested.Outcome.NOT_READ;
                notifications.add(notification(tested));
            }
        }
        Map<String, @Nullable Object> driver =
                members()
                        .with("name", "capdrop")
                        .with("version", made.version())
                        .with("informationUri", "https://capdrop.dev")
                        .list("rules", rules, SarifReport::rule);
        Map<String, @Nullable Object> invocation =
                members()
                        .with("executionSuccessful", complete)
                        .with("endTimeUtc", made.time())
                        .with("machine", made.host())
                        .with(
                                "properties",
                                made.kernel() == null ? null : object("kernel", made.kernel()))
                        .with("toolExecutionNotifications", notifications);
        // unknown values are left out
        driver.values().removeIf(Objects::isNull);
        invocation.values().removeIf(Objects::isNull);
        Object run =
                members()
                        .with("tool", object("driver", driver))
                        .with("invocations", List.of(invocation))
                        .with("results", results);
        return object("$schema", SCHEMA, "version", "2.1.0", "runs", List.of(run));
    }

    private static Object rule(String id) {
        Fault fault = Fault.of(id);
        return members()
                .with("id", id)
                .with("shortDescription", message(fault.words()))
                .with("fullDescription", message(fault.help()))
                .with("help", message(fault.help()))
                .with("defaultConfiguration", object("level", fault.level()));
    }

    private static Object notification(Tested tested) {
        boolean error = tested.outcome() == Tested.Outcome.NOT_READ;
        return members()
                .with("level", error ? "error" : "note")
                .with("message", message(tested.target() + ": " + tested.why()));
    }

    /// Returns what does not count: a suppressed result (SARIF, 3.27.23) where somebody accepts it.
    private static Object result(Tested tested, Tested.Note note) {
        Map<String, @Nullable Object> result = result(tested, note.finding());
        if (note.accepted().isEmpty()) {
            result.put("level", "note");
        } else {
            Object suppression =
                    members()
                            .with("kind", "external")
                            .with("status", "accepted")
                            .with("justification", shown(note.accepted()));
            result.put("suppressions", List.of(suppression));
        }
        return result;
    }

    private static Map<String, @Nullable Object> result(Tested tested, CheckFinding finding) {
        String name = tested.target() + (finding.unit().isEmpty() ? "" : "/" + finding.unit());
        Map<String, @Nullable Object> location =
                object("logicalLocations", List.of(object("fullyQualifiedName", shown(name))));
        Object physical = physical(tested, finding.place());
        if (physical != null) {
            location.put("physicalLocation", physical);
        }
        return object(
                "ruleId", finding.rule(),
                "level", tested.forecast() ? "warning" : Fault.of(finding.rule()).level(),
                "message", message(tested.target() + ": " + Tested.sentence(finding)),
                "locations", List.of(location),
                // the part that stays from run to run, so that a finding is not new each time
                "partialFingerprints",
                        members()
                                .with(
                                        "capdrop/v1",
                                        String.join(
                                                "|",
                                                tested.source() == null ? "" : tested.source(),
                                                tested.target(),
                                                finding.unit(),
                                                finding.rule())));
    }

    /// Returns the line, or else the file: viewers leave out a result without a place.
    private static @Nullable Object physical(Tested tested, CheckFinding.@Nullable Place place) {
        if (place == null) {
            return tested.source() == null
                    ? null
                    : object("artifactLocation", object("uri", uri(tested.source())));
        }
        Map<String, @Nullable Object> artifact =
                place.inside()
                        ? members()
                                .with("uri", uri(place.file().replaceFirst("^/", "")))
                                .with("uriBaseId", shown("root of " + tested.target()))
                        : object("uri", uri(place.file()));
        return place.line() < 1
                ? object("artifactLocation", artifact)
                : object("artifactLocation", artifact, "region", region(place));
    }

    private static Object region(CheckFinding.Place place) {
        return object("startLine", place.line(), "snippet", object("text", shown(place.quote())));
    }

    /// Returns the URI (RFC 3986) of a path; an absolute path's is a file's.
    private static String uri(String path) {
        StringBuilder uri = new StringBuilder(path.startsWith("/") ? "file://" : "");
        for (byte each : path.getBytes(StandardCharsets.UTF_8)) {
            char character = (char) (each & 0xff);
            boolean plain =
                    character < 0x80
                            && (Character.isLetterOrDigit(character)
                                    || UNRESERVED.indexOf(character) >= 0);
            uri.append(plain ? character : String.format(Locale.ROOT, "%%%02X", each & 0xff));
        }
        return uri.toString();
    }

    /// Returns a plain text message (SARIF, 3.11.5 and 3.11.6), with braces and brackets escaped.
    private static Object message(String text) {
        return object(
                "text",
                shown(text)
                        .replace("\\", "\\\\")
                        .replace("[", "\\[")
                        .replace("]", "\\]")
                        .replace("{", "{{")
                        .replace("}", "}}"));
    }

    private static String shown(String text) {
        return Text.whole(text).toString();
    }
}
