package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capdrop.capability.Capability;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.Observation.Coverage;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.Observation.Tallies;
import dev.capdrop.core.observe.Observation.Tallies.Tally;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.linux.perf.UseWatch;
import dev.capdrop.linux.proc.RunningContainers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What `capdrop learn` says of workloads of which it is known what the kernel is asked:
/// `workloads.tsv`, at least one for each capability.
///
/// Two containers do them at once, each with the capability what the other does without it. A
/// third, which has no systemd, does all the while what none of the two does.
@NeedsContainers
class LearnCorpusTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    /// Of the third container only.
    private static final List<String> ALONE = List.of("with-lock_segment", "with-offset_clock");

    /// Not the common pool: with two cores that has one thread for all.
    private static final Executor AT_ONCE = task -> Thread.ofPlatform().daemon().start(task);

    private static final List<Workload> CORPUS = Workload.all();
    private static final List<LabContainer> CONTAINERS = new ArrayList<>();

    /// What is done in the first and in the second container.
    private static final List<List<String>> DONE = shared();

    private static final List<Observation> SEEN = new ArrayList<>();

    /// What the kernel said to each.
    private static final Map<String, Integer> TOLD = new HashMap<>();

    @BeforeAll
    static void watchAll() throws IOException {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "its workloads are for x86-64");
        CheckReports.assume();
        CONTAINERS.add(withServices());
        CONTAINERS.add(withServices());
        CONTAINERS.add(alone());
        AtomicBoolean enough = new AtomicBoolean();
        List<CompletableFuture<Observation>> watches = new ArrayList<>();
        for (LabContainer container : CONTAINERS) {
            UseWatch.Session learner =
                    UseWatch.of(new RunningContainers()).of(id(container), CONTAINERS.size());
            watches.add(CompletableFuture.supplyAsync(() -> watch(learner, enough), AT_ONCE));
        }
        try {
            CompletableFuture<Void> first = CompletableFuture.runAsync(() -> work(0), AT_ONCE);
            work(1);
            first.join();
            actFromOutside(CONTAINERS.get(0));
        } finally {
            enough.set(true);
        }
        watches.forEach(watch -> SEEN.add(watch.join()));
        for (int i = 0; i < DONE.size(); i++) {
            tell(CONTAINERS.get(i));
        }
    }

    /// Each in one of the two, and with the capability in another than without it.
    private static List<List<String>> shared() {
        List<List<String>> two = List.of(new ArrayList<>(), new ArrayList<>());
        Map<String, Integer> places = new HashMap<>();
        for (Workload workload : CORPUS) {
            if (!ALONE.contains(workload.name())) {
                int place = places.computeIfAbsent(workload.task(), _ -> places.size() % 2);
                boolean opposite = workload.mode().equals("without");
                two.get(opposite ? 1 - place : place).add(workload.name());
            }
        }
        for (List<String> one : two) {
            for (String mode : List.of("with", "without", "user")) {
                if (!one.contains(mode + "-nothing")) {
                    one.add(mode + "-nothing");
                }
            }
        }
        return two;
    }

    private static LabContainer withServices() throws IOException {
        LabContainer container = Bench.shared().make(Suite.TRIXIE, Privilege.UNPRIVILEGED);
        container.write("/opt/workload", Workload.program(), "rwxr-xr-x");
        container.writeService(
                "fixture.service",
                List.of(),
                "Type=oneshot",
                "RemainAfterExit=yes",
                "ExecStart=/usr/bin/perl /opt/workload fixture");
        container.writeService(
                "work@.service",
                List.of("Requires=fixture.service", "After=fixture.service"),
                "Type=oneshot",
                "ExecStart=/usr/bin/perl /opt/workload %i");
        container.boot();
        container.attachOrFail("systemctl", "start", "fixture.service");
        return container;
    }

    private static LabContainer alone() throws IOException {
        LabContainer container =
                Bench.shared()
                        .make(
                                Suite.TRIXIE,
                                Privilege.UNPRIVILEGED,
                                "lxc.init.cmd = /usr/bin/perl /opt/workload alone "
                                        + String.join(" ", ALONE));
        container.write("/opt/workload", Workload.program(), "rwxr-xr-x");
        container.start();
        return container;
    }

    private static ContainerId id(LabContainer container) {
        return new ContainerId(
                RuntimeKind.LXC, container.name(), Bench.shared().lxcPath().toString());
    }

    private static Observation watch(UseWatch.Session learner, AtomicBoolean enough) {
        try (learner) {
            return learner.learn(LIMIT, enough::get, _ -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void work(int place) {
        List<String> line = new ArrayList<>(List.of("systemctl", "start", "--"));
        DONE.get(place).forEach(name -> line.add("work@" + name + ".service"));
        Command.Result done =
                CONTAINERS.get(place).attachFor(LIMIT.toSeconds(), line.toArray(String[]::new));
        assertThat(done.exit()).as(done.err()).isZero();
    }

    /// In the container's namespaces, with the host's credentials and in the host's control group.
    private static void actFromOutside(LabContainer container) {
        Command.of(
                        "nsenter",
                        "-t",
                        Long.toString(container.initPid()),
                        "-m",
                        "-u",
                        "sh",
                        "-c",
                        "chown 7 /opt/fcap && hostname workload")
                .runOrFail();
    }

    private static void tell(LabContainer container) {
        String all = container.attachOrFail("sh", "-c", "cd /run/work/told && grep . *");
        for (String line : all.lines().toList()) {
            int colon = line.lastIndexOf(':');
            TOLD.put(line.substring(0, colon), Integer.valueOf(line.substring(colon + 1)));
        }
    }

    @AfterAll
    static void remove() throws IOException {
        for (LabContainer container : CONTAINERS) {
            container.close();
        }
    }

    static List<Workload> ofServices() {
        return CORPUS.stream().filter(workload -> !ALONE.contains(workload.name())).toList();
    }

    @ParameterizedTest
    @MethodSource("ofServices")
    void whatAServiceAsksForIsSeenAndNothingElse(Workload workload) {
        int place = DONE.get(0).contains(workload.name()) ? 0 : 1;
        Set<String> seen = beyondNothing(SEEN.get(place), workload);
        assertThat(TOLD).containsKey(workload.name());
        boolean cannotBeAsked = isError(workload);
        assertThat(seen)
                .as(
                        "%s of %s, which ended with error %s",
                        workload.name(), workload.place(), TOLD.get(workload.name()))
                .isEqualTo(cannotBeAsked ? Set.of() : workload.seen());
    }

    private static boolean isError(Workload workload) {
        Map<String, Integer> errors =
                Map.of("ENOSYS", 38, "ENOENT", 2, "EINVAL", 22, "EPROTONOSUPPORT", 93);
        return !workload.unless().equals("-")
                && Objects.equals(errors.get(workload.unless()), TOLD.get(workload.name()));
    }

    /// What systemd and perl ask for in each unit is asked in that of "nothing", too.
    private static Set<String> beyondNothing(Observation of, Workload workload) {
        Map<String, Long> nothing = counts(of, "work@" + workload.mode() + "-nothing.service");
        Set<String> more = new TreeSet<>();
        counts(of, workload.unit())
                .forEach((kind, count) -> {
                    if (workload.task().equals("nothing")
                            || count > nothing.getOrDefault(kind, 0L)) {
                        more.add(kind);
                    }
                });
        if (workload.task().equals("nothing")) {
            // of systemd, for the socket of the journal and for the limits of the process
            more.removeAll(Set.of("net_admin NEVER_HONOURED", "sys_resource NEVER_HONOURED"));
        }
        return more;
    }

    private static Map<String, Long> counts(Observation of, String unit) {
        Map<String, Long> counts = new HashMap<>();
        for (Tally tally : of.tallies()) {
            if (tally.unit().equals(unit) && isOwn(tally.meaning())) {
                counts.put(kind(tally), tally.count());
            }
        }
        return counts;
    }

    private static boolean isOwn(Meaning meaning) {
        return switch (meaning) {
            case USED, MISSED, NEVER_HONOURED -> true;
            case BELOW, HOST -> false;
        };
    }

    private static String kind(Tally tally) {
        return new Capability(tally.capability()).name() + " " + tally.meaning();
    }

    @Test
    void theCorpusHasARowForEachCapability() {
        Set<String> asked = new TreeSet<>();
        CORPUS.forEach(workload -> workload.seen().forEach(seen -> asked.add(seen.split(" ")[0])));
        // which nobody can ask for from within a user namespace
        assertThat(CORPUS).anyMatch(workload -> workload.task().equals("audit_write"));
        asked.add("audit_write");
        Set<String> all = new TreeSet<>();
        for (int number = 0; number <= 40; number++) {
            all.add(new Capability(number).name());
        }
        assertThat(asked).isEqualTo(all);
        assertThat(CORPUS).hasSizeGreaterThanOrEqualTo(60);
    }

    /// No more than these, so that a kernel which asks for nothing at all does not pass.
    @Test
    void whatThisKernelCannotBeAskedForIsSaid() {
        List<String> without =
                CORPUS.stream().filter(LearnCorpusTest::isError).map(Workload::name).toList();
        System.err.println("lab: this kernel does not ask for what these would: " + without);
        assertThat(without)
                .isSubsetOf(
                        CORPUS.stream()
                                .filter(workload -> !workload.unless().equals("-"))
                                .map(Workload::name)
                                .toList());
        assertThat(without).hasSizeLessThan(10);
    }

    @Test
    void eachOfTenThousandShortProcessesIsSeen() {
        for (int place = 0; place < DONE.size(); place++) {
            for (String mode : List.of("with", "without")) {
                if (DONE.get(place).contains(mode + "-children")) {
                    String kind = mode.equals("with") ? "chown USED" : "chown MISSED";
                    assertThat(counts(SEEN.get(place), "work@" + mode + "-children.service"))
                            .containsEntry(kind, 10_000L);
                }
            }
        }
    }

    @Test
    void nothingIsSeenOfTheContainersBesideIt() {
        for (int place = 0; place < DONE.size(); place++) {
            assertThat(workUnits(SEEN.get(place)))
                    .containsExactlyInAnyOrderElementsOf(DONE.get(place));
            assertThat(kinds(SEEN.get(place)))
                    .doesNotContain("ipc_lock USED", "sys_time USED")
                    .contains("chown USED");
        }
        Observation alone = SEEN.get(2);
        assertThat(kinds(alone)).contains("ipc_lock USED", "sys_time USED");
        assertThat(alone.tallies()).extracting(Tally::unit).isSubsetOf("", Tallies.PID_1);
        assertThat(kinds(alone))
                .isSubsetOf(
                        "ipc_lock USED",
                        "sys_time USED",
                        "sys_admin USED",
                        // of its fixture
                        "chown USED",
                        "fowner USED",
                        "fsetid USED",
                        "setgid USED",
                        "setuid USED");
    }

    /// lxc-attach(1), which started all of this, enters the container's namespaces, and becomes its
    /// root by setuid(2) and setgroups(2), before it executes a program of the container.
    @Test
    void whatProgramsOfTheHostDoToItIsNoUseOfItsOwn() {
        for (int place = 0; place < DONE.size(); place++) {
            for (String none : List.of("", Tallies.FROM_OUTSIDE)) {
                assertThat(counts(SEEN.get(place), none).keySet())
                        .allMatch(kind -> kind.endsWith(" " + Meaning.NEVER_HONOURED));
            }
            assertThat(SEEN.get(place).tallies())
                    .anyMatch(tally -> tally.unit().isEmpty() && kind(tally).equals("setuid HOST"));
        }
    }

    @Test
    void noCheckIsLost() {
        for (Observation seen : SEEN) {
            assertThat(seen.coverage().lost()).isZero();
            assertThat(seen.coverage().end()).isEqualTo(Coverage.End.USER);
        }
    }

    private static Set<String> kinds(Observation of) {
        Set<String> kinds = new HashSet<>();
        for (Tally tally : of.tallies()) {
            if (isOwn(tally.meaning())) {
                kinds.add(kind(tally));
            }
        }
        return kinds;
    }

    /// By what systemd asks for in each unit's name before its program runs.
    private static Set<String> workUnits(Observation of) {
        return of.tallies().stream()
                .map(Tally::unit)
                .filter(unit -> unit.startsWith("work@"))
                .map(unit -> unit.substring("work@".length(), unit.length() - ".service".length()))
                .collect(Collectors.toSet());
    }
}
