package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.ThreadCapabilities;
import dev.capdrop.core.snapshot.HostProcess;
import dev.capdrop.linux.proc.ProcessTable;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.snapshot.SnapshotReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `capdrop ps` against libcap's getpcaps(8) and libcap-ng's pscap(8), a container running.
@NeedsContainers
class ProcessesTest {
    /// Processes start, change and end while two programs look at them one after the other.
    private static final int ATTEMPTS = 5;

    private static final int KTHREADD = 2;

    private static final Pattern GETPCAPS = Pattern.compile("(?m)^(\\d+): (.*)$");
    private static final Pattern PSCAP = Pattern.compile("(?m)^\\d+ +(\\d+) +\\S+ ");
    private static final String FORGED = "a\rCapPrm:\t0";
    private static final String COLOURED = "\u001b[31mred\u0007";

    @TempDir static Path state;
    private static LabContainer container;

    @BeforeAll
    static void aContainerWithHostileNames() throws IOException {
        container = Bench.shared().make(Suite.TRIXIE, Privilege.UNPRIVILEGED);
        container.boot();
        run("forged", "a\\rCapPrm:\\t0");
        run("coloured", "\\033[31mred\\007");
    }

    /// Starts a service whose process bears this name, once it does.
    ///
    /// @param name as printf(1) takes it
    private static void run(String unit, String name) throws IOException {
        container.write(
                "/opt/" + unit,
                "#!/bin/sh\np=\"/opt/$(printf '"
                        + name
                        + "')\"\ncp /usr/bin/sleep \"$p\"\nexec \"$p\" 600\n",
                "rwxr-xr-x");
        container.attachOrFail("systemd-run", "--unit=" + unit, "/opt/" + unit);
        container.attachOrFail(
                "sh",
                "-c",
                "until readlink /proc/$(systemctl show -P MainPID $1)/exe | grep -q ^/opt/; do sleep"
                        + " 0.1; done",
                "sh",
                unit);
    }

    @AfterAll
    static void remove() throws IOException {
        container.close();
    }

    @Test
    void everyProcessHoldsWhatGetpcapsSays() throws IOException {
        int last = SnapshotReader.host().lastCapability();
        Set<Integer> agreed = new TreeSet<>();
        List<String> differences = List.of();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            differences = new ArrayList<>();
            List<HostProcess> ours = ProcessTable.read(new RunningContainers());
            Map<Integer, String> theirs = getpcaps(ours);
            for (HostProcess process : ours) {
                String text = process.status().capabilities().state().format(last);
                String said = theirs.get(process.pid());
                if (said != null && said.equals(text)) {
                    agreed.add(process.pid());
                } else if (said != null) {
                    differences.add(process + ": getpcaps says " + said);
                }
            }
            if (differences.isEmpty()) {
                break;
            }
        }
        assertThat(differences).isEmpty();
        assertThat(agreed).hasSizeGreaterThan(5);
    }

    private static Map<Integer, String> getpcaps(List<HostProcess> processes) {
        List<String> line = new ArrayList<>(List.of("getpcaps"));
        processes.forEach(process -> line.add(Integer.toString(process.pid())));
        Command.Result result = Command.of(line.toArray(String[]::new)).run();
        Map<Integer, String> texts = new HashMap<>();
        Matcher matcher = GETPCAPS.matcher(result.out() + "\n" + result.err());
        while (matcher.find()) {
            texts.put(Integer.valueOf(matcher.group(1)), matcher.group(2).strip());
        }
        return texts;
    }

    @Test
    void whatPscapListsIsListed() throws IOException {
        Set<Integer> missing = Set.of();
        Set<Integer> extra = Set.of();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Set<Integer> before = holders(ProcessTable.read(new RunningContainers()));
            Set<Integer> theirs = pscap();
            Set<Integer> after = holders(ProcessTable.read(new RunningContainers()));
            missing = without(theirs, union(before, after));
            Set<Integer> lasting = new TreeSet<>(before);
            lasting.retainAll(after);
            extra = without(lasting, theirs);
            assertThat(theirs).hasSizeGreaterThan(5);
            if (missing.isEmpty() && extra.isEmpty()) {
                break;
            }
        }
        assertThat(missing).as("listed by pscap only").isEmpty();
        assertThat(extra).as("listed by capdrop only").isEmpty();
    }

    /// But for those that pscap(8) takes for threads of the kernel: number 2 and its children,
    /// which they are not in a lane of the lab.
    private static Set<Integer> holders(List<HostProcess> processes) {
        return processes.stream()
                .filter(process -> process.pid() != KTHREADD && process.parent() != KTHREADD)
                .filter(process -> holdsAny(process.status().capabilities()))
                .map(HostProcess::pid)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean holdsAny(ThreadCapabilities sets) {
        return !sets.permitted().union(sets.effective()).isEmpty();
    }

    private static Set<Integer> pscap() {
        Set<Integer> pids = new TreeSet<>();
        Matcher matcher = PSCAP.matcher(Command.of("pscap", "-a").runOrFail());
        while (matcher.find()) {
            pids.add(Integer.valueOf(matcher.group(1)));
        }
        return pids;
    }

    private static Set<Integer> union(Set<Integer> a, Set<Integer> b) {
        Set<Integer> both = new TreeSet<>(a);
        both.addAll(b);
        return both;
    }

    private static Set<Integer> without(Set<Integer> a, Set<Integer> b) {
        Set<Integer> rest = new TreeSet<>(a);
        rest.removeAll(b);
        return rest;
    }

    @Test
    void theUnitIsTheOneThatSystemdNames() throws IOException {
        for (HostProcess process : ProcessTable.read(new RunningContainers())) {
            boolean ours =
                    process.container() != null
                            && process.container().name().equals(container.name());
            if (ours && process.unit().equals("forged.service")) {
                assertThat(process.command()).isEqualTo(FORGED);
                assertThat(process.status().capabilities().permitted().isEmpty()).isFalse();
                assertThat(unitOf(process)).isEqualTo("forged.service");
                return;
            }
        }
        throw new AssertionError("no process of forged.service was found");
    }

    private static String unitOf(HostProcess process) {
        String inside =
                Command.of("awk", "/^NSpid/ { print $3 }", "/proc/" + process.pid() + "/status")
                        .runOrFail();
        return container.attachOrFail("ps", "-o", "unit=", "-p", inside);
    }

    @Test
    void hostileNamesReachNoTerminal() {
        Tool tool = Tool.of(Bench.shared(), state);
        Command.Result text = tool.run("ps", container.name());
        assertThat(text.exit()).as(text.err()).isZero();
        assertThat(text.out())
                .contains("a\\x0dCapPrm:\\x090", "\\x1b[31mred\\x07")
                .doesNotContain("\r", "\u001b", COLOURED);
        Command.Result json = tool.run("ps", container.name(), "--json");
        assertThat(json.out()).contains("\"forged.service\"").doesNotContain("\r", "\u001b");
    }
}
