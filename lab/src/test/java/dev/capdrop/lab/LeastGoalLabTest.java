package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Goal `least` of a boot that was recorded: the container boots with that set, and nothing that
/// ran is lost.
@NeedsContainers
class LeastGoalLabTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path state;

    private static void requireTracepoint() {
        CheckReports.assume();
    }

    private static LabContainer container(Suite suite) throws IOException {
        LabContainer container = Bench.shared().make(suite, Privilege.UNPRIVILEGED);
        service(
                container,
                "owner",
                "Type=oneshot",
                "RemainAfterExit=yes",
                "ExecStart=/bin/sh -c 'touch /run/owned && chown games /run/owned'");
        service(container, "other-user", "User=games", "ExecStart=/bin/sleep infinity");
        service(
                container,
                "limited",
                "CapabilityBoundingSet=CAP_CHOWN CAP_KILL",
                "RuntimeDirectory=limited",
                "ExecStart=/bin/sleep infinity");
        return container;
    }

    private static void service(LabContainer container, String name, String... lines)
            throws IOException {
        container.writeService(name + ".service", List.of(), lines);
        container.enableOnDisk(name + ".service");
    }

    @ParameterizedTest
    @EnumSource(names = {"BULLSEYE", "BOOKWORM", "TRIXIE"})
    void aRecordedBootIsEnoughForABootWithTheLeast(Suite suite) throws IOException {
        requireTracepoint();
        Tool tool = Tool.of(Bench.shared(), state);
        try (LabContainer container = container(suite)) {
            container.boot();
            String name = container.name();
            Command.Result empty = tool.run("plan", name, "--goal", "least");
            assertThat(empty.exit()).as(empty.toString()).isEqualTo(2);
            assertThat(empty.err()).contains("nothing was learnt").contains("learn lxc:" + name);

            Command.Result learnt = tool.run("learn", name, "--boot", "--yes");
            assertThat(learnt.exit()).as(learnt.toString()).isZero();

            // the first boot of a container does things that no other does
            Set<String> active = active(container);
            Set<String> failed = container.failedUnits();
            Command.Result plan = tool.run("plan", name, "--goal", "least");
            assertThat(plan.exit()).as(plan.toString()).isEqualTo(1);
            assertThat(plan.out().lines().findFirst().orElseThrow())
                    .contains("goal least, by a thin record (1 whole boot");
            assertThat(plan.out()).contains("owner.service");

            if (suite == Suite.TRIXIE) {
                requireProvenByTrial(tool, name);
            }

            Command.Result applied = tool.run("apply", name, "--goal", "least", "--yes");
            assertThat(applied.exit()).as(applied.toString()).isZero();
            assertThat(failed).containsAll(container.failedUnits());
            assertThat(active(container)).containsAll(active);
            assertThat(held(container)).isLessThan(25);

            // systemd can still stop what it has started, and the container
            container.attachOrFail("systemctl", "stop", "other-user.service", "limited.service");
            container.shutDown();
            assertThat(container.running()).isFalse();
        }
    }

    /// `trial` keeps nothing that the record does not, and of each that it keeps there is a boot
    /// that had all the others of these, lacked this one, and failed.
    private static void requireProvenByTrial(Tool tool, String name) throws IOException {
        Command.Result planned = tool.run("plan", name, "--goal", "least", "--json");
        Command.Result tried =
                tool.command("trial", name, "--goal", "least", "--settle", "1s", "--json")
                        .within(Duration.ofMinutes(30))
                        .run();
        assertThat(tried.exit()).as(tried.toString()).isZero();
        JsonNode trial = JSON.readTree(tried.out());
        assertThat(trial.path("proven").asBoolean()).isTrue();
        Set<String> least = words(JSON.readTree(planned.out()).path("kept"), "capability");
        Set<String> kept = words(trial.path("needed"), "capability");
        assertThat(least).containsAll(kept);
        assertThat(kept).contains("chown", "setuid", "sys_admin");
        for (JsonNode needed : trial.path("needed")) {
            String capability = needed.path("capability").asText();
            JsonNode boot = trial.path("boots").path(needed.path("boot").asInt() - 1);
            Set<String> lacking = words(boot.path("dropped"), "");
            lacking.retainAll(kept);
            assertThat(lacking).as(tried.out()).containsExactly(capability);
            assertThat(boot.path("works").asBoolean()).isFalse();
            assertThat(boot.path("losses")).isNotEmpty();
        }
    }

    /// @param field of each; empty where each is itself a word
    private static Set<String> words(JsonNode list, String field) {
        Set<String> words = new TreeSet<>();
        list.forEach(one -> words.add((field.isEmpty() ? one : one.path(field)).asText()));
        return words;
    }

    @Test
    void aContainerMadeAnewUnderTheNameHasNoRecord() throws IOException {
        requireTracepoint();
        Tool tool = Tool.of(Bench.shared(), state);
        try (LabContainer container = container(Suite.TRIXIE)) {
            SmallBoot.of(container);
            container.boot();
            Command.Result learnt = tool.run("learn", container.name(), "--for", "1s");
            assertThat(learnt.exit()).as(learnt.toString()).isZero();
            container.attachOrFail(
                    "sh",
                    "-c",
                    "tr a-f b-ga < /etc/machine-id | tr g 0 > /tmp/id"
                            + " && cat /tmp/id > /etc/machine-id");
            Command.Result plan = tool.run("plan", container.name(), "--goal", "least");
            assertThat(plan.exit()).isEqualTo(2);
            assertThat(plan.err()).contains("nothing was learnt");
        }
    }

    /// One level below: each service inside with the limit that its record justifies.
    @Test
    void withThePrintedDropInsNothingThatRanIsLost() throws IOException {
        requireTracepoint();
        Tool tool = Tool.of(Bench.shared(), state);
        try (LabContainer container = container(Suite.TRIXIE)) {
            container.boot();
            Command.Result learnt = tool.run("learn", container.name(), "--boot", "--yes");
            assertThat(learnt.exit()).as(learnt.toString()).isZero();
            Set<String> active = active(container);
            Set<String> failed = container.failedUnits();
            Command.Result plan = tool.run("plan", container.name(), "--goal", "least", "--units");
            assertThat(plan.exit()).as(plan.toString()).isEqualTo(1);
            assertThat(plan.out()).contains("by a thin record").contains("owner.service");
            List<String> units = install(container, plan.out());
            assertThat(units).as(plan.out()).contains("owner.service", "other-user.service");
            container.shutDown();
            container.boot();
            assertThat(failed).containsAll(container.failedUnits());
            assertThat(active(container)).containsAll(active);
            String bounding =
                    container.attachOrFail(
                            "systemctl",
                            "show",
                            "-P",
                            "CapabilityBoundingSet",
                            "other-user.service");
            assertThat(bounding.split("\\s+").length).isLessThan(10);
        }
    }

    /// Does what the text tells to.
    ///
    /// @return the units that have a drop-in
    private static List<String> install(LabContainer container, String text) throws IOException {
        List<String> units = new ArrayList<>();
        Matcher dropIns =
                Pattern.compile(
                                "(?m)^    # (/etc/systemd/system/(\\S+)\\.d/\\S+)\\n((?:    \\S.*\\n)+)")
                        .matcher(text);
        while (dropIns.find()) {
            Path folder = container.rootfs().resolve(dropIns.group(1).substring(1)).getParent();
            Files.createDirectories(folder);
            String content = dropIns.group(3).replaceAll("(?m)^    ", "");
            container.write(dropIns.group(1), content, "rw-r--r--");
            units.add(dropIns.group(2));
        }
        return units;
    }

    private static int held(LabContainer container) {
        String line = container.attachOrFail("grep", "CapBnd", "/proc/1/status");
        return Long.bitCount(Long.parseUnsignedLong(line.split("\\s+")[1], 16));
    }

    /// But for the one that loads no module in a container, whether it is skipped or not.
    private static Set<String> active(LabContainer container) {
        String units =
                container.attachOrFail(
                        "sh",
                        "-c",
                        "systemctl list-units --type=service --state=active --no-legend --plain"
                                + " | cut -d' ' -f1");
        Set<String> active = new TreeSet<>(List.of(units.split("\\s+")));
        active.remove("systemd-modules-load.service");
        return active;
    }
}
