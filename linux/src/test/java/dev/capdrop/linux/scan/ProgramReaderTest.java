package dev.capdrop.linux.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Programs.ProgramFile;
import dev.capdrop.core.snapshot.Programs.ProgramFile.Reading;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ProgramReaderTest {
    @TempDir Path host;
    private Path tree;
    private SafeRoot root;
    private final List<String> problems = new ArrayList<>();

    @BeforeEach
    void plantATree() throws IOException {
        tree = host.resolve("tree");
        Files.createDirectories(tree.resolve("usr/bin"));
        Files.createDirectories(tree.resolve("opt"));
        Files.createSymbolicLink(tree.resolve("bin"), Path.of("usr/bin"));
        root = SafeRoot.of(tree);
    }

    @AfterEach
    void closeTheRoot() {
        root.close();
    }

    private Path program(String path, String mode) throws IOException {
        Path file = Files.writeString(tree.resolve(path), "");
        run("chmod", mode, file.toString());
        return file;
    }

    private static void run(String... words) throws IOException {
        try {
            assertThat(new ProcessBuilder(words).inheritIO().start().waitFor()).isZero();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private Programs read(String... commands) {
        List<Setting> settings = new ArrayList<>();
        for (String command : commands) {
            settings.add(new Setting("/u.service", 1, "Service", "ExecStart", command));
        }
        UnitDetail detail =
                new UnitDetail(
                        List.of(),
                        new UnitDetail.Files("/u.service", List.of(), "enabled", false, false),
                        new UnitDetail.Activation(true, 1, 1, 0),
                        List.of(),
                        Dependencies.NONE,
                        null,
                        settings,
                        null);
        UnitState unit =
                new UnitState("u.service", "loaded", "active", "running", List.of(), detail);
        Deadline deadline = Deadline.in(Duration.ofSeconds(10));
        return new ProgramReader(root, deadline, problems).read(List.of(unit));
    }

    private static ProgramFile known(@Nullable ProgramFile file) {
        assertThat(file).isNotNull();
        return file;
    }

    @Test
    void aUnitsProgramIsLookedAtWhateverItIs() throws IOException {
        program("opt/plain", "755");
        program("usr/bin/bare", "755");
        Programs programs = read("-/opt/plain --secret", "/opt/none", "bare", "/opt/%i");
        assertThat(known(programs.file("/opt/plain")).raises()).isFalse();
        assertThat(known(programs.file("/opt/none")).reading()).isEqualTo(Reading.MISSING);
        assertThat(known(programs.file("bare")).reading()).isEqualTo(Reading.READ);
        assertThat(programs.files()).hasSize(3);
        assertThat(problems).isEmpty();
    }

    @Test
    void whatGivesMoreThanItsCallerHasIsFoundInTheSearchPathOnce() throws IOException {
        program("usr/bin/su", "4755");
        program("usr/bin/wall", "2755");
        program("usr/bin/true", "755");
        program("opt/hidden", "4755");
        assertThat(read().files())
                .extracting(ProgramFile::path)
                .containsExactly("/usr/bin/su", "/usr/bin/wall");
    }

    @Test
    void whatRaisesItsCallerIsFoundBesideAProgramToo() throws IOException {
        Files.createDirectories(tree.resolve("usr/lib/news/bin"));
        program("usr/lib/news/bin/innd", "755");
        program("usr/lib/news/bin/innbind", "4755");
        program("usr/lib/news/bin/makehistory", "755");
        assertThat(read("/usr/lib/news/bin/innd -f").files())
                .extracting(ProgramFile::path)
                .containsExactly("/usr/lib/news/bin/innbind", "/usr/lib/news/bin/innd");
    }

    @Test
    void fileCapabilitiesAreRead() throws IOException {
        assumeTrue(
                "root".equals(System.getProperty("user.name")), "only root may set capabilities");
        run("setcap", "cap_net_raw=ep", program("usr/bin/ping", "755").toString());
        ProgramFile ping = known(read("/bin/ping").file("/bin/ping"));
        FileCapabilities found =
                FileCapabilities.decode(HexFormat.of().parseHex(ping.capabilities()));
        assertThat(found.permitted()).isEqualTo(CapabilitySet.of("net_raw"));
        assertThat(found.effective()).isTrue();
    }

    @Test
    void enginesAreKnownByTheirPrograms() throws IOException {
        program("usr/bin/dockerd", "755");
        program("usr/bin/runc", "755");
        assertThat(read().engines()).containsExactly("docker", "runc");
    }

    @Test
    void aProgramThatIsNoFileOfTheRootIsNotFollowed() throws IOException {
        Path outside = Files.writeString(host.resolve("outside"), "");
        Files.setPosixFilePermissions(outside, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createSymbolicLink(tree.resolve("opt/link"), outside);
        run("mkfifo", tree.resolve("usr/bin/pipe").toString());
        Programs programs = read("/opt/link", "/usr/bin/pipe");
        assertThat(known(programs.file("/opt/link")).reading()).isEqualTo(Reading.MISSING);
        assertThat(known(programs.file("/usr/bin/pipe")).reading()).isEqualTo(Reading.UNREADABLE);
    }
}
