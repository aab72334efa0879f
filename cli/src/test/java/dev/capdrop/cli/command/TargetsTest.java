package dev.capdrop.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.cli.FakeHost;
import dev.capdrop.cli.command.Mistakes.UsageException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetsTest {
    private final FakeHost host = new FakeHost();

    private String found(String word) throws IOException {
        return new Targets(host.host()).find(word).id().target();
    }

    @Test
    void aNameThatNobodyHasBringsTheNearestToMind() throws IOException {
        host.lxc("webserver");
        host.lxc("database");
        assertThat(found("webserver")).isEqualTo("lxc:webserver");
        assertThatThrownBy(() -> found("websrever"))
                .isInstanceOf(UsageException.class)
                .hasMessage(
                        "no container is called 'websrever'; 'capdrop check' lists those of this"
                                + " host; did you mean 'webserver'?");
        assertThatThrownBy(() -> found("lxc:nosuch"))
                .hasMessageStartingWith("no container is called 'nosuch'")
                .hasMessageNotContaining("did you mean");
        host.root = false;
        assertThatThrownBy(() -> found("nosuch"))
                .hasMessageContaining("that this user may see; root sees all of this host");
    }

    @Test
    void aRuntimeThatDoesNotAnswerHasNotLostTheContainerThatWasNamed() throws IOException {
        host.silence = "it does not answer";
        assertThatThrownBy(() -> found("pve:101"))
                .isInstanceOf(UsageException.class)
                .hasMessage("it does not answer");
        // nobody said whose it is
        assertThatThrownBy(() -> found("101")).hasMessageStartingWith("no container is called");
        host.guest("101");
        assertThat(found("pve:101")).isEqualTo("pve:101");
    }

    @Test
    void aNumberThatTwoRuntimesKnowIsAskedBack() throws IOException {
        host.guest("101");
        host.lxc("101", "/srv/lxc");
        assertThatThrownBy(() -> found("101"))
                .hasMessage("both Proxmox VE and plain LXC know a '101'; say pve:101 or lxc:101");
        assertThat(found("pve:101")).isEqualTo("pve:101");
        assertThat(found("lxc:101")).isEqualTo("lxc:101");
    }

    @Test
    void aNameInTwoFoldersIsAskedBack() {
        host.lxc("web");
        host.lxc("web", "/srv/lxc");
        assertThatThrownBy(() -> found("web"))
                .hasMessage(
                        "several containers are called 'web', in /var/lib/lxc and /srv/lxc; say"
                                + " which with --lxc-path");
    }

    @Test
    void aNameMeansRootsContainerAndTheOthersAreMentioned() throws IOException {
        host.lxc("web", "/home/a/lxc").user = 1000;
        assertThat(found("web")).isEqualTo("lxc:web");
        host.lxc("web");
        for (String folder : List.of("/home/b/l\033xc", "/home/c/lxc", "/home/d/lxc")) {
            host.lxc("web", folder).user = -2;
        }
        for (String word : List.of("web", "lxc:web")) {
            FakeHost.Ran ran = host.run("config", word);
            assertThat(ran.exit()).as(ran.err()).isZero();
            assertThat(ran.said())
                    .containsExactly(
                            "another user of this host runs a container called 'web', too (uid 1000 in"
                                    + " /home/a/lxc, uid 4294967294 in /home/b/l\\x1bxc, uid"
                                    + " 4294967294 in /home/c/lxc); --lxc-path would name that one");
        }
        host.lxc("web", "/srv/lxc");
        assertThatThrownBy(() -> found("web"))
                .hasMessage(
                        "several containers are called 'web', in /var/lib/lxc and /srv/lxc; say"
                                + " which with --lxc-path");
    }

    @Test
    void aNameOfAnotherRuntimesIsNotTakenByAUser() throws IOException {
        host.guest("101");
        host.lxc("101", "/home/a/lxc").user = 1000;
        assertThat(found("101")).isEqualTo("pve:101");
    }

    @Test
    void whatIsAnotherRuntimesIsNotTakenForPlainLxc() throws IOException {
        host.guest("101");
        host.lxc("102");
        assertThat(found("101")).isEqualTo("pve:101");
        assertThatThrownBy(() -> found("lxc:101"))
                .hasMessage(
                        "'lxc:101' is Proxmox VE's, which writes that configuration anew at every"
                                + " start; say pve:101");
        assertThatThrownBy(() -> found("pve:102"))
                .hasMessage("'pve:102' is plain LXC's; say lxc:102");
        assertThatThrownBy(() -> found("pve:103"))
                .hasMessageStartingWith("Proxmox VE has no container '103' here");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "root:/srv/rootfs | 'root:/srv/rootfs' is a root directory, and no container; only check, plan, explain and snapshot take one",
                "docker:x | 'docker:x': this version knows Proxmox VE, plain LXC, expected a VMID, lxc:NAME, nspawn:NAME, incus:NAME, lxd:NAME or NAME",
                "pve:web | 'pve:web' cannot be a container's name, expected a VMID, lxc:NAME, nspawn:NAME, incus:NAME, lxd:NAME or NAME; 'capdrop check' lists the containers",
                "lxc:a/b | 'lxc:a/b' cannot be a container's name, expected a VMID, lxc:NAME, nspawn:NAME, incus:NAME, lxd:NAME or NAME; 'capdrop check' lists the containers",
                ".. | '..' cannot be a container's name, expected a VMID, lxc:NAME, nspawn:NAME, incus:NAME, lxd:NAME or NAME; 'capdrop check' lists the containers",
            })
    void whatCannotNameAContainerSaysWhatCan(String word, String sentence) {
        assertThatThrownBy(() -> found(word))
                .isInstanceOf(UsageException.class)
                .hasMessage(sentence);
    }
}
