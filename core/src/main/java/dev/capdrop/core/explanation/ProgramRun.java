package dev.capdrop.core.explanation;

import dev.capdrop.capability.Credentials;
import dev.capdrop.capability.Execve;
import dev.capdrop.core.snapshot.ExecLine;
import dev.capdrop.core.snapshot.ProgramFile;
import dev.capdrop.core.unit.Setting;
import org.jspecify.annotations.Nullable;

/// A program that a unit executes, and what execve(2) makes of the capabilities that systemd hands
/// it.
///
/// @param line where it stands in the unit's files
/// @param command the command, without arguments
/// @param file the program's file; null when it was not looked at
/// @param before what the thread has that executes it, as far as the unit's files say
/// @param execve the sum; null when the file could not be read
public record ProgramRun(
        Setting line,
        ExecLine command,
        @Nullable ProgramFile file,
        Credentials before,
        @Nullable Execve execve) {
    /// Whether root executes it.
    public boolean byRoot() {
        return before.namespace().isRoot(before.ids().effectiveUser());
    }
}
