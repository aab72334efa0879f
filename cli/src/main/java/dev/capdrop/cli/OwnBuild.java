package dev.capdrop.cli;

import dev.capdrop.core.host.HostFinding;
import dev.capdrop.core.host.HostFinding.Topic;

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
