package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilityMode;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.CapabilityState;
import dev.capdrop.capability.CapabilityState.Flag;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.capability.NameStyle;
import dev.capdrop.capability.Securebits;
import dev.capdrop.capability.ThreadStatus;
import dev.capdrop.linux.snapshot.SnapshotReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What capsh(1), setcap(8) and getcap(8) print and write, as an administrator runs them, against
/// what we make of the same.
@NeedsContainers
final class LibcapToolsTest {
    private static final int INPUTS = 10_000;
    private static final int BATCH = 500;
    private static final long OF_A_CONTAINER = 100_000;
    private static final long SEED = 20261126;

    @TempDir Path dir = Path.of("");
    private final Random random = new Random(SEED);
    private int last;

    @BeforeEach
    void askTheKernel() throws IOException {
        last = SnapshotReader.host().lastCapability();
    }

    @Test
    void capshDecodesAMaskIntoTheSameNames() {
        for (int begun = 0; begun < INPUTS; begun += BATCH) {
            List<String> line = new ArrayList<>(List.of("capsh"));
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
                CapabilitySet set = set();
                line.add("--decode=" + set.formatHex());
                expected.add("0x" + set.formatHex() + "=" + names(set));
            }
            assertThat(run(line).lines().toList()).isEqualTo(expected);
        }
    }

    @Test
    void whatSetcapWroteWeReadAndWhatWeWroteGetcapPrints() throws IOException {
        Map<String, FileCapabilities> files = new TreeMap<>();
        for (long rootId : new long[] {0, 1, 1000, OF_A_CONTAINER, 2_000_000_000}) {
            files.putAll(written(rootId, INPUTS / 10));
            files.putAll(setcap(rootId, INPUTS / 10));
        }
        assertThat(files).hasSize(INPUTS);
        Map<String, String> printed = new TreeMap<>();
        for (String line : run(List.of("getcap", "-n", "-r", dir.toString())).lines().toList()) {
            int end = line.indexOf(' ');
            printed.put(line.substring(0, end), line.substring(end + 1));
        }
        Map<String, String> ours = new TreeMap<>();
        files.forEach((file, held) -> ours.put(file, held.formatWithRootId(last)));
        assertThat(printed).isEqualTo(ours);
    }

    @Test
    void aContainersSetcapWritesItsRootsIdAndItsGetcapReadsOurs() throws IOException {
        Command.of("chmod", "0755", dir.toString()).runOrFail();
        String theirs = file("theirs");
        String ours = file("ours");
        String root = OF_A_CONTAINER + ":" + OF_A_CONTAINER;
        Command.of("chown", root, theirs, ours).runOrFail();
        CapabilityState state = CapabilityState.parse("cap_net_raw,cap_setfcap=ep", last);
        FileCapabilities held = FileCapabilities.of(state, OF_A_CONTAINER);
        assertThat(LibCap.setAttribute(ours, FileCapabilities.ATTRIBUTE, held.encode())).isTrue();

        inside("setcap", state.format(last), theirs);

        assertThat(attribute(theirs)).isEqualTo(held);
        assertThat(inside("getcap", theirs, ours).lines())
                .containsExactly(theirs + " " + held.format(last), ours + " " + held.format(last));
    }

    @Test
    void capshNamesTheSameMode() {
        for (String options :
                List.of(
                        "--quiet",
                        "--mode=PURE1E_INIT",
                        "--mode=NOPRIV",
                        "--secbits=0x2f",
                        "--secbits=0xef",
                        "--secbits=0x2",
                        "--secbits=0xef --inh=cap_kill",
                        "--secbits=0x1ef --inh=cap_kill",
                        "--inh=cap_kill --addamb=cap_kill --secbits=0x2f",
                        "--inh=cap_kill --addamb=cap_kill")) {
            List<String> line = new ArrayList<>(List.of("capsh"));
            line.addAll(List.of(options.split(" ")));
            line.addAll(List.of("--", "-c", "cat /proc/self/status; capsh --print; capsh --mode"));
            String said = run(line);
            Matcher bits = Pattern.compile("(?m)^Securebits: .*/0x([0-9a-f]+)/").matcher(said);
            assertThat(bits.find()).as(said).isTrue();
            CapabilityMode ours =
                    CapabilityMode.of(
                            ThreadStatus.parse(said).capabilities(),
                            new Securebits(Integer.parseInt(bits.group(1), 16)));
            assertThat(said).as(options).endsWith("Mode: " + ours);
        }
    }

    /// Files that we gave their attribute.
    private Map<String, FileCapabilities> written(long rootId, int count) throws IOException {
        Map<String, FileCapabilities> files = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            String file = file("ours-" + rootId + "-" + i);
            FileCapabilities held = FileCapabilities.of(state(), rootId);
            assertThat(LibCap.setAttribute(file, FileCapabilities.ATTRIBUTE, held.encode()))
                    .isTrue();
            files.put(file, held);
        }
        return files;
    }

    /// Files that setcap(8) gave theirs, as we read it back.
    private Map<String, FileCapabilities> setcap(long rootId, int count) throws IOException {
        Map<String, FileCapabilities> files = new TreeMap<>();
        for (int begun = 0; begun < count; begun += BATCH) {
            List<String> line = new ArrayList<>(List.of("setcap"));
            if (rootId != 0) {
                line.addAll(List.of("-n", Integer.toString((int) rootId)));
            }
            Map<String, FileCapabilities> asked = new TreeMap<>();
            for (int i = begun; i < begun + BATCH; i++) {
                String file = file("theirs-" + rootId + "-" + i);
                CapabilityState state = state();
                line.addAll(List.of(state.format(last), file));
                asked.put(file, FileCapabilities.of(state, rootId));
            }
            run(line);
            for (Map.Entry<String, FileCapabilities> entry : asked.entrySet()) {
                FileCapabilities read = attribute(entry.getKey());
                assertThat(read).isEqualTo(entry.getValue());
                files.put(entry.getKey(), read);
            }
        }
        return files;
    }

    /// One that a file can hold, of capabilities that this kernel knows.
    private CapabilityState state() {
        CapabilitySet known = CapabilitySet.upTo(last);
        CapabilityState state =
                CapabilityState.EMPTY
                        .with(Flag.PERMITTED, set().intersect(known))
                        .with(Flag.INHERITABLE, set().intersect(known));
        return random.nextBoolean()
                ? state
                : state.with(Flag.EFFECTIVE, state.permitted().union(state.inheritable()));
    }

    private CapabilitySet set() {
        long bits = random.nextLong();
        return new CapabilitySet(random.nextBoolean() ? bits : bits & bits >>> 5 & bits >>> 11);
    }

    private static String names(CapabilitySet set) {
        return set.members().stream()
                .map(NameStyle.LIBCAP::format)
                .collect(Collectors.joining(","));
    }

    private String file(String name) throws IOException {
        return Files.createFile(dir.resolve(name)).toString();
    }

    private static FileCapabilities attribute(String file) {
        return FileCapabilities.decode(LibCap.getAttribute(file, FileCapabilities.ATTRIBUTE));
    }

    /// Runs a program as the root of a container whose root is the host's user 100000.
    private static String inside(String... words) {
        List<String> line =
                new ArrayList<>(
                        List.of("lxc-usernsexec", "-m", "b:0:" + OF_A_CONTAINER + ":65536", "--"));
        line.addAll(Arrays.asList(words));
        return run(line);
    }

    private static String run(List<String> line) {
        return Command.of(line.toArray(String[]::new)).within(Duration.ofMinutes(2)).runOrFail();
    }
}
