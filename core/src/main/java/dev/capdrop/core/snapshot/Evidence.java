package dev.capdrop.core.snapshot;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What was looked at beside, so that it can be said why units are in trouble. It decides nothing
/// that a plan or a forecast says.
///
/// @param units what is known of each unit in trouble, by its primary name
/// @param quotas what the host grants, and how much of it is used
public record Evidence(Map<String, Trouble> units, List<Quota> quotas) {
    /// Nothing was looked at.
    public static final Evidence NONE = new Evidence(Map.of(), List.of());

    public Evidence {
        units = Map.copyOf(units);
        quotas = List.copyOf(quotas);
    }

    /// What is known of this unit, [Trouble#NONE] where it was not looked at.
    public Trouble of(String unit) {
        return units.getOrDefault(unit, Trouble.NONE);
    }

    /// The quota of this kind, or null when it was not looked at.
    public @Nullable Quota quota(Quota.Kind kind) {
        for (Quota quota : quotas) {
            if (quota.kind() == kind) {
                return quota;
            }
        }
        return null;
    }

    /// A limit that holds for a container together with others, or for all of it, and how much of
    /// it is used.
    ///
    /// @param user the host's user whose quota it is; -1 where it is the container's own
    /// @param used how much is used; 0 when that is not known
    /// @param limit how much there may be; [Long#MAX_VALUE] for no limit
    /// @param refusals how often the kernel has refused more, since the container started; 0 where
    ///   it does not count
    public record Quota(Kind kind, long user, long used, long limit, long refusals) {
        /// What is limited.
        public enum Kind {
            /// Keys of the host's user that the container's root is (keyrings(7),
            /// `/proc/key-users`).
            KEYS("keys", "kernel.keys.maxkeys"),
            /// Bytes of these keys.
            KEY_BYTES("bytes of keys", "kernel.keys.maxbytes"),
            /// Instances of inotify(7), of all users below the one who made the container.
            INOTIFY_INSTANCES("inotify instances", "fs.inotify.max_user_instances"),
            /// Processes of the container (the control group's `pids.max`).
            PIDS("processes", ""),
            /// Bytes of memory of the container (`memory.max`).
            MEMORY("bytes of memory", "");

            private final String noun;
            private final String sysctl;

            Kind(String noun, String sysctl) {
                this.noun = noun;
                this.sysctl = sysctl;
            }

            /// What is counted, in the plural.
            public String noun() {
                return noun;
            }

            /// The host's setting, as sysctl(8) names it; empty where it is one of the container's.
            public String sysctl() {
                return sysctl;
            }
        }

        /// Whether there is no more to have, or there was none at some time.
        public boolean exhausted() {
            return refusals > 0 || (limit != Long.MAX_VALUE && used >= limit);
        }
    }

    /// What is known of a unit that has failed, is started again and again, is still being started,
    /// cannot be loaded, or was kept back by another one.
    ///
    /// @param loadError why systemd could not load it, in systemd's words; empty where it could
    /// @param commands how each of its commands ended, in the order in which they ran
    /// @param files what its settings name, as it stands in the container
    /// @param sinceMicros when its last start began, µs since the epoch; 0 when that is not known
    /// @param pauseMicros how long systemd waits before it starts it again (`RestartSec=`), µs
    /// @param runMicros how long the last run of its main process took, µs; 0 when that is not
    ///   known
    /// @param neededBy the units that pull it in or require it
    /// @param log the last lines of its journal, the older one first; empty where there is none
    public record Trouble(
            String loadError,
            List<CommandExit> commands,
            List<NamedFile> files,
            long sinceMicros,
            long pauseMicros,
            long runMicros,
            List<String> neededBy,
            List<String> log) {
        /// Nothing is known.
        public static final Trouble NONE =
                new Trouble("", List.of(), List.of(), 0, 0, 0, List.of(), List.of());

        public Trouble {
            commands = List.copyOf(commands);
            files = List.copyOf(files);
            neededBy = List.copyOf(neededBy);
            log = List.copyOf(log);
        }

        /// How one command of a unit ended.
        ///
        /// @param setting `ExecStartPre`, `ExecStart`, …
        /// @param program the path of its program
        /// @param code the CLD_ code of sigaction(2), 1 for an exit
        /// @param status the exit status or the signal
        public record CommandExit(String setting, String program, int code, int status) {
            private static final int EXITED = 1;

            /// Whether it ended otherwise than with exit status 0.
            boolean failed() {
                return code > EXITED || (code == EXITED && status != 0);
            }
        }

        /// The first command that failed, or null when none did or none is known.
        public @Nullable CommandExit failedCommand() {
            for (CommandExit command : commands) {
                if (command.failed()) {
                    return command;
                }
            }
            return null;
        }

        /// The same with these files and this log.
        public Trouble with(List<NamedFile> found, List<String> lines) {
            return new Trouble(
                    loadError,
                    commands,
                    found,
                    sinceMicros,
                    pauseMicros,
                    runMicros,
                    neededBy,
                    lines);
        }

        /// What a setting of a unit names, a file, a user or a group, and whether it is there.
        ///
        /// @param setting the setting's left side
        /// @param name the path, or the name of the user or group
        /// @param standing what was found
        /// @param more for [Standing#NO_INTERPRETER] the interpreter, for [Standing#FOREIGN] the
        ///   machine that it is for, for a program that fits the bytes of its file capabilities in
        ///   hex; empty otherwise
        public record NamedFile(String setting, String name, Standing standing, String more) {
            /// Of which nothing more is to be said.
            public NamedFile(String setting, String name, Standing standing) {
                this(setting, name, standing, "");
            }

            /// Whether a group is named where it is an account that is: by `Group=`,
            /// `SupplementaryGroups=` or `SocketGroup=`, and not by `User=` or `SocketUser=`.
            public boolean isGroup() {
                return setting.contains("Group");
            }

            /// What stands under such a name.
            public enum Standing {
                /// What the setting needs.
                FITS,
                MISSING,
                /// A symlink that leads nowhere.
                DANGLING,
                /// A program that nobody may execute.
                NOT_EXECUTABLE,
                /// Something of another kind: a directory for a program, a file for a directory.
                OTHER_KIND,
                /// It is there, but what it says should interpret it is not (execve(2),
                /// "Interpreter scripts"; ld.so(8)).
                NO_INTERPRETER,
                /// Neither a script with `#!` nor a binary.
                NO_PROGRAM,
                /// A binary for another machine.
                FOREIGN,
                /// It, or the way to it, could not be looked at.
                UNREADABLE
            }
        }
    }
}
