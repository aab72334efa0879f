package dev.capdrop.linux.perf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.linux.root.SafeRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What tells a unit from the same after an upgrade.
final class UnitOriginsTest {
    private static final Instant THEN = Instant.ofEpochSecond(1_700_000_000);
    private static final String UNITS = "usr/lib/systemd/system/";

    @TempDir Path root;

    @BeforeEach
    void make() throws IOException {
        file(UNITS + "web.service", "[Service]\nExecStart=-/usr/sbin/web --go\n");
        file("usr/sbin/web", "program");
    }

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.from(THEN));
    }

    private Map<String, String> look(String... units) throws IOException {
        return new UnitOrigins().of(List.of(units), () -> SafeRoot.of(root));
    }

    @Test
    void itIsTheUnitsFileAndItsProgram() throws IOException {
        assertThat(look("web.service"))
                .containsExactly(
                        Map.entry(
                                "web.service",
                                "/usr/lib/systemd/system/web.service 40 1700000000,"
                                        + " /usr/sbin/web 7 1700000000"));
    }

    @Test
    void anotherProgramAnotherFileAndAnotherPlaceAreEachAnUpgrade() throws IOException {
        Map<String, String> before = look("web.service");
        file("usr/sbin/web", "another program");
        Map<String, String> program = look("web.service");
        assertThat(program).isNotEqualTo(before);
        Files.setLastModifiedTime(
                root.resolve(UNITS + "web.service"), FileTime.from(THEN.plusSeconds(1)));
        assertThat(look("web.service")).isNotEqualTo(program).isNotEqualTo(before);
        file("etc/systemd/system/web.service", "[Service]\nExecStart=/usr/sbin/web\n");
        assertThat(look("web.service").get("web.service")).startsWith("/etc/systemd/system/");
    }

    @Test
    void anInstanceIsMadeOfItsTemplateAndWhatHasNoFileIsNotKnown() throws IOException {
        file(UNITS + "getty@.service", "[Service]\nExecStart=/usr/sbin/web\n");
        assertThat(look("getty@tty1.service", "session-1.scope", "../../web", "(other units)", ""))
                .containsOnlyKeys("getty@tty1.service");
    }

    @Test
    void aWatchLooksOnceAtWhatWasThereWhenTheUnitRan() throws IOException {
        UnitOrigins origins = new UnitOrigins();
        Map<String, String> first = origins.of(List.of("web.service"), () -> SafeRoot.of(root));
        file("usr/sbin/web", "another program");
        assertThat(
                        origins.of(
                                List.of("web.service"),
                                () -> {
                                    throw new IOException("looked again");
                                }))
                .isEqualTo(first);
    }

    @Test
    void whatIsNotSeenInTimeIsNotKnownAndNotLookedAtAgain() throws IOException {
        UnitOrigins origins = new UnitOrigins(Duration.ZERO);
        assertThat(origins.of(List.of("web.service"), () -> SafeRoot.of(root))).isEmpty();
        assertThat(
                        origins.of(
                                List.of("web.service"),
                                () -> {
                                    throw new IOException("looked again");
                                }))
                .isEmpty();
    }
}
