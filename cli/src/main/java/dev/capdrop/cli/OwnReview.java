package dev.capdrop.cli;

import dev.capdrop.cli.command.Environment.OpenFiles;
import dev.capdrop.cli.command.Exclusion;
import dev.capdrop.cli.command.Mistakes;
import dev.capdrop.core.host.HostFinding;
import dev.capdrop.core.host.HostFinding.Topic;
import dev.capdrop.core.host.Prospect.Ability;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Judges what is capdrop's own: the files that it may open, what it is made of, and its defaults.
///
/// @param known tells which words of an exclusion mean a container now
record OwnReview(Defaults defaults, Exclusion.Known known) {
    List<HostFinding> findings() {
        List<HostFinding> findings = new ArrayList<>();
        findings.add(openFiles());
        findings.add(OwnBuild.own().finding());
        findings.add(settings());
        return findings;
    }

    private static HostFinding openFiles() {
        try {
            OpenFiles files = OpenFiles.own();
            return openFiles(files);
        } catch (IOException unreadable) {
            return HostFinding.unknown(
                    Topic.OPEN_FILES, "their limit", Mistakes.reason(unreadable), "");
        }
    }

    static HostFinding openFiles(OpenFiles files) {
        String found =
                "%s may be open, %d are"
                        .formatted(
                                files.limit() == Integer.MAX_VALUE
                                        ? "any number"
                                        : Integer.toString(files.limit()),
                                files.open());
        return files.enough()
                ? HostFinding.good(Topic.OPEN_FILES, found, "")
                : HostFinding.lacking(
                                Topic.OPEN_FILES,
                                found,
                                "'capdrop apply' refuses to begin what it could not end",
                                "allow more with 'ulimit -n 1024', or LimitNOFILE= of the service")
                        .stopping("more open files", Ability.CHANGE, Ability.LIVE);
    }

    private HostFinding settings() {
        if (!defaults.mistake().isEmpty()) {
            return HostFinding.lacking(
                            Topic.DEFAULTS,
                            defaults.mistake(),
                            "every command that looks at this host refuses to run",
                            "")
                    .stopping("a file of defaults that can be used", Ability.values());
        }
        if (defaults.lines().isEmpty()) {
            return HostFinding.good(
                    Topic.DEFAULTS,
                    defaults.file() == null
                            ? "no file of defaults is in use"
                            : defaults.file() + " sets nothing",
                    "");
        }
        List<String> set = new ArrayList<>();
        for (Map.Entry<DefaultOption, Defaults.Line> line : defaults.lines().entrySet()) {
            set.add(line.getKey().word() + " = " + line.getValue().value());
        }
        String found = defaults.file() + " sets " + String.join("; ", set);
        Defaults.Line exclude = defaults.lines().get(DefaultOption.EXCLUDE);
        List<String> idle = exclude == null ? List.of() : known.idle(exclude.value());
        return idle.isEmpty()
                ? HostFinding.good(Topic.DEFAULTS, found, "")
                : HostFinding.note(
                        Topic.DEFAULTS,
                        found,
                        "no container of this host is meant by the excluded "
                                + String.join(", ", idle),
                        "");
    }

    /// The build of this program.
    ///
    /// @param compiled whether it was compiled ahead of time, so that it has the class library with
    ///   which it was built; else a JVM runs it, with its own
    record OwnBuild(boolean compiled, String library) {
        static OwnBuild own() {
            return new OwnBuild(
                    System.getProperty("org.graalvm.nativeimage.imagecode") != null,
                    System.getProperty("java.runtime.version", "of an unknown version"));
        }

        String sentence() {
            return compiled
                    ? "a native program, with the class library of OpenJDK " + library
                    : "run by a JVM, OpenJDK " + library;
        }

        HostFinding finding() {
            return compiled
                    ? HostFinding.good(Topic.START, sentence(), "")
                    : HostFinding.note(
                            Topic.START,
                            sentence(),
                            "each command takes longer to begin than the native program's",
                            "use the package's 'capdrop'; in a clone, run scripts/native");
        }
    }
}
