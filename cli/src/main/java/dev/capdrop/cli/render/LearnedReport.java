package dev.capdrop.cli.render;

import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.capability.Capability;
import dev.capdrop.core.observe.UnitHistory;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.snapshot.ContainerId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `capdrop/learned/1` as a tree for [Json].
public final class LearnedReport {
    private LearnedReport() {}

    public static Object of(ContainerId container, UseHistory learnt) {
        return object(
                "schema",
                "capdrop/learned/1",
                "target",
                container.target(),
                "lxcPath",
                container.lxcPath(),
                "identity",
                learnt.identity(),
                "first",
                learnt.first().toString(),
                "last",
                learnt.last().toString(),
                "seconds",
                learnt.covered().seconds(),
                "boots",
                learnt.covered().boots(),
                "lost",
                learnt.covered().lost(),
                "unseen",
                learnt.covered().unseen().formatHex(),
                "units",
                learnt.units().stream().map(LearnedReport::unit).toList());
    }

    static Map<String, @Nullable Object> unit(UnitHistory unit) {
        return object(
                "unit",
                unit.unit(),
                "boots",
                unit.boots(),
                "last",
                unit.last().toString(),
                "uses",
                unit.uses().stream().map(LearnedReport::use).toList());
    }

    private static Map<String, @Nullable Object> use(UnitHistory.Use use) {
        return object(
                "capability",
                new Capability(use.capability()).name(),
                "meaning",
                JsonReports.word(use.meaning()),
                "count",
                use.count(),
                "first",
                use.first().toString(),
                "last",
                use.last().toString());
    }
}
