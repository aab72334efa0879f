package dev.capdrop.linux.offline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.snapshot.ContainerId;
import org.junit.jupiter.api.Test;

final class ConfiguredRootTest {
    private static ConfiguredRoot of(String configPath) {
        return ConfiguredRoot.of(ContainerId.proxmox("205", "/no/lxc", configPath), null);
    }

    @Test
    void forAGuestOfAnotherNodeTheNodeIsNamedAndNothingAdvisedThatWorksThereOnly() {
        assertThat(of("/etc/pve/nodes/pve2/lxc/205.conf"))
                .isEqualTo(
                        new ConfiguredRoot.Elsewhere(
                                "it is on the node 'pve2', and so is its root directory; run"
                                        + " capdrop there"));
        assertThat(of("/etc/pve/lxc/205.conf").toString()).contains("pct mount 205");
    }
}
