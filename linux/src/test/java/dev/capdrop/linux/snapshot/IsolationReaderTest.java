package dev.capdrop.linux.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.IdMap;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.LxcSettings;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.Snapshot.Isolation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class IsolationReaderTest {
    private static final IdMap MAP = IdMap.parse("0 100000 65536\n");

    private static final String INCLUDED =
            """
            lxc.apparmor.profile = generated
            lxc.seccomp.notify.proxy = unix:/run/pve/lxc-syscalld.sock
            """;

    private static Isolation of(String config, boolean appArmor) {
        ConfigurationText text =
                new ConfigurationText(
                        "/c/config",
                        Map.of("/c/config", config, "/inc/a.conf", INCLUDED),
                        Map.of("/inc/", List.of("/inc/a.conf")),
                        0,
                        Map.of());
        return IsolationReader.read(
                MAP, ConfigurationText.settings(text, ConfigFormat.LXC), appArmor);
    }

    @Test
    void theLastValueCountsWhereverItStands() {
        String before = "lxc.apparmor.profile = unconfined\nlxc.include = /inc/\n";
        assertThat(of(before, true)).isEqualTo(new Isolation(100000, true, true));
        String after =
                """
                lxc.include = /inc/
                lxc.apparmor.profile = unconfined
                lxc.seccomp.notify.proxy =
                """;
        assertThat(of(after, true)).isEqualTo(new Isolation(100000, false, false));
    }

    @Test
    void withoutAppArmorOnTheHostNoPolicyIsLoaded() {
        assertThat(of("lxc.include = /inc/\n", false).ownAppArmorPolicy()).isFalse();
    }

    @Test
    void aRootThatIsNobodyOnTheHostIsNotTheHostsRoot() {
        IdMap nobody = IdMap.parse("1 100001 65535\n");
        assertThat(IsolationReader.read(nobody, LxcSettings.NONE, true))
                .isEqualTo(new Isolation(65534, false, false));
    }
}
