package dev.capdrop.core.snapshot;

import module java.base;

import org.jspecify.annotations.Nullable;

/// The evidence for why units are in trouble. No plan or forecast depends on it. `units`: by
/// primary names.
///
/// @param kernel what the host's kernel wrote about the container
public record Evidence(Map<String, Trouble> units, List<Quota> quotas, KernelLog kernel) {
    public static final Evidence NONE = new Evidence(Map.of(), List.of());

    public Evidence(Map<String, Trouble> units, List<Quota> quotas) {
        this(units, quotas, KernelLog.NONE);
    }

    public Trouble of(String unit) {
        return units.getOrDefault(unit, Trouble.NONE);
    }

    /// Returns the quota of this kind, or null when it was not looked at.
    public @Nullable Quota quota(Quota.Kind kind) {
        return quotas.stream().filter(quota -> quota.kind() == kind).findFirst().orElse(null);
    }

    /// A limit of the container, or of it together with others, and its use.
    ///
    /// @param user the host's user whose quota it is; -1 where it is the container's own
    /// @param used 0 when that is not known
    /// @param limit [Long#MAX_VALUE] for no limit
    /// @param refusals how often the kernel has refused more; 0 where it does not count
    public record Quota(Kind kind, long user, long used, long limit, long refusals) {
        /// Returns the command that doubles it on the host; empty for a container's own limit.
        public String raising() {
            return kind.sysctl.isEmpty() ? "" : "sysctl -w %s=%s".formatted(kind.sysctl, 2 * limit);
        }

        /// Returns how that outlasts the host's next boot (sysctl.d(5)), a clause.
        public String keeping() {
            return "to keep it, write '%s = %s' to /etc/sysctl.d/90-containers.conf"
                    .formatted(kind.sysctl, 2 * limit);
        }

        public enum Kind {
            /// Keys of the host's user that is the container's root (keyrings(7)).
            KEYS("keys", "kernel.keys.maxkeys"),
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

            public String noun() {
                return noun;
            }

            /// Returns the host's setting by sysctl(8)'s name; empty for a container's limit.
            public String sysctl() {
                return sysctl;
            }
        }

        public boolean exhausted() {
            return refusals > 0 || (limit != Long.MAX_VALUE && used >= limit);
        }
    }

    /// Evidence about a unit in trouble: failed, restarted, not yet started, not loaded, kept back.
    ///
    /// @param loadError systemd's words why it could not load it; empty where it could
    /// @param commands how each of its commands ended, in the order in which they ran
    /// @param sinceMicros when its last start began, µs since the epoch; 0 when that is not known
    /// @param pauseMicros how long systemd waits before it starts it again (`RestartSec=`), µs
    /// @param runMicros how long its main process last ran, µs; 0 when that is not known
    /// @param log the last lines of its journal or its program's own log, oldest first
    public record Trouble(
            String loadError,
            List<CommandExit> commands,
            List<NamedFile> files,
            long sinceMicros,
            long pauseMicros,
            long runMicros,
            List<String> neededBy,
            List<String> log) {
        public static final Trouble NONE =
                new Trouble("", List.of(), List.of(), 0, 0, 0, List.of(), List.of());

        /// The end of one command of a unit; `setting`: `ExecStartPre`, `ExecStart`, …; `code`: the
        /// CLD_ code of sigaction(2), 1 for an exit.
        public record CommandExit(String setting, String program, int code, int status) {
            public String name() {
                return program.substring(program.lastIndexOf('/') + 1);
            }

            boolean failed() {
                return code > UnitDetail.Exit.EXITED
                        || (code == UnitDetail.Exit.EXITED && status != 0);
            }
        }

        /// Returns the first command that failed, or null when none is known to.
        public @Nullable CommandExit failedCommand() {
            return commands.stream().filter(CommandExit::failed).findFirst().orElse(null);
        }

        public Trouble with(List<NamedFile> found, List<String> lines) {
            long since = sinceMicros;
            return new Trouble(
                    loadError, commands, found, since, pauseMicros, runMicros, neededBy, lines);
        }

        /// A file, user or group that a setting of a unit names, and whether it is there.
        ///
        /// @param setting `ExecStart`, `User`, …; [#SAID], [#RUNS_AS] or [#LOG] for what none names
        /// @param name a path, an account, or what a socket listens at
        /// @param more the interpreter, machine, owner on the host, folder or mount that the
        ///   standing is about; the bytes in hex of a fitting program's file capabilities; else
        ///   empty
        public record NamedFile(String setting, String name, Standing standing, String more) {
            /// A path that the program said it was refused; the user whom it most likely changes to
            /// by itself, and why; its own log that was read.
            public static final String SAID = "said";

            public static final String RUNS_AS = "runs-as";
            public static final String LOG = "log";

            /// Whether a group is named (`Group=` and its like), where an account is.
            public boolean isGroup() {
                return setting.contains("Group");
            }

            public enum Standing {
                /// The setting's need is met.
                FITS,
                MISSING,
                /// A symlink leads nowhere.
                DANGLING,
                NOT_EXECUTABLE,
                /// A directory stands for a program, a file for a directory.
                OTHER_KIND,
                /// The file's interpreter is missing (execve(2), "Interpreter scripts"; ld.so(8)).
                NO_INTERPRETER,
                /// The file is neither a script with `#!` nor a binary.
                NO_PROGRAM,
                FOREIGN,
                /// The owner is unknown to the container's user namespace, so that nobody may
                /// change it.
                UNMAPPED,
                /// A folder on the way lets everybody but the unit's user in.
                CLOSED,
                /// The mount lets nothing be executed (mount(8), "noexec").
                NO_EXEC,
                TAKEN,
                /// The file, or the way to it, could not be looked at.
                UNREADABLE;

                /// Whether a program that is there cannot be executed because of it.
                public boolean barsExecution() {
                    return switch (this) {
                        case NO_EXEC, NOT_EXECUTABLE, NO_INTERPRETER, FOREIGN -> true;
                        default -> false;
                    };
                }
            }
        }
    }
}
