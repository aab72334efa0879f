package dev.capdrop.cli.drop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.cli.FakeHost;
import dev.capdrop.cli.command.Exclusion;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedOptionsTest {
    private static final HostContainer WEB = guest("101", "prod", "web");
    private static final HostContainer DB = guest("102", "prod");
    private static final HostContainer PLAIN =
            new HostContainer(new ContainerId(RuntimeKind.LXC, "plain", "/var/lib/lxc"), null);
    private static final List<HostContainer> ALL = List.of(WEB, DB, PLAIN);

    private static HostContainer guest(String vmid, String... tags) {
        return new HostContainer(
                ContainerId.proxmox(vmid, "/var/lib/lxc", "/etc/pve/lxc/" + vmid + ".conf"),
                new ProxmoxGuest(
                        vmid,
                        new ProxmoxGuest.Place("pve1", true),
                        "CT" + vmid,
                        List.of(tags),
                        false,
                        null,
                        ProxmoxGuest.LAST,
                        false));
    }

    private static Exclusion excluding(String... words) {
        Exclusion exclusion = new Exclusion("all");
        exclusion.words = List.of(words);
        return exclusion;
    }

    @Test
    void anExclusionIsATargetANameOrATag() {
        assertThat(excluding("pve:101").among(ALL)).containsExactly(WEB);
        assertThat(excluding("102", "lxc:plain").among(ALL)).containsExactly(DB, PLAIN);
        assertThat(excluding("plain").among(ALL)).containsExactly(PLAIN);
        assertThat(excluding("prod").among(ALL)).containsExactly(WEB, DB);
        assertThat(excluding().among(ALL)).isEmpty();
    }

    @Test
    void whatMeansNoContainerIsNoExclusion() {
        assertThatThrownBy(() -> excluding("prod", "tset").among(ALL))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("'tset' is neither a container on this host nor a tag");
    }

    @Test
    void oneContainerOrEachAloneIsNotTheWholeHost() {
        SharedOptions host = new SharedOptions();
        host.wholeHost = true;
        assertThat(host.meant(null, false, excluding("x"))).isTrue();
        assertThat(HostDrop.words(new Subject.HostFile("/u/d/capdrop.conf")))
                .isEqualTo("--host --userns-dir /u/d");
        assertThatThrownBy(() -> host.meant("web"))
                .hasMessage("'web' and --host: only one of the two can be given");
        assertThatThrownBy(() -> host.meant(null, true, excluding()))
                .hasMessageStartingWith(
                        "--all edits each container's own configuration, and --host one file");
        SharedOptions one = new SharedOptions();
        assertThat(one.meant("web", false, excluding())).isFalse();
        assertThatThrownBy(() -> one.meant("web", false, excluding("x")))
                .hasMessage("--exclude can be given only together with --all, --host or --profile");
    }

    @Test
    void theFolderOfTheSharedFileIsForTheWholeHostOnly() {
        FakeHost host = new FakeHost();
        host.lxc("web");
        FakeHost.Ran refused = host.run("apply", "web", "--userns-dir", "/u/d");
        assertThat(refused.exit()).isEqualTo(2);
        assertThat(refused.err()).contains("--userns-dir can be given only together with --host");
    }
}
