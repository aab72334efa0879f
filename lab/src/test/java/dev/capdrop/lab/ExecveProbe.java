package dev.capdrop.lab;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Credentials;
import dev.capdrop.capability.ExecutedFile;
import dev.capdrop.capability.Execve;
import dev.capdrop.capability.Execve.Outcome;
import dev.capdrop.capability.IdMap;
import dev.capdrop.capability.Kernel;
import dev.capdrop.capability.ThreadCapabilities;
import dev.capdrop.capability.ThreadIds;
import dev.capdrop.capability.UserNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/// The running kernel, asked what execve(2) makes of credentials: `execve-probe.c`, compiled here.
///
/// @param folder holds the program; not on a mount that is nosuid
record ExecveProbe(Path folder) {
    /// The user namespace that the program makes for a thread of a container.
    static final UserNamespace CONTAINER = UserNamespace.ofContainer(IdMap.parse("0 100000 65536"));

    private static final int EPERM = 1;

    /// A thread and what it executes.
    ///
    /// @param held whether it shares its file system attributes meanwhile
    /// @param groupExecute whether the file's group may execute it, without which a set-group-ID
    ///   bit is none
    record Case(Credentials before, ExecutedFile file, boolean held, boolean groupExecute) {
        Execve modelled(Kernel kernel) {
            return held ? Execve.whileHeld(before, file, kernel) : Execve.of(before, file, kernel);
        }

        /// How the program writes what the model says.
        String expected(Kernel kernel) {
            return switch (modelled(kernel).outcome()) {
                case Outcome.Refused _ -> "refused " + EPERM;
                case Outcome.Executed executed -> "ok " + credentials(executed.after());
            };
        }

        private static String credentials(Credentials after) {
            ThreadIds ids = after.ids();
            return String.format(
                    Locale.ROOT,
                    "%s %d %d %d %d %d %x %d",
                    sets(after.capabilities()),
                    ids.realUser(),
                    ids.effectiveUser(),
                    ids.savedUser(),
                    ids.realGroup(),
                    ids.effectiveGroup(),
                    after.securebits().bits(),
                    flag(after.noNewPrivs()));
        }

        /// The line that the program reads.
        String line() {
            ThreadIds ids = before.ids();
            return String.format(
                    Locale.ROOT,
                    "%d %d %d %d %s %d %d %d %d %d %d %x %d %d %o %s",
                    flag(before.namespace().parent() != null),
                    flag(held),
                    flag(file.mount() == ExecutedFile.Mount.NOSUID),
                    flag(before.noNewPrivs()),
                    sets(before.capabilities()),
                    ids.realUser(),
                    ids.effectiveUser(),
                    ids.savedUser(),
                    ids.realGroup(),
                    ids.effectiveGroup(),
                    ids.groups().iterator().next(),
                    before.securebits().bits(),
                    file.owner(),
                    file.group(),
                    mode(),
                    file.capabilities() == null
                            ? "-"
                            : HexFormat.of().formatHex(file.capabilities().encode()));
        }

        private int mode() {
            boolean setGid = file.setGid() || !groupExecute;
            return (file.setUid() ? 04000 : 0)
                    | (setGid ? 02000 : 0)
                    | (groupExecute ? 0755 : 0745);
        }

        private static String sets(ThreadCapabilities sets) {
            return String.join(
                    " ",
                    hex(sets.permitted()),
                    hex(sets.inheritable()),
                    hex(sets.effective()),
                    hex(sets.bounding()),
                    hex(sets.ambient()));
        }

        private static String hex(CapabilitySet set) {
            return Long.toHexString(set.bits());
        }

        private static int flag(boolean set) {
            return set ? 1 : 0;
        }
    }

    /// Compiles the program.
    static ExecveProbe in(Path folder) {
        Path source = Clone.root().resolve("lab/src/test/c/execve-probe.c");
        Command.of("gcc", "-O1", "-Wall", "-static", "-o", folder + "/program", "" + source)
                .runOrFail();
        return new ExecveProbe(folder);
    }

    /// What the kernel makes of each case, a line each.
    List<String> ask(List<Case> cases) throws IOException {
        Path input = folder.resolve("cases");
        Files.write(input, cases.stream().map(Case::line).toList());
        // a copy, for the program changes the owner and the mode of the one that is executed
        Path probe = folder.resolve("probe");
        Files.copy(folder.resolve("program"), probe);
        try {
            String answer =
                    Command.of(probe.toString(), folder.toString()).reading(input).runOrFail();
            return answer.lines().toList();
        } finally {
            Files.delete(probe);
            Files.delete(folder.resolve("nosuid"));
        }
    }
}
