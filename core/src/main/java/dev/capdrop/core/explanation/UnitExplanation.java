package dev.capdrop.core.explanation;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Credentials;
import dev.capdrop.capability.Execve;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.Condition.ConditionLine;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.diagnosis.Cause;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.diagnosis.Diagnosis.Finding;
import dev.capdrop.core.document.Names;
import dev.capdrop.core.execution.Execution;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Programs.ProgramFile;
import dev.capdrop.core.snapshot.RecordedSettings.ExecLine;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitFile.SettingTrait;
import dev.capdrop.core.unit.UnitName.UnitType;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The explanation of a unit's state, and of what a drop would change about it; `finding`: the
/// known cause of a failed unit; null for others.
public record UnitExplanation(
        UnitState unit,
        Outcome outcome,
        Ground ground,
        @Nullable Finding finding,
        Tests tests,
        Powers powers,
        List<Relation> relations,
        Drops drops) {
    public record Tests(List<TestedLine> conditions, List<TestedLine> asserts) {}

    /// The capabilities that the unit's processes get, within `limit`.
    public record Powers(
            List<Setting> settings,
            Execution execution,
            CapabilitySet limit,
            List<ProgramRun> programs) {}

    public record Drops(List<DropForecast> changing, List<Settled> settled) {}

    /// Capabilities that a unit goes on without, by a rule and a record of it.
    public record Settled(Rule rule, CapabilitySet capabilities) {}

    /// Explains the unit with this name or alias; null when systemd has not loaded it.
    ///
    /// @throws IllegalArgumentException when nothing is known of the container's units
    public static @Nullable UnitExplanation of(Snapshot snapshot, String name, TimeLimit time) {
        Forecaster forecaster = Forecaster.over(snapshot, time);
        UnitState unit = forecaster.seen().systemd().called(name);
        return unit == null ? null : of(forecaster, unit, time);
    }

    private static UnitExplanation of(Forecaster forecaster, UnitState unit, TimeLimit time) {
        Snapshot snapshot = forecaster.seen().snapshot();
        Init init = forecaster.seen().init();
        Systemd systemd = forecaster.seen().systemd();
        UnitDetail detail = unit.detail();
        List<Relation> relations = Grounds.relations(unit.name(), systemd, time);
        Finding finding =
                Names.find(Diagnosis.of(snapshot).findings(), it -> it.unit().equals(unit.name()));
        List<Condition.Tested> asserts = detail.asserts();
        TestedLines lines = new TestedLines(forecaster.seen(), detail);
        Execution execution = Execution.of(unit);
        return new UnitExplanation(
                unit,
                Outcome.of(unit),
                Grounds.of(unit, finding, relations, systemd, snapshot),
                finding,
                new Tests(
                        lines.of("Condition", unit.conditions(), deciding(unit, forecaster.seen())),
                        lines.of("Assert", asserts, Conditions.refusing(asserts))),
                new Powers(
                        detail.settings().stream()
                                .filter(setting -> SettingTrait.OF_CAPABILITIES.has(setting.key()))
                                .toList(),
                        execution,
                        init.bounding().intersect(execution.bounding()),
                        programs(forecaster.seen(), unit, execution)),
                relations,
                SingleDrops.of(
                        unit.name(), relations, forecaster, NextStart.of(snapshot).bounding()));
    }

    private static List<Condition.Tested> deciding(UnitState unit, Observed seen) {
        List<Condition.Tested> refusing = Conditions.refusing(unit.conditions());
        if (!refusing.isEmpty() || !unit.failed()) {
            return refusing;
        }
        CapabilitySet inert = Diagnosis.inertConditions(unit, seen);
        return unit.conditions().stream()
                .filter(row -> asksForOneOf(row, inert) && row.result().holds())
                .toList();
    }

    private static boolean asksForOneOf(Condition.Tested row, CapabilitySet set) {
        Capability capability = Conditions.capability(row.condition());
        return capability != null && !row.condition().negate() && set.contains(capability);
    }

    private static List<ProgramRun> programs(Observed seen, UnitState unit, Execution execution) {
        Snapshot snapshot = seen.snapshot();
        Init init = seen.init();
        if (!unit.detail().isRead() || unit.type() != UnitType.SERVICE) {
            return List.of();
        }
        Snapshot.Isolation isolation = snapshot.isolation();
        Init.InitThread known = init.thread();
        Init.InitThread thread =
                known != null
                        ? known
                        : Init.InitThread.ofRoot(
                                init.bounding(), isolation == null ? 0 : isolation.rootUid());
        return new ProgramRuns(thread, snapshot.programs(), snapshot.host().kernel())
                .of(unit.detail(), execution);
    }

    /// A unit that names this one in a dependency, and that dependency as the unit names it.
    public record Relation(String unit, Dependency kind, Outcome outcome) {}

    /// A program that a unit executes, with the credentials that systemd gives it.
    ///
    /// @param file null when it was not looked at
    /// @param execve the result of execve(2); null when the file could not be read
    public record ProgramRun(
            Setting line,
            ExecLine command,
            @Nullable ProgramFile file,
            Credentials before,
            @Nullable Execve execve) {
        public boolean byRoot() {
            return before.namespace().isRoot(before.ids().effectiveUser());
        }
    }

    /// A condition or assertion of a unit, with its result and its place.
    ///
    /// @param line null when that is not known
    /// @param standing of the capability that it asks for; null when it asks for something else
    public record TestedLine(
            Condition.Tested tested,
            boolean decides,
            @Nullable Setting line,
            @Nullable Standing standing) {
        public record Standing(
                Capability capability, boolean held, boolean honoured, boolean inert) {}
    }

    /// The forecast of dropping any one of some capabilities for a unit at the next boot.
    ///
    /// @param after the unit's outcome; null when nobody can tell
    /// @param status the exit status that systemd itself will give it; 0 where it gives none
    /// @param why one sentence fragment, in which `it` stands for the capability
    /// @param dependants the units that name this one and change with it
    public record DropForecast(
            Rule rule,
            CapabilitySet capabilities,
            @Nullable Outcome after,
            int status,
            String why,
            List<String> dependants) {
        DropForecast with(CapabilitySet those) {
            return new DropForecast(rule, those, after, status, why, dependants);
        }
    }

    public sealed interface Ground {
        /// systemd has no such unit to start: the word of its state, and its files' faults.
        record NotLoaded(String loadState, List<String> problems) implements Ground {}

        /// Nothing can be said, since these parts of other units could not be read.
        record PartlyRead(List<String> problems) implements Ground {}

        /// Conditions did not hold; where none of [UnitExplanation.Tests#conditions] decides,
        /// systemd has forgotten which, as on a daemon-reload.
        record Conditions() implements Ground {}

        record Assertions() implements Ground {}

        record Failure(Cause cause) implements Ground {}

        /// The unit was started and is active, pulled in or triggered by active units.
        record Started(List<String> by) implements Ground {}

        /// The unit was started and ended; `exit` is null where it runs nothing.
        record Ended(UnitDetail.@Nullable Exit exit) implements Ground {}

        /// The unit was not started: it waits for one of its active triggers.
        record Waiting(List<String> triggers) implements Ground {}

        /// The unit was not started: units that it requires are not active.
        record KeptBack(List<String> missing) implements Ground {}

        /// The unit was not started: nothing that is active pulls it in.
        record NotWanted() implements Ground {}

        /// The unit was not started although wanted: read after the boot, or ordered away.
        record NotTried(List<String> by) implements Ground {}
    }

    /// Finds the line of the unit's files that each row stands on.
    private static final class TestedLines {
        private final Observed seen;

        /// The lines by what they say, with the whole name of the setting as the type; those with a
        /// specifier also by nothing as their parameter.
        private final Map<Condition, Deque<Setting>> lines = new HashMap<>();

        private final Set<Setting> used = Collections.newSetFromMap(new IdentityHashMap<>());

        TestedLines(Observed seen, UnitDetail detail) {
            this.seen = seen;
            detail.settings().forEach(this::add);
        }

        private void add(Setting setting) {
            ConditionLine line = ConditionLine.of(setting);
            put(setting, line, line.text());
            if (setting.value().contains("%")) {
                put(setting, line, "");
            }
        }

        private void put(Setting setting, ConditionLine line, String parameter) {
            Condition key = new Condition(setting.key(), line.trigger(), line.negate(), parameter);
            lines.computeIfAbsent(key, _ -> new ArrayDeque<>()).add(setting);
        }

        List<UnitExplanation.TestedLine> of(
                String prefix, List<Condition.Tested> rows, List<Condition.Tested> deciding) {
            List<UnitExplanation.TestedLine> lines = new ArrayList<>();
            Set<Condition.Tested> decided = new HashSet<>(deciding);
            for (Condition.Tested row : rows) {
                lines.add(
                        new UnitExplanation.TestedLine(
                                row,
                                decided.contains(row),
                                take(prefix, row.condition()),
                                standing(row.condition())));
            }
            return lines;
        }

        private @Nullable Setting take(String prefix, Condition condition) {
            Setting same = next(prefix, condition, condition.parameter());
            // the file has a specifier where systemd's answer has its value
            return same != null ? same : next(prefix, condition, "");
        }

        private @Nullable Setting next(String prefix, Condition it, String parameter) {
            Condition key = new Condition(prefix + it.type(), it.trigger(), it.negate(), parameter);
            Deque<Setting> left = lines.getOrDefault(key, new ArrayDeque<>());
            Setting line = left.poll();
            while (line != null && !used.add(line)) {
                line = left.poll();
            }
            return line;
        }

        private UnitExplanation.TestedLine.@Nullable Standing standing(Condition condition) {
            Capability capability = Conditions.capability(condition);
            return capability == null
                    ? null
                    : new UnitExplanation.TestedLine.Standing(
                            capability,
                            seen.init().bounding().contains(capability),
                            seen.snapshot().honours(capability),
                            seen.snapshot().isInert(capability));
        }
    }
}
