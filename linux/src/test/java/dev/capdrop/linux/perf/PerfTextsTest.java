package dev.capdrop.linux.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the kernel says of its tracepoint, its CPUs and its control groups, in its own words.
class PerfTextsTest {
    private static final String FORMAT =
            """
            name: cap_capable
            ID: 2073
            format:
            \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
            \tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;

            \tfield:const struct cred * cred;\toffset:8;\tsize:8;\tsigned:0;
            \tfield:struct user_namespace * target_ns;\toffset:16;\tsize:8;\tsigned:0;
            \tfield:const struct user_namespace * capable_ns;\toffset:24;\tsize:8;\tsigned:0;
            \tfield:int cap;\toffset:32;\tsize:4;\tsigned:1;
            \tfield:int ret;\toffset:36;\tsize:4;\tsigned:1;
            """;

    @TempDir Path folder;

    @Test
    void theFormatOfTheTracepointIsRead() throws IOException {
        assertThat(TracepointFormat.parse(FORMAT))
                .isEqualTo(new TracepointFormat(2073, 16, 24, 32, 36));
    }

    @Test
    void aFormatWithoutAFieldIsNotGuessed() {
        assertThatThrownBy(() -> TracepointFormat.parse(FORMAT.replace("target_ns", "ns")))
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
