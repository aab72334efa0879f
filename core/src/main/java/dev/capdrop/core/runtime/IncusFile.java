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

    /// A profile of Incus, whose `raw.lxc` is read and written at `profiles/PROJECT_NAME/raw.lxc`.
    public record IncusProfile(String incusDirectory, String project, String name) {
        private static final Pattern PATH =
                Pattern.compile("(/.*)/profiles/([^/_]{1,63})_([^/]{1,200})/raw\\.lxc");
        private static final Pattern PROJECT = Pattern.compile("[^/_\\s\\p{Cntrl}]{1,63}");
        private static final Pattern NAME = Pattern.compile("[^/\\p{Cntrl}]{1,200}");

        /// Returns the profile whose lines this path stands for; null where it stands for none.
        public static @Nullable IncusProfile of(String path) {
            Matcher matcher = PATH.matcher(path);
            return matcher.matches()
                    ? new IncusProfile(matcher.group(1), matcher.group(2), matcher.group(3))
                    : null;
        }

        /// Returns the profile `NAME` or `PROJECT/NAME`; null where that is no valid name.
        public static @Nullable IncusProfile named(String incusDirectory, String word) {
            int slash = word.indexOf('/');
            String project = slash < 0 ? IncusFile.DEFAULT_PROJECT : word.substring(0, slash);
            String name = word.substring(slash + 1);
            boolean folder = name.equals(".") || name.equals("..");
            return PROJECT.matcher(project).matches() && NAME.matcher(name).matches() && !folder
                    ? new IncusProfile(incusDirectory, project, name)
                    : null;
        }

        public String word() {
            return project.equals(IncusFile.DEFAULT_PROJECT) ? name : project + "/" + name;
        }

        public String raw() {
            return incusDirectory + "/profiles/" + project + "_" + name + "/raw.lxc";
        }
    }
}
