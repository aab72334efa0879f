package dev.capdrop.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.CapabilityState;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.capability.IabTuple;
import dev.capdrop.capability.IdMap;
import dev.capdrop.capability.Securebits;
import dev.capdrop.capability.ThreadStatus;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.Editing;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.snapshot.RecordedSettings.ExecLine;
import dev.capdrop.core.unit.UnitFile;
import dev.capdrop.linux.proc.ProcDir.ProcStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The texts that an administrator, a container or the kernel writes: configurations of each
/// runtime, unit files, what `/proc` says, and the notations of capabilities.
@Timeout(600)
final class MutatedTextsTest {
    private static final int OF_EACH = 5_000;
    private static final long MOST_BYTES = 16 << 20;

    /// Up to 4,096 files are included, as long as they are.
    private static final long MOST_BYTES_OF_INCLUDES = 256 << 20;

    private static final int LAST = 40;
    private static final CapabilitySet DROP = CapabilitySet.of("sys_rawio", "mknod");
    private static final Path CONFIGURATIONS =
            Path.of("../core/src/test/resources/dev/capdrop/core/container");

    private static final Pattern WORD = Pattern.compile("\\n|[ \\t]+|[^\\s=:,]+|[=:,]");
    private static final List<String> ODD =
            List.of(
                    "",
                    "\n",
                    "\r\n",
                    "\r",
                    "\0",
                    "\\",
                    "\\\n",
                    " ",
                    "\t",
                    "=",
                    ":",
                    ",",
                    ";",
                    "#",
                    "[",
                    "]",
                    "[snap]",
                    "[pve:pending]",
                    "[Exec]",
                    "\"",
                    "'",
                    "~",
                    "!",
                    "%",
                    "%i",
                    "-",
                    "--",
                    "*",
                    "${",
                    "all",
                    "none",
                    "lxc.cap.drop = ",
                    "lxc.cap.keep = none",
                    "lxc.include = /c/config",
                    "lxc.include = /c/",
                    "lxc.cap.drop: sys_rawio",
                    "DropCapability=CAP_MKNOD",
                    "Capability=all",
                    "cap_sys_rawio",
                    "SYS_RAWIO",
                    "63",
                    "64",
                    "-1",
                    "99999999999999999999",
                    "ffffffffffffffff",
                    "\u00ff\u00fe",
                    "\u001b[2J",
                    "x".repeat(5000),
                    "a ".repeat(3000));

    /// Read as `/c/config`, and by every include of a file of that folder.
    private record Main(String text, String path) implements ConfigSource {
        @Override
        public @Nullable String read(String asked) {
            return asked.equals(path) || asked.startsWith("/c/") ? text : null;
        }

        @Override
        public @Nullable List<String> list(String directory) {
            return directory.equals("/c/") ? List.of("/c/one.conf", path) : null;
        }
    }

    private static List<List<String>> pieces(String folder, String ending) {
        try (Stream<Path> files = Files.walk(CONFIGURATIONS.resolve(folder))) {
            List<List<String>> all = new ArrayList<>();
            for (Path file :
                    files.filter(one -> one.toString().endsWith(ending)).sorted().toList()) {
                all.add(Mutator.pieces(Files.readString(file, ISO_8859_1), WORD));
            }
            assertThat(all).isNotEmpty();
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String mutated(Mutator mutator, List<List<String>> good) {
        String text = mutator.text(mutator.oneOf(good), ODD);
        return mutator.below(4) == 0
                ? new String(mutator.bytes(text.getBytes(ISO_8859_1)), ISO_8859_1)
                : text;
    }

    /// What a configuration says, how it would be edited, and how the edit would be taken back.
    private static void edited(ConfigFormat format, String path, String text, Mutator later) {
        Main source = new Main(text, path);
        EffectiveCapabilities now = format.resolve(path, source, LAST);
        assertThat(format.settings(path, source)).isNotNull();
        assertThat(format.snapshots(path, source, LAST)).isNotNull();
        Editing nesting = format.allowNesting(path, source);
        assertThat(nesting).isNotNull();
        if (format.drop(path, source, DROP, LAST) instanceof ConfigEdit edit) {
            assertThat(edit.before()).isEqualTo(text);
            EffectiveCapabilities then = format.resolve(path, new Main(edit.after(), path), LAST);
            assertThat(then.loads()).isTrue();
            assertThat(then.bounding(LAST).intersect(DROP)).isEqualTo(CapabilitySet.EMPTY);
            assertThat(then.bounding(LAST)).isEqualTo(now.bounding(LAST).minus(DROP));
            assertThat(format.takeBack(edit.after(), edit)).isEqualTo(text);
            String others = later.text(Mutator.pieces(edit.after(), WORD), ODD);
            assertThat(format.takeBack(others, edit)).isNotNull();
            var _ = format.again(edit, others, new Main(others, path), LAST);
        }
    }

    private static void configurations(
            String kind, ConfigFormat format, String path, List<List<String>> good) {
        Campaign campaign = new Campaign(kind, NoException.class, MOST_BYTES_OF_INCLUDES);
        campaign.run(
                OF_EACH,
                mutator -> mutated(mutator, good),
                text -> edited(format, path, text, new Mutator(text.hashCode())));
        campaign.report();
    }

    /// None is documented.
    private static final class NoException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void fiveThousandConfigurationsOfLxc() {
        configurations(
                "configurations, LXC", ConfigFormat.LXC, "/c/config", pieces("liblxc", ".conf"));
    }

    @Test
    void fiveThousandConfigurationsOfProxmox() {
        configurations(
                "configurations, Proxmox VE",
                ConfigFormat.PROXMOX,
                "/c/101.conf",
                pieces("proxmox", ".conf"));
    }

    @Test
    void fiveThousandSettingsOfNspawn() {
        String good =
                """
                # mine
                [Exec]
                Boot=on
                PrivateUsers=pick
                Capability=CAP_SYS_ADMIN CAP_MKNOD
                DropCapability=CAP_SYS_RAWIO \\
                  CAP_SYS_MODULE
                [Network]
                VirtualEthernet=yes
                [Files]
                Bind=/srv
                """;
        configurations(
                "settings, systemd-nspawn",
                ConfigFormat.NSPAWN,
                "/etc/systemd/nspawn/web.nspawn",
                List.of(Mutator.pieces(good, WORD)));
    }

    @Test
    void fiveThousandUnitFiles() {
        String good =
                """
                \ufeff[Unit]
                Description=a \\"quoted\\" \\
                  thing
                ConditionCapability=!CAP_SYS_RAWIO
                [Service]
                ExecStart=-@/usr/sbin/a argv0 $OPTIONS ; /bin/true
                CapabilityBoundingSet=~CAP_SYS_ADMIN CAP_NET_RAW
                [Install]
                WantedBy=multi-user.target
                """;
        List<List<String>> pieces = List.of(Mutator.pieces(good, WORD));
        Campaign campaign = new Campaign("unit files", NoException.class, MOST_BYTES);
        campaign.run(
                OF_EACH,
                mutator -> mutated(mutator, pieces),
                text -> {
                    UnitFile file =
                            UnitFile.read("/a.service", UnitFile.text(text.getBytes(ISO_8859_1)));
                    for (UnitFile.Setting setting : file.settings()) {
                        assertThat(ExecLine.parse(setting.value())).isNotNull();
                    }
                    Main nspawn = new Main(text, "/a.nspawn");
                    assertThat(ConfigFormat.NSPAWN.resolve(nspawn.path(), nspawn, 40)).isNotNull();
                });
        campaign.report();
    }

    @Test
    void fiveThousandStatesOfProcesses() {
        String good =
                """
                Name:\tsystemd
                State:\tS (sleeping)
                PPid:\t1
                TracerPid:\t0
                Uid:\t1000000\t1000000\t1000000\t1000000
                NSpid:\t4711\t1
                Kthread:\t0
                CapInh:\t0000000000000000
                CapPrm:\t000001ffffffffff
                CapEff:\t000001ffffffffff
                CapBnd:\t000001fffffdffff
                CapAmb:\t0000000000000000
                NoNewPrivs:\t0
                """;
        List<List<String>> pieces = List.of(Mutator.pieces(good, WORD));
        Campaign campaign =
                new Campaign("/proc/PID/status", IllegalArgumentException.class, MOST_BYTES);
        campaign.run(
                OF_EACH / 2, mutator -> mutated(mutator, pieces), text -> ProcStatus.parse(text));
        campaign.run(
                OF_EACH / 2, mutator -> mutated(mutator, pieces), text -> ThreadStatus.parse(text));
        campaign.report();
    }

    /// What is read is written as what is read as the same.
    @Test
    void fiveThousandNotationsOfCapabilities() {
        List<List<String>> pieces = new ArrayList<>();
        for (String good :
                List.of(
                        "cap_net_raw,cap_sys_admin=ep cap_chown+i-p all=",
                        "!cap_chown,%cap_setuid,^cap_kill,cap_bpf",
                        "000001fffffdffff",
                        "0 100000 65536\n65536 1 1\n",
                        "keep-caps,no-setuid-fixup")) {
            pieces.add(Mutator.pieces(good, Pattern.compile("[a-z_0-9]+|.")));
        }
        Campaign campaign =
                new Campaign("capabilities as texts", IllegalArgumentException.class, MOST_BYTES);
        campaign.run(
                OF_EACH,
                mutator -> mutated(mutator, pieces),
                text -> {
                    switch (Math.floorMod(text.hashCode(), 5)) {
                        case 0 -> {
                            CapabilityState state = CapabilityState.parse(text, LAST);
                            assertThat(CapabilityState.parse(state.format(LAST), LAST))
                                    .isEqualTo(state);
                        }
                        case 1 -> assertThat(IabTuple.parse(text)).isNotNull();
                        case 2 -> {
                            CapabilitySet set = CapabilitySet.parseHex(text);
                            assertThat(CapabilitySet.parseHex(set.formatHex())).isEqualTo(set);
                        }
                        case 3 -> assertThat(IdMap.parse(text)).isNotNull();
                        default -> assertThat(Securebits.parse(text)).isNotNull();
                    }
                });
        campaign.report();
    }

    @Test
    void fiveThousandCapabilitiesOfFiles() {
        List<byte[]> good =
                List.of(
                        HexFormat.of().parseHex("0100000200200000000000000000000000000000"),
                        HexFormat.of()
                                .parseHex("010000030020000000000000000000000000000040420f00"));
        Campaign campaign =
                new Campaign("capabilities of files", IllegalArgumentException.class, MOST_BYTES);
        campaign.run(
                OF_EACH,
                mutator -> mutator.bytes(mutator.oneOf(good)),
                bytes -> {
                    FileCapabilities read = FileCapabilities.decode(bytes);
                    assertThat(FileCapabilities.decode(read.encode())).isEqualTo(read);
                });
        campaign.report();
    }
}
