package dev.capdrop.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.FakeContainer;
import dev.capdrop.cli.FakeHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// `metrics` on a host in memory; in the lab promtool reads what a real one comes to.
final class MetricsCommandTest {
    private static final String WEB = "{target=\"lxc:web\",lxc_path=\"/var/lib/lxc\"";

    @TempDir private Path folder;
    private final FakeHost host = new FakeHost();
    private final FakeContainer web =
            host.lxc("web").failsWith("sys_rawio", "kdump.service").works("ssh.service");
    private Path file = Path.of("");

    @BeforeEach
    void name() {
        file = folder.resolve("capdrop.prom");
    }

    private FakeHost.Ran run(int exit, String... words) {
        FakeHost.Ran ran = host.run(words);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(exit);
        return ran;
    }

    private List<String> samples(int exit) {
        return run(exit, "metrics").out().lines().filter(line -> !line.startsWith("#")).toList();
    }

    @Test
    void whatFailedForACapabilityIsCountedByItsCause() {
        assertThat(samples(0))
                .contains(
                        "capdrop_container_state" + WEB + ",state=\"degraded\"} 1",
                        "capdrop_container_findings" + WEB + "} 1",
                        "capdrop_container_failed_units" + WEB + "} 1",
                        "capdrop_container_failed_units_by_cause"
                                + WEB
                                + ",cause=\"inert-capability\"} 1",
                        "capdrop_container_droppable_capabilities" + WEB + "} 1",
                        "capdrop_check_timestamp_seconds 1767268800");
    }

    @Test
    void aGuestOfProxmoxVeHasItsNameBesideItsNumberInEverySeries() {
        host.guest("101").failsWith("sys_rawio", "kdump.service");
        String guest = "{target=\"pve:101\",lxc_path=\"/var/lib/lxc\",name=\"web\"";
        assertThat(samples(0))
                .contains("capdrop_container_state" + guest + ",state=\"degraded\"} 1")
                .allMatch(line -> !line.contains("pve:101") || line.contains(guest));
    }

    @Test
    void aHealthyContainerHasItsZeros() {
        int inert = value("capdrop_container_inert_capabilities" + WEB);
        web.config += "lxc.cap.drop = sys_rawio\n";
        web.start();
        assertThat(samples(0))
                .contains(
                        "capdrop_container_state" + WEB + ",state=\"running\"} 1",
                        "capdrop_container_findings" + WEB + "} 0",
                        "capdrop_container_failed_units" + WEB + "} 0",
                        "capdrop_container_droppable_capabilities" + WEB + "} 0")
                .noneMatch(line -> line.contains("by_cause"));
        assertThat(value("capdrop_container_inert_capabilities" + WEB)).isEqualTo(inert - 1);
    }

    private int value(String sample) {
        return samples(0).stream()
                .filter(line -> line.startsWith(sample + "} "))
                .map(line -> Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aDriftIsCountedAndOnlyWhereSomethingWasChanged() {
        String drifts = "capdrop_container_drifts" + WEB + "} ";
        assertThat(samples(0)).noneMatch(line -> line.contains("drifts"));
        run(0, "apply", "web", "--yes");
        assertThat(samples(0)).contains(drifts + 0);
        web.config = web.config.replace("lxc.cap.drop = sys_rawio\n", "");
        assertThat(samples(0)).contains(drifts + 1);
    }

    @Test
    void oneThatCannotBeReadIsToldAndTheOthersAreMeasured() {
        host.lxc("db").unreadable = true;
        assertThat(samples(2))
                .contains(
                        "capdrop_container_state{target=\"lxc:db\",lxc_path=\"/var/lib/lxc\",state=\"not-read\"} 1",
                        "capdrop_container_failed_units" + WEB + "} 1")
                .noneMatch(line -> line.contains("failed_units{target=\"lxc:db\""));
    }

    @Test
    void oneThatIsStoppedOrHasNoSystemdHasNoFailedUnits() {
        host.lxc("alpine").otherInit = true;
        host.lxc("off").stopped();
        assertThat(samples(0))
                .anyMatch(line -> line.contains("lxc:alpine") && line.contains("not-systemd"))
                .anyMatch(line -> line.contains("lxc:off") && line.contains("stopped"))
                .filteredOn(line -> line.startsWith("capdrop_container_failed_units{"))
                .hasSize(1);
    }

    @Test
    void namesakesInTwoFoldersAreTwoSeries() {
        host.lxc("web", "/srv/lxc").works("ssh.service");
        assertThat(samples(0))
                .doesNotHaveDuplicates()
                .filteredOn(line -> line.startsWith("capdrop_container_failed_units{"))
                .hasSize(2);
    }

    @ParameterizedTest
    @MethodSource("hostileNames")
    void aNameEndsNeitherItsValueNorItsLine(String name, String value) {
        host.lxc(name);
        assertThat(samples(0))
                .contains(
                        "capdrop_container_findings{target=\"lxc:"
                                + value
                                + "\",lxc_path=\"/var/lib/lxc\"} 0");
    }

    static Stream<Arguments> hostileNames() {
        return Stream.of(
                Arguments.of("a\"b", "a\\\"b"),
                Arguments.of("a\\b", "a\\\\b"),
                Arguments.of("a\nb", "a\\\\x0ab"),
                Arguments.of("a\u001bb", "a\\\\x1bb"),
                Arguments.of("a\u202eb", "a<U+202E>b"));
    }

    @Test
    void aChangeThatWaitsIsNotSettledBehindOnesBack() {
        run(0, "apply", "web", "--yes", "--no-restart");
        web.start();
        samples(0);
        assertThat(run(0, "check").out()).contains("verdict: better");
    }

    @Test
    void theFileIsReadableForAllAndReplacedAsAWhole() throws IOException {
        run(0, "metrics", "-o", file.toString());
        String first = Files.readString(file);
        assertThat(first).endsWith("\n").contains("capdrop_container_state");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r--r--");
        host.lxc("db");
        Object inode = Files.getAttribute(file, "unix:ino");
        run(0, "metrics", "-o", file.toString());
        assertThat(Files.getAttribute(file, "unix:ino")).isNotEqualTo(inode);
        assertThat(Files.readString(file)).contains("lxc:db");
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void whereNothingCanBeWrittenIsSaidInOneSentence() {
        assertThat(run(2, "metrics", "-o", "/proc/self/capdrop.prom").said())
                .singleElement()
                .asString()
                .startsWith("cannot write '/proc/self/capdrop.prom': ")
                .endsWith("; nothing is written");
        assertThat(run(2, "metrics", "-o", folder + "/none/x").said())
                .containsExactly("'" + folder + "/none/x': its folder does not exist");
        assertThat(run(2, "metrics", "-o", folder.toString()).err()).contains("is no regular file");
    }

    @Test
    void recordingsAreMeasuredWithoutRootAndOneThatIsNoneIsTold() {
        host.root = false;
        FakeHost.Ran ran =
                run(2, "metrics", "--from", "../examples/trixie-degraded.json", "../pom.xml");
        assertThat(ran.out())
                .contains(
                        "capdrop_container_failed_units{target=\"lxc:web\",file=\"../examples/trixie-degraded.json\"} 2\n")
                .contains("file=\"../pom.xml\",state=\"not-read\"} 1\n")
                .doesNotContain("drifts");
    }
}
