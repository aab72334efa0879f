package dev.capdrop.capability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.ExecutedFile.Mount;
import dev.capdrop.capability.Execve.Outcome;
import dev.capdrop.capability.FileCapabilities.Version;
import dev.capdrop.capability.Kernel.IdChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The rule is per capability, but for CAP_SETUID, which also decides about ids: so every
/// combination that one capability can meet is tried, once with CAP_NET_RAW and once with it, and
/// compared with the rule as capabilities(7) words it.
class ExecveExhaustiveTest {
    private static final long USER = 1000;
    private static final long OTHER = 1001;

    /// One that both namespaces have a number for.
    private static final long GROUP = 100_005;

    private static final boolean[] BOTH = {false, true};
    private static final List<Capability> SAMPLES =
            List.of(Capability.of("net_raw"), Capability.of("setuid"));

    /// What the namespace is to the one the file's attribute belongs to.
    private static final UserNamespace CONTAINER =
            UserNamespace.ofContainer(IdMap.parse("0 100000 65536"));

    private static final Long[] OWNERS = {null, 100_000L, 300_000L};

    @Test
    void everyCombinationComesToWhatTheManualPageSays() {
        long count = 0;
        for (Capability capability : SAMPLES) {
            List<ThreadCapabilities> threads = threads(CapabilitySet.EMPTY.with(capability));
            List<ExecutedFile> files = files(CapabilitySet.EMPTY.with(capability));
            for (Credentials before : everybody(threads)) {
                for (ExecutedFile file : files) {
                    for (boolean held : BOTH) {
                        for (IdChange idChange : IdChange.values()) {
                            check(before, file, held, idChange);
                            count++;
                        }
                    }
                }
            }
        }
        assertThat(count).isEqualTo(2L * 16 * 2 * 4 * 2 * 2 * 250 * 2 * 2);
    }

    private static void check(
            Credentials before, ExecutedFile file, boolean held, IdChange idChange) {
        Kernel kernel = new Kernel(40, idChange);
        Execve execve =
                held ? Execve.whileHeld(before, file, kernel) : Execve.of(before, file, kernel);
        Outcome expected = new Manual(before, file, held, idChange).outcome();
        if (!execve.outcome().equals(expected)) {
            assertThat(execve.outcome()).as("%s", execve).isEqualTo(expected);
        }
    }

    private static List<Credentials> everybody(List<ThreadCapabilities> threads) {
        List<Credentials> everybody = new ArrayList<>();
        for (ThreadCapabilities thread : threads) {
            for (UserNamespace namespace : new UserNamespace[] {UserNamespace.INITIAL, CONTAINER}) {
                long base = namespace.parent() == null ? 0 : 100_000;
                for (long real : new long[] {base, base + USER}) {
                    for (long effective : new long[] {base, base + USER}) {
                        ThreadIds ids =
                                new ThreadIds(real, effective, effective, GROUP, GROUP, Set.of());
                        for (boolean noRoot : BOTH) {
                            for (boolean noNewPrivs : BOTH) {
                                Securebits bits =
                                        noRoot
                                                ? Securebits.NONE.with(Securebit.NOROOT)
                                                : Securebits.NONE;
                                everybody.add(
                                        new Credentials(ids, thread, bits, noNewPrivs, namespace));
                            }
                        }
                    }
                }
            }
        }
        return everybody;
    }

    /// Every way in which a thread can hold one capability.
    private static List<ThreadCapabilities> threads(CapabilitySet one) {
        List<ThreadCapabilities> threads = new ArrayList<>();
        for (int bits = 0; bits < 32; bits++) {
            boolean permitted = (bits & 1) != 0;
            boolean inheritable = (bits & 2) != 0;
            boolean effective = (bits & 4) != 0;
            boolean ambient = (bits & 8) != 0;
            if ((permitted || !effective) && ((permitted && inheritable) || !ambient)) {
                threads.add(
                        new ThreadCapabilities(
                                when(permitted, one),
                                when(inheritable, one),
                                when(effective, one),
                                when((bits & 16) != 0, one),
                                when(ambient, one)));
            }
        }
        return threads;
    }

    private static List<ExecutedFile> files(CapabilitySet one) {
        List<FileCapabilities> attributes = new ArrayList<>();
        for (int bits = 0; bits < 8; bits++) {
            for (Long owner : OWNERS) {
                attributes.add(
                        new FileCapabilities(
                                owner == null ? Version.V2 : Version.V3,
                                when((bits & 1) != 0, one),
                                when((bits & 2) != 0, one),
                                (bits & 4) != 0,
                                owner));
            }
        }
        List<ExecutedFile> files = new ArrayList<>();
        attributes.forEach(attribute -> addFiles(files, attribute));
        addFiles(files, null);
        return files;
    }

    private static void addFiles(List<ExecutedFile> files, @Nullable FileCapabilities attribute) {
        for (Mount mount : Mount.values()) {
            files.add(new ExecutedFile(attribute, 0, 0, false, false, mount));
            for (long owner : new long[] {0, 100_000, USER, 100_000 + OTHER}) {
                files.add(new ExecutedFile(attribute, owner, GROUP, true, false, mount));
            }
        }
    }

    private static CapabilitySet when(boolean condition, CapabilitySet set) {
        return condition ? set : CapabilitySet.EMPTY;
    }
}
