package dev.capdrop.linux.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.core.runtime.IncusFile;
import dev.capdrop.linux.incus.FakeIncus;
import dev.capdrop.linux.incus.IncusCopier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What throw-away copies of an instance of Incus are given.
final class IncusCopyConfigTest {
    private static final String ROOT =
            "\"root\":{\"type\":\"disk\",\"path\":\"/\",\"pool\":\"p\",\"size\":\"9GiB\"}";

    @TempDir Path folder = Path.of("");

    private IncusCopyConfig made(boolean network, String own, String expanded, String devices)
            throws IOException {
        String web =
                """
                {"name":"web","project":"default","type":"container","status":"Running",
                 "location":"none","profiles":["default"],"devices":{},"config":{%s},
                 "expanded_config":{%s},"expanded_devices":{%s}}
                """
                        .formatted(own, expanded, devices);
        Files.deleteIfExists(folder.resolve("unix.socket"));
        try (FakeIncus incus = new FakeIncus(folder, (_, _, to) -> FakeIncus.good(to, "t", web))) {
            return new IncusCopyConfig(
                    incus.server(Duration.ofSeconds(20))
                            .container(new IncusFile(folder.toString(), "default", "web")),
                    network);
        }
    }

    private IncusCopyConfig made(String expanded, String... devices) throws IOException {
        List<String> all = new ArrayList<>(List.of(devices));
        all.addFirst(ROOT);
        return made(false, "", expanded, String.join(",", all));
    }

    private static Map<String, String> config(IncusCopyConfig made) {
        return made.settings("mark").config();
    }

    private static Map<String, String> device(IncusCopyConfig made, String name) {
        IncusCopier.Settings settings = made.settings("mark");
        return Objects.requireNonNull(settings.devices().get(name));
    }

    @Test
    void whatTheInstanceAndItsProfilesSayIsTheCopysOwn() throws IOException {
        IncusCopyConfig made =
                made(
                        false,
                        "\"volatile.uuid\":\"1\",\"user.a\":\"b\"",
                        "\"volatile.uuid\":\"1\",\"user.a\":\"b\",\"limits.memory\":\"1GiB\","
                                + "\"cloud-init.user-data\":\"#x\",\"security.nesting\":\"true\"",
                        ROOT);
        assertThat(config(made))
                .containsOnly(
                        Map.entry("user.a", "b"),
                        Map.entry("limits.memory", "1GiB"),
                        Map.entry("cloud-init.user-data", "#x"),
                        Map.entry("security.nesting", "true"),
                        Map.entry("boot.autostart", "false"),
                        Map.entry("user.capdrop.trial", "mark"));
        assertThat(device(made, "root")).containsEntry("size", "9GiB");
        assertThat(made.pool()).isEqualTo("p");
    }

    /// Incus would give a copy what the instance itself has and nothing is said of.
    @Test
    void whatIsForTheOriginalAloneIsTakenBackInCopies() throws IOException {
        String all =
                "\"boot.autostart\":\"true\",\"boot.autorestart\":\"true\",\"snapshots.schedule\":"
                        + "\"@daily\",\"security.protection.delete\":\"true\"";
        IncusCopyConfig made = made(false, all, all, ROOT);
        assertThat(config(made))
                .containsEntry("boot.autostart", "false")
                .containsEntry("boot.autorestart", "")
                .containsEntry("snapshots.schedule", "")
                .containsEntry("security.protection.delete", "");
        assertThat(made.differences()).noneMatch(one -> one.contains("setting"));
    }

    @ParameterizedTest
    @CsvSource({
        "linux.kernel_modules,br_netfilter",
        "linux.sysctl.vm.overcommit_memory,1",
        "nvidia.runtime,true",
        "tomorrow.key,1",
    })
    void aSettingThatIsNotKnownToBeHarmlessIsLeftOutAndSaid(String key, String value)
            throws IOException {
        IncusCopyConfig made = made("\"" + key + "\":\"" + value + "\"");
        assertThat(config(made)).doesNotContainKey(key);
        assertThat(made.differences()).contains("without its setting '" + key + "'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"security.privileged\":\"true\" | it is privileged (security.privileged)",
                "\"raw.idmap\":\"uid 1000 1000\\nboth 0 0\" | its raw.idmap maps the host's root",
                "\"volatile.idmap.next\":\"[{\\\"Isuid\\\":true,\\\"Isgid\\\":false,\\\"Hostid\\\":0,\\\"Nsid\\\":0,\\\"Maprange\\\":65536}]\" | its ids are those of the host's root (lxc.idmap = u 0 0 65536;",
                "\"volatile.idmap.next\":\"[{\\\"Isuid\\\":false,\\\"Isgid\\\":true,\\\"Hostid\\\":0,\\\"Nsid\\\":70000,\\\"Maprange\\\":1}]\" | its ids are those of the host's root (lxc.idmap = g 70000 0 1;",
                "\"raw.lxc\":\"lxc.hook.start-host = /x\" | its raw.lxc says 'lxc.hook.start-host = /x'",
                "\"raw.lxc\":\"lxc.mount.entry = /x x none bind\" | its raw.lxc says 'lxc.mount.entry",
                "\"raw.lxc\":\"lxc.mount.auto = proc:rw shmounts:/x\" | its raw.lxc says 'lxc.mount.auto",
                "\"raw.lxc\":\"lxc.cap.drop = mknod\\nlxc.include = /x\" | its raw.lxc says 'lxc.include",
                "\"raw.lxc\":\"lxc.cgroup.dir.container = /x\" | its raw.lxc says 'lxc.cgroup.dir",
                "\"raw.lxc\":\"lxc.rootfs.path = /x\" | its raw.lxc says 'lxc.rootfs.path",
                "\"raw.lxc\":\"# a\\u0000\\nlxc.rootfs.path = /x\" | its setting 'raw.lxc' has a NUL byte",
            })
    void whatLeadsToTheHostIsRefused(String setting, String sentence) {
        assertThatThrownBy(() -> made(setting))
                .hasMessageStartingWith(sentence)
                .hasMessageEndingWith("no copy is made");
    }

    @Test
    void linesThatAreKnownAreTheCopysToo() throws IOException {
        String lines =
                "# mine\\n\\n lxc.cap.drop = mknod\\nlxc.environment = A=b\\nlxc.mount.auto = proc:mixed sys:rw\\nlxc.cgroup2.memory.high = 1G";
        assertThat(config(made("\"raw.lxc\":\"" + lines + "\"")))
                .containsEntry("raw.lxc", lines.replace("\\n", "\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"type\":\"proxy\",\"listen\":\"tcp:0.0.0.0:80\" | its device 'x' (proxy)",
                "\"type\":\"disk\",\"path\":\"/d\",\"source\":\"/srv\" | its device 'x' (disk, /srv)",
                "\"type\":\"disk\",\"path\":\"/d\",\"pool\":\"p\",\"source\":\"vol\" | its device 'x' (disk, vol)",
                "\"type\":\"unix-char\",\"path\":\"/dev/kvm\" | its device 'x' (unix-char, /dev/kvm)",
                "\"type\":\"unix-char\",\"source\":\"/dev/kvm\",\"path\":\"/dev/null\" | its device 'x' (unix-char, /dev/kvm)",
                "\"type\":\"gpu\" | its device 'x' (gpu)",
                "\"type\":\"tomorrow\" | its device 'x' (tomorrow)",
            })
    void aDeviceThatReachesTheHostIsMaskedAndSaid(String device, String said) throws IOException {
        IncusCopyConfig made = made("", "\"x\":{" + device + "}");
        assertThat(device(made, "x")).isEqualTo(Map.of("type", "none"));
        assertThat(made.differences()).contains("without " + said);
    }

    @Test
    void aNetworkIsCutOffUnlessItIsAskedFor() throws IOException {
        String nic =
                "\"eth0\":{\"type\":\"nic\",\"network\":\"br\",\"hwaddr\":\"00:16:3e:00:00:01\"}";
        assertThat(device(made("", nic), "eth0")).isEqualTo(Map.of("type", "none"));
        assertThat(device(made(true, "", "", ROOT + "," + nic), "eth0"))
                .isEqualTo(Map.of("type", "nic", "network", "br"));
        assertThat(
                        device(
                                made(
                                        "",
                                        "\"tun\":{\"type\":\"unix-char\",\"path\":\"/dev/net/tun\"}"),
                                "tun"))
                .containsEntry("path", "/dev/net/tun");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"ipv4.address\":\"10.0.0.2\" | says 'ipv4.address=10.0.0.2'",
                "\"nictype\":\"physical\" | is of the type 'physical'",
                "\"nictype\":\"bridged\",\"host_name\":\"v\" | says 'host_name=v'",
            })
    void aNetworkThatTwoCannotHaveIsRefused(String nic, String sentence) {
        assertThatThrownBy(
                        () -> made(true, "", "", ROOT + ",\"eth0\":{\"type\":\"nic\"," + nic + "}"))
                .hasMessageStartingWith("--network: its device 'eth0' " + sentence);
    }
}
