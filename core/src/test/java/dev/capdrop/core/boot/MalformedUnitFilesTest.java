package dev.capdrop.core.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.capdrop.core.boot.ForecastBoot.Surroundings;
import dev.capdrop.core.boot.UnitLoader.LoadPath;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.unit.SystemFacts;
import dev.capdrop.core.unit.UnitFile;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// Whatever stands in a container's unit files, its boot is forecast: without an exception, soon,
/// and in no more memory than the text is worth.
final class MalformedUnitFilesTest {
    private static final String UNITS = "/usr/lib/systemd/system/";
    private static final int GENERATED = 2000;
    private static final int MUTATED = 2000;
    private static final int LARGE = 1 << 15;

    /// Far longer than it takes: what is not at its end by then never is.
    private static final Duration HANGS = Duration.ofMinutes(2);

    private final Random random = new Random(20261125);

    @Test
    void generatedFilesAreForecast() {
        assertTimeoutPreemptively(
                HANGS,
                () -> {
                    for (int i = 0; i < GENERATED; i++) {
                        forecast(UnitTextMaker.generated(random));
                    }
                });
    }

    @Test
    void mutatedFilesAreForecast() {
        assertTimeoutPreemptively(
                HANGS,
                () -> {
                    for (int i = 0; i < MUTATED; i++) {
                        forecast(UnitTextMaker.mutated(random));
                    }
                });
    }

    static final List<String> REPEATED = UnitTextMaker.REPEATED;

    /// What grows faster than its text, or is read by recursion, shows here.
    @ParameterizedTest
    @FieldSource("REPEATED")
    void aWholeFileOfOneThingIsForecast(String what) {
        String[] parts = what.split("…", -1);
        String text = parts[0] + parts[1].repeat(LARGE / parts[1].length()) + parts[2];
        assertTimeoutPreemptively(HANGS, () -> forecast(text));
    }

    private static void forecast(String text) {
        SketchedTree tree = new SketchedTree();
        tree.with(UNITS + "default.target", "[Unit]\nWants=a.service b@x.service c.socket\n");
        tree.with(UNITS + "a.service", text).with(UNITS + "b@.service", text);
        tree.with("/etc/systemd/system/c.socket.d/x.conf", text);
        tree.with(UNITS + "c.socket", "[Unit]\nDescription=c\n");
        tree.with("/etc/fstab", text).with("/etc/os-release", text);
        UnitLoader loader = new UnitLoader(tree, LoadPath.of(257, false));
        SystemFacts facts =
                new SystemFacts(
                        257,
                        "host",
                        "0123456789abcdef0123456789abcdef",
                        true,
                        "6.18.0",
                        "x86-64",
                        SystemFacts.parseOsRelease(text));
        BootUnits boot = BootUnits.of(loader, facts, "default.target", Set.of(), Set.of());
        Systemd systemd =
                ForecastBoot.of(
                        boot,
                        new Surroundings(
                                "257.8", facts, new AnyMachine(), true, Set.of(), Map.of(), null));
        assertThat(systemd.units()).isNotEmpty();
        assertThat(loader.problems()).allMatch(p -> p.contains("'"), "names a file");
        assertWorthTheText(UnitFile.read("/a", text), text);
    }

    private static void assertWorthTheText(UnitFile file, String text) {
        long length =
                file.settings().stream()
                        .mapToLong(s -> s.key().length() + s.value().length())
                        .sum();
        assertThat(length).isLessThanOrEqualTo(text.length());
        assertThat(file.brokenLine()).isNotNegative();
        assertThat(UnitFile.merge(file.settings()))
                .hasSizeLessThanOrEqualTo(file.settings().size());
    }
}
