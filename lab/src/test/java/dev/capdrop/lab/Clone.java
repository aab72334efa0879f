package dev.capdrop.lab;

import java.nio.file.Files;
import java.nio.file.Path;

/// The clone of the repository that these tests are part of.
public final class Clone {
    private Clone() {}

    /// Its top folder, absolute: Surefire runs a module's tests in the module's own folder.
    public static Path root() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("capdrop")) && Files.exists(at.resolve(".mvn"))) {
                return at;
            }
        }
        throw new IllegalStateException("not run from inside a clone of capdrop");
    }
}
