package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Host.HostOptions;
import dev.capdrop.cli.command.Mistakes.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DefaultsTest {
    private static final Path SHIPPED = Path.of("../package/capdrop.conf");
    private final FakeHost host = new FakeHost();

    private void say(String text) {
        host.files.put(HostOptions.DEFAULTS.toString(), text);
    }

    private FakeHost.Ran refused(String text, String... words) {
        say(text);
        FakeHost.Ran ran = host.run(words);
        assertThat(ran.exit()).isEqualTo(ExitCode.FAILURE.status());
        assertThat(ran.out()).isEmpty();
        return ran;
    }

    @Test
    void aDefaultHoldsWhereTheCommandLineDoesNotSayIt() {
        host.lxc("web").failsWith("sys_rawio", "sys-kernel-debug.mount");
        assertThat(host.run("check").exit()).isEqualTo(1);
        say("# for a cron job\nfail-on = never\n");
        assertThat(host.run("check").exit()).isZero();
        assertThat(host.run("check", "--fail-on", "degraded").exit()).isEqualTo(1);
        assertThat(host.run("check", "--config", "none").exit()).isEqualTo(1);
        assertThat(host.run("check", "--config=none").exit()).isEqualTo(1);
    }

    @Test
    void anotherFileTakesThePlaceOfTheUsualOne() {
        host.lxc("web").failsWith("sys_rawio", "sys-kernel-debug.mount");
        say("no setting at all\n");
        host.files.put("/srv/other.conf", "fail-on=drift,never\n");
        assertThat(host.run("check", "--config", "/srv/other.conf").said())
                .containsExactly(
                        "/srv/other.conf:1: --fail-on never cannot be combined with another word; '--config none' does without the file");
        host.files.put("/srv/other.conf", "fail-on=drift\n");
        assertThat(host.run("check", "--config", "/srv/other.conf").exit()).isZero();
        assertThat(host.run("check", "--config", "/srv/none.conf").said())
                .containsExactly(
                        "'/srv/none.conf': no such file; '--config none' does without the file");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "fail_on = never | 'fail_on' is no setting, expected one of lxc-path, pve-dir, state-dir, userns-dir, timeout, exclude, fail-on; did you mean 'fail-on'?",
                "timeout 5s | 'timeout 5s' is no setting, expected 'option = value'",
                "timeout = soon | Invalid value for option '--timeout': 'soon' is no duration, expected for example 90s, 2m or 1h",
                "timeout = | 'timeout' has no value",
                "state-dir = state | 'state' is no absolute path, as a default has to be",
                "yes = true | 'yes' is no setting, expected one of lxc-path, pve-dir, state-dir, userns-dir, timeout, exclude, fail-on",
                "fail-on = never,drift | --fail-on never cannot be combined with another word",
            })
    void aLineThatIsNoneIsNamedAndNothingIsDone(String line, String why) {
        assertThat(refused("\n" + line + "\n", "check").said())
                .containsExactly(
                        "/etc/capdrop/capdrop.conf:2: "
                                + why
                                + "; '--config none' does without the file");
    }

    @Test
    void aSettingStandsInTheFileOnce() {
        assertThat(refused("timeout = 5s\ntimeout = 6s\n", "check").said().getFirst())
                .startsWith("/etc/capdrop/capdrop.conf:2: 'timeout' was set in line 1 already");
    }

    @Test
    void aFileThatIsRefusedIsNotPassedOver() {
        host.defaultsRefused = "it is a symbolic link";
        assertThat(refused("", "check").said())
                .containsExactly(
                        "'/etc/capdrop/capdrop.conf': it is a symbolic link; '--config none' does without the file");
        assertThat(host.run("check", "--config", "none").exit()).isZero();
    }

    @Test
    void helpAndWhatAsksNothingOfAHostNeedNoDefaults() {
        say("nonsense\n");
        assertThat(host.run("check", "--help").exit()).isZero();
        assertThat(host.run("explain", "sys_rawio").exit()).isZero();
        assertThat(host.run("decode", "0x3").exit()).isZero();
        assertThat(host.run("--version").exit()).isZero();
    }

    @Test
    void anExclusionByDefaultHoldsWhereAllAreMeantAndDisturbsNothingElse() {
        host.lxc("web").failsWith("sys_rawio", "sys-kernel-debug.mount");
        host.lxc("build").failsWith("sys_rawio", "sys-kernel-debug.mount");
        say("exclude = build,nobody\n");
        assertThat(host.run("check").out()).contains("web").doesNotContain("build");
        assertThat(host.run("check", "build").out()).contains("build");
        assertThat(host.run("plan", "web").exit()).isEqualTo(1);
        assertThat(host.run("check", "--exclude", "nobody").said().getFirst())
                .startsWith("'nobody' is neither a container on this host");
    }

    @Test
    void aFolderOfOneFileForAllDisturbsNoPlanOfOne() {
        host.lxc("web").failsWith("sys_rawio", "sys-kernel-debug.mount");
        say("userns-dir = /srv/userns.conf.d\n");
        assertThat(host.run("plan", "web").exit()).isEqualTo(1);
        assertThat(host.run("plan", "web", "--userns-dir", "/x").said().getFirst())
                .isEqualTo("--userns-dir can be given only together with --host");
    }

    @Test
    void aTimeToLookIsNoTimeToRestart() {
        say("timeout = 7s\n");
        assertThat(host.run("check", "--help").exit()).isZero();
        assertThat(DefaultOption.TIMEOUT.isFor("check")).isTrue();
        assertThat(DefaultOption.TIMEOUT.isFor("apply")).isFalse();
    }

    @Test
    void aCommandThatIsProposedRepeatsOnlyWhatWasTyped() {
        host.lxc("web").failsWith("sys_rawio", "sys-kernel-debug.mount");
        say("state-dir = /srv/state\n");
        assertThat(host.run("check", "web").out()).doesNotContain("--state-dir");
        assertThat(host.run("check", "web", "--state-dir", "/var/lib/capdrop").out())
                .contains("--state-dir /var/lib/capdrop");
        assertThat(host.run("check", "web", "--config", "none").out()).contains("--config none");
    }

    @Test
    void theShippedFileSetsNothingAndShowsEverySetting() throws IOException {
        String shipped = Files.readString(SHIPPED);
        assertThat(Defaults.parse(SHIPPED, shipped).lines()).isEmpty();
        String all = shipped.replaceAll("(?m)^#([a-z-]+ = )", "$1");
        assertThat(Defaults.parse(SHIPPED, all).lines().keySet())
                .containsExactlyElementsOf(Arrays.asList(DefaultOption.values()));
        assertThatThrownBy(() -> Defaults.parse(SHIPPED, all + "x = y\n"))
                .isInstanceOf(UsageException.class);
        assertThat(List.of(DefaultOption.values()))
                .allMatch(one -> shipped.contains("#" + one.word + " = " + one.example));
    }
}
