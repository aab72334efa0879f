package dev.capdrop.core.container;

import dev.capdrop.core.container.ConfigSource.KeyAnswer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Files of a test: a path that ends with a slash is a directory. Its liblxc is 6.0.4, which our
/// table was made from: it has `lxc.cgroup`, and no key that the table does not list.
record TextSource(Map<String, String> files) implements ConfigSource {
    static final String MAIN = "/c/config";

    static TextSource of(String main, String... pathsAndTexts) {
        Map<String, String> files = new TreeMap<>();
        files.put(MAIN, main);
        for (int i = 0; i < pathsAndTexts.length; i += 2) {
            files.put(pathsAndTexts[i], pathsAndTexts[i + 1]);
        }
        return new TextSource(files);
    }

    @Override
    public @Nullable String read(String path) {
        return files.get(path);
    }

    @Override
    public @Nullable List<String> list(String directory) {
        List<String> members =
                files.keySet().stream()
                        .filter(path -> path.startsWith(directory) && path.endsWith(".conf"))
                        .toList();
        return files.containsKey(directory) || !members.isEmpty() ? members : null;
    }

    @Override
    public KeyAnswer asked(String key, boolean cleared) {
        return (key + ".").startsWith("lxc.cgroup.") ? KeyAnswer.LOADS : KeyAnswer.REFUSED;
    }
}
