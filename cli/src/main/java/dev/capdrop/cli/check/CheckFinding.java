package dev.capdrop.cli.check;

import dev.capdrop.capability.Capability;
import dev.capdrop.cli.drop.NextStartText;
import dev.capdrop.cli.drop.PendingText;
import dev.capdrop.core.container.ConfigFormat.Opening;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import dev.capdrop.core.diagnosis.Diagnosis.Finding;
import dev.capdrop.core.diagnosis.Remedy;
import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.verification.Verification;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A fault of a container, in words: a row of any report.
///
/// @param unit empty when it is about the container
/// @param rule the word of docs/reference/json.md for its kind of fault
/// @param place the line that shows it; null where there is none
/// @param ours whether that is a command of capdrop
public record CheckFinding(
        String unit,
        String rule,
        String text,
        @Nullable Place place,
        String remedy,
        String command,
        boolean ours,
        List<String> log) {
    /// A line of a file.
    ///
    /// @param inside whether the file is the container's own, else the host's
    /// @param line from 1; 0 for the file as a whole
    public record Place(boolean inside, String file, int line, String quote) {}

    /// Returns all findings of a container: first its units, in the order of the diagnosis.
    public static List<CheckFinding> all(Checked checked) {
        List<CheckFinding> all = new ArrayList<>();
        for (Finding finding : checked.diagnosis().findings()) {
            all.add(of(checked, finding));
        }
        addNextStart(all, checked);
        if (checked.hasUnreadUnits()) {
            all.add(ofContainer("unread-units", "the files of a unit could not all be read", ""));
        }
        addChange(all, checked);
        checked.policy().held().forEach(held -> all.add(of(checked, held)));
        return List.copyOf(all);
    }

    /// Returns a finding of a unit, accepted or not.
    static CheckFinding of(Checked checked, Finding finding) {
        String text =
                CauseText.sentence(finding.cause())
                        + victims(finding)
                        + checked.policy().expiry(finding.unit(), CauseText.id(finding.cause()));
        Setting line = finding.evidence().isEmpty() ? null : finding.evidence().getFirst();
        Place place =
                line == null ? null : new Place(true, line.file(), line.line(), line.format());
        Plan plan = checked.plan();
        Snapshot snapshot = checked.snapshot();
        String remedy = "";
        String command = "";
        boolean ours = false;
        if (!finding.cause().inert().isEmpty() && plan != null && !plan.drop().isEmpty()) {
            remedy = "drop " + plan.drop();
            command = checked.fix();
            ours = true;
        } else if (!finding.remedies().isEmpty() && snapshot != null) {
            Remedy best = finding.remedies().getFirst();
            remedy = RemedyText.text(best);
            command = new RemedyText(snapshot).command(best);
            ours = best instanceof Remedy.Nesting;
        }
        String rule = CauseText.id(finding.cause());
        return new CheckFinding(
                finding.unit(), rule, text, place, remedy, command, ours, finding.log());
    }

    private static String victims(Finding finding) {
        return finding.victims().isEmpty()
                ? ""
                : ", and %s: %s"
                        .formatted(
                                FindingText.notUp(finding.victims()),
                                String.join(" ", finding.victims()));
    }

    private static void addNextStart(List<CheckFinding> all, Checked checked) {
        LoadError error = checked.configured() == null ? null : checked.configured().error();
        if (error != null) {
            all.add(
                    new CheckFinding(
                            "",
                            "does-not-load",
                            "would not start again: " + error.reason(),
                            new Place(false, error.file(), error.line(), error.text()),
                            "",
                            "capdrop config " + checked.command(),
                            true,
                            List.of()));
        }
        if (checked.nextStart().hasFindings()) {
            String sentence = NextStartText.sentence(checked.nextStart());
            all.add(
                    ofContainer(
                            "next-start",
                            sentence.isEmpty() ? "units will fail at its next start" : sentence,
                            "capdrop plan " + checked.command()));
        }
    }

    private static void addChange(List<CheckFinding> all, Checked checked) {
        JournalEntry pending = checked.change().pending();
        if (pending != null && checked.change().unfinished()) {
            String sentence = PendingText.sentence(pending, checked.command());
            all.add(ofContainer("change-unfinished", sentence, ""));
        }
        if (checked.change().verified() != null && checked.change().verified().failed()) {
            Verification verification = checked.change().verified().verification();
            String verdict = verification == null ? "" : ": " + verification.verdict().word();
            all.add(
                    ofContainer(
                            "change-failed",
                            "a change that waited for a restart did not come as planned" + verdict,
                            "capdrop status " + checked.command()));
        }
    }

    /// Returns a finding that does not count for a while.
    static CheckFinding accepted(Checked checked, PolicyReview.Accepted accepted) {
        Capability held = accepted.by().capability();
        return accepted.finding() != null
                ? of(checked, accepted.finding())
                : ofContainer(
                        PolicyReview.MUST_NOT_HOLD,
                        "holds " + (held == null ? "" : held.name()),
                        "");
    }

    /// Returns the remarks about a container's configuration in the same form; none counts.
    public static List<CheckFinding> remarks(Checked checked) {
        return checked.remarks().stream().map(CheckFinding::of).toList();
    }

    private static CheckFinding of(ConfigRemark remark) {
        Opening line = remark.line();
        return new CheckFinding(
                "",
                remark.id(),
                remark.opens(),
                new Place(false, line.file(), line.line(), line.text()),
                remark.instead(),
                "",
                false,
                List.of());
    }

    private static CheckFinding of(Checked checked, PolicyReview.Held held) {
        String name = held.capability().name();
        return new CheckFinding(
                "",
                PolicyReview.MUST_NOT_HOLD,
                "holds %s%s, which no container may by '%s'%s"
                        .formatted(
                                name,
                                held.when(),
                                checked.policy().file(),
                                checked.policy().expiry(held.capability())),
                null,
                held.next() ? "" : "restart it",
                held.next() ? "capdrop plan " + checked.command() + " --drop " + name : "",
                true,
                List.of());
    }

    private static CheckFinding ofContainer(String rule, String text, String command) {
        return new CheckFinding("", rule, text, null, "", command, true, List.of());
    }

    /// A kind of fault, which many findings may be of, by its [CheckFinding#rule].
    public record Fault(String rule, String level, String words, String help) {
        private static final String FILE = "faults.tsv";
        private static final Map<String, Fault> ALL =
                ResourceTable.rows(Fault.class.getResourceAsStream(FILE), FILE).stream()
                        .map(row -> new Fault(row[0], row[1], row[2], row[3]))
                        .collect(Collectors.toMap(Fault::rule, fault -> fault));

        public static Fault of(String rule) {
            Fault fault = ALL.get(rule);
            if (fault == null) {
                throw new IllegalArgumentException("no kind of fault is called '" + rule + "'");
            }
            return fault;
        }
    }
}
