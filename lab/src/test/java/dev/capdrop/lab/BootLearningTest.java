package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `capdrop learn --boot` records of a boot: all of it, from the first process on, and nothing
/// that the runtime does to set the container up, nor what another container does meanwhile.
@NeedsContainers
class BootLearningTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir static Path state;
    private static LabContainer watched;
    private static LabContainer beside;
    private static Command.Result said;
    private static JsonNode seen;

    @BeforeAll
    static void recordABoot() throws IOException {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "its workloads are for x86-64");
        CheckReports.assume();
        watched = container("chown net_raw");
        beside = container("dac_read_search");
        // over and over, ten times a second, so that it does it during the other's boot
        beside.writeService(
                "again.service",
                List.of(),
                "ExecStart=/bin/sh -c 'while :; do /usr/bin/perl /opt/workload with-fsetid; /usr/bin/perl /opt/workload with-sys_time; sleep 0.1; done'");
        watched.boot();
        beside.boot();
        beside.attachOrFail("systemctl", "start", "again.service");
        said = tool().run("learn", watched.name(), "--boot", "--yes", "--json");
        assertThat(said.exit()).as(said.toString()).isZero();
        seen = JSON.readTree(said.out()).path("targets").path(0);
    }

    private static LabContainer container(String workloads) throws IOException {
        LabContainer container = Bench.shared().make(Suite.TRIXIE, Privilege.UNPRIVILEGED);
        container.write("/opt/workload", Workload.program(), "rwxr-xr-x");
        for (String workload : workloads.split(" ")) {
            String unit = "work-" + workload + ".service";
            container.writeService(
                    unit,
                    List.of(),
                    "Type=oneshot",
                    "ExecStart=/usr/bin/perl /opt/workload with-" + workload);
            container.enableOnDisk(unit);
        }
        return container;
    }

    @AfterAll
    static void remove() throws IOException {
        if (watched != null) {
            watched.close();
        }
        if (beside != null) {
            beside.close();
        }
    }

    private static Tool tool() {
        return Tool.of(Bench.shared(), state);
    }

    @Test
    void theWholeBootIsCovered() {
        assertThat(seen.path("boots").asInt()).isEqualTo(1);
        assertThat(seen.path("lost").asLong()).isZero();
        assertThat(seen.path("ended").asText()).isEqualTo("time");
        assertThat(watched.running()).isTrue();
    }

    @Test
    void whatAUnitDoesAtItsStartIsItsOwn() {
        assertThat(units("chown", "units")).contains("work-chown.service");
        assertThat(units("net_raw", "units")).containsExactly("work-net_raw.service");
    }

    /// PID 1 mounts before it has made a control group for itself, so that it is in no unit then.
    @Test
    void whatTheFirstProcessDoesBeforeItHasAUnitIsSeen() {
        assertThat(units("sys_admin", "units")).contains("(PID 1)");
    }

    /// liblxc maps user ids and pivots the root in the container's namespace and control group.
    @Test
    void whatTheRuntimeDoesToSetItUpIsNotTheContainers() {
        assertThat(units("setgid", "units")).doesNotContain("null");
        assertThat(units("setuid", "units")).doesNotContain("null");
    }

    @Test
    void nothingOfTheContainerBesideItIsSeen() {
        assertThat(units("fsetid", "units"))
                .doesNotContain("again.service", "work-dac_read_search.service");
        // asked for in the host's namespace, as by a process in no unit of the watched one
        assertThat(units("sys_time", "neverHonouredUnits")).isEmpty();
        assertThat(unitsSeen()).contains("work-chown.service").doesNotContain("again.service");
    }

    @Test
    void whatWasLearntAddsUpAndSurvivesAKill() throws Exception {
        JsonNode boot = learnt();
        assertThat(boot.path("boots").asInt()).isEqualTo(1);
        Process killed =
                new ProcessBuilder(tool().command("learn", watched.name(), "--for", "1h").line())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        Thread.sleep(6_000);
        watched.attachOrFail("systemctl", "restart", "work-chown.service");
        Thread.sleep(7_000);
        killed.destroyForcibly().waitFor();
        JsonNode all = learnt();
        assertThat(all.path("boots").asInt()).isEqualTo(1);
        assertThat(all.path("identity")).isEqualTo(boot.path("identity"));
        assertThat(all.path("seconds").asInt()).isGreaterThan(boot.path("seconds").asInt());
        assertThat(chowns(all)).isGreaterThan(chowns(boot));
        Path file = learned();
        assertThat(Files.size(file)).isLessThan(100_000);
    }

    @Test
    void aServiceThatWasUpgradedSinceIsSaidToBe() {
        String unit = "work-net_raw.service@" + watched.name();
        assertThat(tool().run("explain", unit).out())
                .contains("net_raw used")
                .doesNotContain("upgrade");
        watched.attachOrFail("touch", "/etc/systemd/system/work-net_raw.service");
        assertThat(tool().run("explain", unit).out())
                .contains("net_raw used", "learnt before its upgrade");
        assertThat(tool().run("explain", "work-chown.service@" + watched.name()).out())
                .contains("chown used")
                .doesNotContain("upgrade");
        assertThat(tool().run("snapshot", watched.name()).out())
                .contains("\"learnt\":{", "\"upgraded\":true");
    }

    private static Path learned() throws IOException {
        try (var files = Files.list(state.resolve("learned"))) {
            return files.filter(file -> file.toString().contains(watched.name()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void allContainersThatRunAreWatchedAtOnce() {
        Command.Result result = tool().run("learn", "--all", "--for", "3s");
        assertThat(result.exit()).as(result.toString()).isZero();
        assertThat(result.out())
                .contains("lxc:" + watched.name() + " used ")
                .contains("lxc:" + beside.name() + " used ");
        assertThat(tool().run("learn", beside.name(), "--show").out())
                .contains("again.service")
                .contains("no whole boot");
    }

    private static JsonNode learnt() throws IOException {
        Command.Result shown = tool().run("learn", watched.name(), "--show", "--json");
        assertThat(shown.exit()).as(shown.toString()).isZero();
        return JSON.readTree(shown.out());
    }

    private static long chowns(JsonNode learnt) {
        for (JsonNode unit : learnt.path("units")) {
            if (unit.path("unit").asText().equals("work-chown.service")) {
                for (JsonNode use : unit.path("uses")) {
                    if (use.path("capability").asText().equals("chown")) {
                        return use.path("count").asLong();
                    }
                }
            }
        }
        return 0;
    }

    @Test
    void aStartThatFailsIsSaidAndLeavesNoWatch() throws IOException {
        try (LabContainer broken = Bench.shared().make(Suite.TRIXIE, Privilege.UNPRIVILEGED)) {
            broken.boot();
            String config = broken.config();
            broken.setConfig(config + "lxc.init.cmd = /no/such/init\n");
            Command.Result result = tool().run("learn", broken.name(), "--boot", "--yes");
            assertThat(result.exit()).isEqualTo(2);
            assertThat(result.out()).isEmpty();
            assertThat(result.err()).contains("capdrop: ").doesNotContain("Exception");
        }
    }

    private static List<String> units(String capability, String field) {
        for (JsonNode one : seen.path("capabilities")) {
            if (one.path("capability").asText().equals(capability)) {
                return texts(one.path(field));
            }
        }
        return List.of();
    }

    private static List<String> unitsSeen() {
        return texts(seen.path("unitsSeen"));
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(one -> texts.add(one.asText()));
        return texts;
    }
}
