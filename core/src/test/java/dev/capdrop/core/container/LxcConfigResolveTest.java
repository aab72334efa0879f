package dev.capdrop.core.container;

import static dev.capdrop.core.container.TextSource.MAIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.ConfigSource.KeyAnswer;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import dev.capdrop.core.container.EffectiveCapabilities.Remark;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every row was asked of liblxc 6.0.4 by starting a container with it.
final class LxcConfigResolveTest {
    private static final int LAST = 40;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "lxc.cap.drop = kill | DROP | kill",
                "lxc.cap.drop=kill | DROP | kill",
                "lxc.cap.drop = 0x11 021 17 | DROP | sys_rawio",
                "lxc.cap.drop = +5 | DROP | kill",
                "lxc.cap.drop = 0b101 | DROP | kill",
                "lxc.cap.drop = \\v+5 | DROP | kill",
                "lxc.cap.drop = 000000000000000000000000005 | DROP | kill",
                "lxc.cap.drop = 40 | DROP | checkpoint_restore",
                "lxc.cap.drop = kill\\r\\n | DROP | kill",
                "lxc.cap.drop = kill\\rlxc.cap.drop = net_raw | DROP | kill net_raw",
                "lxc.cap.drop = \\r5 | NONE | ``",
                "lxc.cap.drop = kill\\0 chown\\nlxc.cap.drop = chown | DROP | kill",
                "lxc.cap.keep = none | KEEP | ``",
                "lxc.cap.keep = none kill | KEEP | kill",
                "lxc.cap.keep = kill none | KEEP | ``",
                "lxc.cap.keep = kill none chown | KEEP | chown",
                "lxc.cap.drop = kill\\nlxc.cap.keep =\\nlxc.cap.keep = chown | KEEP | chown",
                "lxc.cap.keep = kill\\nlxc.cap.drop =\\nlxc.cap.drop = chown | DROP | chown",
                "lxc.cap.keep = kill\\nlxc.cap.keep = | NONE | ``",
                "lxc.cap.drop = kill\\nlxc.cap.drop = '' | NONE | ``",
                "lxc.cap.drop = \" kill\\tchown \" | DROP | chown kill",
                "lxc.cap.keep = \" \" | KEEP | ``",
                "lxc.cap.drop = \" \"\\nlxc.cap.keep = chown | KEEP | chown",
                "\\xef\\xbb\\xbflxc.cap.drop = kill | NONE | ``",
                "\\vlxc.cap.drop = kill | NONE | ``",
                "\\rlxc.cap.drop = kill | DROP | kill",
                "; lxc.cap.drop | NONE | ``",
                "lxc.net.0.type = empty\\nlxc.net.0.mtu =\\nlxc.cap.drop = kill | DROP | kill",
                "lxc.cgroup2.x = 1\\nlxc.sysctl.a.b = 1\\nlxc.prlimit.nofile = 5 | NONE | ``",
                "lxc.namespace.share.net = x | NONE | ``"
            })
    void itLoadsAndComesTo(String text, EffectiveCapabilities.Mode mode, String names) {
        EffectiveCapabilities read = resolve(text);
        assertThat(read.error()).isNull();
        assertThat(read.mode()).isEqualTo(mode);
        assertThat(read.names()).hasToString(names);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lxc.cap.drop = -5",
                "lxc.cap.drop = 08",
                "lxc.cap.drop = 0x",
                "lxc.cap.drop = 0b2",
                "lxc.cap.drop = 41",
                "lxc.cap.drop = 4294967301",
                "lxc.cap.drop = 18446744073709551621",
                "lxc.cap.drop = 5\\v",
                "lxc.cap.drop = none",
                "lxc.cap.drop = \"",
                "lxc.cap.drop = 'kill\"",
                "lxc.cap.drop = \"\"kill\"\"",
                "lxc.cap.drop = kill,chown",
                "lxc.cap.drop = kill # x",
                "lxc.cap.drop = KILL",
                "lxc.cap.drop = cap_kill",
                "lxc.cap.drop = rawio",
                "lxc.cap.drop",
                "lxc.",
                "lxc.=",
                "lxc.cap.dropx = kill",
                "lxc.cap.drop\\v= kill",
                "lxc.cap =",
                "lxc.hook.foo =",
                "lxc.hook = 1",
                "lxc.net = 1",
                "lxc.net.0 = 1",
                "lxc.net.x.type = empty",
                "lxc.net.0.bogus = 1",
                "lxc.net.0.mtu =",
                "lxc.net.4294967295.type = empty",
                "lxc.cgroup = 1",
                "lxc.cgroupx =",
                "lxc.cgroup. = 1",
                "lxc.prlimitx = 1",
                "lxc.namespace.share.bogus = 1",
                "lxc.utsname = x",
                "lxc.cap.keep = none\\nlxc.cap.drop = kill",
                "lxc.cap.drop = kill\\nlxc.cap.keep = none",
                "lxc.cap.keep = ' '\\nlxc.cap.drop = chown",
                "lxc.include = /nowhere"
            })
    void itIsRefusedAtItsLastLine(String text) {
        String[] lines = unescaped("# one\n" + text).split("\n", -1);
        LoadError error = refused(TextSource.of(unescaped("# one\n" + text)));
        assertThat(error.file()).isEqualTo(MAIN);
        assertThat(error.line()).isEqualTo(lines.length);
        assertThat(error.text()).isEqualTo(lines[lines.length - 1]);
        assertThat(error.reason()).isNotBlank();
    }

    @Test
    void anIncludedDirectoryIsReadWhereItStandsAndKeepsItsPlaces() {
        TextSource source =
                TextSource.of(
                        "lxc.cap.drop = kill\nlxc.include = /d\n",
                        "/d/a.conf",
                        "lxc.cap.drop =\n",
                        "/d/b.conf",
                        "#\nlxc.cap.drop = 1 net_raw\n");
        EffectiveCapabilities read = ConfigFormat.LXC.resolve(MAIN, source, LAST);
        assertThat(read.names()).hasToString("dac_override net_raw");
        assertThat(read.lines())
                .extracting(
                        line -> line.file() + ":" + line.line() + " " + line.adds() + line.clears())
                .containsExactly(
                        "/c/config:1 [kill]false",
                        "/d/a.conf:1 []true",
                        "/d/b.conf:2 [dac_override, net_raw]false");
    }

    @Test
    void aMissingDirectoryIsNothingButSaidOfOldVersions() {
        EffectiveCapabilities read = resolve("lxc.include = /nowhere/");
        assertThat(read.loads()).isTrue();
        assertThat(read.remarks()).singleElement().extracting(Remark::line).isEqualTo(1);
    }

    @Test
    void aFileWithATrailingSlashIsRefused() {
        TextSource source = TextSource.of("lxc.include = /x/", "/x", "");
        assertThat(ConfigFormat.LXC.resolve(MAIN, source, LAST).loads()).isFalse();
    }

    @Test
    void aLoopOfIncludesEnds() {
        TextSource source =
                TextSource.of(
                        "lxc.include = /a", "/a", "lxc.include = /b", "/b", "lxc.include = /a");
        LoadError error = refused(source);
        assertThat(error.file()).isEqualTo("/b");
        assertThat(error.reason()).contains("included in itself");
    }

    @Test
    void includesThatDoubleAtEveryStepEnd() {
        String[] files = new String[60];
        for (int i = 0; i < files.length; i += 2) {
            files[i] = "/" + i;
            String next = "lxc.include = /" + Math.min(i + 2, files.length - 2) + "\n";
            files[i + 1] = i == files.length - 2 ? "" : next + next;
        }
        TextSource source = TextSource.of("lxc.include = /0", files);
        LoadError error = refused(source);
        assertThat(error.reason()).contains("more than");
    }

    @Test
    void aRelativeIncludeIsLookedUpFromTheRootAndSaid() {
        TextSource source = TextSource.of("lxc.include = etc/x", "/etc/x", "lxc.cap.drop = kill");
        EffectiveCapabilities read = ConfigFormat.LXC.resolve(MAIN, source, LAST);
        assertThat(read.names()).hasToString("kill");
        assertThat(read.remarks()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lxc.cap.keep = kill\\nlxc.cap.drop =",
                "lxc.cap.drop = 0x11",
                "lxc.cap.drop = rawio",
                "lxc.cap.keep = kill\\nlxc.cap.drop = chown",
                "lxc.cap.keep = ' '",
                "lxc.cap.drop = 0b101"
            })
    void whatOldVersionsReadOtherwiseIsRemarked(String text) {
        assertThat(resolve(text).remarks()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lxc.cap.drop = kill\\nlxc.cap.keep =\\nlxc.cap.keep =",
                "lxc.cap.keep = kill\\nlxc.cap.drop =\\nlxc.cap.drop ="
            })
    void aResetOfTheOtherListLeavesThisOneInForceInOldVersions(String text) {
        assertThat(resolve(text).remarks()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lxc.cap.keep = kill\\nlxc.cap.keep =",
                "lxc.cap.drop = 17 0",
                "lxc.cap.drop = kill\\nlxc.cap.drop =",
                "lxc.cap.drop = kill\\nlxc.cap.drop =\\nlxc.cap.keep =",
                "lxc.cap.keep = kill\\nlxc.cap.keep =\\nlxc.cap.drop =",
                "lxc.cap.drop =\\nlxc.cap.keep ="
            })
    void whatAllVersionsReadAlikeIsNot(String text) {
        assertThat(resolve(text).remarks()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "lxc.bogus = 1|liblxc does not know the key 'lxc.bogus'",
                "lxc.net = 1|'lxc.net' takes no value",
                "lxc.net.0.mtu =|'lxc.net.0.mtu' has an empty value, and nothing was set that it could clear"
            })
    void aKeyIsRefusedForTheRightReason(String text, String reason) {
        assertThat(refused(TextSource.of(text)).reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lxc.environment.runtime = A=b",
                "lxc.environment.hooks = A=b",
                "lxc.cgroup.devices.allow = a",
                "lxc.bogus ="
            })
    void whatVersionsDifferInIsForTheInstalledLiblxcToSay(String line) {
        String text = line + "\nlxc.cap.drop = kill\n";
        assertThat(asking(text, KeyAnswer.LOADS).loads()).isTrue();
        assertThat(asking(text, KeyAnswer.LOADS).remarks()).isEmpty();
        assertThat(Objects.requireNonNull(asking(text, KeyAnswer.REFUSED).error()).reason())
                .startsWith("liblxc does not know the key 'lxc.");
        EffectiveCapabilities notKnown = asking(text, KeyAnswer.NOT_KNOWN);
        assertThat(notKnown.loads()).as("not knowing is no refusal").isTrue();
        assertThat(notKnown.names()).isEqualTo(CapabilitySet.of("kill"));
        assertThat(notKnown.remarks())
                .extracting(Remark::text)
                .allMatch(remark -> remark.contains("is not known to capdrop"))
                .hasSize(line.contains("cgroup") ? 0 : 1);
    }

    private static EffectiveCapabilities asking(String text, KeyAnswer answer) {
        TextSource files = TextSource.of(text);
        ConfigSource source =
                new ConfigSource() {
                    @Override
                    public @Nullable String read(String path) {
                        return files.read(path);
                    }

                    @Override
                    public @Nullable List<String> list(String directory) {
                        return files.list(directory);
                    }

                    @Override
                    public KeyAnswer asked(String key, boolean cleared) {
                        return answer;
                    }
                };
        return ConfigFormat.LXC.resolve(MAIN, source, LAST);
    }

    @Test
    void filesNestedTooDeepEnd() {
        String[] files = new String[400];
        for (int i = 0; i < files.length; i += 2) {
            files[i] = "/" + i;
            files[i + 1] = "lxc.include = /" + (i + 2) + "\n";
        }
        LoadError error = refused(TextSource.of("lxc.include = /0", files));
        assertThat(error.reason()).contains("deep");
    }

    @Test
    void aWrongSpellingIsToldTheRightOne() {
        LoadError error = refused(TextSource.of("lxc.cap.drop = CAP_SYS_RAWIO"));
        assertThat(error.reason()).contains("'CAP_SYS_RAWIO'").contains("'sys_rawio'");
    }

    private static LoadError refused(TextSource source) {
        return Objects.requireNonNull(
                ConfigFormat.LXC.resolve(MAIN, source, LAST).error(), "it loads");
    }

    private static EffectiveCapabilities resolve(String text) {
        return ConfigFormat.LXC.resolve(MAIN, TextSource.of(unescaped(text)), LAST);
    }

    private static String unescaped(String text) {
        return text.replace("\\n", "\n")
                .replace("\\r", "\r")
                .replace("\\t", "\t")
                .replace("\\v", "\u000b")
                .replace("\\0", "\0")
                .replace("\\xef\\xbb\\xbf", "\u00ef\u00bb\u00bf");
    }

    @Test
    void whatANoneOnTheSameLineTakesBackIsNotNamedAsTheLines() {
        EffectiveCapabilities kept =
                ConfigFormat.LXC.resolve(
                        MAIN, TextSource.of("lxc.cap.keep = chown none kill\n"), LAST);
        assertThat(kept.lines().getFirst().set()).isEqualTo(CapabilitySet.of("kill"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lxc.cap.drop = kill_lxc.cap.keep = chown_ | and lxc.cap.drop is in force here",
                "lxc.cap.keep = kill_lxc.cap.drop = chown_ | and lxc.cap.keep is in force here"
            })
    void whichOfTheTwoListsIsInForceIsSaid(String text, String said) {
        LoadError error =
                ConfigFormat.LXC
                        .resolve(MAIN, TextSource.of(text.replace('_', '\n')), LAST)
                        .error();
        assertThat(Objects.requireNonNull(error).reason()).endsWith(said);
        assertThat(error.place()).isEqualTo(MAIN + ":2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lxc.net.0.type = veth_lxc.net.0.link = br0_lxc.net.0 = | lxc.net.0.type |",
                "lxc.net.0.type = veth_lxc.net.1.type = none_lxc.net.0 = | lxc.net.1.type | none",
                "lxc.net.0.type = veth_lxc.net.0 =_lxc.uts.name = c1 | lxc.uts.name | c1"
            })
    void anEmptyNetworkForgetsAllThatWasSaidOfIt(String text, String key, @Nullable String value) {
        LxcSettings settings =
                ConfigFormat.LXC.settings(MAIN, TextSource.of(text.replace('_', '\n') + "\n"));
        assertThat(settings.value(key)).isEqualTo(value);
    }
}
