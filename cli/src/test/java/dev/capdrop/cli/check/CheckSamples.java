package dev.capdrop.cli.check;

import dev.capdrop.capability.Capability;
import dev.capdrop.cli.Taint;
import dev.capdrop.cli.Taint.Manner;
import dev.capdrop.cli.render.Json;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.diagnosis.Policy.Acceptance;
import java.time.LocalDate;
import java.util.List;

/// The reports of this package, each with everything in it.
public final class CheckSamples {
    private CheckSamples() {}

    /// Returns a container, tainted.
    public static Checked guest(Manner manner) {
        Acceptance accepted =
                new Acceptance("", "x.service", "own-exit", null, "why", LocalDate.EPOCH);
        PolicyReview.Held held = new PolicyReview.Held(new Capability(1), true, true);
        Checked guest = CheckTableTest.ofGuest();
        PolicyReview policy =
                new PolicyReview(
                        "policy.json",
                        List.of(held),
                        List.of(new PolicyReview.Accepted(null, accepted)),
                        List.of(accepted),
                        true);
        return Taint.full(guest.judged(guest.diagnosis().findings(), policy), manner);
    }

    /// Writes each for people, tainted.
    public static void write(Terminal terminal, Manner manner) {
        new CheckText(terminal).write(List.of(guest(manner)));
        CheckRow row = CheckRow.of(Taint.evil("x", "unread", manner), guest(manner));
        for (TableOptions.Grouping grouping : TableOptions.Grouping.values()) {
            TableOptions options = new TableOptions();
            options.grouping = grouping;
            new CheckTable(terminal, options, "", "").write(List.of(row));
        }
        new CheckTable(terminal, new TableOptions(), "", "").write(List.of(row));
        new PolicyText(terminal).write(List.of(PolicyText.Judged.of(guest(manner))));
    }

    /// Returns each as a tree for JSON, tainted.
    public static List<Object> trees(Json.Made made, Manner manner) {
        return List.of(
                CheckReport.check(List.of(guest(manner))), SarifReport.of(made, tested(manner)));
    }

    /// Returns the document that is no JSON, tainted.
    public static byte[] junit(Json.Made made, Manner manner) {
        return JunitReport.of(made, tested(manner));
    }

    private static List<Tested> tested(Manner manner) {
        return List.of(Tested.of(Taint.evil("x", "outcome", manner), guest(manner), true));
    }

    /// Returns the report of `checked` and of a guest of Proxmox VE as a tree for JSON.
    public static Object tree(Checked checked) {
        return CheckReport.check(List.of(checked, CheckTableTest.ofGuest()));
    }
}
