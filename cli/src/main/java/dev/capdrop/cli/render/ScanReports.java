package dev.capdrop.cli.render;

import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.capability.BoundedExecution;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Execve;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.core.scan.Findings;
import dev.capdrop.core.scan.Findings.FoundFile.Status;
import dev.capdrop.core.scan.RawPath;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `capdrop/scan/1` as a tree for [Json].
public final class ScanReports {
    private ScanReports() {}

    /// What was found.
    ///
    /// @param found for each path that was to be looked at, in order
    public static Object scan(List<Findings> found, ScanText.View view) {
        return object(
                "schema",
                "capdrop/scan/1",
                "bounding",
                hex(view.bounding()),
                "files",
                found.stream().flatMap(f -> f.files().stream()).map(f -> file(f, view)).toList(),
                "unreadable",
                found.stream()
                        .flatMap(f -> f.unreadable().stream())
                        .map(ScanReports::unreadable)
                        .toList());
    }

    private static Object file(Findings.FoundFile file, ScanText.View view) {
        FileCapabilities capabilities = file.capabilities();
        Status status = file.status();
        return object(
                "path", RawPathText.of(file.path()),
                "raw", raw(file.path()),
                "capabilities", capabilities == null ? null : capabilities.format(view.last()),
                "rootid", capabilities == null ? null : capabilities.rootId(),
                "setuid", status == null ? null : status.setUid(),
                "setgid", status == null ? null : status.setGid(),
                "mode", status == null ? null : String.format("%06o", status.mode()),
                "uid", status == null ? null : status.user(),
                "gid", status == null ? null : status.group(),
                "execve", execve(view.execution(file), view.last()));
    }

    private static @Nullable String raw(RawPath path) {
        return RawPathText.isText(path) ? null : HexFormat.of().formatHex(path.bytes());
    }

    private static @Nullable Object execve(@Nullable BoundedExecution execution, int last) {
        if (execution == null) {
            return null;
        }
        CapabilitySet lacking = execution.lacking(last);
        String works = lacking.isEmpty() ? "works" : "loses";
        return object(
                "outcome", execution.refused() ? "EPERM" : works,
                "lacking", lacking.names(),
                "user", permitted(execution.byUser()),
                "root", permitted(execution.byRoot()));
    }

    private static @Nullable String permitted(Execve execve) {
        return hex(BoundedExecution.permitted(execve));
    }

    private static @Nullable String hex(@Nullable CapabilitySet set) {
        return set == null ? null : set.formatHex();
    }

    private static Map<String, @Nullable Object> unreadable(Findings.Unreadable place) {
        return object(
                "path",
                RawPathText.of(place.path()),
                "raw",
                raw(place.path()),
                "reason",
                place.reason());
    }
}
