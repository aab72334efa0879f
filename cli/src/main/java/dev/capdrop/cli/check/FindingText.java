package dev.capdrop.cli.check;

import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.diagnosis.Cause;
import dev.capdrop.core.diagnosis.Diagnosis.Finding;
import dev.capdrop.core.diagnosis.Remedy;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.unit.UnitFile.Setting;
import module java.base;

/// Writes the findings of one container, for people: first those that a drop heals, last those that
/// nothing explains, and units with the same text in one paragraph.
record FindingText(Terminal terminal, Checked checked) {
    /// Writes all findings, each with its fix, but for the drop, which is one for all.
    void write() {
        if (!checked.diagnosis().emergency().isEmpty()) {
            terminal.item(
                    "the boot ended in emergency mode because of %s",
                    checked.diagnosis().emergency());
        }
        List<Finding> all = new ArrayList<>(checked.diagnosis().findings());
        all.addAll(checked.diagnosis().unsettled());
        for (Rank rank : Rank.values()) {
            Map<List<Object>, List<Finding>> alike = new LinkedHashMap<>();
            for (Finding finding : all) {
                if (Rank.of(finding) == rank && !isSaidElsewhere(finding, all)) {
                    alike.computeIfAbsent(key(finding), _ -> new ArrayList<>()).add(finding);
                }
            }
            alike.values().forEach(this::write);
        }
    }

    private enum Rank {
        HEALED_BY_DROP,
        FIRST_CAUSE,
        OTHER,
        NOT_KNOWN;

        static Rank of(Finding finding) {
            if (!finding.cause().inert().isEmpty()) {
                return HEALED_BY_DROP;
            }
            if (finding.cause() instanceof Cause.Unknown
                    || finding.cause() instanceof Cause.ForecastFailure) {
                return NOT_KNOWN;
            }
            return finding.victims().isEmpty() ? OTHER : FIRST_CAUSE;
        }
    }

    private static boolean isSaidElsewhere(Finding finding, List<Finding> all) {
        return finding.cause() instanceof Cause.BroughtDown by
                && all.stream()
                        .anyMatch(other ->
                                other.unit().equals(by.by())
                                        && other.victims().contains(finding.unit()));
    }

    private static List<Object> key(Finding finding) {
        return List.of(
                CauseText.sentence(finding.cause()),
                finding.evidence().stream().map(Setting::format).toList(),
                finding.victims(),
                finding.log());
    }

    private void write(List<Finding> alike) {
        Finding first = alike.getFirst();
        terminal.body("%s", Text.join(" ", alike.stream().map(Finding::unit).toList()));
        terminal.note("%s", CauseText.sentence(first.cause()));
        for (Finding finding : alike) {
            for (Setting line : finding.evidence()) {
                String evidence = line.file() + ":" + line.line() + ": " + line.format();
                terminal.line("      %s", Text.foreign(evidence).faint());
            }
        }
        for (String line : first.log()) {
            terminal.paragraph(6, 8, "%s", Text.of("> %s", line).faint());
        }
        if (!first.victims().isEmpty()) {
            Text names = Text.names(first.victims());
            terminal.paragraph(6, 8, "and %s: %s", notUp(first.victims()), names);
        }
        boolean best = true;
        for (Remedy remedy : first.remedies()) {
            write(remedy, best);
            best = false;
        }
    }

    /// Returns the clause about units that were not started because of another one.
    static String notUp(List<String> victims) {
        return (victims.size() == 1 ? "1 unit is" : victims.size() + " units are")
                + " not up because of it";
    }

    private void write(Remedy remedy, boolean first) {
        if (remedy instanceof Remedy.Drop || (remedy instanceof Remedy.Mask && !first)) {
            return;
        }
        Snapshot snapshot = checked.snapshot();
        String command = snapshot == null ? "" : new RemedyText(snapshot).command(remedy);
        terminal.paragraph(
                6,
                8,
                "%s %s%s%s%s",
                first ? Text.of("fix:").good() : Text.of("or:"),
                Text.whole(RemedyText.text(remedy)),
                RemedyText.cost(remedy).isEmpty()
                        ? Text.EMPTY
                        : Text.of(" (%s)", RemedyText.cost(remedy)),
                remedy.opens().isEmpty() ? Text.EMPTY : Text.of("; %s", Text.whole(remedy.opens())),
                command.isEmpty() ? Text.EMPTY : Text.of(": %s", Text.whole(command).unbroken()));
    }

    void writeInstead() {
        List<String> units =
                checked.diagnosis().findings().stream()
                        .filter(finding -> !finding.cause().inert().isEmpty())
                        .filter(of ->
                                of.remedies().stream().anyMatch(Remedy.Mask.class::isInstance))
                        .map(Finding::unit)
                        .toList();
        Snapshot snapshot = checked.snapshot();
        if (!units.isEmpty() && snapshot != null) {
            String command = new RemedyText(snapshot).mask(units);
            terminal.line("  %s", Text.of("instead: %s", Text.whole(command)).faint());
        }
    }
}
