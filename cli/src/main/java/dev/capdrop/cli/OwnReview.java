package dev.capdrop.cli;

import dev.capdrop.cli.command.Environment.OpenFiles;
import dev.capdrop.cli.command.Exclusion;
import dev.capdrop.cli.command.Mistakes;
import dev.capdrop.core.host.HostReview.HostFinding;
import module java.base;

/// Judges what is capdrop's own: the files that it may open, its build, and its defaults.
record OwnReview(Defaults defaults, Exclusion.Known known) {
    List<HostFinding> findings() {
        return List.of(openFiles(), OwnBuild.own().finding(), settings());
    }

    private static HostFinding openFiles() {
        try {
            return openFiles(OpenFiles.own());
        } catch (IOException unreadable) {
            return HostFinding.of("open-files-unknown", Mistakes.reason(unreadable));
        }
    }

    static HostFinding openFiles(OpenFiles files) {
        return HostFinding.of(
                files.enough() ? "open-files" : "few-open-files",
                files.limit() == Integer.MAX_VALUE ? "any number" : files.limit(),
                files.open());
    }

    private HostFinding settings() {
        if (!defaults.mistake().isEmpty()) {
            return HostFinding.of("defaults-refused", defaults.mistake());
        }
        if (defaults.lines().isEmpty()) {
            return HostFinding.of(
                    "defaults",
                    defaults.file() == null
                            ? "no file of defaults is in use"
                            : defaults.file() + " sets nothing");
        }
        List<String> set = new ArrayList<>();
        for (Map.Entry<DefaultOption, Defaults.Line> line : defaults.lines().entrySet()) {
            set.add(line.getKey().word + " = " + line.getValue().value());
        }
        Defaults.Line exclude = defaults.lines().get(DefaultOption.EXCLUDE);
        List<String> idle = exclude == null ? List.of() : known.idle(exclude.value());
        return HostFinding.of(
                idle.isEmpty() ? "defaults" : "defaults-idle",
                defaults.file() + " sets " + String.join("; ", set),
                String.join(", ", idle));
    }

    /// The build of this program: compiled with its class library, or run by a JVM with its own.
    record OwnBuild(boolean compiled, String library) {
        static OwnBuild own() {
            return new OwnBuild(
                    System.getProperty("org.graalvm.nativeimage.imagecode") != null,
                    System.getProperty("java.runtime.version", "of an unknown version"));
        }

        HostFinding finding() {
            return HostFinding.of(compiled ? "native" : "jvm", library);
        }
    }
}
