package dev.capdrop.core.snapshot;

import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.document.Names;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The answers of the container's systemd about itself and its units.
///
/// @param units those it has loaded, and those that a call on the bus would make it load, by name
/// @param nextBoot the next boot's results, negation applied, of untested conditions and of those
///   that a restart alone can turn
/// @param busActivated the units that a call on the bus starts, by D-Bus' files; may be empty
/// @param busConnected the services with a connection to the system bus; empty if not asked for
/// @param rivals services that may want the same address, known from files only ([Source#FILES])
/// @param queue its jobs, those that it works on first; empty when it was not asked for them
public record Systemd(
        Manager manager,
        Source source,
        List<UnitState> units,
        Map<Condition, Condition.Result> nextBoot,
        Set<String> busActivated,
        Set<String> busConnected,
        Map<String, List<String>> rivals,
        List<Job> queue) {
    private static final Comparator<Job> QUEUE_ORDER =
            Comparator.comparing(Job::running).reversed().thenComparing(Job::unit);

    public Systemd {
        units = units.stream().sorted(Comparator.comparing(UnitState::name)).toList();
        nextBoot = Map.copyOf(nextBoot);
        busActivated = Set.copyOf(busActivated);
        busConnected = Set.copyOf(busConnected);
        rivals = Map.copyOf(rivals);
        queue = queue.stream().sorted(QUEUE_ORDER).toList();
    }

    /// The answers of systemd about itself.
    ///
    /// @param state `SystemState`: running, degraded, starting, maintenance, …
    /// @param version as it names itself, `257.8-1~deb13u2`
    /// @param startedMicros when the boot began (UserspaceTimestampMonotonic), µs
    /// @param finishedMicros when the boot had finished, µs of the monotonic clock, or 0
    /// @param defaultTarget the unit that a boot starts; empty when unknown
    public record Manager(
            String state,
            String version,
            int jobs,
            long startedMicros,
            long finishedMicros,
            String defaultTarget) {}

    public Systemd with(List<UnitState> others) {
        return new Systemd(
                manager, source, others, nextBoot, busActivated, busConnected, rivals, queue);
    }

    public enum Source {
        /// By messages of D-Bus, from outside; nothing was executed in the container.
        DBUS,
        /// By the container's own systemctl, as an earlier capdrop did where D-Bus did not run.
        SYSTEMCTL,
        /// Not at all: units of the boot that the root directory's files lead to. States and
        /// results are capdrop's own, empty or UNDECIDED where files do not tell; times are 1 for
        /// what happens.
        FILES
    }

    /// Whether systemd says that the boot has not ended; later jobs, as of timers, are no part of
    /// it (`manager_state`, `manager_check_finished`).
    public boolean booting() {
        return manager.state().equals("initializing") || manager.state().equals("starting");
    }

    /// Whether the boot has ended, or has come as far as an earlier one that left `hanging` queued.
    public boolean isAsFarAs(Set<String> hanging) {
        return !booting() || (!queue.isEmpty() && hanging.containsAll(queued()));
    }

    public Set<String> unfinished() {
        return booting() ? queued() : Set.of();
    }

    private Set<String> queued() {
        return queue.stream().map(Job::unit).collect(Collectors.toSet());
    }

    /// Returns the units whose boot shows nothing of their work: failed, or kept from starting by
    /// `ExecCondition=`.
    public Set<String> withoutWork() {
        return units.stream()
                .filter(unit -> !unit.endedWell() || Outcome.afterBoot(unit) == Outcome.FAILED)
                .map(UnitState::name)
                .collect(Collectors.toSet());
    }

    /// Returns the loaded units that may be why a unit with these dependencies was not started.
    public List<String> keepingBack(Dependencies dependencies) {
        Set<String> behind = Set.copyOf(dependencies.of(Dependency.AFTER));
        List<String> keeping = new ArrayList<>();
        for (Dependency kind : Dependency.keeping()) {
            for (String name : dependencies.of(kind)) {
                UnitState other = unit(name);
                if (other != null
                        && kind.consequence(Outcome.of(other).standing(), behind.contains(name))
                                != Dependency.Consequence.NONE) {
                    keeping.add(name);
                }
            }
        }
        return keeping.stream().distinct().toList();
    }

    /// Returns the unit with this name or alias, or null when systemd had not loaded it.
    public @Nullable UnitState called(String name) {
        UnitState unit = unit(name);
        return unit != null ? unit : Names.find(units, it -> it.aliases().contains(name));
    }

    public Set<String> reached(Collection<String> from, List<Dependency> kinds) {
        return reached(from, kinds, (_, _) -> false);
    }

    /// Returns what is reached without the links from one unit to another that are `cut`.
    public Set<String> reached(
            Collection<String> from,
            List<Dependency> kinds,
            BiPredicate<UnitState, UnitState> cut) {
        Set<String> reached = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(from);
        while (!open.isEmpty()) {
            String name = open.pop();
            UnitState unit = unit(name);
            if (reached.add(name) && unit != null) {
                kinds.stream()
                        .flatMap(kind -> unit.detail().dependencies().of(kind).stream())
                        .filter(to -> unit(to) == null || !cut.test(unit, unit(to)))
                        .forEach(open::add);
            }
        }
        return reached;
    }

    public @Nullable UnitState unit(String name) {
        return Names.find(units, UnitState::name, name);
    }

    /// A job in the queue of a container's systemd (org.freedesktop.systemd1(5), `ListJobs()`):
    /// start, stop, restart, …, worked on or waiting for other jobs.
    public record Job(String unit, String type, boolean running) {}

    /// A boot under way; `units` are those that systemd starts or stops now, if it said so.
    public record UnfinishedBoot(List<String> units, int jobs, Duration age) {
        /// Most jobs are given up after 90 s (systemd-system.conf(5), `DefaultTimeoutStartSec=`).
        private static final Duration HANGS = Duration.ofSeconds(100);

        private static final int NAMED = 3;

        /// Returns the boot of this container, or null when it has ended or nothing is known of it.
        public static @Nullable UnfinishedBoot of(Snapshot snapshot) {
            return snapshot.view() instanceof Snapshot.Observed seen
                            && snapshot.running()
                            && seen.systemd().booting()
                    ? of(
                            seen.systemd(),
                            Duration.between(seen.init().startedAt(), snapshot.takenAt()))
                    : null;
        }

        /// Returns the boot of `systemd`, which has not ended and began `age` ago.
        public static UnfinishedBoot of(Systemd systemd, Duration age) {
            List<String> units =
                    systemd.queue().stream()
                            .filter(Job::running)
                            .map(Job::unit)
                            .distinct()
                            .toList();
            return new UnfinishedBoot(
                    units, systemd.manager().jobs(), age.isNegative() ? Duration.ZERO : age);
        }

        /// Whether the boot will not end by itself, as far as anybody can tell.
        public boolean hangs() {
            return !units.isEmpty() && age.compareTo(HANGS) >= 0;
        }

        /// Returns a clause such as `waiting for hang.service, 12 s`.
        public String sentence() {
            return step() + ", " + age.toSeconds() + " s";
        }

        /// Returns the sentence without its age, for who has a clock of his own.
        public String step() {
            return "waiting for " + (units.isEmpty() ? jobs + " jobs" : Names.some(units, NAMED));
        }
    }
}
