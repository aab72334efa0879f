package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Credentials;
import dev.capdrop.capability.ExecutedFile;
import dev.capdrop.capability.ExecutedFile.Mount;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.capability.Kernel;
import dev.capdrop.capability.Securebits;
import dev.capdrop.capability.ThreadCapabilities;
import dev.capdrop.capability.ThreadIds;
import dev.capdrop.capability.UserNamespace;
import dev.capdrop.lab.ExecveProbe.Case;
import dev.capdrop.linux.snapshot.SnapshotReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// [dev.capdrop.capability.Execve] against the running kernel, by programs really executed.
@NeedsContainers
final class ExecveAgainstKernelTest {
    private static final int RANDOM_CASES = 2000;
    private static final long SEED = 20261125;
    private static final int ALL_SECUREBITS = 0xff;
    private static Path folder = Path.of("");
    private static @Nullable ExecveProbe probe;
    private static Kernel kernel = new Kernel(0, Kernel.IdChange.FROM_REAL);
    private static CapabilitySet host = CapabilitySet.EMPTY;

    private final Random random = new Random(SEED);

    @BeforeAll
    static void compile() throws IOException {
        // not below /tmp, which may be nosuid
        folder = Files.createTempDirectory(Path.of("/var/lib"), "capdrop-execve-");
        probe = ExecveProbe.in(folder);
        kernel =
                Kernel.of(
                        SnapshotReader.host().kernelRelease(),
                        SnapshotReader.host().lastCapability());
        host = SnapshotReader.host().bounding();
    }

    @AfterAll
    static void remove() {
        Command.of("rm", "-r", folder.toString()).runOrFail();
    }

    @Test
    void everyCombinationThatACapabilityCanMeet() throws IOException {
        List<Case> cases = new ArrayList<>();
        for (ExecveContext context : ExecveContext.all()) {
            cases.addAll(context.cases(host.members(), random));
        }
        agree(cases);
    }

    @Test
    void anyThreadAndAnyFile() throws IOException {
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < RANDOM_CASES; i++) {
            cases.add(some());
        }
        agree(cases);
    }

    private static void agree(List<Case> cases) throws IOException {
        assertThat(probe).isNotNull();
        List<String> answers = probe.ask(cases);
        assertThat(answers).hasSameSizeAs(cases);
        List<String> differences = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < cases.size(); i++) {
            String expected = cases.get(i).expected(kernel);
            refused += expected.startsWith("refused") ? 1 : 0;
            if (!answers.get(i).equals(expected)) {
                differences.add(
                        "kernel " + answers.get(i) + "\nmodel  " + expected + "\n" + cases.get(i));
            }
        }
        System.err.println(
                "lab: the kernel executed " + cases.size() + " cases, " + refused + " refused");
        assertThat(differences.stream().limit(3)).as("of %s", differences.size()).isEmpty();
        assertThat(refused).isBetween(cases.size() / 30, cases.size() / 2);
    }

    private Case some() {
        boolean inside = random.nextBoolean();
        long base = inside ? 100_000 : 0;
        UserNamespace namespace = inside ? ExecveProbe.CONTAINER : UserNamespace.INITIAL;
        CapabilitySet permitted = set();
        CapabilitySet inheritable = set();
        CapabilitySet both = permitted.intersect(inheritable);
        ThreadCapabilities sets =
                new ThreadCapabilities(
                        permitted,
                        inheritable,
                        set().intersect(permitted),
                        set(),
                        set().intersect(both));
        ThreadIds ids =
                new ThreadIds(
                        base + pick(0, 1000),
                        base + pick(0, 1000, 1001),
                        base + pick(0, 1001),
                        base + pick(5, 6),
                        base + pick(5, 6),
                        Set.of(base + pick(5, 6, 7)));
        Credentials before =
                new Credentials(
                        ids,
                        sets,
                        new Securebits(few(ALL_SECUREBITS)),
                        random.nextInt(4) == 0,
                        namespace);
        boolean groupExecute = random.nextInt(8) != 0;
        ExecutedFile file =
                new ExecutedFile(
                        attribute(),
                        pick(0, 1000, 100_000, 101_000, 101_001),
                        // a group that may not execute it must not be the thread's
                        groupExecute ? pick(7, 100_005, 100_007) : 100_009,
                        random.nextBoolean(),
                        groupExecute && random.nextBoolean(),
                        random.nextInt(8) == 0 ? Mount.NOSUID : Mount.TRUSTED);
        return new Case(before, file, random.nextInt(4) == 0, groupExecute);
    }

    private @Nullable FileCapabilities attribute() {
        if (random.nextInt(3) == 0) {
            return null;
        }
        boolean owned = random.nextBoolean();
        return new FileCapabilities(
                owned ? FileCapabilities.Version.V3 : FileCapabilities.Version.V2,
                random.nextInt(3) == 0 ? set() : few(),
                set(),
                random.nextBoolean(),
                owned ? pick(0, 100_000, 100_000, 300_000) : null);
    }

    /// Some of the capabilities that this process can give, half of them or nearly all. About a
    /// quarter of these bits.
    private int few(int bits) {
        int mask = random.nextInt();
        return bits & mask & Integer.rotateLeft(mask, 7);
    }

    private CapabilitySet set() {
        long bits = random.nextLong() | (random.nextBoolean() ? random.nextLong() | ~0x3ffL : 0);
        return new CapabilitySet(bits).intersect(host);
    }

    /// One or two, and now and then one that the kernel does not know.
    private CapabilitySet few() {
        CapabilitySet few = CapabilitySet.EMPTY;
        for (int i = random.nextInt(2); i >= 0; i--) {
            few = few.with(new Capability(random.nextInt(45)));
        }
        return few;
    }

    private long pick(long... values) {
        return values[random.nextInt(values.length)];
    }
}
