package dev.capdrop.cli.render;

import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.capability.ThreadCapabilities;
import dev.capdrop.capability.ThreadSet;
import dev.capdrop.core.snapshot.HostProcess;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `capdrop/ps/1` as a tree for [Json].
public final class PsReport {
    private PsReport() {}

    /// Every process, those without a capability among them.
    public static Object of(List<HostProcess> processes) {
        return object(
                "schema",
                "capdrop/ps/1",
                "processes",
                processes.stream().map(PsReport::process).toList());
    }

    private static Map<String, @Nullable Object> process(HostProcess process) {
        Map<String, @Nullable Object> object =
                object(
                        "pid",
                        process.pid(),
                        "parent",
                        process.parent(),
                        "uid",
                        process.uid(),
                        "command",
                        process.command(),
                        "container",
                        process.container() == null ? null : process.container().target(),
                        "lxcPath",
                        process.container() == null ? null : process.container().lxcPath(),
                        "unit",
                        process.unit().isEmpty() ? null : process.unit());
        ThreadCapabilities sets = process.status().capabilities();
        for (ThreadSet set : ThreadSet.values()) {
            object.put(set.word(), sets.get(set).formatHex());
        }
        object.put("noNewPrivs", process.status().noNewPrivs());
        object.put("beyond", process.beyond().names());
        return object;
    }
}
