package dev.capdrop.linux.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.linux.perf.CheckFormat.TracepointFormat;
import dev.capdrop.linux.perf.NamespaceAddresses.Namespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the kernel says of its tracepoint, its CPUs and its control groups, in its own words.
class PerfTextsTest {
    private static final Path FORMAT =
            Path.of("src/test/resources/dev/capdrop/linux/perf/cap_capable.format");

    @TempDir Path folder;

    @Test
    void theFormatOfTheTracepointIsRead() throws IOException {
        assertThat(TracepointFormat.parse(Files.readString(FORMAT)))
                .isEqualTo(new TracepointFormat(2073, 16, 24, 32, 36));
    }

    @Test
    void aFormatWithoutAFieldIsNotGuessed() throws IOException {
        String without = Files.readString(FORMAT).replace("target_ns", "ns");
        assertThatThrownBy(() -> TracepointFormat.parse(without))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("'target_ns'");
    }

    @Test
    void whereNoTracefsIsMountedItIsSaidHowToMountIt() {
        assertThatThrownBy(() -> CheckSource.open(new Tracefs(folder)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("mount -t tracefs tracefs " + folder);
    }

    @Test
    void cpusAreListedByRanges() {
        assertThat(Cpus.parse("0-2,5,7-8")).containsExactly(0, 1, 2, 5, 7, 8);
        assertThat(Cpus.parse("0")).containsExactly(0);
    }

    @Test
    void aContainerIsWatchedWhereTheHostMadeItsControlGroup() throws IOException {
        assertThat(PayloadCgroup.of("9:name=systemd:/x\n0::/lxc.payload.web/init.scope\n"))
                .isEqualTo(new PayloadCgroup("/lxc.payload.web", "/lxc.payload.web"));
        assertThat(PayloadCgroup.of("0::/lxc/101/ns/init.scope\n"))
                .isEqualTo(new PayloadCgroup("/lxc/101", "/lxc/101/ns"));
    }

    @Test
    void perfEventsInAHierarchyOfVersion1AreRefused() {
        assertThatThrownBy(() -> PayloadCgroup.of("4:perf_event:/lxc.payload.web\n0::/\n"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cgroup version 1");
    }

    @Test
    void theNamespacesAreThoseThatSetnsAsksIn() throws IOException {
        List<CapabilityCheck> checks =
                List.of(check(21, 10), check(21, 20), check(18, 10), check(21, 10));
        assertThat(NamespaceAddresses.fromChecks(checks)).isEqualTo(new Namespaces(10, 20));
    }

    @Test
    void whereSetnsAsksForNothingNoNamespaceIsGuessed() {
        assertThatThrownBy(() -> NamespaceAddresses.fromChecks(List.of(check(21, 10))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("setns(2)");
    }

    private static CapabilityCheck check(int capability, long demanded) {
        return new CapabilityCheck(capability, demanded, 10, true, 1, 0, 1);
    }
}
