package dev.capdrop.core.snapshot;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is known of a unit that has failed, is started again and again, is still being started,
/// cannot be loaded, or was kept back by another one.
///
/// @param loadError why systemd could not load it, in systemd's words; empty where it could
/// @param commands how each of its commands ended, in the order in which they ran
/// @param files what its settings name, as it stands in the container
/// @param sinceMicros when its last start began, µs since the epoch; 0 when that is not known
/// @param pauseMicros how long systemd waits before it starts it again (`RestartSec=`), µs
/// @param runMicros how long the last run of its main process took, µs; 0 when that is not known
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
                loadError, commands, found, sinceMicros, pauseMicros, runMicros, neededBy, lines);
    }

    /// What a setting of a unit names, a file, a user or a group, and whether it is there.
    ///
    /// @param setting the setting's left side
    /// @param name the path, or the name of the user or group
    /// @param standing what was found
    /// @param more for [Standing#NO_INTERPRETER] the interpreter, for [Standing#FOREIGN] the
    ///   machine that it is for, for a program that fits the bytes of its file capabilities in hex;
    ///   empty otherwise
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
            /// It is there, but what it says should interpret it is not (execve(2), "Interpreter
            /// scripts"; ld.so(8)).
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
