package dev.capdrop.core.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.snapshot.RecordedSettings;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitFile.SettingTrait;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a unit's files say about the execution of its processes.
final class ExecutionTest {
    static Stream<String> sandbox() {
        return Stream.of(SettingTrait.MOUNT_NAMESPACE.settings(), SettingTrait.FILTER.settings())
                .flatMap(Collection::stream);
    }

    @ParameterizedTest
    @MethodSource("sandbox")
    void whatDecidesAboutTheSandboxIsRecorded(String key) {
        assertThat(RecordedSettings.hold(new Setting("/a", 1, "Service", key, "yes"))).isTrue();
    }

    /// Podman's Quadlet leaves its own sections in the units that it generates.
    @ParameterizedTest
    @ValueSource(strings = {"X-Container", "Install", "service", ""})
    void whatASectionOfAnotherProgramSaysIsNotRecorded(String section) {
        for (String key : List.of("User", "NoNewPrivileges", "ExecStart")) {
            assertThat(RecordedSettings.hold(new Setting("/a", 1, section, key, "yes"))).isFalse();
        }
    }

    /// Seen with `systemctl show -p CapabilityBoundingSet,AmbientCapabilities` of systemd 257.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cap_chown CAP_KILL | chown kill",
                "12 0x5 CAP_CHOWN   | chown kill net_admin",
                "CAP_BOGUS CAP_KILL | kill",
                "NET_ADMIN          | ''",
            })
    void aListOfCapabilitiesIsReadAsSystemdReadsIt(String value, String expected) {
        Setting line = new Setting("/a", 1, "Service", "AmbientCapabilities", value);
        assertThat(new Execution(List.of(line)).ambient()).hasToString(expected);
    }
}
