package dev.capdrop.cli.command;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.snapshot.HostMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// The port to the machine itself.
interface HostFacts {
    /// Whether this process has the rights of root.
    boolean root() throws IOException;

    /// The kernel that runs.
    HostMachine kernel() throws IOException;

    /// The machine's name.
    String name() throws IOException;

    /// The capabilities that every liblxc and every kernel installed here know by name.
    ///
    /// @param last the number of the last one that the kernel knows that runs
    /// @throws IOException one sentence when nobody can say
    CapabilitySet known(int last) throws IOException;

    /// Whether a liblxc is installed that keeps a list for each of the two keys about capabilities.
    boolean twoLists() throws IOException;

    /// The time.
    InstantSource clock();

    /// What a file of defaults holds, which root goes by and so nobody else may write; null where
    /// there is none.
    ///
    /// @throws IOException one sentence when it cannot be used
    @Nullable String defaults(Path file) throws IOException;

    /// What the machine has and allows.
    ///
    /// @param where its folders
    HostSurvey survey(HostOptions where);
}
