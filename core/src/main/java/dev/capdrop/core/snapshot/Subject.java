package dev.capdrop.core.snapshot;

import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.incus.IncusProfile;

/// What a snapshot or a change is of: one container ([ContainerId]), a file or a profile that
/// several share, or a root directory of which no container need have been made.
public sealed interface Subject permits ContainerId, Subject.Lines, Subject.RootDirectory {
    /// What its target begins with, before the colon.
    String prefix();

    /// What sentences call it.
    String name();

    /// The file that holds its configuration; empty where it has none.
    String configPath();

    /// Its name as the command line takes it, `PREFIX:NAME`.
    default String target() {
        return prefix() + ":" + name();
    }

    /// The shortest word for it that the command line takes.
    default String word() {
        return target();
    }

    /// The runtime whose words are said of it: plain LXC, where no other looks after it.
    default RuntimeKind kind() {
        return RuntimeKind.LXC;
    }

    /// What its configuration is written in.
    default ConfigFormat format() {
        return kind().format();
    }

    /// Lines that several containers share.
    sealed interface Lines extends Subject {}

    /// The file that all unprivileged containers of a host include.
    ///
    /// @param configPath its path
    record HostFile(String configPath) implements Lines {
        /// What its target begins with.
        public static final String PREFIX = "host";

        @Override
        public String prefix() {
            return PREFIX;
        }

        @Override
        public String name() {
            return "all";
        }
    }

    /// The `raw.lxc` of a profile of Incus, whose lines are those of LXC.
    record Profile(IncusProfile profile) implements Lines {
        /// What its target begins with.
        public static final String PREFIX = "profile";

        @Override
        public String prefix() {
            return PREFIX;
        }

        @Override
        public String name() {
            return profile.word();
        }

        @Override
        public String configPath() {
            return profile.raw();
        }
    }

    /// A root directory.
    ///
    /// @param name its absolute path
    record RootDirectory(String name) implements Subject {
        /// What its target begins with.
        public static final String PREFIX = "root";

        @Override
        public String prefix() {
            return PREFIX;
        }

        @Override
        public String configPath() {
            return "";
        }
    }
}
