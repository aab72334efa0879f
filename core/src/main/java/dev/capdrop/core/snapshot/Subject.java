package dev.capdrop.core.snapshot;

import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.runtime.IncusFile.IncusProfile;

/// The subject of a snapshot or a change: a container, shared lines, or a root directory.
public sealed interface Subject permits ContainerId, Subject.Lines, Subject.RootDirectory {
    /// Returns the beginning of its target, before the colon.
    default String prefix() {
        return switch (this) {
            case ContainerId container -> container.kind().prefix();
            case HostFile _ -> HostFile.PREFIX;
            case Profile _ -> Profile.PREFIX;
            case RootDirectory _ -> RootDirectory.PREFIX;
        };
    }

    String name();

    /// Returns the file that holds its configuration; empty where it has none.
    String configPath();

    default String target() {
        return prefix() + ":" + name();
    }

    /// Returns the shortest word for it on the command line.
    default String word() {
        return target();
    }

    default RuntimeKind kind() {
        return RuntimeKind.LXC;
    }

    default ConfigFormat format() {
        return kind().format();
    }

    sealed interface Lines extends Subject {}

    /// The file that all unprivileged containers of a host include.
    record HostFile(String configPath) implements Lines {
        public static final String PREFIX = "host";

        @Override
        public String name() {
            return "all";
        }
    }

    /// The `raw.lxc` of a profile of Incus, whose lines are those of LXC.
    record Profile(IncusProfile profile) implements Lines {
        public static final String PREFIX = "profile";

        @Override
        public String name() {
            return profile.word();
        }

        @Override
        public String configPath() {
            return profile.raw();
        }
    }

    /// A root directory, named by its absolute path.
    record RootDirectory(String name) implements Subject {
        public static final String PREFIX = "root";

        @Override
        public String configPath() {
            return "";
        }
    }
}
