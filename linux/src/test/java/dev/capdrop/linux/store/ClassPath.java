package dev.capdrop.linux.store;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What another process needs on its class path to run what this one does.
final class ClassPath {
    private ClassPath() {}

    /// Where these classes and all that they use come from, in a named module or not.
    static String of(List<Class<?>> used) throws URISyntaxException {
        List<String> places = new ArrayList<>();
        for (Class<?> type : used) {
            places.add(
                    Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                            .toString());
        }
        places.add(System.getProperty("java.class.path"));
        places.add(System.getProperty("jdk.module.path", ""));
        return String.join(File.pathSeparator, places);
    }
}
