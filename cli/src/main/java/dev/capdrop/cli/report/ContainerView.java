package dev.capdrop.cli.report;

import static dev.capdrop.cli.render.Json.members;
import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.check.CheckFinding;
import dev.capdrop.cli.report.PageContainer.Powers;
import dev.capdrop.core.document.Names;
import dev.capdrop.core.explanation.ContainerExplanation;
import module java.base;
import org.jspecify.annotations.Nullable;

/// One container, the `number`th on the page, as values for the template.
record ContainerView(PageContainer container, int number, List<Capability> all, Instant now) {
    /// The age from which on what a recording says may long be otherwise.
    private static final Duration OLD = Duration.ofDays(7);

    private static final int STEP = 3;

    private static final int LOWER_BAR = 11;

    private static final int MOST_NAMES = 3;

    Map<String, @Nullable Object> values() {
        List<CheckFinding> findings = container.findings();
        return members()
                .with("number", number)
                .with("target", container.target())
                .with("file", container.origin().file())
                .with("host", container.origin().host())
                .with("recorded", recorded())
                .with("age", age())
                .with("aged", old() ? "old" : "quiet")
                .with("state", container.state())
                .with("mood", mood(container))
                .with("count", findings.size())
                .with(
                        "counted",
                        ReportPage.counted(findings.size(), "finding")
                                + (container.forecast() ? " at its next start" : ""))
                .with("note", container.note())
                .with("fix", fix(findings))
                .with("anyFinding", !findings.isEmpty())
                .with("findings", Template.each(findings, ContainerView::finding))
                .with("anyRemark", !container.remarks().isEmpty())
                .list("remarks", container.remarks(), ContainerView::finding)
                .with("powers", container.powers() == null ? false : powers(container.powers()));
    }

    Object link() {
        return object("number", number, "target", container.target());
    }

    /// Returns when a recording was made; empty where it is none.
    private String recorded() {
        Instant at = container.origin().at();
        return at == null || container.origin().file().isEmpty()
                ? ""
                : at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private Duration since() {
        Instant at = container.origin().at();
        return at == null || recorded().isEmpty() ? Duration.ZERO : Duration.between(at, now);
    }

    boolean old() {
        return since().compareTo(OLD) >= 0;
    }

    private String age() {
        Duration since = since();
        if (recorded().isEmpty() || since.isNegative()) {
            return "";
        }
        if (since.toDays() > 1) {
            return since.toDays() + " days old";
        }
        return since.toHours() > 1
                ? since.toHours() + " hours old"
                : since.toMinutes() + " min old";
    }

    static String mood(PageContainer container) {
        if (container.forecast()) {
            return "quiet";
        }
        if (!container.findings().isEmpty()) {
            return "bad";
        }
        if (container.state().equals("frozen")) {
            return "quiet";
        }
        if (!container.note().isEmpty()) {
            return "bad";
        }
        return container.state().equals("running") ? "good" : "quiet";
    }

    private static String fix(List<CheckFinding> findings) {
        return findings.stream()
                .filter(finding -> finding.ours() && !finding.command().isEmpty())
                .map(CheckFinding::command)
                .findFirst()
                .orElse("");
    }

    private static Object finding(CheckFinding finding) {
        CheckFinding.Place place = finding.place();
        return members()
                .with("unit", finding.unit())
                .with("text", finding.text())
                .with(
                        "place",
                        place == null
                                ? ""
                                : place.file()
                                        + (place.line() > 0 ? ":" + place.line() : "")
                                        + ": "
                                        + place.quote())
                .with("remedy", finding.remedy())
                .with("command", finding.command())
                .with("log", finding.log());
    }

    private Object powers(Powers powers) {
        CapabilitySet held = powers.bounding();
        CapabilitySet vain = held.intersect(powers.useless());
        int width = all.size() * STEP;
        return members()
                .with("held", count(held.size()))
                .with("vain", count(vain.size()))
                .with("after", count(powers.after().size()))
                .with("width", width)
                .with("pixels", width)
                .with(
                        "picture",
                        "now %s held, %s of them in vain; after apply %s held, %s of them in vain"
                                .formatted(
                                        held.size(),
                                        vain.size(),
                                        powers.after().size(),
                                        powers.after().intersect(vain).size()))
                .with("bars", bars(held, powers.after(), vain))
                .with("cells", Template.each(all, capability -> cell(powers, capability)))
                .with("anyGone", !powers.limits().isEmpty())
                .list(
                        "gone",
                        powers.limits(),
                        limit ->
                                members()
                                        .with("names", limit.capabilities().toString())
                                        .with("why", why(limit.origin())))
                .with("anyNamed", !powers.named().isEmpty())
                .with(
                        "named",
                        Template.each(
                                powers.named().keySet(), capability -> named(powers, capability)));
    }

    private static String why(ContainerExplanation.Origin origin) {
        return switch (origin) {
            case DROPPED -> "dropped by its configuration";
            case NOT_KEPT -> "not among those that its configuration keeps";
            case HOST -> "not held by who starts it";
            case UNEXPLAINED -> "no line of its configuration says why";
        };
    }

    /// Returns a number as text, since the template takes a number 0 for nothing.
    private static String count(int number) {
        return Integer.toString(number);
    }

    private List<Object> bars(CapabilitySet now, CapabilitySet after, CapabilitySet vain) {
        List<Object> bars = new ArrayList<>();
        addBar(bars, 0, now, vain);
        addBar(bars, LOWER_BAR, after, vain);
        return bars;
    }

    private void addBar(List<Object> bars, int y, CapabilitySet held, CapabilitySet vain) {
        int useless = held.intersect(vain).size();
        int worth = held.size() - useless;
        int x = 0;
        x = addPart(bars, "honoured", x, y, worth);
        x = addPart(bars, "vain", x, y, useless);
        addPart(bars, "gone", x, y, Math.max(0, all.size() - held.size()));
    }

    private static int addPart(List<Object> bars, String kind, int x, int y, int number) {
        if (number > 0) {
            bars.add(object("kind", kind, "x", count(x), "y", count(y), "w", count(number * STEP)));
        }
        return x + number * STEP;
    }

    private static Object cell(Powers powers, Capability capability) {
        String mark = mark(powers, capability);
        String named = powers.named().containsKey(capability) ? "n" : "";
        String used = powers.used().contains(capability) ? "u" : "";
        return members()
                .with("kind", mark.equals("-") ? "o" : mark.toLowerCase(Locale.ROOT))
                .with("text", mark + named + used);
    }

    private static String mark(Powers powers, Capability capability) {
        if (powers.bounding().contains(capability)) {
            return powers.useless().contains(capability) ? "V" : "H";
        }
        return powers.drops(capability) ? "D" : "-";
    }

    private static Object named(Powers powers, Capability capability) {
        String words =
                switch (mark(powers, capability)) {
                    case "H" -> "held and honoured";
                    case "V" -> "held in vain";
                    case "D" -> "dropped";
                    default -> "not held";
                };
        Map<ContainerExplanation.Naming.Kind, List<String>> kinds =
                powers.named().getOrDefault(capability, Map.of());
        List<Object> rows = new ArrayList<>();
        kinds.forEach((kind, names) ->
                rows.add(object("kind", kind.text(), "by", Names.some(names, MOST_NAMES))));
        return object("capability", capability.name(), "mark", words, "kinds", rows);
    }
}
