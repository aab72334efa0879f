package dev.capdrop.core.boot;

import dev.capdrop.core.unit.UnitTree;
import dev.capdrop.core.unit.UnitTree.FileText;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A root directory in memory: files by their paths; `-> TARGET` is a symlink, `!` something that
/// cannot be read.
public final class SketchedTree implements UnitTree {
    /// Nothing stands there yet.
    public SketchedTree() {}

    private final Map<String, String> entries = new TreeMap<>();
    private int reads;

    /// Puts something there.
    public SketchedTree with(String path, String content) {
        entries.put(path, content);
        return this;
    }

    /// How many files were read.
    public int reads() {
        return reads;
    }

    @Override
    public List<String> list(String directory) {
        String real = resolved(directory);
        TreeSet<String> names = new TreeSet<>();
        for (String path : entries.keySet()) {
            if (real != null && path.startsWith(real + "/")) {
                names.add(path.substring(real.length() + 1).replaceFirst("/.*", ""));
            }
        }
        return List.copyOf(names);
    }

    @Override
    public @Nullable String link(String path) {
        String parents = new Chase(new Links()).parents(path);
        String content = parents == null ? null : entries.get(parents);
        return content != null && content.startsWith("-> ") ? content.substring(3) : null;
    }

    @Override
    public FileText read(String path) {
        reads++;
        String real = resolved(path);
        String content = real == null ? null : entries.get(real);
        if (content == null) {
            return new FileText.Missing();
        }
        return content.equals("!")
                ? new FileText.Unreadable("'" + path + "' is not a regular file")
                : new FileText.Text(content);
    }

    @Override
    public boolean isEmpty(String path) {
        String real = resolved(path);
        return real != null && "".equals(entries.get(real));
    }

    @Override
    public boolean executable(String path) {
        String real = resolved(path);
        return real != null && entries.getOrDefault(real, "").startsWith("#!");
    }

    private @Nullable String resolved(String path) {
        return new Chase(new Links()).all(path);
    }

    /// The symlinks alone.
    private final class Links implements UnitTree {
        @Override
        public List<String> list(String directory) {
            return List.of();
        }

        @Override
        public @Nullable String link(String path) {
            String content = entries.get(path);
            return content != null && content.startsWith("-> ") ? content.substring(3) : null;
        }

        @Override
        public FileText read(String path) {
            return new FileText.Missing();
        }

        @Override
        public boolean isEmpty(String path) {
            return false;
        }

        @Override
        public boolean executable(String path) {
            return false;
        }
    }
}
