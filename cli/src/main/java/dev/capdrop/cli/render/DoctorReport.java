package dev.capdrop.cli.render;

import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.core.host.Ability;
import dev.capdrop.core.host.HostFinding;
import dev.capdrop.core.host.Prospect;
import java.util.ArrayList;
import java.util.List;

/// What `doctor` found out as a tree for [Json].
public final class DoctorReport {
    private DoctorReport() {}

    /// `capdrop/doctor/1`.
    public static Object of(Prospect prospect) {
        List<Object> impossible = new ArrayList<>();
        prospect.impossible()
                .forEach((needs, abilities) ->
                        abilities.forEach(ability ->
                                impossible.add(
                                        object("command", ability.command(), "needs", needs))));
        return object(
                "schema",
                "capdrop/doctor/1",
                "answer",
                DoctorText.answer(prospect).toString(),
                "impossible",
                impossible,
                "findings",
                prospect.findings().stream().map(DoctorReport::finding).toList());
    }

    private static Object finding(HostFinding finding) {
        return object(
                "topic",
                finding.topic().word(),
                "level",
                level(finding.level()),
                "found",
                finding.found(),
                "means",
                finding.means(),
                "remedy",
                finding.remedy(),
                "stops",
                finding.stops().stream().sorted().map(Ability::command).toList());
    }

    private static String level(HostFinding.Level level) {
        return switch (level) {
            case GOOD -> "ok";
            case NOTE -> "note";
            case LACKING -> "problem";
            case UNKNOWN -> "unknown";
        };
    }
}
