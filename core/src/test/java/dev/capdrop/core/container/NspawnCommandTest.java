package dev.capdrop.core.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.NspawnCommand.Network;
import dev.capdrop.core.container.NspawnCommand.Settings;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NspawnCommandTest {
    private static NspawnCommand parse(String line) {
        return NspawnCommand.parse(List.of(line.split(" ")));
    }

    @Test
    void theTemplatesOwnLineGivesIdsAndANetwork() {
        NspawnCommand line =
                parse(
                        "systemd-nspawn --quiet --keep-unit --boot --link-journal=try-guest"
                                + " --network-veth -U --settings=override --machine=web");
        assertThat(line).isEqualTo(NspawnCommand.ofTemplate("web"));
        assertThat(line.users()).isEqualTo("pick");
        assertThat(line.network()).isEqualTo(Network.PRIVATE);
        assertThat(line.settings()).isEqualTo(Settings.OVER_OPTIONS);
        assertThat(line.limits()).isFalse();
    }

    @Test
    void optionsAboutCapabilitiesAddUpAndAnUnknownWordCostsNothing() {
        NspawnCommand line =
                parse(
                        "nspawn --capability=CAP_SYS_TIME,cap_syslog --drop-capability CAP_KILL"
                                + " --drop-capability=1,CAP_X");
        assertThat(line.plus()).isEqualTo(CapabilitySet.of("sys_time", "syslog"));
        assertThat(line.minus()).isEqualTo(CapabilitySet.of("kill", "dac_override"));
        assertThat(line.limits()).isTrue();
    }

    /// What follows the first word that is no option is the container's own.
    @Test
    void theContainersOwnArgumentsAreNoOptions() {
        assertThat(parse("nspawn -D /srv/x /bin/sh --drop-capability=CAP_KILL").limits()).isFalse();
        assertThat(parse("nspawn -M a -- -M b").place().name()).isEqualTo("a");
    }

    @ParameterizedTest
    @CsvSource({
        "nspawn -M web, web",
        "nspawn -bUMweb, web",
        "nspawn -bM web -D /srv/x, web",
        "nspawn --machine web, web",
        "nspawn -D /srv/machines/db/, db",
        "nspawn -bD /srv/db, db",
        "nspawn --directory=/srv/db, db",
        "nspawn -i /srv/db.raw, db",
        "nspawn --bind /a -M web, web",
        "nspawn -E A=1 -M web, web",
        "nspawn --mstack /srv/shop.mstack, shop",
        "nspawn --private-users-delegate 1 -M web, web",
        "nspawn --restrict-address-families AF_UNIX -M web, web",
        "nspawn --forward-journal /run/j.socket --forward-journal-max-use 1G -M web, web",
        "nspawn --oci-bundle /srv/b -M web, web",
        "nspawn --user -M web, web",
        "nspawn --user www-data -M web, web",
        "nspawn --user=www-data -M web, web",
        "nspawn --user /bin/sh -M web, ''",
        "nspawn --mstack /srv/db.mstack, db",
        "nspawn --boot, ''",
    })
    void aMachineIsCalledByItsOptionOrItsDirectory(String line, String name) {
        assertThat(parse(line).place().name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--mstack /srv/a.mstack",
                "--oci-bundle /srv/a",
                "--private-users-delegate 1",
                "--restrict-address-families AF_UNIX",
                "--forward-journal /var/log/journal",
                "--forward-journal-max-use 1G",
                "--user nobody",
                "--user",
                "--user=nobody",
            })
    void aValueBehindABlankIsNotTakenForThePayload(String options) {
        NspawnCommand line = parse("nspawn " + options + " --drop-capability=CAP_KILL init");
        assertThat(line.minus()).isEqualTo(CapabilitySet.of("kill"));
    }

    @Test
    void theProgramBehindABareUserIsThePayload() {
        assertThat(parse("nspawn --user /bin/sh --drop-capability=CAP_KILL").limits()).isFalse();
    }

    @Test
    void aSettingsFileMayLieBesideTheImage() {
        assertThat(parse("nspawn -D /srv/db -M web").place().beside()).isEqualTo("/srv/web.nspawn");
        assertThat(parse("nspawn -D db").place().beside()).isEmpty();
    }

    @Test
    void eachOptionIsToldWithTheWordThatItStandsIn() {
        List<NspawnCommand.Option> options =
                NspawnCommand.options(
                        List.of(
                                "systemd-nspawn",
                                "-bUM",
                                "web",
                                "--bind",
                                "/a",
                                "--read-only",
                                "-Jx",
                                "init",
                                "--image=/z"));
        assertThat(options)
                .containsExactly(
                        new NspawnCommand.Option("boot", "", "-bUM"),
                        new NspawnCommand.Option("private-users", "pick", "-bUM"),
                        new NspawnCommand.Option("machine", "web", "-bUM"),
                        new NspawnCommand.Option("bind", "/a", "--bind"),
                        new NspawnCommand.Option("read-only", "", "--read-only"),
                        new NspawnCommand.Option("", "", "-Jx"),
                        new NspawnCommand.Option("ephemeral", "", "-Jx"));
        assertThat(options)
                .extracting(NspawnCommand.Option::format)
                .contains("--bind=/a", "--read-only", "-Jx");
    }
}
