package dev.capdrop.linux.engine;

import dev.capdrop.core.unit.UnitFile;
import dev.capdrop.core.unit.UnitFile.Setting;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The command lines of services as their files hold them, which a snapshot shortens: an engine's
/// options, and units that run a container (systemd.unit(5), "Unit File Load Path").
final class ServiceFiles {
    private static final List<String> FOLDERS =
            List.of(
                    "/etc/systemd/system",
                    "/run/systemd/system",
                    "/usr/local/lib/systemd/system",
                    "/usr/lib/systemd/system",
                    "/lib/systemd/system");
    private static final String SERVICE = "Service";

    private final EngineFiles files;

    ServiceFiles(EngineFiles files) {
        this.files = files;
    }

    /// Returns the values of a setting of a service's fragment and drop-ins. A value that a later
    /// file takes back is among them, so that too much is known rather than too little.
    List<String> values(String unit, String key) {
        List<String> values = new ArrayList<>();
        String fragment =
                FOLDERS.stream()
                        .map(folder -> folder + "/" + unit)
                        .filter(path -> !textOrEmpty(path).isEmpty())
                        .findFirst()
                        .orElse(null);
        if (fragment != null) {
            add(fragment, key, values);
        }
        for (String folder : FOLDERS) {
            String dropIns = folder + "/" + unit + ".d";
            for (String name : namesOrNone(dropIns)) {
                if (name.endsWith(".conf")) {
                    add(dropIns + "/" + name, key, values);
                }
            }
        }
        return values;
    }

    private void add(String path, String key, List<String> values) {
        for (Setting setting : parsed(path)) {
            if (setting.isOf(SERVICE, key)) {
                values.add(setting.value());
            }
        }
    }

    /// Returns the names of the services that an administrator made.
    List<String> ofAdministrator() {
        return namesOrNone(FOLDERS.getFirst()).stream()
                .filter(name -> name.endsWith(".service"))
                .toList();
    }

    List<Setting> parsed(String path) {
        return UnitFile.parse(path, textOrEmpty(path));
    }

    /// Units are read for a forecast as well, which says what of them is unreadable.
    private String textOrEmpty(String path) {
        try {
            @Nullable String text = files.text(path);
            return text == null ? "" : text;
        } catch (IOException unreadable) {
            return "";
        }
    }

    List<String> namesOrNone(String path) {
        try {
            return files.names(path);
        } catch (IOException unreadable) {
            return List.of();
        }
    }
}
