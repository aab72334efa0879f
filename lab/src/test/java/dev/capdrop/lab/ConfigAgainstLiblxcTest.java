package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.linux.runtime.InstalledLiblxc;
import dev.capdrop.linux.store.FileConfigSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Our reading of a configuration against the installed liblxc's, by containers really started.
@NeedsContainers
final class ConfigAgainstLiblxcTest {
    private static final int CONFIGURATIONS = 250;
    private static final int EDITS = 50;
    private static final long SEED = 20260118;

    @TempDir Path dir = Path.of("");
    private final Random random = new Random(SEED);
    private final GeneratedConfig configs = new GeneratedConfig(random, this::include);
    private final GeneratedConfig included = new GeneratedConfig(random, () -> "/nowhere/");
    private Liblxc liblxc = new Liblxc(dir);
    private CapabilitySet host = CapabilitySet.EMPTY;
    private int last;

    @BeforeEach
    void makeTheContainer() throws IOException {
        liblxc = Liblxc.in(dir);
        host = Liblxc.ofHost();
        // in one read: a second one, at another offset, finds the end of the file
        String number = Files.readAllLines(Path.of("/proc/sys/kernel/cap_last_cap")).getFirst();
        last = Integer.parseInt(number);
        Files.createDirectory(dir.resolve("d"));
    }

    @AfterEach
    void removeItsDevices() throws IOException {
        liblxc.removeDevices();
    }

    @Test
    void generatedConfigurationsLoadAndComeToTheSame() throws IOException {
        int loaded = 0;
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < CONFIGURATIONS; i++) {
            writeIncluded();
            String text = liblxc.base() + configs.next();
            CapabilitySet theirs = liblxc.bounding(text);
            CapabilitySet ours = ours();
            loaded += theirs == null ? 0 : 1;
            if (theirs == null ? ours != null : !theirs.equals(ours)) {
                differences.add("liblxc " + theirs + ", we " + ours + ": " + visible(text));
            }
        }
        System.err.println(
                "lab: liblxc was asked " + CONFIGURATIONS + " configurations, loaded " + loaded);
        assertThat(differences.stream().limit(5)).isEmpty();
        assertThat(loaded).isBetween(CONFIGURATIONS / 4, CONFIGURATIONS * 9 / 10);
    }

    @Test
    void anEditDropsInARealContainerWhatItPromises() throws IOException {
        int edited = 0;
        for (int i = 0; edited < EDITS; i++) {
            assertThat(i).as("configurations tried").isLessThan(EDITS * 10);
            writeIncluded();
            String text = liblxc.base() + configs.next();
            CapabilitySet before = liblxc.bounding(text);
            CapabilitySet drop = new CapabilitySet(random.nextLong()).intersect(host);
            if (before != null) {
                ConfigEdit edit = edit(drop);
                assertThat(liblxc.bounding(edit.after()))
                        .as(() -> visible(edit.after()))
                        .isEqualTo(before.minus(drop));
                edited++;
            }
        }
    }

    @Test
    void liblxcKnowsEveryKeyThatWeKnow() throws IOException {
        List<String> keys = keys();
        assertThat(keys).hasSizeGreaterThan(90);
        for (String line : keys) {
            Command.Result result = liblxc.start(line + " =\n" + liblxc.base());
            assertThat(result.err())
                    .as(line)
                    .doesNotContain("Unsupported config key")
                    .doesNotContain("Unknown network configuration key");
        }
    }

    private ConfigEdit edit(CapabilitySet drop) {
        return ConfigFormat.LXC
                .drop(
                        liblxc.file().toString(),
                        new FileConfigSource(InstalledLiblxc::asked),
                        drop,
                        last)
                .orElseThrow();
    }

    private @Nullable CapabilitySet ours() {
        EffectiveCapabilities read =
                ConfigFormat.LXC.resolve(
                        liblxc.file().toString(),
                        new FileConfigSource(InstalledLiblxc::asked),
                        last);
        return read.loads() ? read.bounding(last).intersect(host) : null;
    }

    private void writeIncluded() throws IOException {
        for (String name : new String[] {"i.conf", "d/a.conf", "d/b.conf", "d/c.txt"}) {
            String text = random.nextInt(3) == 0 ? "" : included.next();
            Files.writeString(dir.resolve(name), text, StandardCharsets.ISO_8859_1);
        }
    }

    private String include() {
        String[] values = {
            dir + "/i.conf",
            "'" + dir + "/i.conf'",
            dir.toString().substring(1) + "/i.conf",
            dir + "/d/",
            dir + "/d",
            "/nowhere/",
            "/dev/null"
        };
        int choice = random.nextInt(values.length * 8);
        return choice == 0 ? dir + "/i.conf/" : values[choice % values.length];
    }

    /// The keys of our own table, so written that liblxc may accept them with an empty value.
    private static List<String> keys() throws IOException {
        List<String> keys = new ArrayList<>();
        try (InputStream in = ConfigFormat.class.getResourceAsStream("lxc-keys.tsv")) {
            assertThat(in).isNotNull();
            String table = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (String row : table.lines().filter(line -> !line.startsWith("#")).toList()) {
                String[] cells = row.split("\t", -1);
                keys.add(
                        switch (cells[0]) {
                            case "namespace" -> cells[1] + ".net";
                            case "network-name" -> "lxc.net.0.type = empty\nlxc.net.0." + cells[1];
                            default -> cells[1];
                        });
            }
        }
        return keys;
    }

    private static String visible(String text) {
        StringBuilder visible = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            visible.append(c < ' ' || c > '~' ? "\\x" + Integer.toHexString(c) : String.valueOf(c));
        }
        return visible.toString();
    }
}
