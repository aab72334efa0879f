package dev.capdrop.cli.check;

import dev.capdrop.cli.Taint;
import dev.capdrop.cli.Taint.Manner;
import dev.capdrop.cli.render.Json;
import dev.capdrop.cli.render.Terminal;
import java.util.List;

/// The reports of this package, each with everything in it.
public final class CheckSamples {
    private CheckSamples() {}

    /// Returns a container, tainted.
    public static Checked guest(Manner manner) {
        return Taint.full(CheckTableTest.ofGuest(), manner);
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
