package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.CapabilityState;
import dev.capdrop.capability.CapabilityState.Flag;
import dev.capdrop.capability.CapabilitySyntaxException;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.capability.IabTuple;
import dev.capdrop.capability.NameStyle;
import dev.capdrop.linux.snapshot.SnapshotReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Our codecs against the installed libcap's, on generated inputs: they accept the same, and mean
/// the same by it.
@NeedsContainers
final class CodecsAgainstLibcapTest {
    private static final int INPUTS = 20_000;
    private static final int FILES = 10_000;
    private static final long SEED = 20261125;

    @TempDir Path dir = Path.of("");
    private final Random random = new Random(SEED);
    private final GeneratedCapabilityText texts = new GeneratedCapabilityText(random);
    private int last;

    @BeforeEach
    void askTheKernel() throws IOException {
        last = SnapshotReader.host().lastCapability();
    }

    @Test
    void aTextIsAcceptedAndMeantAlike() {
        int accepted = 0;
        for (int i = 0; i < INPUTS; i++) {
            String text = texts.state();
            CapabilityState theirs = LibCap.fromText(text);
            CapabilityState ours = accepted(text, t -> CapabilityState.parse(t, last));
            assertThat(ours).as("'%s'", text).isEqualTo(theirs);
            accepted += theirs == null ? 0 : 1;
        }
        report("texts", accepted, INPUTS);
    }

    @Test
    void aStateIsWrittenAlikeAndReadBackByThem() {
        for (int i = 0; i < INPUTS; i++) {
            CapabilityState state = state();
            String text = state.format(last);
            assertThat(text).isEqualTo(LibCap.toText(state));
            assertThat(LibCap.fromText(text)).as(text).isEqualTo(state);
            assertThat(CapabilityState.parse(text, last)).as(text).isEqualTo(state);
        }
    }

    /// libcap reads numbers above the kernel's last one and then neither shows nor writes them; we
    /// keep them, so that only the rest can be compared.
    @Test
    void anIabTupleIsAcceptedMeantAndWrittenAlike() {
        int accepted = 0;
        for (int i = 0; i < INPUTS; i++) {
            String text = texts.iab();
            IabTuple theirs = LibCap.iabFromText(text);
            IabTuple ours = accepted(text, IabTuple::parse);
            assertThat(ours == null).as("'%s'", text).isEqualTo(theirs == null);
            if (ours != null) {
                accepted++;
                IabTuple known = known(ours);
                assertThat(known).as("'%s'", text).isEqualTo(theirs);
                assertThat(known.format()).as("'%s'", text).isEqualTo(LibCap.iabToText(text));
                assertThat(LibCap.iabFromText(ours.format())).isEqualTo(known);
            }
        }
        report("IAB tuples", accepted, INPUTS);
    }

    /// cap_from_name(3) passes over what stands behind a name, so that only a text can tell whether
    /// the whole of it is one.
    @Test
    void aNameIsAcceptedMeantAndWrittenAlike() {
        int accepted = 0;
        for (int i = 0; i < INPUTS; i++) {
            String name = texts.name();
            CapabilityState theirs = LibCap.fromText(name + "=p");
            CapabilityState listed = accepted(name + "=p", t -> CapabilityState.parse(t, last));
            assertThat(listed).as("'%s'", name).isEqualTo(theirs);
            Capability ours = accepted(name, NameStyle.LIBCAP::parse);
            if (ours != null) {
                accepted++;
                assertThat(theirs).as("'%s'", name).isNotNull();
                assertThat(LibCap.fromName(name)).as("'%s'", name).isEqualTo(ours);
            }
        }
        report("names", accepted, INPUTS);
        for (int number = 0; number <= Capability.MAX_NUMBER; number++) {
            Capability capability = new Capability(number);
            assertThat(NameStyle.LIBCAP.format(capability)).isEqualTo(LibCap.toName(capability));
        }
    }

    @Test
    void statesDifferAlike() {
        Flag[] flags = {Flag.EFFECTIVE, Flag.PERMITTED, Flag.INHERITABLE};
        for (int i = 0; i < INPUTS; i++) {
            CapabilityState one = state();
            CapabilityState other = random.nextBoolean() ? state() : near(one);
            int theirs = LibCap.compare(one, other);
            for (int bit = 0; bit < flags.length; bit++) {
                assertThat(one.differences(other).contains(flags[bit]))
                        .isEqualTo((theirs & 1 << bit) != 0);
            }
        }
    }

    @Test
    void anAttributeIsExportedAndImportedAlike() throws IOException {
        String theirs = Files.createFile(dir.resolve("theirs")).toString();
        String ours = Files.createFile(dir.resolve("ours")).toString();
        for (int i = 0; i < FILES; i++) {
            CapabilityState state = fileState();
            int rootId = random.nextInt(3) == 0 ? 1 + random.nextInt(1_000_000) : 0;
            boolean possible = FileCapabilities.canHold(state);
            assertThat(LibCap.setFile(theirs, state, rootId)).as("%s", state).isEqualTo(possible);
            if (!possible) {
                continue;
            }
            FileCapabilities file = FileCapabilities.of(state, (long) rootId);
            byte[] written = LibCap.getAttribute(theirs, FileCapabilities.ATTRIBUTE);
            assertThat(written).as("%s", state).isEqualTo(file.encode());
            assertThat(LibCap.setAttribute(ours, FileCapabilities.ATTRIBUTE, file.encode()))
                    .isTrue();
            assertThat(LibCap.getFile(ours))
                    .isEqualTo(new LibCap.OfFile(FileCapabilities.decode(written).state(), rootId));
        }
    }

    private static <T> @Nullable T accepted(String text, Function<String, T> reader) {
        try {
            return reader.apply(text);
        } catch (CapabilitySyntaxException refused) {
            return null;
        }
    }

    private IabTuple known(IabTuple tuple) {
        CapabilitySet kernel = CapabilitySet.upTo(last);
        return new IabTuple(
                tuple.inheritable().intersect(kernel),
                tuple.ambient().intersect(kernel),
                tuple.blocked().intersect(kernel));
    }

    private static void report(String what, int accepted, int all) {
        System.err.println("lab: libcap was asked " + all + " " + what + ", accepted " + accepted);
        assertThat(accepted).isBetween(all / 4, all * 9 / 10);
    }

    private CapabilityState state() {
        return new CapabilityState(set(), set(), set());
    }

    /// Often one that a file can hold.
    private CapabilityState fileState() {
        CapabilityState state = state();
        CapabilitySet granted = state.permitted().union(state.inheritable());
        return switch (random.nextInt(4)) {
            case 0 -> state;
            case 1 -> state.with(Flag.EFFECTIVE, CapabilitySet.EMPTY);
            default -> state.with(Flag.EFFECTIVE, granted);
        };
    }

    private CapabilityState near(CapabilityState state) {
        Flag flag = List.of(Flag.values()).get(random.nextInt(3));
        return state.with(flag, random.nextBoolean() ? set() : state.get(flag));
    }

    private CapabilitySet set() {
        long bits = random.nextLong();
        return switch (random.nextInt(5)) {
            case 0 -> CapabilitySet.EMPTY;
            case 1 -> CapabilitySet.upTo(last);
            case 2 -> CapabilitySet.upTo(last).minus(new CapabilitySet(bits & bits >>> 7));
            case 3 -> new CapabilitySet(bits & bits >>> 5 & bits >>> 11);
            default -> new CapabilitySet(bits);
        };
    }
}
