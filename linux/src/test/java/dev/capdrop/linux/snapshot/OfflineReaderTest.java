package dev.capdrop.linux.snapshot;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Isolation;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A root directory that never ran.
final class OfflineReaderTest {
    private static final String UNITS = "usr/lib/systemd/system/";

    @TempDir Path root;

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(requireNonNull(file.getParent()));
        Files.writeString(file, text);
    }

    private void link(String path, String target) throws IOException {
        Path link = root.resolve(path);
        Files.createDirectories(requireNonNull(link.getParent()));
        Files.createSymbolicLink(link, Path.of(target));
    }

    private void systemd() throws IOException {
        file("usr/lib/systemd/systemd", "");
        file("usr/lib/x86_64-linux-gnu/systemd/libsystemd-shared-257.so", "");
        link("usr/sbin/init", "../lib/systemd/systemd");
        link("sbin", "usr/sbin");
        file(UNITS + "default.target", "[Unit]\nWants=a.service\n");
        file(UNITS + "sysinit.target", "[Unit]\n");
        file(UNITS + "a.service", "[Service]\nExecStart=/usr/bin/a\n");
    }

    private Snapshot read() throws IOException {
        CapabilitySet all = CapabilitySet.upTo(40);
        return new OfflineReader(
                        new Subject.RootDirectory(root.toString()),
                        SnapshotReader.host(),
                        root,
                        new OfflineReader.Confinement(
                                null,
                                new Isolation(100_000, false, false),
                                all,
                                List.of("/sbin/init"),
                                List.of(),
                                List.of("assumed")))
                .read();
    }

    @Test
    void itsUnitsAreThoseOfTheBootThatItsFilesLeadTo() throws IOException {
        systemd();
        Snapshot snapshot = read();
        Systemd systemd = requireNonNull(snapshot.systemd());
        UnitState unit = requireNonNull(systemd.unit("a.service"));
        assertThat(systemd.source()).isEqualTo(Systemd.Source.FILES);
        assertThat(systemd.manager().version()).isEqualTo("257");
        assertThat(systemd.manager().defaultTarget()).isEqualTo("default.target");
        assertThat(unit.activeState()).isEqualTo("started");
        assertThat(snapshot.running()).isFalse();
        assertThat(requireNonNull(snapshot.init()).unprivileged()).isTrue();
        assertThat(requireNonNull(snapshot.programs()).file("/usr/bin/a")).isNotNull();
        assertThat(snapshot.problems()).containsExactly("assumed");
    }

    @Test
    void debiansPackageTellsTheWholeVersionUnlessTheLibraryIsAnother() throws IOException {
        systemd();
        file(
                "var/lib/dpkg/status",
                "Package: a\nVersion: 1\n\nPackage: systemd\nStatus: x\nVersion: 257.8-1~deb13u2\n\n");
        assertThat(requireNonNull(read().systemd()).manager().version())
                .isEqualTo("257.8-1~deb13u2");
        file("usr/lib/x86_64-linux-gnu/systemd/libsystemd-shared-258.so", "");
        assertThat(requireNonNull(read().systemd()).manager().version()).isEqualTo("258");
    }

    /// Of the folders below `/usr/lib` one may hold the library that tells its version.
    @Test
    void whereTooManyNamesHideTheVersionOfSystemdThatIsSaid() throws IOException {
        systemd();
        Path folder = root.resolve("usr/lib");
        for (int i = 0; i <= 20_000; i++) {
            Files.createFile(folder.resolve("n" + i));
        }
        assertThat(read().problems())
                .contains("'/usr/lib' holds more than 20000 names; the rest was not looked at");
    }

    @Test
    void aSystemdBuiltForLibFindsItsUnitsThere() throws IOException {
        systemd();
        Files.delete(root.resolve("usr/lib/x86_64-linux-gnu/systemd/libsystemd-shared-257.so"));
        file("usr/lib/systemd/libsystemd-shared-252.so", "");
        file("var/lib/dpkg/info/systemd.list", "/.\n/lib/systemd/systemd\n");
        link("lib", "usr/lib");
        UnitState unit = requireNonNull(requireNonNull(read().systemd()).unit("a.service"));
        assertThat(unit.detail().files().fragment()).isEqualTo("/lib/systemd/system/a.service");
    }

    @Test
    void theLoaderOfArchIsNoFolderWithAVersion() throws IOException {
        systemd();
        file("usr/lib/ld-linux-x86-64.so.2", "");
        assertThat(read().problems()).noneMatch(problem -> problem.contains("ld-linux"));
    }

    @Test
    void aUnitIsFoundByItsAlias() throws IOException {
        systemd();
        link("etc/systemd/system/other.service", "/usr/lib/systemd/system/a.service");
        Systemd systemd = requireNonNull(read().systemd());
        UnitState unit = requireNonNull(systemd.called("other.service"));
        assertThat(unit).isEqualTo(systemd.unit("a.service"));
        assertThat(unit.aliases()).containsExactly("other.service");
        assertThat(systemd.unit("other.service")).isNull();
        assertThat(systemd.called("nosuch.service")).isNull();
    }

    @Test
    void withoutSystemdThereAreNoUnits() throws IOException {
        Files.createDirectories(root.resolve("sbin"));
        file("sbin/init", "#!/bin/sh\n");
        assertThat(read().systemd()).isNull();
        assertThat(read().problems()).contains("'" + root + "' has no systemd as /sbin/init");
    }
}
