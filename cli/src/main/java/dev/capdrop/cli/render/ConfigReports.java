package dev.capdrop.cli.render;

import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.core.container.EffectiveCapabilities;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `config` found as trees for [Json].
public final class ConfigReports {
    private ConfigReports() {}

    /// `capdrop/config/1`.
    ///
    /// @param last the number in `/proc/sys/kernel/cap_last_cap`
    public static Object config(ConfigText.Sections sections, int last) {
        EffectiveCapabilities effective = sections.current();
        EffectiveCapabilities pending = sections.pending();
        return object(
                "schema", "capdrop/config/1",
                "loads", effective.loads(),
                "error", JsonReports.error(effective.error()),
                "mode", JsonReports.mode(effective),
                "names", effective.names().names(),
                "bounding", effective.loads() ? effective.bounding(last).formatHex() : null,
                "lines",
                        effective.lines().stream()
                                .map(l ->
                                        object(
                                                "file",
                                                l.file(),
                                                "line",
                                                l.line(),
                                                "text",
                                                l.text(),
                                                "adds",
                                                l.adds(),
                                                "clears",
                                                l.clears()))
                                .toList(),
                "remarks",
                        effective.remarks().stream()
                                .map(r ->
                                        object(
                                                "file", r.file(), "line", r.line(), "text",
                                                r.text()))
                                .toList(),
                "missing", effective.missing(),
                "pending", pending == null ? null : brief(pending),
                "snapshots", snapshots(sections.snapshots()));
    }

    private static Object snapshots(Map<String, EffectiveCapabilities> snapshots) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        snapshots.forEach((name, effective) -> tree.put(name, brief(effective)));
        return tree;
    }

    private static Object brief(EffectiveCapabilities effective) {
        return object(
                "loads", effective.loads(),
                "error", JsonReports.error(effective.error()),
                "mode", JsonReports.mode(effective),
                "names", effective.names().names());
    }
}
