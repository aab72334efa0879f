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
        new CheckTable(terminal).write(List.of(guest(manner)));
        new CheckText(terminal).write(List.of(guest(manner)));
        String file = Taint.evil("x", "unread", manner);
        new FleetTable(terminal).write(List.of(FleetTable.Row.of(file, guest(manner))));
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
