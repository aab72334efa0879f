package dev.capdrop.core.snapshot;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Kernel;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.capability.Scope;
import dev.capdrop.core.container.LxcSettings;
import dev.capdrop.core.observe.UseHistory;
import module java.base;
import org.jspecify.annotations.Nullable;

/// All that is known of one container at one instant, from which capdrop derives whatever it says.
///
/// @param configuration null when it could not be read
/// @param init the running PID 1, or what the next start would make; null when nothing is known
public record Snapshot(
        Instant takenAt,
        Subject subject,
        HostMachine host,
        @Nullable ConfigurationText configuration,
        @Nullable Init init,
        @Nullable Isolation isolation,
        Inside inside,
        Gaps gaps) {
    private static final Capability MKNOD = Capability.of("mknod");
    private static final Capability MAC_ADMIN = Capability.of("mac_admin");

    /// The facts that were read inside a container.
    ///
    /// @param systemd what it said, or would say after the boot of its files; null when that is
    ///   unknown
    /// @param programs null when they were not looked at
    /// @param engines the containers of engines inside; null when they were not looked at
    /// @param learnt null where nobody has watched it, and in an entry of the journal
    public record Inside(
            @Nullable Systemd systemd,
            @Nullable Programs programs,
            @Nullable Engines engines,
            Evidence evidence,
            @Nullable UseHistory learnt) {
        public static final Inside NOTHING = new Inside(null, null, null, Evidence.NONE, null);

        private Inside with(@Nullable Systemd known) {
            return new Inside(known, programs, engines, evidence, learnt);
        }

        private Inside with(@Nullable Programs known) {
            return new Inside(systemd, known, engines, evidence, learnt);
        }

        private Inside with(@Nullable Engines known) {
            return new Inside(systemd, programs, known, evidence, learnt);
        }

        private Inside with(Evidence known) {
            return new Inside(systemd, programs, engines, known, learnt);
        }

        private Inside withLearnt(@Nullable UseHistory known) {
            return new Inside(systemd, programs, engines, evidence, known);
        }
    }

    /// The parts that could not be read: a sentence a problem, and what nothing follows from.
    public record Gaps(List<String> problems, List<Unread> unread) {
        static final Gaps NONE = new Gaps(List.of(), List.of());
    }

    /// Either [Observed], as code that reasons about units takes it, or [Blind].
    public sealed interface View {}

    /// A container whose PID 1 and systemd's answers are known, now or for the next start.
    public record Observed(Snapshot snapshot, Init init, Systemd systemd) implements View {}

    public record Blind(Snapshot snapshot) implements View {}

    public View view() {
        Systemd systemd = inside.systemd;
        return init == null || systemd == null
                ? new Blind(this)
                : new Observed(this, init, systemd);
    }

    /// Returns the container, or throws IllegalStateException where it is of none.
    public ContainerId container() {
        if (subject instanceof ContainerId container) {
            return container;
        }
        throw new IllegalStateException("'" + subject.target() + "' is no container");
    }

    /// Returns a snapshot without any facts; the methods `with` add them.
    public static Snapshot of(Instant takenAt, Subject subject, HostMachine host) {
        return new Snapshot(takenAt, subject, host, null, null, null, Inside.NOTHING, Gaps.NONE);
    }

    public Snapshot with(@Nullable ConfigurationText known) {
        return new Snapshot(takenAt, subject, host, known, init, isolation, inside, gaps);
    }

    public Snapshot with(@Nullable Init known) {
        return new Snapshot(takenAt, subject, host, configuration, known, isolation, inside, gaps);
    }

    public Snapshot with(@Nullable Isolation known) {
        return new Snapshot(takenAt, subject, host, configuration, init, known, inside, gaps);
    }

    public Snapshot with(Inside known) {
        return new Snapshot(takenAt, subject, host, configuration, init, isolation, known, gaps);
    }

    public Snapshot with(@Nullable Systemd known) {
        return with(inside.with(known));
    }

    public Snapshot with(@Nullable Programs known) {
        return with(inside.with(known));
    }

    public Snapshot with(@Nullable Engines known) {
        return with(inside.with(known));
    }

    public Snapshot with(Evidence known) {
        return with(inside.with(known));
    }

    public Snapshot withLearnt(@Nullable UseHistory known) {
        return with(inside.withLearnt(known));
    }

    public Snapshot with(Gaps known) {
        return new Snapshot(takenAt, subject, host, configuration, init, isolation, inside, known);
    }

    public Snapshot withProblems(List<String> known) {
        return with(new Gaps(known, gaps.unread));
    }

    public Snapshot withUnread(List<Unread> known) {
        return with(new Gaps(gaps.problems, known));
    }

    public @Nullable Systemd systemd() {
        return inside.systemd;
    }

    public @Nullable Programs programs() {
        return inside.programs;
    }

    public @Nullable Engines engines() {
        return inside.engines;
    }

    public Evidence evidence() {
        return inside.evidence;
    }

    public @Nullable UseHistory learnt() {
        return inside.learnt;
    }

    public List<String> problems() {
        return gaps.problems;
    }

    /// Returns the problems that quote the name of one of these units or files.
    public List<String> problemsAbout(String... names) {
        return gaps.problems.stream()
                .filter(problem -> Stream.of(names).anyMatch(name -> quotes(problem, name)))
                .toList();
    }

    private static boolean quotes(String problem, String name) {
        return !name.isEmpty() && problem.contains("'" + name + "'");
    }

    public List<Unread> unread() {
        return gaps.unread;
    }

    /// Whether the reading did not come to this part, or to all of it.
    public boolean lacks(Unread.Part part) {
        return unread().stream().anyMatch(unread -> unread.part() == part);
    }

    /// Returns the value of each key of its configuration; none where that could not be read.
    public LxcSettings settings() {
        return ConfigurationText.settings(configuration, subject.format());
    }

    public boolean running() {
        return init != null && init.running();
    }

    /// Returns the running PID 1; null where none runs, even if the next one is known.
    public @Nullable Init runningInit() {
        return running() ? init : null;
    }

    /// Returns the bounding set of the running PID 1; empty where none runs.
    public CapabilitySet held() {
        return init != null && init.running() ? init.bounding() : CapabilitySet.EMPTY;
    }

    /// Returns the bounding set of the running or next PID 1; empty when nothing is known of it.
    public CapabilitySet bounding() {
        return init == null ? CapabilitySet.EMPTY : init.bounding();
    }

    /// Whether the running or next PID 1 is known to hold none of `set`.
    public boolean isKnownToLack(CapabilitySet set) {
        return init != null && init.bounding().intersect(set).isEmpty();
    }

    /// Returns this with a PID 1 that never holds `never`, whatever its configuration says.
    public Snapshot neverHolding(CapabilitySet never) {
        return init == null || never.isEmpty()
                ? this
                : with(init.limitedTo(init.limit().minus(never)));
    }

    public boolean observed() {
        return view() instanceof Observed;
    }

    /// Returns its systemd's word for the overall state; empty where its units are not known.
    public String state() {
        return view() instanceof Observed seen ? seen.systemd.manager().state() : "";
    }

    /// Whether it is known to have a user namespace of its own.
    public boolean unprivileged() {
        return init != null && init.unprivileged();
    }

    /// Whether it is known to have no user namespace of its own.
    public boolean privileged() {
        return init != null && !init.unprivileged();
    }

    /// Whether the kernel honours a capability here at any place that matters; all in a privileged
    /// container, and one that this program does not know.
    public boolean honours(Capability capability) {
        Knowledge known = capability.knowledge();
        if (!unprivileged() || known == null) {
            return true;
        }
        if (capability.equals(MKNOD)) {
            return isolation != null && isolation.lendsMknod;
        }
        return capability.equals(MAC_ADMIN)
                ? isolation == null || isolation.ownAppArmorPolicy
                : !known.inert();
    }

    /// Returns what the kernel refuses although the capability is held; empty where it honours it.
    public String refusal(Capability capability) {
        Knowledge known = capability.knowledge();
        if (known == null || honours(capability)) {
            return "";
        }
        return capability.equals(MAC_ADMIN)
                ? "loading AppArmor policy (security/apparmor/policy.c asks for a policy namespace of"
                        + " its own, which a generated profile would give it)"
                : known.refusal();
    }

    /// Whether the kernel honours it at no place here; the nearly inert ones it does, at one.
    public boolean isInert(Capability capability) {
        Knowledge known = capability.knowledge();
        return known != null && known.scope() != Scope.NEARLY_INERT && !honours(capability);
    }

    public List<UnitState> units() {
        return view() instanceof Observed seen ? seen.systemd.units() : List.of();
    }

    /// Returns the units whose start had not ended; empty where nothing is known of them.
    public Set<String> unfinished() {
        return view() instanceof Observed seen ? seen.systemd.unfinished() : Set.of();
    }

    /// The runtime's other gifts to the container, which decide what capabilities are worth.
    ///
    /// @param rootUid the host's user that the container's root is; 0 for a privileged container
    /// @param lendsMknod whether Proxmox VE makes device nodes for it: `features: mknod=1`
    /// @param ownAppArmorPolicy whether it may load AppArmor policy, as with LXC's generated
    ///   profile
    public record Isolation(long rootUid, boolean lendsMknod, boolean ownAppArmorPolicy) {}

    /// A part of a container, of these units or of all, from whose absence nothing follows.
    public record Unread(Part part, List<String> units, String why) {
        public enum Part {
            /// All answers of systemd, which did not answer in time or made no sense.
            SYSTEMD,
            /// All answers of systemd, where neither its D-Bus nor its own socket answers.
            SYSTEMD_GONE,
            /// All answers of systemd, where PID 1 is another program.
            OTHER_INIT,
            /// All answers of systemd, where the container is frozen until somebody thaws it.
            FROZEN,
            UNITS,
            UNIT_FILES,
            NEXT_BOOT,
            PROGRAMS
        }
    }

    /// The machine below the container.
    ///
    /// @param name as uname(2) says it; empty when it is not known
    /// @param lastCapability the number in `/proc/sys/kernel/cap_last_cap`
    /// @param bounding the most that a privileged container's next start can hold (capabilities(7),
    ///   "Capability bounding set")
    /// @param appArmor whether AppArmor is in force; null when that was not looked at
    /// @param liblxc the version of its liblxc, whose profile AppArmor has in force; empty when it
    ///   is not known, or not asked for because AppArmor is not in force
    public record HostMachine(
            String name,
            String kernelRelease,
            int lastCapability,
            CapabilitySet bounding,
            @Nullable Boolean appArmor,
            String liblxc) {
        public HostMachine {
            if (lastCapability < 0) {
                throw new IllegalArgumentException(
                        "last capability " + lastCapability + ", expected 0 or more");
            }
        }

        /// Returns the kernel; a made-up release counts as one before Linux 6.17.
        public Kernel kernel() {
            try {
                return Kernel.of(kernelRelease, lastCapability);
            } catch (IllegalArgumentException none) {
                return Kernel.of("0.0", lastCapability);
            }
        }
    }
}
