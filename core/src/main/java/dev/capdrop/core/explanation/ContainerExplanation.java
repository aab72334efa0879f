package dev.capdrop.core.explanation;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.core.condition.Condition.ConditionLine;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.execution.Execution;
import dev.capdrop.core.explanation.ContainerExplanation.Naming;
import dev.capdrop.core.explanation.ContainerExplanation.Naming.Kind;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitFile.Setting;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The capabilities that a container holds, the origin of each limit, and their worth to it. liblxc
/// starts init with its whole bounding set but for what the configuration takes; a new user
/// namespace begins with every capability (kernel/user_namespace.c, `set_cred_user_ns`), a
/// privileged container with its starter's bounding set.
public record ContainerExplanation(
        Pid1 pid1,
        boolean unprivileged,
        Configured configuration,
        Sets sets,
        List<Limit> limits,
        Useless useless,
        List<Naming> namings) {
    public sealed interface Pid1 {
        /// PID 1 runs; `thread` is null where an older recording does not hold it.
        record Running(int number, Init.@Nullable InitThread thread) implements Pid1 {}

        /// PID 1 does not run, and its files say what the next boot makes of it.
        record OfFiles() implements Pid1 {}

        /// PID 1 does not run, and nobody has looked at its files.
        record Unseen() implements Pid1 {}
    }

    /// The configuration's statements about capabilities; `outcome` is null when not known.
    public record Configured(@Nullable EffectiveCapabilities outcome, List<Entry> entries) {}

    /// The capabilities that it can hold: at most, now or at the next start, and then.
    public record Sets(CapabilitySet ceiling, CapabilitySet bounding, CapabilitySet next) {}

    public record Useless(CapabilitySet inert, CapabilitySet nearlyInert) {}

    public record Limit(Origin origin, CapabilitySet capabilities) {}

    public enum Origin {
        DROPPED,
        NOT_KEPT,
        /// The host's bounding set lacks it, which limits a privileged container.
        HOST,
        /// None of these: the configuration was edited since, or the starter lacked it.
        UNEXPLAINED
    }

    public static ContainerExplanation of(Snapshot snapshot) {
        Init init = snapshot.init();
        NextStart start = NextStart.of(snapshot);
        EffectiveCapabilities configured = start.configured();
        boolean unprivileged = start.unprivileged();
        CapabilitySet all = CapabilitySet.upTo(snapshot.host().lastCapability());
        CapabilitySet ceiling = start.ceiling();
        CapabilitySet next = start.bounding();
        Init pid1 =
                init == null ? new Init(0, snapshot.takenAt(), unprivileged, next, false) : init;
        Snapshot started = snapshot.with(pid1);
        CapabilitySet bounding = pid1.bounding();
        CapabilitySet honoured = bounding.only(started::honours);
        CapabilitySet inert = bounding.only(started::isInert);
        return new ContainerExplanation(
                pid1(init),
                unprivileged,
                new Configured(configured, configured == null ? List.of() : entries(configured)),
                new Sets(ceiling, bounding, next),
                limits(all.minus(bounding), ceiling, configured),
                new Useless(inert, bounding.minus(honoured).minus(inert)),
                Namings.of(snapshot));
    }

    private static Pid1 pid1(@Nullable Init known) {
        return known == null
                ? new Pid1.Unseen()
                : known.running()
                        ? new Pid1.Running(known.pid(), known.thread())
                        : new Pid1.OfFiles();
    }

    /// Returns the lines with their lasting effect: a clearing line undoes all before it.
    private static List<Entry> entries(EffectiveCapabilities configured) {
        List<Entry> entries = new ArrayList<>();
        for (EffectiveCapabilities.CapabilityLine line : configured.lines()) {
            if (line.clears()) {
                entries.replaceAll(entry -> new Entry(entry.line(), CapabilitySet.EMPTY));
            }
            entries.add(new Entry(line, line.set()));
        }
        return entries;
    }

    private static List<Limit> limits(
            CapabilitySet missing,
            CapabilitySet ceiling,
            @Nullable EffectiveCapabilities configured) {
        CapabilitySet host = missing.minus(ceiling);
        CapabilitySet rest = missing.minus(host);
        CapabilitySet byConfiguration = CapabilitySet.EMPTY;
        boolean keeps = configured != null && configured.mode() == EffectiveCapabilities.Mode.KEEP;
        if (configured != null
                && configured.loads()
                && configured.mode() != EffectiveCapabilities.Mode.NONE) {
            byConfiguration =
                    keeps ? rest.minus(configured.names()) : rest.intersect(configured.names());
        }
        return Stream.of(
                        new Limit(Origin.HOST, host),
                        new Limit(keeps ? Origin.NOT_KEPT : Origin.DROPPED, byConfiguration),
                        new Limit(Origin.UNEXPLAINED, rest.minus(byConfiguration)))
                .filter(limit -> !limit.capabilities().isEmpty())
                .toList();
    }

    /// A line about capabilities; `inForce` is empty where a later line clears it.
    public record Entry(EffectiveCapabilities.CapabilityLine line, CapabilitySet inForce) {}

    /// A unit or program that names a capability; `by`: the unit, or the path of the program;
    /// `line`: the line in the unit's files; null for a program, and where that is not known.
    public record Naming(Capability capability, Kind kind, String by, @Nullable Setting line) {
        public enum Kind {
            CONDITION("ConditionCapability="),
            NEGATED_CONDITION("ConditionCapability=!"),
            AMBIENT("AmbientCapabilities="),
            BOUNDING("CapabilityBoundingSet="),
            FILE("file capabilities");

            private final String text;

            Kind(String text) {
                this.text = text;
            }

            public String text() {
                return text;
            }
        }
    }

    /// A column of the matrix of a host's containers and the capabilities.
    ///
    /// @param useless the held capabilities that the kernel never or hardly ever honours there
    /// @param asked the capabilities in conditions of its units, where these are known
    /// @param used the capabilities that something in it was seen to use
    public record Holding(
            String target,
            boolean running,
            boolean unprivileged,
            CapabilitySet bounding,
            CapabilitySet useless,
            CapabilitySet asked,
            CapabilitySet used) {
        public enum Mark {
            HONOURED,
            NEVER_HONOURED,
            NOT_HELD
        }

        public static Holding of(Snapshot snapshot) {
            ContainerExplanation container = ContainerExplanation.of(snapshot);
            CapabilitySet asked =
                    container.namings().stream()
                            .filter(naming -> naming.kind() == Naming.Kind.CONDITION)
                            .map(Naming::capability)
                            .collect(CapabilitySet.toCapabilitySet());
            Useless useless = container.useless();
            return new Holding(
                    snapshot.subject().target(),
                    snapshot.running(),
                    container.unprivileged(),
                    container.sets().bounding(),
                    useless.inert().union(useless.nearlyInert()),
                    asked,
                    used(snapshot));
        }

        public static CapabilitySet used(Snapshot snapshot) {
            UseHistory learnt = snapshot.learnt();
            return learnt == null ? CapabilitySet.EMPTY : learnt.used();
        }

        public Mark mark(Capability capability) {
            return !bounding.contains(capability)
                    ? Mark.NOT_HELD
                    : useless.contains(capability) ? Mark.NEVER_HONOURED : Mark.HONOURED;
        }
    }

    /// Collects the units that systemd has loaded and the programs that name a capability.
    private static final class Namings {
        private static final Comparator<Naming> ORDER =
                Comparator.comparing(Naming::capability)
                        .thenComparing(Naming::kind)
                        .thenComparing(Naming::by);

        private final List<Naming> all = new ArrayList<>();

        static List<Naming> of(Snapshot snapshot) {
            Namings namings = new Namings();
            snapshot.units().forEach(namings::addUnit);
            Programs programs = snapshot.programs();
            if (programs != null) {
                programs.files().forEach(namings::addFile);
            }
            return namings.all.stream().sorted(ORDER).distinct().toList();
        }

        private void addUnit(UnitState unit) {
            if (!unit.loaded()) {
                return;
            }
            for (Setting setting : unit.detail().settings()) {
                if (setting.key().equals("ConditionCapability")) {
                    addCondition(unit.name(), setting);
                }
            }
            Execution execution = Execution.of(unit);
            add(unit, Kind.AMBIENT, execution.ambient(), "AmbientCapabilities");
            if (execution.keepsNamed()) {
                add(unit, Kind.BOUNDING, execution.bounding(), "CapabilityBoundingSet");
            }
        }

        private void addCondition(String unit, Setting setting) {
            ConditionLine line = ConditionLine.of(setting);
            Capability capability = Conditions.capabilityNamed(line.text().strip());
            if (capability != null) {
                Kind kind = line.negate() ? Kind.NEGATED_CONDITION : Kind.CONDITION;
                all.add(new Naming(capability, kind, unit, setting));
            }
        }

        private void add(UnitState unit, Kind kind, CapabilitySet set, String key) {
            for (Capability capability : set) {
                all.add(new Naming(capability, kind, unit.name(), line(unit, key, capability)));
            }
        }

        private static @Nullable Setting line(UnitState unit, String key, Capability capability) {
            return unit.detail().settings().stream()
                    .filter(setting -> setting.key().equals(key))
                    .filter(it -> Conditions.CapabilityLists.named(it.value()).contains(capability))
                    .findFirst()
                    .orElse(null);
        }

        private void addFile(Programs.ProgramFile file) {
            FileCapabilities found = file.fileCapabilities();
            if (found != null) {
                for (Capability capability : found.permitted().union(found.inheritable())) {
                    all.add(new Naming(capability, Kind.FILE, file.path(), null));
                }
            }
        }
    }
}
