package dev.capdrop.lab.boots;

import dev.capdrop.lab.Privilege;
import dev.capdrop.lab.Suite;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/// What is booted: a root and how its container is confined.
///
/// @param suite the release
/// @param flavour what the root has
/// @param privilege which user namespace
record Image(Suite suite, Flavour flavour, Privilege privilege) {
    /// The image of this name, as [#name] gives it.
    ///
    /// @throws IllegalArgumentException when there is none
    static Image named(String name) {
        for (Suite suite : Suite.values()) {
            for (Privilege privilege : Privilege.values()) {
                for (Flavour flavour : Flavour.values()) {
                    Image image = new Image(suite, flavour, privilege);
                    if (image.name().equals(name)) {
                        return image;
                    }
                }
            }
        }
        throw new IllegalArgumentException(
                "'" + name + "' is no image, expected one like trixie-services-unprivileged");
    }

    /// Such as `trixie-services-unprivileged`.
    String name() {
        return suite.codename()
                + flavour.suffix()
                + "-"
                + privilege.name().toLowerCase(Locale.ROOT);
    }

    Path tarball() {
        return flavour.tarball(suite);
    }

    /// After which a boot is read as it is, for it will not end: longer than the minute and a half
    /// for which systemd waits for a service.
    Duration patience() {
        return Duration.ofSeconds(flavour.isSmall() ? 120 : 600);
    }

    /// How long a boot that has ended is left alone before it is read: what fails late, fails in
    /// this time.
    Duration quiet() {
        return Duration.ofSeconds(flavour.isSmall() ? 2 : 10);
    }
}
