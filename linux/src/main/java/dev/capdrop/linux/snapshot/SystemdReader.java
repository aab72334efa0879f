package dev.capdrop.linux.snapshot;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.boot.BootUnits;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.condition.Machine;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.snapshot.Evidence;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Evidence.Trouble.NamedFile.Standing;
import dev.capdrop.core.snapshot.Snapshot.Unread;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.Systemd.Job;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.snapshot.UnitState.LoadState;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitName.UnitType;
import dev.capdrop.linux.bus.SystemdBus;
import dev.capdrop.linux.machine.HostQuotas;
import dev.capdrop.linux.machine.KernelRing;
import dev.capdrop.linux.machine.LiveMachine;
import dev.capdrop.linux.machine.LiveMachine.InitFacts;
import dev.capdrop.linux.proc.ContainerInit;
import dev.capdrop.linux.proc.ProcessTable;
import dev.capdrop.linux.root.RootUnitTree;
import dev.capdrop.linux.root.SafeRoot;
import dev.capdrop.linux.snapshot.NamedFiles.Listeners;
import dev.capdrop.linux.time.Deadline;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Asks a container's systemd for what a Snapshot holds of it.
final class SystemdReader {
    private static final int CONDITIONS_A_CALL = 500;
    private static final int DETAILS_A_CALL = 50;
    private static final int MOST_TROUBLED = 500;
    private static final Duration BUS_ANSWERS = Duration.ofSeconds(5);

    private final ContainerInit init;
    private final SafeRoot root;
    private final Deadline deadline;
    private final List<String> problems;
    private final List<Unread> unread;
    private final Map<String, Trouble> troubles = new HashMap<>();
    private boolean overdue;
    private @Nullable Listeners listeners;

    SystemdReader(
            ContainerInit init,
            SafeRoot root,
            Deadline deadline,
            List<String> problems,
            List<Unread> unread) {
        this.init = init;
        this.root = root;
        this.deadline = deadline;
        this.problems = problems;
        this.unread = unread;
    }

    Systemd readWhole(Map<String, CapabilitySet> held) throws IOException {
        Systemd systemd = read(_ -> true, busServices());
        return systemd.with(systemd.units().stream().map(unit -> seen(unit, held)).toList());
    }

    private static UnitState seen(UnitState unit, Map<String, CapabilitySet> held) {
        UnitDetail detail = unit.detail();
        CapabilitySet its = held.get(unit.name());
        return !detail.isRead() || its == null ? unit : unit.with(detail.holding(its));
    }

    /// The units that systemd has loaded.
    Systemd readLoaded(Predicate<UnitState> detailed) throws IOException {
        return read(detailed, Set.of());
    }

    private Systemd read(Predicate<UnitState> detailed, Set<String> onBus) throws IOException {
        try (SystemdBus systemd = SystemdBus.connect(root, init, deadline)) {
            Systemd.Manager manager = systemd.manager();
            List<Job> queue = manager.jobs() == 0 ? List.of() : systemd.queue();
            List<UnitState> loaded = systemd.units(problems);
            List<UnitState> activated = systemd.named(onBus);
            List<UnitState> all = union(loaded, activated);
            Set<String> troubled = troubled(systemd, all, queue);
            Predicate<UnitState> wanted = unit -> troubled.contains(unit.name());
            List<UnitState> units = complete(systemd, all, detailed.or(wanted));
            Set<String> names = activated.stream().map(UnitState::name).collect(Collectors.toSet());
            return systemd(manager, queue, units, new OnBus(names, connected(systemd, loaded)));
        }
    }

    /// The units that have to do with the system bus.
    private record OnBus(Set<String> activated, Set<String> connected) {}

    private Set<String> connected(SystemdBus systemd, List<UnitState> loaded) throws IOException {
        Deadline soon = Deadline.atLeast(BUS_ANSWERS).notAfter(deadline);
        try {
            return systemd.connected(loaded, root, init, soon);
        } catch (SystemdBus.SilentException silent) {
            problems.add("the bus did not say who is connected to it: " + silent.getMessage());
            return Set.of();
        }
    }

    /// The units that have failed or do not get up, and those that may not be up because of them.
    /// What systemd does not say of them is not known, and keeps nobody from reading the rest.
    private Set<String> troubled(SystemdBus systemd, List<UnitState> units, List<Job> queue)
            throws IOException {
        Set<String> troubled = new LinkedHashSet<>();
        Set<String> absent = new LinkedHashSet<>();
        Set<String> down = new LinkedHashSet<>();
        Set<String> up = new LinkedHashSet<>();
        Set<String> active = new LinkedHashSet<>();
        for (UnitState unit : units) {
            if (unit.failed() || unit.isBetweenRuns() || unit.refused()) {
                troubled.add(unit.name());
            } else if (unit.load() == LoadState.NOT_FOUND
                    || (unit.active().isDown() && UnitName.type(unit.name()) == UnitType.DEVICE)) {
                absent.add(unit.name());
            } else if (unit.active().isDown()) {
                down.add(unit.name());
                if (UnitName.type(unit.name()) == UnitType.SWAP) {
                    troubled.add(unit.name());
                }
            } else if (UnitName.type(unit.name()) == UnitType.SERVICE) {
                up.add(unit.name());
            }
        }
        units.stream().filter(u -> !u.active().isDown()).map(UnitState::name).forEach(active::add);
        queue.stream().filter(Job::running).map(Job::unit).forEach(troubled::add);
        try {
            troubled.addAll(systemd.restarted(up));
            Set<String> untried = systemd.untried(down);
            Set<String> tried = new LinkedHashSet<>(down);
            tried.removeAll(untried);
            troubled.addAll(systemd.refusedByAssertions(tried));
            Set<String> step = new LinkedHashSet<>(troubled);
            step.addAll(absent);
            while (!step.isEmpty() && troubled.size() < MOST_TROUBLED) {
                step = systemd.requiring(step);
                step.retainAll(down);
                step.removeAll(troubled);
                troubled.addAll(step);
            }
            troubled.addAll(systemd.leftOut(untried, active));
            List<String> asked = troubled.stream().limit(MOST_TROUBLED).toList();
            for (List<String> some : pieces(asked, DETAILS_A_CALL)) {
                troubles.putAll(systemd.troubles(some));
            }
        } catch (SystemdBus.SilentException silent) {
            problems.add("systemd did not say why units are in trouble: " + silent.getMessage());
        }
        return troubled;
    }

    Evidence evidence(Systemd systemd) {
        if (troubles.isEmpty()) {
            return Evidence.NONE;
        }
        NamedFiles files = new NamedFiles(root, init.uidMap(), deadline);
        String allowing = HostQuotas.allowingDevices(init);
        Map<String, Trouble> whole = new HashMap<>();
        try (UnitLog log = new UnitLog(root, deadline)) {
            troubles.forEach((name, trouble) -> {
                UnitState unit = systemd.unit(name);
                boolean fails = unit != null && (unit.failed() || unit.loops());
                if (!fails || unit == null) {
                    whole.put(name, trouble);
                    return;
                }
                boolean ends =
                        unit.active() == UnitState.ActiveState.ACTIVE
                                || isForgotten(unit.detail().exit(), trouble);
                List<String> lines =
                        new ArrayList<>(
                                log.of(name, trouble.sinceMicros(), ownPrograms(name), ends));
                List<Trouble.NamedFile> named = new ArrayList<>(files.of(unit, trouble));
                String own = addOwnLog(unit, trouble, log, files, lines);
                if (!own.isEmpty()) {
                    named.add(new Trouble.NamedFile(Trouble.NamedFile.LOG, own, Standing.FITS, ""));
                }
                named.addAll(files.shut(unit, trouble, lines));
                named.addAll(files.said(lines, allowing));
                if (UnitName.type(name) == UnitType.SOCKET) {
                    named.addAll(listeners().taken(unit));
                }
                if (lines.stream().anyMatch(Listeners::speaksOfOne)) {
                    named.addAll(listeners().taken(lines));
                }
                whole.put(name, trouble.with(named, lines));
            });
        }
        boolean inotify = whole.entrySet().stream().anyMatch(one -> lacks(systemd, one));
        return new Evidence(whole, HostQuotas.read(init, inotify, deadline), KernelRing.of(init));
    }

    /// Adds the last lines of the program's own log to those of a journal that do not tell, and
    /// returns it, or an empty text: the log that is called so; where that does not tell either,
    /// one that was named for the unit, and last written in its last run.
    private static String addOwnLog(
            UnitState unit, Trouble trouble, UnitLog log, NamedFiles files, List<String> lines) {
        long since = trouble.sinceMicros();
        String own = log.newest(Diagnosis.ownLogs(unit, trouble, lines), since, Long.MAX_VALUE);
        lines.addAll(log.ofFile(own));
        if (since == 0 || Diagnosis.ownLogs(unit, trouble, lines).isEmpty()) {
            return own;
        }
        UnitDetail.Activation run = unit.detail().activation();
        long lasted = run.deactivatedMicros() - run.activatedMicros();
        long until = lasted > 0 ? since + lasted + 1_000_000 : Long.MAX_VALUE;
        String named = log.newest(files.logs(unit, trouble, lines), since, until);
        lines.addAll(named.equals(own) ? List.of() : log.ofFile(named));
        return named.isEmpty() ? own : named;
    }

    private Set<String> ownPrograms(String unit) {
        Set<String> own = new HashSet<>();
        Set<String> others = new HashSet<>();
        troubles.forEach((name, trouble) -> {
            for (Trouble.CommandExit command : trouble.commands()) {
                (name.equals(unit) ? own : others).add(command.name());
            }
        });
        own.removeAll(others);
        return own;
    }

    /// Whether a command of a unit failed, and systemd does not know any more with which status: it
    /// forgets that of all but main processes at a daemon-reload.
    private static boolean isForgotten(UnitDetail.@Nullable Exit exit, Trouble trouble) {
        return exit != null && exit.status() == 0 && trouble.failedCommand() == null;
    }

    /// Returns what listens in the container; nothing where that cannot be read. Read once: its
    /// tables and its failed sockets are as many as the container likes.
    private Listeners listeners() {
        Listeners known = listeners;
        if (known == null) {
            try {
                Map<String, String> holders = ProcessTable.holders(init);
                known = new Listeners(init.read("net/tcp"), init.read("net/tcp6"), holders);
            } catch (IOException unreadable) {
                known = new Listeners("", "", Map.of());
            }
            listeners = known;
        }
        return known;
    }

    /// Whether a unit may have failed for want of an inotify instance: a path unit without
    /// resources, a mount that systemd does not see, and whoever says so. Others are not asked
    /// about: counting takes a look at every open file of the host.
    private static boolean lacks(Systemd systemd, Map.Entry<String, Trouble> one) {
        UnitState unit = systemd.unit(one.getKey());
        UnitDetail.Exit exit = unit == null ? null : unit.detail().exit();
        if (unit == null || !unit.failed() || exit == null) {
            return false;
        }
        UnitType type = UnitName.type(one.getKey());
        return (type == UnitType.PATH && exit.result().equals("resources"))
                || (type == UnitType.MOUNT && exit.result().equals("protocol"))
                || one.getValue().log().stream()
                        .anyMatch(line -> line.contains("Too many open files"));
    }

    private Set<String> busServices() {
        RootUnitTree tree = new RootUnitTree(root);
        Set<String> names = BootUnits.busServices(tree, problems::add);
        problems.addAll(tree.problems());
        return names;
    }

    private static List<UnitState> union(List<UnitState> loaded, List<UnitState> activated) {
        Map<String, UnitState> all = new LinkedHashMap<>();
        activated.forEach(unit -> all.put(unit.name(), unit));
        loaded.forEach(unit -> all.put(unit.name(), unit));
        return List.copyOf(all.values());
    }

    /// The state alone, for waiting.
    Systemd state() throws IOException {
        try (SystemdBus systemd = SystemdBus.connect(root, init, deadline)) {
            Systemd.Manager manager = systemd.manager();
            List<Job> queue = manager.jobs() == 0 ? List.of() : systemd.queue();
            return new Systemd(
                    manager,
                    Systemd.Source.DBUS,
                    List.of(),
                    Map.of(),
                    Set.of(),
                    Set.of(),
                    Map.of(),
                    queue);
        }
    }

    /// The units with their conditions, and those that are asked for with their details. Where
    /// systemd falls silent on the way, what it has said stands, and the others are marked unread.
    private List<UnitState> complete(
            SystemdBus systemd, List<UnitState> listed, Predicate<UnitState> detailed)
            throws IOException {
        Map<String, List<Condition.Tested>> conditions = new HashMap<>();
        Map<String, UnitDetail> details = new HashMap<>();
        List<UnitState> wanted = listed;
        try {
            List<String> tested = new ArrayList<>(listed.size());
            for (UnitState unit : listed) {
                if (unit.load() == LoadState.NOT_FOUND) {
                    // No file, no conditions (src/core/load-fragment.c, `unit_load_fragment`).
                    conditions.put(unit.name(), List.of());
                } else {
                    tested.add(unit.name());
                }
            }
            for (List<String> some : pieces(tested, CONDITIONS_A_CALL)) {
                conditions.putAll(systemd.conditions(some));
            }
            Set<String> concerned =
                    listed.stream().allMatch(detailed)
                            ? Set.of()
                            : concerned(systemd, listed, conditions);
            wanted =
                    listed.stream()
                            .filter(u -> detailed.test(u) || concerned.contains(u.name()))
                            .toList();
            UnitSettings files = new UnitSettings(root, deadline, problems);
            for (List<UnitState> some : pieces(wanted, DETAILS_A_CALL)) {
                Map<String, UnitDetail> read = systemd.details(some, files);
                if (!files.complete()) {
                    break;
                }
                details.putAll(read);
            }
        } catch (SystemdBus.SilentException silent) {
            problems.add("systemd did not say all of its units: " + silent.getMessage());
        }
        Set<String> missing = missing(listed, wanted, conditions, details);
        List<UnitState> units = new ArrayList<>(listed.size());
        for (UnitState unit : listed) {
            units.add(
                    new UnitState(
                            unit.name(),
                            missing.contains(unit.name())
                                    ? LoadState.UNREAD.word()
                                    : unit.loadState(),
                            unit.activeState(),
                            unit.subState(),
                            conditions.getOrDefault(unit.name(), List.of()),
                            details.getOrDefault(unit.name(), UnitDetail.UNREAD)));
        }
        return units;
    }

    /// The units that any plan needs the details of: what hangs on those that a drop could turn,
    /// mounts among these, which the runtime may have made before systemd began, those among these
    /// that are down, which perhaps nothing but a timer starts, and those that PID 1's bounding set
    /// refuses, whose results systemd forgets on a daemon-reload.
    private Set<String> concerned(
            SystemdBus systemd,
            List<UnitState> listed,
            Map<String, List<Condition.Tested>> conditions)
            throws IOException {
        CapabilitySet bounding = init.facts().bounding();
        Set<String> held = new LinkedHashSet<>();
        Set<String> concerned = new HashSet<>();
        conditions.forEach((name, rows) -> {
            for (Condition.Tested row : rows) {
                Condition condition = row.condition();
                if (condition.type().equals("Capability")
                        && row.result() != Condition.Result.FAILED) {
                    held.add(name);
                }
                if (Conditions.test(condition, bounding) == Condition.Result.FAILED) {
                    concerned.add(name);
                }
            }
        });
        for (UnitState unit : listed) {
            if (held.contains(unit.name())
                    && (unit.active().isDown() || unit.name().endsWith(".mount"))) {
                concerned.add(unit.name());
            }
        }
        concerned.addAll(systemd.dependants(held));
        return concerned;
    }

    private Set<String> missing(
            List<UnitState> listed,
            List<UnitState> wanted,
            Map<String, List<Condition.Tested>> conditions,
            Map<String, UnitDetail> details) {
        Set<String> missing = new TreeSet<>();
        listed.stream().map(UnitState::name).forEach(missing::add);
        missing.removeAll(conditions.keySet());
        for (UnitState unit : wanted) {
            if (!details.containsKey(unit.name())) {
                missing.add(unit.name());
            }
        }
        if (!missing.isEmpty()) {
            String why =
                    "%s of %s units were not read whole: %s"
                            .formatted(missing.size(), listed.size(), problems.getLast());
            unread.add(new Unread(Unread.Part.UNITS, List.copyOf(missing), why));
        }
        return missing;
    }

    private static <T> List<List<T>> pieces(List<T> all, int size) {
        List<List<T>> pieces = new ArrayList<>();
        for (int from = 0; from < all.size(); from += size) {
            pieces.add(all.subList(from, Math.min(from + size, all.size())));
        }
        return pieces;
    }

    private Systemd systemd(
            Systemd.Manager manager, List<Job> queue, List<UnitState> units, OnBus users)
            throws IOException {
        Machine machine = new LiveMachine(initFacts(manager.version()), root);
        return new Systemd(
                manager,
                Systemd.Source.DBUS,
                units.stream().map(unit -> recalled(unit, machine)).toList(),
                nextBoot(units, machine),
                users.activated,
                users.connected,
                Map.of(),
                queue);
    }

    private InitFacts initFacts(String systemdVersion) throws IOException {
        return new InitFacts(
                init.facts().bounding(),
                init.facts().unprivileged(),
                init.arguments(),
                systemdVersion,
                InitFacts.virtualization(init.environment()),
                LiveMachine.KernelFacts.allowedCpus(init.read("status")),
                false);
    }

    /// The unit with its conditions' results, where systemd has forgotten them. What is not down
    /// was started, so that its conditions held.
    private static UnitState recalled(UnitState unit, Machine machine) {
        UnitDetail detail = unit.detail();
        boolean tested = detail.activation().conditionMicros() > 0;
        boolean started = !detail.isRead() && !unit.active().isDown();
        if (unit.conditions().isEmpty() || (!tested && !started)) {
            return unit;
        }
        boolean held = !detail.isRead() || detail.activation().conditionResult();
        return new UnitState(
                unit.name(),
                unit.loadState(),
                unit.activeState(),
                unit.subState(),
                Conditions.recall(unit.conditions(), held, machine),
                detail);
    }

    /// Returns the results of the next boot: what systemd itself has tested, but for what a restart
    /// turns.
    private Map<Condition, Condition.Result> nextBoot(List<UnitState> units, Machine machine) {
        Map<Condition, Condition.Result> results = new HashMap<>();
        for (UnitState unit : units) {
            unit.conditions().forEach(row -> test(row, machine, results));
            unit.detail().asserts().forEach(row -> test(row, machine, results));
        }
        if (overdue) {
            String why = "not all conditions were looked at: the time was up";
            problems.add(why);
            unread.add(new Unread(Unread.Part.NEXT_BOOT, List.of(), why));
        }
        return results;
    }

    private void test(
            Condition.Tested row, Machine machine, Map<Condition, Condition.Result> results) {
        Condition condition = row.condition();
        boolean stands =
                row.result() != Condition.Result.UNTESTED && !Conditions.turnsByRestart(condition);
        if (stands || condition.type().equals("Capability") || results.containsKey(condition)) {
            return;
        }
        if (deadline.passed()) {
            overdue = true;
            return;
        }
        Condition.Result result = Conditions.test(condition, machine);
        if (result != Condition.Result.UNDECIDED) {
            results.put(condition, result);
        }
    }
}
