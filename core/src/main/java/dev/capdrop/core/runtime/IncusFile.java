package dev.capdrop.core.runtime;

import module java.base;

import org.jspecify.annotations.Nullable;

/// The paths that stand for the configuration of an Incus container, which Incus keeps in its
/// database: `raw.lxc`, the instance's own lines, and `expanded_config`, all the rest.
public record IncusFile(String incusDirectory, String project, String instance) {
    public static final String DEFAULT_PROJECT = "default";
    private static final String EXPANDED = "/expanded_config";
    private static final Pattern PATH =
            Pattern.compile(
                    "(/.*)/containers/(?:([^/_]+)_)?([A-Za-z0-9-]{1,63})(?:/raw\\.lxc|/expanded_config)");

    /// Returns the container whose configuration this path is; null where it is none.
    public static @Nullable IncusFile of(String path) {
        Matcher matcher = PATH.matcher(path);
        if (!matcher.matches()) {
            return null;
        }
        String project = matcher.group(2);
        return new IncusFile(
                matcher.group(1), project == null ? DEFAULT_PROJECT : project, matcher.group(3));
    }

    /// Whether a path stands for the part that nobody edits.
    public static boolean isExpanded(String path) {
        return path.endsWith(EXPANDED);
    }

    /// Returns the path of the part that nobody edits, beside the instance's own lines.
    public static String expanded(String raw) {
        return raw.substring(0, raw.lastIndexOf('/')) + EXPANDED;
    }

    public String lxcPath() {
        return incusDirectory + "/containers";
    }

    public String lxcName() {
        return project.equals(DEFAULT_PROJECT) ? instance : project + "_" + instance;
    }

    public String raw() {
        return lxcPath() + "/" + lxcName() + "/raw.lxc";
    }
}
