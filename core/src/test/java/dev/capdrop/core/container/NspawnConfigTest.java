package dev.capdrop.core.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.container.EffectiveCapabilities.CapabilityLine;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import dev.capdrop.core.container.EffectiveCapabilities.Remark;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The expected sets are those that systemd-nspawn 257 was seen to give a machine; `NspawnJobTest`
/// in `lab/` asks it again.
final class NspawnConfigTest {
    private static final int LAST = 40;
    private static final String FILE = "/etc/systemd/nspawn/web.nspawn";
    private static final String RUN = "/run/systemd/nspawn/web.nspawn";
    private static final String BESIDE = "/var/lib/machines/web.nspawn";
    private static final String UNIT = "/usr/lib/systemd/system/systemd-nspawn@.service";
    private static final String BARE =
            "[Service]\nExecStart=systemd-nspawn --boot --settings=override --machine=%i\n";
    private static final String COMMAND_LINE = "/proc/80/cmdline";

    private static EffectiveCapabilities resolve(String path, String... pathsAndTexts) {
        return ConfigFormat.NSPAWN.resolve(path, TextSource.of("", pathsAndTexts), LAST);
    }

    private static String bounding(String path, String... pathsAndTexts) {
        EffectiveCapabilities effective = resolve(path, pathsAndTexts);
        assertThat(effective.error()).isNull();
        return effective.bounding(LAST).formatHex();
    }

    private static ConfigEdit drop(CapabilitySet drop, String path, String... pathsAndTexts) {
        return ConfigFormat.NSPAWN
                .drop(path, TextSource.of("", pathsAndTexts), drop, LAST)
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | 00000000fdecafff",
                "[Exec]\u00b6DropCapability=CAP_SYS_ADMIN cap_chown 1 0x2 CAP_X SYS_BOOT\u00b6 | 00000000fdccaff8",
                "[Exec]\u00b6Capability=all\u00b6DropCapability=CAP_KILL\u00b6 | 000001ffffffffdf",
                "[Exec]\u00b6DropCapability=CAP_KILL,CAP_CHOWN\u00b6 | 00000000fdecafff",
                "[Exec]\u00b6DropCapability=\\\u00b6CAP_KILL\u00b6 | 00000000fdecafdf",
                "[Exec]\u00b6DropCapability=\"CAP_KILL\"\u00b6 | 00000000fdecafff",
                "[Exec]\u00b6DropCapability=CAP_\\KILL\u00b6 | 00000000fdecafdf",
                "[Exec]\u00b6DropCapability=CAP_KILL\u00b6DropCapability=\u00b6 | 00000000fdecafdf",
                "[exec]\u00b6DropCapability=CAP_KILL\u00b6 | 00000000fdecafff",
                "[Foo]\u00b6DropCapability=CAP_KILL\u00b6[Exec]\u00b6DropCapability=CAP_CHOWN | 00000000fdecaffe",
                "DropCapability=CAP_KILL\u00b6 | 00000000fdecafff",
                "[Exec]\u00b6nothing\u00b6=x\u00b6  DropCapability  =  CAP_KILL  \u00b6 | 00000000fdecafdf",
                "[Exec]\u00b6# x\\\u00b6DropCapability=CAP_KILL\u00b6 | 00000000fdecafdf",
                "[Exec]\u00b6Parameters=a \\\u00b6# c\u00b6DropCapability=CAP_KILL\u00b6 | 00000000fdecafff",
                "[Exec]\u00b6DropCapability=CAP_KILL\u00b6[Network]\u00b6Private=yes\u00b6 | 00000000fdecbfdf",
                "[Network]\u00b6VirtualEthernet=yes\u00b6 | 00000000fdecbfff",
                "[Files]\u00b6Bind=:\u00b6Bind=+::\u00b6BindReadOnly=-\u00b6 | 00000000fdecafff",
                "[Exec]\u00b6DropCapability=99 63 41 -1\u00b6 | 00000000fdecafff",
                "[Exec]\u00b6DropCapability=ALL\u00b6 | 00000000fdecafff",
                "[Exec]\u00b6DropCapability=all\u00b6 | 0000000000000000",
                "[Exec]\u00b6;DropCapability=CAP_KILL\u00b6 [Exec] \u00b6DropCapability= +5 05\u00b6 | 00000000fdecafdf",
                "[Exec]\u00b6Boot=maybe\u00b6PrivateUsers=maybe\u00b6DropCapability=CAP_KILL\u00b6 | 00000000fdecafdf",
            })
    void aSettingsFileComesToWhatSystemdNspawnMakesOfIt(String text, String bounding) {
        String lines = text.replace('\u00b6', '\n');
        assertThat(bounding(FILE, FILE, lines, UNIT, BARE)).as(lines).isEqualTo(bounding);
    }

    @Test
    void withoutAFileTheTemplateDecides() {
        assertThat(bounding(FILE)).isEqualTo("00000000fdecbfff");
        assertThat(
                        bounding(
                                FILE,
                                UNIT,
                                BARE.replace("%i", "%i --drop-capability=CAP_KILL,CAP_CHOWN")))
                .isEqualTo("00000000fdecafde");
    }

    @Test
    void aDropInOfTheUnitTakesItsLineAway() {
        String dropIn = "/etc/systemd/system/systemd-nspawn@web.service.d/own.conf";
        assertThat(
                        bounding(
                                FILE,
                                UNIT,
                                BARE,
                                dropIn,
                                "[Service]\nExecStart=\nExecStart=systemd-nspawn --capability=all"))
                .isEqualTo("000001ffffffffff");
    }

    @Test
    void theFirstFileThatIsThereIsTheOnlyOne() {
        String kill = "[Exec]\nDropCapability=CAP_KILL\n";
        String chown = "[Exec]\nDropCapability=CAP_CHOWN\n";
        assertThat(bounding(FILE, FILE, kill, RUN, chown, UNIT, BARE))
                .isEqualTo("00000000fdecafdf");
        assertThat(bounding(RUN, RUN, kill, BESIDE, chown, UNIT, BARE))
                .isEqualTo("00000000fdecafdf");
        assertThatThrownBy(() -> drop(CapabilitySet.of("mknod"), RUN, FILE, kill, RUN, chown))
                .hasMessageContaining("OTHER_SETTINGS");
    }

    @Test
    void aFileBesideTheImageTakesAwayAndLendsNothing() {
        String text = "[Exec]\nCapability=CAP_SYS_TIME\nDropCapability=CAP_KILL\nPrivateUsers=no\n";
        assertThat(bounding(BESIDE, BESIDE, text, UNIT, BARE)).isEqualTo("00000000fdecafdf");
        assertThat(resolve(BESIDE, BESIDE, text).remarks())
                .extracting(Remark::text)
                .containsExactly("nothing is lent by a file that lies beside the image");
        assertThat(
                        ConfigFormat.NSPAWN
                                .settings(BESIDE, TextSource.of("", BESIDE, text))
                                .value("lxc.idmap"))
                .isNotNull();
    }

    @Test
    void optionsTakeAFilesLinesOutOfForceUnlessItOverridesThem() {
        String file = "[Exec]\nCapability=CAP_SYS_TIME\n";
        String line = "systemd-nspawn\n-M\nweb\n--drop-capability=CAP_KILL\n";
        assertThat(bounding(COMMAND_LINE, COMMAND_LINE, line, FILE, file))
                .isEqualTo("00000000fdecafdf");
        assertThat(bounding(COMMAND_LINE, COMMAND_LINE, line + "--settings=override", FILE, file))
                .isEqualTo("00000000ffecafdf");
        assertThat(bounding(COMMAND_LINE, COMMAND_LINE, "x\n-Mweb\n--settings=no", FILE, file))
                .isEqualTo("00000000fdecafff");
    }

    @Test
    void theCapabilitiesOfABundleAreNotRead() {
        String line = "systemd-nspawn\n-M\nweb\n--oci-bundle\n/srv/b\n--drop-capability=CAP_KILL\n";
        assertThat(resolve(COMMAND_LINE, COMMAND_LINE, line).error())
                .isEqualTo(
                        new LoadError(
                                COMMAND_LINE,
                                1,
                                "--oci-bundle=/srv/b",
                                "its capabilities are those of the bundle's config.json, which"
                                        + " capdrop does not read"));
    }

    @Test
    void whatIsLentIsToldFromTheDefault() {
        EffectiveCapabilities effective =
                resolve(FILE, FILE, "[Exec]\nCapability=CAP_SYS_TIME CAP_KILL\n", UNIT, BARE);
        assertThat(effective.remarks())
                .extracting(Remark::text)
                .containsExactly("lends what systemd-nspawn would not leave to it: sys_time");
        assertThat(effective.lines()).hasSize(2);
        assertThat(effective.lines().getFirst().place()).isEqualTo("systemd-nspawn");
        assertThat(effective.lines().getFirst().adds())
                .contains("sys_rawio")
                .doesNotContain("sys_time");
        assertThat(effective.lines().getLast().place()).isEqualTo(FILE + ":2");
    }

    @Test
    void aWordThatSystemdDoesNotKnowIsNamedAndCostsNothing() {
        assertThat(resolve(FILE, FILE, "[Exec]\nDropCapability=sys_rawio\n").remarks())
                .containsExactly(
                        new Remark(
                                FILE,
                                2,
                                "systemd-nspawn knows no capability 'sys_rawio' and ignores it"));
    }

    @ParameterizedTest
    @CsvSource({
        "'[Exec', a section's name has no end",
        "'[Ex\"ec]', a section's name has a quote",
        "'[Exec]\n\u00ff\n', that is not UTF-8",
        "'[Exec]\nAmbientCapability=CAP_KILL\n', it boots no container",
    })
    void aFileThatSystemdNspawnRefusesIsNotEdited(String text, String reason) {
        LoadError error = resolve(FILE, FILE, text).error();
        assertThat(Objects.requireNonNull(error).reason()).contains(reason);
        assertThatThrownBy(() -> drop(CapabilitySet.of("kill"), FILE, FILE, text))
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "yes, true",
        "pick, true",
        "identity, true",
        "65536:65536, true",
        "no, false",
        "0, false",
    })
    void privateUsersMeanAUserNamespace(String value, boolean own) {
        String text = "[Exec]\nPrivateUsers=" + value + "\n";
        LxcSettings settings =
                ConfigFormat.NSPAWN.settings(FILE, TextSource.of("", FILE, text, UNIT, BARE));
        assertThat(settings.value("lxc.idmap") != null).isEqualTo(own);
    }

    @Test
    void anEditIsOneLineAndItsUndoByteForByte() {
        for (String before :
                new String[] {
                    "[Exec]\r\nBoot=yes\r\n\r\n[Network]\r\nPrivate=yes",
                    "# \u00c3\u00a9\n[Exec]\nDropCapability=CAP_KILL \n\nBoot=yes\n",
                    "[Network]\nPrivate=yes",
                    "[Exec]\nParameters=a \\\n  b\n[Files]\nBind=/x\n",
                    "# nothing\n",
                }) {
            ConfigEdit edit = drop(CapabilitySet.of("mknod", "sys_boot"), FILE, FILE, before);
            assertThat(edit.after()).contains("DropCapability=CAP_SYS_BOOT CAP_MKNOD");
            assertThat(bounding(FILE, FILE, edit.after()))
                    .isEqualTo(
                            CapabilitySet.parseHex(bounding(FILE, FILE, before))
                                    .minus(CapabilitySet.of("mknod", "sys_boot"))
                                    .formatHex());
            assertThat(ConfigFormat.NSPAWN.takeBack(edit.after(), edit)).isEqualTo(before);
            String later = edit.after() + "\n# by somebody else\n";
            assertThat(ConfigFormat.NSPAWN.takeBack(later, edit))
                    .doesNotContain("CAP_SYS_BOOT")
                    .contains("# by somebody else");
        }
    }

    @Test
    void aFileThatWeMadeGoesWhenNothingElseIsInIt() {
        ConfigEdit edit = drop(CapabilitySet.of("mknod"), FILE);
        assertThat(edit.before()).isEmpty();
        assertThat(edit.after())
                .isEqualTo(
                        "# Made by capdrop, there was no such file before: 'capdrop undo' removes"
                                + " it.\n[Exec]\nDropCapability=CAP_MKNOD\n");
        assertThat(ConfigFormat.NSPAWN.takeBack(edit.after() + "\n", edit)).isEmpty();
        assertThat(ConfigFormat.NSPAWN.takeBack(edit.after() + "Boot=yes\n", edit))
                .endsWith("[Exec]\nBoot=yes\n");
    }

    @Test
    void somebodyElsesWordsOnALineOfTheirOwnStay() {
        String before = "[Exec]\nDropCapability=CAP_KILL\n";
        ConfigEdit edit = drop(CapabilitySet.of("mknod"), FILE, FILE, before);
        String later = edit.after().replace("CAP_MKNOD", "CAP_MKNOD CAP_CHOWN");
        assertThat(ConfigFormat.NSPAWN.takeBack(later, edit))
                .isEqualTo(before + "DropCapability=CAP_CHOWN\n");
    }

    @Test
    void ofACommandLineTheOptionIsShown() {
        String line = "systemd-nspawn\n--boot\n-D\n/srv/db\n";
        ConfigEdit edit = drop(CapabilitySet.of("mknod", "kill"), COMMAND_LINE, COMMAND_LINE, line);
        assertThat(edit.after())
                .isEqualTo(
                        "systemd-nspawn\n--drop-capability=CAP_KILL,CAP_MKNOD\n--boot\n-D\n/srv/db\n");
    }

    /// One option about capabilities takes the file's lines out of force.
    @Test
    void ofACommandLineWithASettingsFileTheOptionsSayAll() {
        String line = "systemd-nspawn\n-M\nweb\n";
        String file = "[Exec]\nCapability=CAP_SYS_TIME\nDropCapability=CAP_KILL\n";
        ConfigEdit edit =
                drop(CapabilitySet.of("mknod"), COMMAND_LINE, COMMAND_LINE, line, FILE, file);
        assertThat(edit.after())
                .isEqualTo(
                        """
                        systemd-nspawn
                        --drop-capability=CAP_KILL,CAP_NET_ADMIN,CAP_MKNOD
                        --capability=CAP_SYS_TIME
                        -M
                        web
                        """);
    }

    @Test
    void whoReadsAConfigurationIsCalledByItsName() {
        assertThat(ConfigFormat.NSPAWN.reader()).isEqualTo("systemd-nspawn");
        assertThat(ConfigFormat.LXC.reader()).isEqualTo("liblxc");
        assertThat(ConfigFormat.LXC.optional()).isFalse();
        Editing gone =
                ConfigFormat.LXC.drop(
                        "/c/gone",
                        TextSource.of("", "/c/other", ""),
                        CapabilitySet.of("mknod"),
                        LAST);
        assertThat(gone).isInstanceOf(Editing.NotLoaded.class);
        assertThat(((Editing.NotLoaded) gone).path()).isEqualTo("/c/gone");
    }

    @Test
    void aRemarkNamesItsFileAndItsLine() {
        assertThat(new Remark("/c/config", 3, "x").place()).isEqualTo("/c/config:3");
        assertThat(new Remark("/c/config", 0, "x").place()).isEqualTo("/c/config");
        assertThat(new LoadError("/c/config", 0, "", "x").place()).isEqualTo("/c/config");
    }

    @Test
    void aNetworkOfItsOwnLeavesNetAdminToAMachine() {
        String asks = "[Exec]\nCapability=CAP_NET_ADMIN\n";
        String own = asks + "[Network]\nPrivate=yes\n";
        assertThat(resolve(FILE, FILE, own, UNIT, BARE).remarks())
                .extracting(Remark::text)
                .containsExactly("lends nothing that systemd-nspawn does not leave to it anyway");
        assertThat(resolve(FILE, FILE, asks, UNIT, BARE).remarks())
                .extracting(Remark::text)
                .containsExactly("lends what systemd-nspawn would not leave to it: net_admin");
        for (boolean network : new boolean[] {true, false}) {
            String text = network ? "[Network]\nPrivate=yes\n" : "[Exec]\nBoot=yes\n";
            TextSource source = TextSource.of("", FILE, text, UNIT, BARE);
            assertThat(ConfigFormat.NSPAWN.settings(FILE, source).value("lxc.net.0.type"))
                    .isEqualTo(network ? "veth" : "none");
            assertThat(
                            resolve(FILE, FILE, text, UNIT, BARE)
                                    .lines()
                                    .getFirst()
                                    .adds()
                                    .contains("net_admin"))
                    .isEqualTo(!network);
        }
    }

    private static String command(String options) {
        return "[Service]\nExecStart=systemd-nspawn --boot " + options + " --machine=%i\n";
    }

    /// `~` is a line feed.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--settings=override --network-veth | [Network]~Private=no~ | none",
                "--settings=override --network-veth | [Exec]~Boot=yes~ | veth",
                "--settings=yes --network-veth | [Network]~Private=no~ | veth",
                "--settings=yes | [Network]~Private=yes~ | veth",
                "--settings=yes | [Network]~Private=no~ | none"
            })
    void whoDecidesAboutTheNetworkDecidesAboutNetAdmin(
            String options, String text, String network) {
        String[] files = {FILE, text.replace('~', '\n'), UNIT, command(options)};
        assertThat(resolve(FILE, files).bounding(LAST).contains(Capability.of("net_admin")))
                .isEqualTo(network.equals("veth"));
        assertThat(
                        ConfigFormat.NSPAWN
                                .settings(FILE, TextSource.of("", files))
                                .value("lxc.net.0.type"))
                .isEqualTo(network);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--settings=override | PrivateUsers=70000 | 70000 65536",
                "--settings=override | PrivateUsers=70000:1000 | 70000 1000",
                "--settings=override | PrivateUsers=identity | 0 65536",
                "--settings=override | PrivateUsers=pick | 524288 65536",
                "--settings=override | Boot=yes |",
                "--settings=override --private-users=70000 | PrivateUsers=no |",
                "--settings=yes --private-users=70000 | PrivateUsers=no | 70000 65536",
                "--settings=yes --private-users=70000 | Boot=yes | 70000 65536",
                "--settings=yes | PrivateUsers=80000 | 80000 65536"
            })
    void theIdsOfAMachineAreThoseOfWhoeverDecides(
            String options, String line, @Nullable String ids) {
        LxcSettings settings =
                ConfigFormat.NSPAWN.settings(
                        FILE,
                        TextSource.of("", FILE, "[Exec]\n" + line + "\n", UNIT, command(options)));
        assertThat(settings.values("lxc.idmap"))
                .isEqualTo(ids == null ? List.of() : List.of("u 0 " + ids, "g 0 " + ids));
    }

    @Test
    void whatATrustedFileMountsIsKnownAndNothingOfAFileBesideTheImage() {
        String text =
                "[Files]\nBind=/srv\nBindReadOnly=+/data:/mnt:rbind\nBind=/x::noidmap\nBind=/y:z\n";
        LxcSettings own =
                ConfigFormat.NSPAWN.settings(FILE, TextSource.of("", FILE, text, UNIT, BARE));
        assertThat(own.values("lxc.mount.entry"))
                .containsExactly("/srv srv none bind", "/data mnt none bind", "/x x none bind");
        assertThat(own.keys()).contains("lxc.mount.entry");
        LxcSettings beside =
                ConfigFormat.NSPAWN.settings(
                        BESIDE, TextSource.of("", BESIDE, text, UNIT, command("--settings=yes")));
        assertThat(beside.values("lxc.mount.entry")).isEmpty();
        assertThat(beside.keys()).doesNotContain("lxc.mount.entry");
    }

    @Test
    void aFileInAFolderOfItsOwnIsReadFirst() {
        String own = "/srv/web.nspawn";
        assertThat(
                        resolve(
                                        own,
                                        own,
                                        "[Exec]\nDropCapability=CAP_KILL\n",
                                        FILE,
                                        "[Exec]\nDropCapability=CAP_CHOWN\n",
                                        UNIT,
                                        BARE)
                                .lines()
                                .getLast()
                                .set())
                .isEqualTo(CapabilitySet.of("kill"));
        assertThat(ConfigFormat.ofFile("web.nspawn")).isEqualTo(ConfigFormat.NSPAWN);
        assertThat(ConfigFormat.ofFile("config")).isEqualTo(ConfigFormat.LXC);
    }

    @Test
    void aLineThatLendsDropsNothing() {
        assertThat(resolve(FILE, FILE, "[Exec]\nCapability=CAP_SYS_TIME\n", UNIT, BARE).lines())
                .last()
                .satisfies(line -> assertThat(line.set().isEmpty()).isTrue());
    }

    @Test
    void whatOptionsLendAndWhichLinesTheyTakeOutOfForceIsSaid() {
        String line = "systemd-nspawn\n-M\nweb\n--capability=CAP_SYS_TIME\n";
        String file = "[Exec]\nDropCapability=CAP_KILL\n";
        assertThat(resolve(COMMAND_LINE, COMMAND_LINE, line, FILE, file).remarks())
                .extracting(Remark::place, Remark::text)
                .contains(
                        tuple(
                                COMMAND_LINE + ":1",
                                "lends what systemd-nspawn would not leave to it: sys_time"),
                        tuple(
                                FILE + ":2",
                                "options of the command line about capabilities take the lines of"
                                        + " the file out of force"));
    }

    @Test
    void aLineTellsTheCapabilitiesThatItNames() {
        CapabilityLine line = new CapabilityLine("/c/config", 1, "x", List.of("kill", "44"), false);
        assertThat(line.set().contains(Capability.of("kill"))).isTrue();
        assertThat(line.set().contains(new Capability(44))).isTrue();
        assertThat(line.set().size()).isEqualTo(2);
    }
}
