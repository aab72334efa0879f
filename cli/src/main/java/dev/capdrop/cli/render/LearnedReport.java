package dev.capdrop.cli.render;

import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.capability.Capability;
import dev.capdrop.core.observe.Learnt;
import dev.capdrop.core.observe.UnitHistory;
import dev.capdrop.core.observe.UseHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// `capdrop/learned/1` and `capdrop/learned-all/1` as trees for [Json].
public final class LearnedReport {
    private LearnedReport() {}

    /// What was learnt of one container.
    public static Map<String, @Nullable Object> of(Learnt one) {
        UseHistory learnt = one.history();
        return object(
                "schema",
                "capdrop/learned/1",
                "target",
                one.target(),
                "lxcPath",
                one.lxcPath(),
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

    /// What was learnt of all, as `capdrop/learned-all/1`.
    ///
    /// @param here whether this host has the container
    public static Object of(List<Learnt> all, Predicate<Learnt> here) {
        List<Object> containers = new ArrayList<>();
        for (Learnt one : all) {
            Map<String, @Nullable Object> report = of(one);
            report.put("here", here.test(one));
            containers.add(report);
        }
        return object("schema", "capdrop/learned-all/1", "containers", containers);
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
