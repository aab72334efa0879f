package dev.capdrop.core.trial;

import dev.capdrop.core.forecast.Outlook.RuntimeMounts;
import dev.capdrop.core.plan.Losses.Work;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.trial.TrialResult.Loss;
import dev.capdrop.core.unit.Dependency;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The results of copies with the unchanged configuration, as far as all of their boots agree.
public final class Baseline {
    /// Units of other types come and go with devices and with who is logged in.
    private static final Set<String> LASTING = Set.of("path", "service", "socket", "timer");

    /// Source: systemd.special(7).
    private static final List<String> NETWORK_TARGETS =
            List.of(
                    "network-pre.target",
                    "network.target",
                    "network-online.target",
                    "nss-lookup.target",
                    "remote-fs.target");

    private final Snapshot first;
    private final Systemd systemd;
    private final Map<String, UnitState> units;
    private final Set<String> noise = new TreeSet<>();
    private final Set<String> given;
    private final List<Snapshot> boots;

    /// @param boots a snapshot of each boot, 1 or more
    /// @throws IllegalArgumentException when nothing is known of the units of one of them
    public Baseline(List<Snapshot> boots, Set<String> given) {
        this.boots = List.copyOf(boots);
        this.first = boots.getFirst();
        this.systemd = systemd(first);
        this.units = byName(systemd);
        this.given = Set.copyOf(given);
        for (Snapshot other : boots.subList(1, boots.size())) {
            addNoise(byName(systemd(other)));
        }
    }

    private void addNoise(Map<String, UnitState> others) {
        units.forEach((name, unit) -> {
            UnitState other = others.get(name);
            if (other == null || Outcome.afterBoot(unit) != Outcome.afterBoot(other)) {
                noise.add(name);
            }
        });
        others.keySet().stream().filter(name -> !units.containsKey(name)).forEach(noise::add);
    }

    private static Systemd systemd(Snapshot snapshot) {
        return switch (snapshot.view()) {
            case Snapshot.Observed seen -> seen.systemd();
            case Snapshot.Blind _ ->
                    throw new IllegalArgumentException("nothing is known of its units");
        };
    }

    public Snapshot snapshot() {
        return first;
    }

    /// Returns the units that differed from one boot to the next, and are not compared.
    public Set<String> noise() {
        return Set.copyOf(noise);
    }

    public int compared() {
        return (int) units.keySet().stream().filter(this::isCompared).count();
    }

    /// Returns the units that have something to lose in the running container and were up in none
    /// of these boots: what is started by hand or later, what needs the network.
    public List<String> untried(Snapshot container) {
        if (!container.running()) {
            return List.of();
        }
        Work work = new Work(container);
        return container.units().stream()
                .filter(unit -> LASTING.contains(suffix(unit.name())))
                .filter(unit -> Outcome.of(unit).isUp() && work.isDoneBy(unit))
                .map(UnitState::name)
                .filter(name ->
                        !given.contains(name)
                                && boots.stream()
                                        .noneMatch(has(name, unit -> Outcome.of(unit).isUp())))
                .sorted()
                .toList();
    }

    /// Returns the units that have not failed in the running container and fail in each of these
    /// boots, spoilt by what makes copies.
    ///
    /// @param network whether copies have its network: else what is ordered by it may fail for want
    public List<String> spoilt(Snapshot container, boolean network) {
        if (!container.running()) {
            return List.of();
        }
        return container.units().stream()
                .filter(unit -> Outcome.of(unit) != Outcome.FAILED)
                .map(UnitState::name)
                .filter(name -> isCompared(name) && (network || !isOrderedByNetwork(name)))
                .filter(name -> boots.stream().allMatch(has(name, Baseline::isFailure)))
                .sorted()
                .toList();
    }

    /// Whether a unit is ordered behind what makes the network, or makes it (systemd.special(7)).
    private boolean isOrderedByNetwork(String name) {
        return NETWORK_TARGETS.stream()
                .anyMatch(it -> after(name).contains(it) || after(it).contains(name));
    }

    private List<String> after(String name) {
        UnitState unit = systemd.unit(name);
        return unit == null ? List.of() : unit.detail().dependencies().of(Dependency.AFTER);
    }

    private static Predicate<Snapshot> has(String name, Predicate<UnitState> state) {
        return boot -> {
            UnitState unit = systemd(boot).unit(name);
            return unit != null && state.test(unit);
        };
    }

    private static String suffix(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    public List<Loss> losses(Snapshot after) {
        if (!after.running() || !(after.view() instanceof Snapshot.Observed seen)) {
            return List.of(boot(problem(after)));
        }
        Systemd booted = seen.systemd();
        if (!booted.isAsFarAs(systemd.unfinished())) {
            Systemd.UnfinishedBoot boot = Systemd.UnfinishedBoot.of(after);
            return List.of(boot(boot == null ? "not ended" : boot.sentence()));
        }
        List<Loss> losses = new ArrayList<>();
        Map<String, UnitState> now = byName(booted);
        Work work = new Work(first);
        units.forEach((name, unit) -> {
            Loss loss = isCompared(name) ? loss(work, unit, now.get(name)) : null;
            if (loss != null) {
                losses.add(loss);
            }
        });
        now.forEach((name, unit) -> {
            if (isCompared(name) && !units.containsKey(name) && isFailure(unit)) {
                losses.add(loss(name, Outcome.NOT_STARTED, Outcome.FAILED));
            }
        });
        return losses;
    }

    /// Whether a boot that lost nothing has shown what becomes of a unit of the container.
    public boolean shows(String unit) {
        return units.containsKey(unit) && isCompared(unit);
    }

    private boolean isCompared(String name) {
        return !noise.contains(name) && !given.contains(name) && !RuntimeMounts.isNamed(name);
    }

    private static Loss boot(String after) {
        return new Loss(Loss.Kind.BOOT, "", "ended", after);
    }

    private static String problem(Snapshot after) {
        return !after.running()
                ? "it does not run"
                : after.problems().isEmpty()
                        ? "its systemd does not answer"
                        : String.join("; ", after.problems());
    }

    private static @Nullable Loss loss(Work work, UnitState unit, @Nullable UnitState now) {
        Outcome before = Outcome.afterBoot(unit);
        Outcome after = now == null ? Outcome.NOT_STARTED : Outcome.afterBoot(now);
        boolean failed = after == Outcome.FAILED && before != Outcome.FAILED && !unit.loops();
        boolean gone = work.isDoneBy(unit) && before.isUp() && !after.isUp();
        // systemd forgets what has ended, so that only a skip tells that it did not run
        boolean skipped =
                before == Outcome.INACTIVE && after == Outcome.SKIPPED && !work.asksInVain(unit);
        return failed || gone || skipped ? loss(unit.name(), before, after) : null;
    }

    private static Loss loss(String unit, Outcome before, Outcome after) {
        return new Loss(Loss.Kind.UNIT, unit, before.word(), after.word());
    }

    private static boolean isFailure(UnitState unit) {
        return Outcome.afterBoot(unit) == Outcome.FAILED;
    }

    private static Map<String, UnitState> byName(Systemd systemd) {
        Map<String, UnitState> byName = new TreeMap<>();
        systemd.units().forEach(unit -> byName.put(unit.name(), unit));
        return byName;
    }
}
