package dev.capdrop.lab;

import java.nio.file.Path;
import java.time.Duration;

/// The root directories of Debian's releases, packed, and kept between runs in `.cache` of the
/// clone.
final class RootTarball {
    private static final Duration MAKING = Duration.ofMinutes(10);

    private RootTarball() {}

    /// The tarball of a release, made now where there is none.
    ///
    /// @throws AssertionError when it cannot be made, with what mmdebstrap said
    static Path of(Suite suite) {
        String script = Clone.root().resolve("scripts/debian-root").toString();
        Command.Result result = Command.of(script, suite.codename()).within(MAKING).run();
        if (result.exit() != 0) {
            throw new AssertionError("no root of " + suite + ": " + result);
        }
        System.err.print(result.err());
        return Path.of(result.out().strip());
    }
}
