package dev.capdrop.cli.render;

import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.core.plan.UnitLimit;
import dev.capdrop.core.plan.UnitLimits;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `capdrop/plan-units/1` as a tree for [Json].
public final class UnitLimitsReport {
    private UnitLimitsReport() {}

    /// The drop-ins of a container.
    public static Object of(String target, UnitLimits limits) {
        return object(
                "schema",
                "capdrop/plan-units/1",
                "target",
                target,
                "seconds",
                limits.covered().seconds(),
                "boots",
                limits.covered().boots(),
                "lost",
                limits.covered().lost(),
                "thin",
                limits.covered().isThin(),
                "units",
                limits.limits().stream().map(UnitLimitsReport::unit).toList(),
                "unwatched",
                limits.unwatched(),
                "elsewhere",
                limits.elsewhere());
    }

    private static Map<String, @Nullable Object> unit(UnitLimit limit) {
        boolean small = limit.smallAlready();
        return object(
                "unit",
                limit.unit(),
                "held",
                limit.held().formatHex(),
                "used",
                limit.used().names(),
                "unseen",
                limit.unseen().stream()
                        .map(kept ->
                                object("capability", kept.capability().name(), "why", kept.why()))
                        .toList(),
                "boots",
                limit.boots(),
                "thin",
                limit.thin(),
                "idle",
                limit.idle(),
                "path",
                small ? null : limit.path(),
                "content",
                small ? null : String.join("\n", limit.lines()) + "\n");
    }
}
