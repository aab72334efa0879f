package dev.capdrop.core.boot;

import dev.capdrop.core.unit.UnitTree;
import dev.capdrop.core.unit.UnitTree.FileText;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A root directory with an empty `/run`, as mounted at boot, but for generated files and links.
record GeneratedTree(UnitTree root, Map<String, String> links, Map<String, String> files)
        implements UnitTree {
    private static final String RUN = "/run/";

    GeneratedTree {
        links = Map.copyOf(links);
        files = Map.copyOf(files);
    }

    @Override
    public List<String> list(String directory) {
        if (!directory.startsWith(RUN)) {
            return root.list(directory);
        }
        return Stream.of(links, files)
                .flatMap(entries -> entries.keySet().stream())
                .filter(path -> path.startsWith(directory + "/"))
                .map(path -> path.substring(directory.length() + 1).split("/", 2)[0])
                .distinct()
                .sorted()
                .toList();
    }

    @Override
    public @Nullable String link(String path) {
        return path.startsWith(RUN) ? links.get(path) : root.link(path);
    }

    @Override
    public FileText read(String path) {
        if (!path.startsWith(RUN)) {
            return root.read(path);
        }
        String text = files.get(path);
        String target = links.get(path);
        if (text != null) {
            return new FileText.Text(text);
        }
        return target == null || !target.startsWith("/") || target.startsWith(RUN)
                ? new FileText.Missing()
                : root.read(target);
    }

    @Override
    public boolean isEmpty(String path) {
        return path.startsWith(RUN)
                ? read(path) instanceof FileText.Text(String text) && text.isEmpty()
                : root.isEmpty(path);
    }

    @Override
    public boolean executable(String path) {
        return !path.startsWith(RUN) && root.executable(path);
    }
}
