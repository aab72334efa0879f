package dev.capdrop.cli.command;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.host.HostSurvey;
import dev.capdrop.core.snapshot.HostMachine;
import dev.capdrop.linux.runtime.KnownCapabilities;
import dev.capdrop.linux.runtime.Privilege;
import dev.capdrop.linux.snapshot.SnapshotReader;
import dev.capdrop.linux.store.DefaultsFile;
import dev.capdrop.linux.survey.SurveyReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// The facts of the machine itself. A test has a machine of its own, and overrides all of it.
class HostFacts {
    /// Whether this process has the rights of root.
    boolean root() throws IOException {
        return Privilege.root();
    }

    /// The kernel that runs.
    HostMachine kernel() throws IOException {
        return SnapshotReader.host();
    }

    /// The machine's name.
    String name() throws IOException {
        return SnapshotReader.hostname();
    }

    /// The capabilities that every liblxc and every kernel installed here know by name.
    ///
    /// @param last the number of the last one that the kernel knows that runs
    /// @throws IOException one sentence when nobody can say
    CapabilitySet known(int last) throws IOException {
        return new KnownCapabilities().read(last);
    }

    /// Whether a liblxc is installed that keeps a list for each of the two keys about capabilities.
    boolean twoLists() throws IOException {
        return new KnownCapabilities().twoLists();
    }

    /// The time.
    InstantSource clock() {
        return InstantSource.system();
    }

    /// What a file of defaults holds, which root goes by and so nobody else may write; null where
    /// there is none.
    ///
    /// @throws IOException one sentence when it cannot be used
    @Nullable String defaults(Path file) throws IOException {
        return DefaultsFile.read(file);
    }

    /// What the machine has and allows.
    ///
    /// @param where its folders
    HostSurvey survey(HostOptions where) {
        return new SurveyReader(where.lxcPath(), where.pveDir(), where.stateDir()).read();
    }
}
