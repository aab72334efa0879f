package dev.capdrop.core.forecast;

import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitType;
import org.jspecify.annotations.Nullable;

/// The mounts below `/run/credentials` by which systemd hands a service its credentials.
///
/// Source: systemd.exec(5), "LoadCredential=", `$CREDENTIALS_DIRECTORY`.
final class CredentialMount {
    private static final String FOLDER = "/run/credentials/";

    private CredentialMount() {}

    static @Nullable String owner(String unit) {
        if (UnitName.type(unit) != UnitType.MOUNT) {
            return null;
        }
        String path = UnitName.unescapePath(UnitName.withoutType(unit));
        return path != null && path.startsWith(FOLDER) ? path.substring(FOLDER.length()) : null;
    }
}
