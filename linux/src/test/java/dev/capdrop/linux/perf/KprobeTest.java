package dev.capdrop.linux.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.perf.NamespaceAddresses.Namespaces;
import dev.capdrop.linux.perf.Ring.RingListener;
import dev.capdrop.linux.proc.ProcDir;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The kprobe on cap_capable(), as Debian 13's own kernel (6.12.118, x86-64) took it and told of
/// it: the two structs of its BTF among some of each other kind, and the samples of one setns(2).
class KprobeTest {
    private static final String DEFINED =
            " cap_capable cap=$arg3:s32 target_ns=$arg2:x64 user_ns=+144($arg1):x64"
                    + " user_level=+200(+144($arg1)):s32 effective=+64($arg1):x64"
                    + " euid=+24($arg1):u32 level=+200($arg2):s32"
                    + " owner0=+204($arg2):u32 parent0=+192($arg2):x64"
                    + " owner1=+204(+192($arg2)):u32 parent1=+192(+192($arg2)):x64"
                    + " owner2=+204(+192(+192($arg2))):u32"
                    + " parent2=+192(+192(+192($arg2))):x64";

    private static final String FORMAT =
            """
            name: cap_capable
            ID: 2010
            format:
            \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
            \tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;
            \tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;
            \tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;

            \tfield:unsigned long __probe_ip;\toffset:8;\tsize:8;\tsigned:0;
            \tfield:s32 cap;\toffset:16;\tsize:4;\tsigned:1;
            \tfield:u64 target_ns;\toffset:20;\tsize:8;\tsigned:0;
            \tfield:u64 user_ns;\toffset:28;\tsize:8;\tsigned:0;
            \tfield:s32 user_level;\toffset:36;\tsize:4;\tsigned:1;
            \tfield:u64 effective;\toffset:40;\tsize:8;\tsigned:0;
            \tfield:u32 euid;\toffset:48;\tsize:4;\tsigned:0;
            \tfield:s32 level;\toffset:52;\tsize:4;\tsigned:1;
            \tfield:u32 owner0;\toffset:56;\tsize:4;\tsigned:0;
            \tfield:u64 parent0;\toffset:60;\tsize:8;\tsigned:0;
            \tfield:u32 owner1;\toffset:68;\tsize:4;\tsigned:0;
            \tfield:u64 parent1;\toffset:72;\tsize:8;\tsigned:0;
            \tfield:u32 owner2;\toffset:80;\tsize:4;\tsigned:0;
            \tfield:u64 parent2;\toffset:84;\tsize:8;\tsigned:0;
            """;

    private static final int CHOWN = 0;
    private static final int SETUID = 7;

    /// Namespaces by their levels, each the child of the one before it.
    private static final long[] NAMESPACES = {1000, 1001, 1002, 1003, 1004, 1005};

    @TempDir Path folder;
    private Tracefs tracefs;

    @BeforeEach
    void make() throws IOException {
        tracefs = new Tracefs(folder);
        Files.createDirectories(folder.resolve("events/sched"));
    }

    private static byte[] recorded(String name) throws IOException {
        try (var file = KprobeTest.class.getResourceAsStream("debian-13-6.12.118." + name)) {
            return file.readAllBytes();
        }
    }

    private static Btf types() throws IOException {
        return Btf.parse(recorded("btf"));
    }

    @Test
    void itIsDefinedByTheOffsetsThatTheKernelItselfGives() throws IOException {
        assertThat(KprobeFormat.definition("a/b", types())).isEqualTo("p:a/b" + DEFINED);
    }

    @Test
    void theSamplesOfSetnsSayWhichNamespaceIsWhose() throws IOException {
        List<CapabilityCheck> checks = new ArrayList<>();
        byte[] samples = recorded("samples");
        ByteBuffer counters = ByteBuffer.allocateDirect(4096).order(ByteOrder.nativeOrder());
        ByteBuffer records = ByteBuffer.allocateDirect(512).order(ByteOrder.nativeOrder());
        records.put(0, samples);
        counters.putLong(RingReader.HEAD, samples.length);
        new RingReader(counters, records, KprobeFormat.parse(FORMAT), false)
                .drain(new Checks(checks));
        assertThat(checks).extracting(CapabilityCheck::capability).containsExactly(21, 18, 21);
        assertThat(checks).allMatch(check -> check.granted() && check.cgroup() == 2639);
        assertThat(NamespaceAddresses.fromChecks(checks))
                .isEqualTo(new Namespaces(0xffffffff82c4c660L, 0xffff88800745fa78L));
    }

    /// As `cap_capable()` decides: user 7 with chown and not setuid, in a namespace of this level.
    @ParameterizedTest
    @CsvSource({
        "1, 1, 0, 0, true", // its own, and held
        "1, 1, 7, 0, false", // its own, and not held
        "1, 0, 0, 0, false", // the host's
        "2, 1, 0, 7, false", // above its own, of which it is the owner
        "1, 2, 7, 7, true", // a child that it made itself
        "1, 2, 7, 8, false", // a child of somebody else, and not held
        "1, 2, 0, 8, true", // the same, and held
        "1, 4, 7, 7, true", // below a child that it made itself
        "1, 4, 0, 8, true", // three below, and held
        "1, 5, 0, 8, ", // further than is recorded
    })
    void theResultIsThatOfTheKernel(
            int own, int demanded, int capability, int owner, @Nullable Boolean granted)
            throws IOException {
        CapabilityCheck check = check(own, demanded, capability, owner);
        if (check == null || granted == null) {
            assertThat(check).isNull();
            assertThat(granted).isNull();
        } else {
            assertThat(check.granted()).isEqualTo(granted);
            assertThat(check.granting()).isEqualTo(granted ? NAMESPACES[own] : 0);
            assertThat(check.demanded()).isEqualTo(NAMESPACES[demanded]);
        }
    }

    /// @param owner the user who made every namespace
    private static @Nullable CapabilityCheck check(int own, int demanded, int capability, int owner)
            throws IOException {
        ByteBuffer event = ByteBuffer.allocate(92).order(ByteOrder.nativeOrder());
        event.putInt(16, capability)
                .putLong(20, NAMESPACES[demanded])
                .putLong(28, NAMESPACES[own])
                .putInt(36, own)
                .putLong(40, 1L << CHOWN)
                .putInt(48, SETUID)
                .putInt(52, demanded);
        for (int step = 0; step < 3; step++) {
            int parent = demanded - step - 1;
            event.putInt(56 + 12 * step, parent < 0 ? 0 : owner)
                    .putLong(60 + 12 * step, parent < 0 ? 0 : NAMESPACES[parent]);
        }
        return KprobeFormat.parse(FORMAT).check(event, 0, 5, 6, 7);
    }

    @Test
    void whatEndedProcessesLeftIsRemovedAndNothingElse() throws IOException {
        String own = own();
        String others =
                """
                p:other/cap_capable cap_capable cap=$arg3:s32
                p:capdrop_x/cap_capable cap_capable
                r:capdrop_4000000000_1/cap_capable cap_capable
                p:capdrop_%d_%s/cap_capable cap_capable
                """
                        .formatted(1, Files.exists(Path.of("/proc/1/stat")) ? start(1) : "1");
        String left =
                """
                p:capdrop_4000000_77/cap_capable cap_capable
                p:capdrop_1_77777777777/cap_capable cap_capable
                """;
        Files.writeString(folder.resolve("kprobe_events"), others + left);
        describe(own);
        Kprobe kprobe = Kprobe.make(tracefs, types());
        kprobe.remove();
        assertThat(Files.readString(folder.resolve("kprobe_events")))
                .isEqualTo(
                        others
                                + left
                                + "-:capdrop_4000000_77/cap_capable\n"
                                + "-:capdrop_1_77777777777/cap_capable\n"
                                + "p:"
                                + own
                                + "/cap_capable"
                                + DEFINED
                                + "\n-:"
                                + own
                                + "/cap_capable\n");
    }

    @Test
    void oneThatTheKernelDescribesOtherwiseIsRemovedAgain() throws IOException {
        Files.writeString(folder.resolve("kprobe_events"), "");
        describe(own());
        Path format = folder.resolve("events/" + own() + "/cap_capable/format");
        Files.writeString(format, FORMAT.replace("user_ns", "users"));
        assertThatThrownBy(() -> Kprobe.make(tracefs, types()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has no field 'user_ns'");
        assertThat(Files.readString(folder.resolve("kprobe_events")))
                .endsWith("\n-:" + own() + "/cap_capable\n");
    }

    @Test
    void aKernelWithNeitherIsOneSentence() {
        assertThatThrownBy(() -> CheckSource.open(tracefs))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("neither the tracepoint capability:cap_capable")
                .hasMessageContaining("nor kprobes");
    }

    /// As under lockdown, where kprobe_events cannot be opened; a folder cannot be read either.
    @Test
    void aKernelThatRefusesIsOneSentence() throws IOException {
        Files.createDirectories(folder.resolve("kprobe_events"));
        assertThatThrownBy(() -> Kprobe.make(tracefs, types())).isInstanceOf(ErrnoException.class);
        Path format = folder.resolve("events/capability/cap_capable/format");
        Files.createDirectories(format);
        assertThatThrownBy(() -> CheckSource.open(tracefs))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the kernel refuses to tell of its checks")
                .hasMessageContaining("is a directory")
                .hasMessageEndingWith("lockdown=confidentiality forbids it, too");
    }

    private static String own() throws IOException {
        int pid = (int) ProcessHandle.current().pid();
        return "capdrop_" + pid + "_" + start(pid);
    }

    private static String start(int pid) throws IOException {
        try (ProcDir process = ProcDir.open(pid)) {
            return Long.toString(process.startTicks());
        }
    }

    private void describe(String group) throws IOException {
        Path event = folder.resolve("events/" + group + "/cap_capable");
        Files.createDirectories(event);
        Files.writeString(event.resolve("format"), FORMAT);
    }

    @Test
    void aMemberThatIsNotThereIsNotGuessed() throws IOException {
        Btf types = types();
        assertThat(types.offset("user_namespace", "level")).isEqualTo(200);
        assertThatThrownBy(() -> types.offset("cred", "users"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("its struct 'cred' has no 'users'");
        assertThatThrownBy(() -> types.offset("task", "cred"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no struct 'task'");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10, 23, 24, 500, 2000})
    void aDescriptionThatIsCutOffIsRefused(int length) throws IOException {
        byte[] cut = Arrays.copyOf(recorded("btf"), length);
        assertThatThrownBy(() -> Btf.parse(cut).offset("user_namespace", "level"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be used");
    }

    @Test
    void anyByteOfADescriptionMayBeWrongAndNothingButASentenceComesOfIt() throws IOException {
        byte[] good = recorded("btf");
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= (byte) 0x95;
            assertThatCode(
                            () -> {
                                try {
                                    KprobeFormat.definition("a/b", Btf.parse(bad));
                                } catch (IOException sentence) {
                                    assertThat(sentence).hasMessageContaining("cannot be used");
                                }
                            })
                    .as("byte %s", at)
                    .doesNotThrowAnyException();
        }
    }

    private record Checks(List<CapabilityCheck> all) implements RingListener {
        @Override
        public void check(CapabilityCheck check) {
            all.add(check);
        }

        @Override
        public void cgroup(long id, String path) {}
    }
}
