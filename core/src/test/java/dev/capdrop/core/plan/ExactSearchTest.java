package dev.capdrop.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.plan.Plan.Conflict;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The planner against brute force: on generated snapshots every subset of the capabilities that
/// failed units ask for is put to the forecast.
class ExactSearchTest {
    private static final int SNAPSHOTS = 1000;

    private static final List<String> NAMES =
            List.of(
                    "sys_rawio",
                    "sys_module",
                    "syslog",
                    "audit_read",
                    "mknod",
                    "audit_write",
                    "sys_time",
                    "net_admin",
                    "kill");

    private static final Map<String, Integer> PRICES =
            Map.of("mknod", 2, "audit_write", 2, "sys_time", 200, "net_admin", 1000, "kill", 1000);

    private static final Set<String> INERT =
            Set.of(
                    "sys_rawio",
                    "sys_module",
                    "syslog",
                    "audit_read",
                    "mknod",
                    "audit_write",
                    "sys_time");

    @Test
    void noSubsetIsCheaperAndNoConstraintOfAConflictCanBeSpared() {
        int plans = 0;
        int conflicts = 0;
        int large = 0;
        for (int seed = 0; seed < SNAPSHOTS; seed++) {
            Case generated = new Case(seed);
            Plan plan = Planner.plan(generated.snapshot, generated.request).orElseThrow();
            BruteForce truth = new BruteForce(generated);
            CapabilitySet found = plan.drop().minus(generated.request.drop());
            assertThat(truth.score(found)).as("seed %d", seed).isEqualTo(truth.best());
            for (Conflict conflict : plan.conflicts()) {
                if (!conflict.dropped()) {
                    truth.requireMinimal(conflict, seed);
                    conflicts++;
                    large += conflict.constraints().size() > 2 ? 1 : 0;
                }
            }
            plans += found.isEmpty() ? 0 : 1;
        }
        assertThat(plans).as("plans that drop something").isGreaterThan(SNAPSHOTS / 2);
        assertThat(conflicts).as("proofs").isGreaterThan(SNAPSHOTS / 4);
        assertThat(large).as("proofs of three constraints or more").isGreaterThan(5);
    }

    /// How good a drop is: what it heals, -1 where it costs a unit, and its price.
    private record Score(int healed, int price) {}

    /// A snapshot and a request, the same for the same seed.
    private static final class Case {
        private final Random random;
        private final boolean negations;
        private final Snapshot snapshot;
        private final Request request;

        Case(int seed) {
            random = new Random(seed);
            negations = random.nextInt(4) == 0;
            Sketch sketch = new Sketch().version(random.nextBoolean() ? "245" : "257");
            sketch.config("lxc.net.0.flags = up\n");
            int failed = 1 + random.nextInt(4);
            for (int i = 0; i < failed; i++) {
                sketch.wanted("failed" + i + ".service", "failed", "failed", rows());
            }
            int others = random.nextInt(7);
            for (int i = 0; i < others; i++) {
                addOther(sketch, i);
            }
            snapshot = sketch.draw();
            CapabilitySet keep = some(4);
            request = new Request(Goal.HEALTHY, some(8).minus(keep), keep, allowed(others));
        }

        private void addOther(Sketch sketch, int i) {
            String name = "other" + i + ".service";
            switch (random.nextInt(6)) {
                case 0 -> sketch.wanted(name, "active", "running", rows());
                case 1 -> sketch.wanted(name, "active", "exited", rows());
                case 2 -> sketch.running(name, "AmbientCapabilities=CAP_" + name());
                case 3 ->
                        sketch.running(
                                name, bound("other" + random.nextInt(7) + ".service"), "User=u");
                case 4 ->
                        sketch.wanted(
                                name,
                                "inactive",
                                "dead",
                                new Condition.Tested(
                                        new Condition("Capability", false, true, "CAP_" + name()),
                                        Condition.Result.FAILED));
                default ->
                        sketch.running(
                                name,
                                random.nextBoolean()
                                        ? "User=u"
                                        : "CapabilityBoundingSet=CAP_" + name());
            }
        }

        private static Dependencies bound(String to) {
            return Dependencies.NONE.with(Dependency.BINDS_TO, to).with(Dependency.AFTER, to);
        }

        /// Conditions that hold with everything in the bounding set.
        private Condition.Tested[] rows() {
            List<Condition.Tested> rows = new ArrayList<>();
            boolean triggers = random.nextInt(3) == 0;
            int count = triggers ? 2 + random.nextInt(2) : 1 + random.nextInt(2);
            for (int i = 0; i < count; i++) {
                rows.add(
                        new Condition.Tested(
                                new Condition("Capability", triggers, false, "CAP_" + name()),
                                Condition.Result.SUCCEEDED));
            }
            if (triggers && negations && random.nextInt(3) == 0) {
                rows.add(
                        new Condition.Tested(
                                new Condition("Capability", true, true, "CAP_" + name()),
                                Condition.Result.FAILED));
            }
            if (random.nextInt(4) == 0) {
                rows.add(
                        new Condition.Tested(
                                new Condition("PathExists", false, false, "/etc"),
                                Condition.Result.SUCCEEDED));
            }
            return rows.toArray(Condition.Tested[]::new);
        }

        private String name() {
            return NAMES.get(random.nextInt(NAMES.size())).toUpperCase(Locale.ROOT);
        }

        private CapabilitySet some(int oneIn) {
            CapabilitySet set = CapabilitySet.EMPTY;
            while (random.nextInt(oneIn) == 0) {
                set = set.with(Capability.of(name()));
            }
            return set;
        }

        private Set<String> allowed(int others) {
            return others > 0 && random.nextInt(3) == 0
                    ? Set.of("other" + random.nextInt(others) + ".service")
                    : Set.of();
        }
    }

    /// Asks the forecast about everything.
    private static final class BruteForce {
        private final Case generated;
        private final Forecaster forecaster;
        private final CapabilitySet base = CapabilitySet.upTo(40);
        private final CapabilitySet relevant;
        private final Set<String> healedAnyway;
        private final Set<String> lostAnyway;

        BruteForce(Case generated) {
            this.generated = generated;
            this.forecaster = Forecaster.over(generated.snapshot);
            Forecast without = forecast(CapabilitySet.EMPTY);
            this.healedAnyway = healed(without);
            this.lostAnyway = lost(without);
            CapabilitySet asked = CapabilitySet.EMPTY;
            for (UnitState unit : units()) {
                if (isIll(unit) && !healedAnyway.contains(unit.name())) {
                    asked = asked.union(asked(unit));
                }
            }
            this.relevant = asked.minus(generated.request.drop());
        }

        private List<UnitState> units() {
            return Objects.requireNonNull(generated.snapshot.systemd()).units();
        }

        private Forecast forecast(CapabilitySet drop) {
            return forecaster.forecast(base.minus(generated.request.drop()).minus(drop));
        }

        private static CapabilitySet asked(UnitState unit) {
            CapabilitySet asked = CapabilitySet.EMPTY;
            for (Condition.Tested row : unit.conditions()) {
                if (row.condition().type().equals("Capability") && !row.condition().negate()) {
                    asked = asked.with(Capability.of(row.condition().parameter()));
                }
            }
            return asked;
        }

        private static boolean isIll(UnitState unit) {
            return unit.failed() && asked(unit).names().stream().anyMatch(INERT::contains);
        }

        private Set<String> healed(Forecast forecast) {
            Set<String> healed = new HashSet<>();
            for (UnitState unit : units()) {
                Effect effect = forecast.effect(unit.name());
                if (isIll(unit) && effect != null && effect.after() == Outcome.SKIPPED) {
                    healed.add(unit.name());
                }
            }
            return healed;
        }

        private Set<String> lost(Forecast forecast) {
            Set<String> lost = new TreeSet<>();
            for (UnitState unit : units()) {
                Effect effect = forecast.effect(unit.name());
                boolean works = unit.activeState().equals("active");
                if (works && effect == null) {
                    lost.add(unit.name());
                } else if (effect != null && effect.changes() && works) {
                    boolean counts =
                            effect.after() == Outcome.FAILED
                                    || unit.subState().equals("running")
                                    || hasDoneWork(unit);
                    lost.addAll(counts ? Set.of(unit.name()) : Set.of());
                }
            }
            lost.removeAll(generated.request.allowSkip());
            return lost;
        }

        /// Whether none of its conditions wants what is worth nothing here.
        private static boolean hasDoneWork(UnitState unit) {
            return unit.subState().equals("exited")
                    && unit.conditions().stream()
                            .map(Condition.Tested::condition)
                            .filter(c -> c.type().equals("Capability") && !c.negate())
                            .map(c -> c.parameter().substring(4).toLowerCase(Locale.ROOT))
                            .allMatch(name -> PRICES.getOrDefault(name, 1) >= 200);
        }

        Score score(CapabilitySet drop) {
            Forecast forecast = forecast(drop);
            Set<String> healed = healed(forecast);
            healed.removeAll(healedAnyway);
            Set<String> lost = lost(forecast);
            lost.removeAll(lostAnyway);
            int price = 0;
            for (String name : drop.names()) {
                price += PRICES.getOrDefault(name, 1);
            }
            return lost.isEmpty() ? new Score(healed.size(), price) : new Score(-1, price);
        }

        Score best() {
            Score best = new Score(0, 0);
            for (CapabilitySet drop : subsets(relevant.minus(generated.request.keep()))) {
                Score score = score(drop);
                boolean better =
                        score.healed > best.healed
                                || (score.healed == best.healed && score.price < best.price);
                best = better ? score : best;
            }
            return best;
        }

        private static List<CapabilitySet> subsets(CapabilitySet set) {
            List<Capability> members = set.members();
            List<CapabilitySet> subsets = new ArrayList<>();
            for (int bits = 0; bits < 1 << members.size(); bits++) {
                CapabilitySet subset = CapabilitySet.EMPTY;
                for (int i = 0; i < members.size(); i++) {
                    subset = (bits & 1 << i) == 0 ? subset : subset.with(members.get(i));
                }
                subsets.add(subset);
            }
            return subsets;
        }

        void requireMinimal(Conflict conflict, int seed) {
            List<Conflict.Constraint> all = conflict.constraints();
            assertThat(canBeHad(all)).as("seed %d: %s exclude each other", seed, all).isFalse();
            for (Conflict.Constraint spared : all) {
                List<Conflict.Constraint> rest = new ArrayList<>(all);
                rest.remove(spared);
                assertThat(canBeHad(rest)).as("seed %d: %s without %s", seed, all, spared).isTrue();
            }
        }

        private boolean canBeHad(List<Conflict.Constraint> constraints) {
            return subsets(relevant).stream().anyMatch(drop -> respects(drop, constraints));
        }

        private boolean respects(CapabilitySet drop, List<Conflict.Constraint> constraints) {
            Forecast forecast = forecast(drop);
            Set<String> healed = healed(forecast);
            Set<String> lost = lost(forecast);
            lost.removeAll(lostAnyway);
            for (Conflict.Constraint constraint : constraints) {
                boolean respected =
                        switch (constraint.kind()) {
                            case HEAL -> healed.contains(constraint.name());
                            case KEEP -> !drop.contains(Capability.of(constraint.name()));
                            case DROP -> true;
                            case WORK -> !lost.contains(constraint.name());
                        };
                if (!respected) {
                    return false;
                }
            }
            return true;
        }
    }
}
