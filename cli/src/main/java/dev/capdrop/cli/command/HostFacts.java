package dev.capdrop.cli.command;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.Host;
import java.io.IOException;
import java.time.InstantSource;

/// The port to the machine itself.
interface HostFacts {
    /// Whether this process has the rights of root.
    boolean root() throws IOException;

    /// The kernel that runs.
    Host kernel() throws IOException;

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
}
