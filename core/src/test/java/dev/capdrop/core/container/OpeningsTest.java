package dev.capdrop.core.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.capdrop.core.container.ConfigFormat.Opening;
import dev.capdrop.core.container.ConfigFormat.Opening.Kind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Which lines are said to open a container, beside the files that LXC's package has.
final class OpeningsTest {
    private static final String COMMON = "/usr/share/lxc/config/common.conf";
    private static final String USERNS = "/usr/share/lxc/config/userns.conf";
    private static final String PRIVILEGED = "lxc.include = " + COMMON + "\n";
    private static final String UNPRIVILEGED = PRIVILEGED + "lxc.include = " + USERNS + "\n";

    /// As Debian 13 has them.
    private static final Map<String, String> PACKAGED =
            Map.of(
                    COMMON,
                    """
                    lxc.cap.drop = mac_admin mac_override sys_time sys_module sys_rawio
                    lxc.cgroup2.devices.deny = a
                    lxc.cgroup2.devices.allow = c 1:3 rwm
                    lxc.mount.auto = cgroup:mixed proc:mixed sys:mixed
                    """,
                    USERNS,
                    """
                    lxc.cgroup2.devices.deny =
                    lxc.cgroup2.devices.allow =
                    lxc.cap.drop =
                    lxc.cap.keep =
                    lxc.mount.auto = sys:rw
                    """);

    private static List<Opening> openings(String before, String own) {
        return ConfigFormat.LXC.openings("/c", source(before + own), 40);
    }

    private static List<Kind> kinds(String before, String own) {
        return openings(before, own).stream().map(Opening::kind).toList();
    }

    private static ConfigSource source(String text) {
        return new ConfigSource() {
            @Override
            public @Nullable String read(String path) {
                return path.equals("/c") ? text : PACKAGED.get(path);
            }

            @Override
            public @Nullable List<String> list(String directory) {
                return null;
            }
        };
    }

    @Test
    void thePackageAloneOpensNothing() {
        assertThat(openings(PRIVILEGED, "")).isEmpty();
        assertThat(openings(UNPRIVILEGED, "")).isEmpty();
    }

    @Test
    void anEmptiedListGivesBackWhatIsNotDroppedAgain() {
        Opening line = openings(PRIVILEGED, "lxc.cap.drop =\nlxc.cap.drop = sys_time\n").getFirst();
        assertThat(line.kind()).isEqualTo(Kind.CAPABILITIES);
        assertThat(line.gives().names())
                .containsExactlyInAnyOrder("mac_admin", "mac_override", "sys_module", "sys_rawio");
        assertThat(line.place()).isEqualTo("/c:2");
        assertThat(line.text()).isEqualTo("lxc.cap.drop =");
        assertThat(
                        openings(
                                PRIVILEGED,
                                "lxc.cap.drop =\nlxc.cap.drop = mac_admin mac_override sys_time sys_module sys_rawio\n"))
                .isEmpty();
    }

    /// Its include has emptied the list before.
    @Test
    void inAnUnprivilegedContainerTheSameLineGivesNothing() {
        assertThat(openings(UNPRIVILEGED, "lxc.cap.drop =\n")).isEmpty();
        assertThat(kinds(UNPRIVILEGED, "lxc.cap.drop = sys_rawio\nlxc.cap.drop =\n"))
                .containsExactly(Kind.CAPABILITIES);
    }

    @Test
    void allDevicesAreOpenOnlyWhereTheyWereDenied() {
        assertThat(kinds(PRIVILEGED, "lxc.cgroup2.devices.allow = a\n"))
                .containsExactly(Kind.DEVICES);
        assertThat(kinds(PRIVILEGED, "lxc.cgroup2.devices.allow = a *:* rwm\n"))
                .containsExactly(Kind.DEVICES);
        assertThat(openings(PRIVILEGED, "lxc.cgroup2.devices.allow = c 10:200 rwm\n")).isEmpty();
        assertThat(openings(UNPRIVILEGED, "lxc.cgroup2.devices.allow = a\n")).isEmpty();
        assertThat(
                        openings(
                                PRIVILEGED,
                                "lxc.cgroup2.devices.allow = a\nlxc.cgroup2.devices.deny = a\n"))
                .isEmpty();
    }

    @Test
    void writableProcAndSysAreOneEach() {
        String line = "lxc.mount.auto = proc:rw sys:rw cgroup:rw\n";
        assertThat(kinds(PRIVILEGED, line)).containsExactly(Kind.PROC, Kind.SYS);
        assertThat(kinds(UNPRIVILEGED, line)).containsExactly(Kind.PROC);
        assertThat(openings(PRIVILEGED, line + "lxc.mount.auto = proc:mixed sys:mixed\n"))
                .isEmpty();
    }

    @Test
    void theLastProfileCounts() {
        String unconfined = "lxc.apparmor.profile = unconfined\n";
        assertThat(kinds(UNPRIVILEGED, unconfined)).containsExactly(Kind.APPARMOR);
        assertThat(openings(UNPRIVILEGED, unconfined + "lxc.apparmor.profile = generated\n"))
                .isEmpty();
    }

    /// Its raw lines stand behind what is generated.
    @Test
    void ofProxmoxTheRawLinesAreTold() {
        String guest =
                "arch: amd64\nostype: debian\nlxc.cap.drop:\nlxc.apparmor.profile: unconfined\n";
        assertThat(ConfigFormat.PROXMOX.openings("/c", source(guest), 40))
                .extracting(Opening::kind, Opening::line)
                .containsExactly(tuple(Kind.APPARMOR, 4), tuple(Kind.CAPABILITIES, 3));
    }
}
