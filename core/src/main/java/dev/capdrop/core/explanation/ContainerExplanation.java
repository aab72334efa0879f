package dev.capdrop.core.explanation;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.container.EffectiveCapabilities.CapabilityLine;
import dev.capdrop.core.container.EffectiveCapabilities.Mode;
import dev.capdrop.core.execution.Worth;
import dev.capdrop.core.explanation.ContainerExplanation.Naming;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.unit.UnitFile.Setting;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which capabilities a container holds, where each limit comes from, and what they are worth to
/// it.
///
/// liblxc starts a container's init as root with all that its bounding set holds, and takes nothing
/// else away from it than what the configuration says. What the bounding set can hold at most is
/// the kernel's doing: a new user namespace begins with every capability (kernel/user_namespace.c,
/// `set_cred_user_ns`), a privileged container with the bounding set of what starts it.
///
/// @param pid1 its PID 1
/// @param unprivileged whether it has, or will have, a user namespace of its own
/// @param configuration what its configuration says about capabilities
/// @param sets what it can hold
/// @param limits why each capability that the kernel knows is not in the bounding set
/// @param useless what it holds in vain
/// @param namings what names a capability
public record ContainerExplanation(
        Pid1 pid1,
        boolean unprivileged,
        Configured configuration,
        Sets sets,
        List<Limit> limits,
        Useless useless,
        List<Naming> namings) {
    /// Its PID 1, as far as anything is known of it.
    public sealed interface Pid1 {
        /// It runs.
        ///
        /// @param number the host's number of it
        /// @param thread its credentials; null where an older recording does not hold them
        record Running(int number, Init.@Nullable InitThread thread) implements Pid1 {}

        /// It does not run, and its files say what the next boot makes of it.
        record OfFiles() implements Pid1 {}

        /// It does not run, and nobody has looked at its files.
        record Unseen() implements Pid1 {}
    }

    /// What its configuration says about capabilities.
    ///
    /// @param outcome what it comes to; null when that is not known
    /// @param entries its lines about capabilities, in order
    public record Configured(@Nullable EffectiveCapabilities outcome, List<Entry> entries) {
        public Configured {
            entries = List.copyOf(entries);
        }
    }

    /// What it can hold.
    ///
    /// @param ceiling at most, were nothing configured
    /// @param bounding the bounding set in question: PID 1's, or the one of the next start
    /// @param next the bounding set of the next start
    public record Sets(CapabilitySet ceiling, CapabilitySet bounding, CapabilitySet next) {}

    /// What it holds in vain.
    ///
    /// @param inert what the kernel never honours in it
    /// @param nearlyInert what the kernel hardly ever honours in it
    public record Useless(CapabilitySet inert, CapabilitySet nearlyInert) {}

    public ContainerExplanation {
        limits = List.copyOf(limits);
        namings = List.copyOf(namings);
    }

    /// Some capabilities that are not there, and why.
    public record Limit(Origin origin, CapabilitySet capabilities) {}

    /// What takes a capability out of the bounding set.
    public enum Origin {
        /// A line of the configuration drops it.
        DROPPED,
        /// The configuration keeps others only.
        NOT_KEPT,
        /// The host's bounding set lacks it, which limits a privileged container.
        HOST,
        /// Nothing of that: the configuration was edited after the start, or whoever started the
        /// container lacked it.
        UNEXPLAINED
    }

    /// Explains the container of this snapshot.
    public static ContainerExplanation of(Snapshot snapshot) {
        Init init = snapshot.init();
        NextStart start = NextStart.of(snapshot);
        EffectiveCapabilities configured = start.configured();
        boolean unprivileged = start.unprivileged();
        CapabilitySet all = CapabilitySet.upTo(snapshot.host().lastCapability());
        CapabilitySet ceiling = start.ceiling();
        CapabilitySet next = start.bounding();
        Init its = init == null ? started(snapshot, unprivileged, next) : init;
        Snapshot started = snapshot.with(its);
        CapabilitySet bounding = its.bounding();
        CapabilitySet honoured = Worth.honoured(bounding, started);
        CapabilitySet inert = inert(bounding, started);
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
        if (known == null) {
            return new Pid1.Unseen();
        }
        return known.running() ? new Pid1.Running(known.pid(), known.thread()) : new Pid1.OfFiles();
    }

    /// PID 1 as the next start would make it.
    private static Init started(Snapshot stopped, boolean unprivileged, CapabilitySet next) {
        return new Init(0, stopped.takenAt(), unprivileged, next, false);
    }

    private static CapabilitySet inert(CapabilitySet held, Snapshot snapshot) {
        CapabilitySet inert = CapabilitySet.EMPTY;
        for (Capability capability : held) {
            inert = Worth.isInert(capability, snapshot) ? inert.with(capability) : inert;
        }
        return inert;
    }

    /// What counts of each line: a line that clears takes all before it out of force.
    private static List<Entry> entries(EffectiveCapabilities configured) {
        List<Entry> entries = new ArrayList<>();
        for (CapabilityLine line : configured.lines()) {
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
        boolean keeps = configured != null && configured.mode() == Mode.KEEP;
        if (configured != null && configured.loads() && configured.mode() != Mode.NONE) {
            byConfiguration =
                    keeps ? rest.minus(configured.names()) : rest.intersect(configured.names());
        }
        List<Limit> limits = new ArrayList<>();
        add(limits, Origin.HOST, host);
        add(limits, keeps ? Origin.NOT_KEPT : Origin.DROPPED, byConfiguration);
        add(limits, Origin.UNEXPLAINED, rest.minus(byConfiguration));
        return limits;
    }

    private static void add(List<Limit> limits, Origin origin, CapabilitySet capabilities) {
        if (!capabilities.isEmpty()) {
            limits.add(new Limit(origin, capabilities));
        }
    }

    /// A line of a configuration that drops or keeps capabilities.
    ///
    /// @param line the line
    /// @param inForce what of it counts in the end; empty where a later line clears it
    public record Entry(CapabilityLine line, CapabilitySet inForce) {}

    /// Something in a container that names a capability.
    ///
    /// @param capability what it names
    /// @param kind how it names it
    /// @param by the unit, or the path of the program
    /// @param line where the unit's files name it; null for a program, and where that is not known
    public record Naming(Capability capability, Kind kind, String by, @Nullable Setting line) {
        /// How a capability is named.
        public enum Kind {
            /// A unit's `ConditionCapability=`: it starts with it.
            CONDITION("ConditionCapability="),
            /// A unit's `ConditionCapability=!`: it starts without it.
            NEGATED_CONDITION("ConditionCapability=!"),
            /// A unit's `AmbientCapabilities=`: its processes are handed it.
            AMBIENT("AmbientCapabilities="),
            /// A unit's `CapabilityBoundingSet=`: its processes keep it of all that there are.
            BOUNDING("CapabilityBoundingSet="),
            /// A program's file capabilities.
            FILE("file capabilities");

            private final String text;

            Kind(String text) {
                this.text = text;
            }

            /// The setting's name, or `file capabilities`.
            public String text() {
                return text;
            }
        }
    }

    /// What one container holds and what of it is worth anything there: a column of the matrix of a
    /// host's containers and the capabilities. Of one that does not run, what its next start gives
    /// it.
    ///
    /// @param target as the command line takes it
    /// @param running whether it runs
    /// @param unprivileged whether it has a user namespace of its own
    /// @param bounding the bounding set
    /// @param useless what of it the kernel never or hardly ever honours there
    /// @param asked what the conditions of its units ask for (`ConditionCapability=`); empty where
    ///   its units are not known
    /// @param used what something in it was seen to use, where it was watched; empty where nobody
    ///   has
    public record Holding(
            String target,
            boolean running,
            boolean unprivileged,
            CapabilitySet bounding,
            CapabilitySet useless,
            CapabilitySet asked,
            CapabilitySet used) {
        /// What a capability is to a container.
        public enum Mark {
            HONOURED,
            NEVER_HONOURED,
            NOT_HELD
        }

        /// Of the container of this snapshot.
        public static Holding of(Snapshot snapshot) {
            ContainerExplanation container = ContainerExplanation.of(snapshot);
            CapabilitySet asked = CapabilitySet.EMPTY;
            for (Naming naming : container.namings()) {
                asked =
                        naming.kind() == Naming.Kind.CONDITION
                                ? asked.with(naming.capability())
                                : asked;
            }
            ContainerExplanation.Useless useless = container.useless();
            return new Holding(
                    snapshot.subject().target(),
                    snapshot.running(),
                    container.unprivileged(),
                    container.sets().bounding(),
                    useless.inert().union(useless.nearlyInert()),
                    asked,
                    used(snapshot));
        }

        /// What something in a container was seen to use; nothing where nobody has watched it.
        public static CapabilitySet used(Snapshot snapshot) {
            UseHistory learnt = snapshot.learnt();
            return learnt == null ? CapabilitySet.EMPTY : learnt.used();
        }

        /// What this capability is to it.
        public Mark mark(Capability capability) {
            if (!bounding.contains(capability)) {
                return Mark.NOT_HELD;
            }
            return useless.contains(capability) ? Mark.NEVER_HONOURED : Mark.HONOURED;
        }
    }
}
