package dev.capdrop.core.snapshot;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.observe.UseHistory;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All that is known of one container at one instant. Everything this program says is derived from
/// it.
///
/// @param takenAt when the reading began
/// @param subject what it is of
/// @param host the machine below it
/// @param configuration the text of its configuration; null when it could not be read
/// @param init the container's PID 1; of a container that does not run, the one that the next start
///   would make, as far as its files tell ([Init#running] says which); null when nothing is known
///   of it
/// @param isolation what the runtime gives it beside its capabilities; null when that is not known
/// @param inside what was read inside it
/// @param gaps what could not be read
public record Snapshot(
        Instant takenAt,
        Subject subject,
        HostMachine host,
        @Nullable ConfigurationText configuration,
        @Nullable Init init,
        @Nullable Isolation isolation,
        Inside inside,
        Gaps gaps) {
    /// What was read inside a container.
    ///
    /// @param systemd what its systemd said, or would say after the boot that its files lead to
    ///   ([Systemd.Source#FILES]); null when it has no systemd, did not answer, or nobody can
    ///   forecast its boot
    /// @param programs the programs in its root directory; null when they were not looked at
    /// @param evidence what tells why units are in trouble
    /// @param learnt what its capabilities were seen to be used for; null where nobody has watched
    ///   it. An entry of the journal does not hold it
    public record Inside(
            @Nullable Systemd systemd,
            @Nullable Programs programs,
            Evidence evidence,
            @Nullable UseHistory learnt) {
        /// Of a container that nobody has looked into.
        public static final Inside NOTHING = new Inside(null, null, Evidence.NONE);

        /// Of a container that nobody has watched.
        public Inside(@Nullable Systemd systemd, @Nullable Programs programs, Evidence evidence) {
            this(systemd, programs, evidence, null);
        }
    }

    /// What could not be read.
    ///
    /// @param problems one sentence each
    /// @param unread which of that would have been needed: nobody may conclude anything from its
    ///   absence
    public record Gaps(List<String> problems, List<Unread> unread) {
        static final Gaps NONE = new Gaps(List.of(), List.of());

        public Gaps {
            problems = List.copyOf(problems);
            unread = List.copyOf(unread);
        }
    }

    /// Whether a container's units are known. Code that reasons about units takes an [Observed],
    /// and need not ask again whether each part is there.
    public sealed interface View {}

    /// Its PID 1 and what its systemd said, or what both would be after the next start, are known.
    public record Observed(Snapshot snapshot, Init init, Systemd systemd) implements View {}

    /// Nothing is known of its units.
    public record Blind(Snapshot snapshot) implements View {}

    /// Whether its units are known.
    public View view() {
        Systemd systemd = inside.systemd;
        return init == null || systemd == null
                ? new Blind(this)
                : new Observed(this, init, systemd);
    }

    /// Which container it is of.
    ///
    /// @throws IllegalStateException where it is of no container
    public ContainerId container() {
        if (subject instanceof ContainerId container) {
            return container;
        }
        throw new IllegalStateException("'" + subject.target() + "' is no container");
    }

    /// A snapshot of which nothing is known yet but where it comes from; the methods `with` add to
    /// it.
    public static Snapshot of(Instant takenAt, Subject subject, HostMachine host) {
        return new Snapshot(takenAt, subject, host, null, null, null, Inside.NOTHING, Gaps.NONE);
    }

    /// The same with its configuration.
    public Snapshot with(@Nullable ConfigurationText known) {
        return new Snapshot(takenAt, subject, host, known, init, isolation, inside, gaps);
    }

    /// The same with its PID 1.
    public Snapshot with(@Nullable Init known) {
        return new Snapshot(takenAt, subject, host, configuration, known, isolation, inside, gaps);
    }

    /// The same with what the runtime gives it.
    public Snapshot with(@Nullable Isolation known) {
        return new Snapshot(takenAt, subject, host, configuration, init, known, inside, gaps);
    }

    /// The same with what was read inside.
    public Snapshot with(Inside known) {
        return new Snapshot(takenAt, subject, host, configuration, init, isolation, known, gaps);
    }

    /// The same with what its systemd said.
    public Snapshot with(@Nullable Systemd known) {
        return with(new Inside(known, inside.programs, inside.evidence, inside.learnt));
    }

    /// The same with its programs.
    public Snapshot with(@Nullable Programs known) {
        return with(new Inside(inside.systemd, known, inside.evidence, inside.learnt));
    }

    /// The same with what tells why units are in trouble.
    public Snapshot with(Evidence known) {
        return with(new Inside(inside.systemd, inside.programs, known, inside.learnt));
    }

    /// The same with what its capabilities were seen to be used for.
    public Snapshot withLearnt(@Nullable UseHistory known) {
        return with(new Inside(inside.systemd, inside.programs, inside.evidence, known));
    }

    /// The same, of which this could not be read.
    public Snapshot with(Gaps known) {
        return new Snapshot(takenAt, subject, host, configuration, init, isolation, inside, known);
    }

    /// The same with these problems, one sentence each.
    public Snapshot withProblems(List<String> known) {
        return with(new Gaps(known, gaps.unread));
    }

    /// The same without these parts.
    public Snapshot withUnread(List<Unread> known) {
        return with(new Gaps(gaps.problems, known));
    }

    /// What its systemd said; see [Inside].
    public @Nullable Systemd systemd() {
        return inside.systemd;
    }

    /// Its programs; see [Inside].
    public @Nullable Programs programs() {
        return inside.programs;
    }

    /// What tells why its units are in trouble; see [Inside].
    public Evidence evidence() {
        return inside.evidence;
    }

    /// What its capabilities were seen to be used for; see [Inside].
    public @Nullable UseHistory learnt() {
        return inside.learnt;
    }

    /// What could not be read, one sentence each.
    public List<String> problems() {
        return gaps.problems;
    }

    /// Those about one of these, units or files. A problem quotes the name of what it is about; in
    /// a snapshot that was recorded nothing else tells.
    public List<String> problemsAbout(String... names) {
        return gaps.problems.stream()
                .filter(one -> Stream.of(names).anyMatch(name -> quotes(one, name)))
                .toList();
    }

    private static boolean quotes(String problem, String name) {
        return !name.isEmpty() && problem.contains("'" + name + "'");
    }

    /// What could not be read and would have been needed; see [Gaps].
    public List<Unread> unread() {
        return gaps.unread;
    }

    /// Whether the reading did not come to this part, or to all of it.
    public boolean lacks(Unread.Part part) {
        return unread().stream().anyMatch(one -> one.part() == part);
    }

    public boolean running() {
        return init != null && init.running();
    }

    /// Its PID 1 while it runs; null where it does not, even if what the next start will make of it
    /// is known.
    public @Nullable Init runningInit() {
        return running() ? init : null;
    }

    /// What its PID 1 may hold while it runs: its bounding set; nothing where it does not run.
    public CapabilitySet held() {
        return init != null && init.running() ? init.bounding() : CapabilitySet.EMPTY;
    }

    /// The bounding set of its PID 1, or of the one that the next start would make ([#init]); empty
    /// when nothing is known of it.
    public CapabilitySet bounding() {
        return init == null ? CapabilitySet.EMPTY : init.bounding();
    }

    /// Whether its PID 1, or the one that the next start would make, is known to hold none of
    /// these.
    public boolean isKnownToLack(CapabilitySet set) {
        return init != null && init.bounding().intersect(set).isEmpty();
    }

    /// The same container, its PID 1 without these at every start, whatever its configuration says.
    public Snapshot neverHolding(CapabilitySet never) {
        return init == null || never.isEmpty()
                ? this
                : with(init.limitedTo(init.limit().minus(never)));
    }

    /// Whether its units are known: whether its [#view] is [Observed].
    public boolean observed() {
        return view() instanceof Observed;
    }

    /// What its systemd calls the state of the whole; empty where its units are not known.
    public String state() {
        return view() instanceof Observed seen ? seen.systemd.manager().state() : "";
    }

    /// Whether it is known to have a user namespace of its own.
    public boolean unprivileged() {
        return init != null && init.unprivileged();
    }

    /// Whether it is known to have none.
    public boolean privileged() {
        return init != null && !init.unprivileged();
    }

    /// Its units; none where nothing is known of them.
    public List<UnitState> units() {
        return view() instanceof Observed seen ? seen.systemd.units() : List.of();
    }

    /// The units whose start had not come to an end; none where nothing is known of them.
    public Set<String> unfinished() {
        return view() instanceof Observed seen ? seen.systemd.unfinished() : Set.of();
    }

    /// What the runtime gives the container beside its capabilities, as far as it decides what
    /// those are worth.
    ///
    /// @param rootUid the host's user that the container's user 0 is (user_namespaces(7)); 0 for a
    ///   privileged container
    /// @param lendsMknod whether the runtime makes device nodes for it, with the capabilities of
    ///   who asks: Proxmox VE's `features: mknod=1`
    /// @param ownAppArmorPolicy whether it may load AppArmor policy into a namespace of its own,
    ///   which LXC's `lxc.apparmor.profile = generated` gives it
    public record Isolation(long rootUid, boolean lendsMknod, boolean ownAppArmorPolicy) {}

    /// A part of a container that a reading did not come to: nothing follows from its absence.
    ///
    /// @param part what
    /// @param units the units of which it is missing; empty where that cannot be told by units
    /// @param why one sentence, as in [Snapshot#problems]
    public record Unread(Part part, List<String> units, String why) {
        public Unread {
            units = List.copyOf(units);
        }

        /// What a reading may not come to.
        public enum Part {
            /// All that systemd would say: it is there, and did not answer in time or made no
            /// sense.
            SYSTEMD,
            /// The same where nobody is there to answer: neither its D-Bus nor its own socket.
            SYSTEMD_GONE,
            /// The same where PID 1 is another program: there is no systemd.
            OTHER_INIT,
            /// The same where it is frozen, and answers nothing until somebody thaws it.
            FROZEN,
            /// The conditions and the details of units.
            UNITS,
            /// The files of units.
            UNIT_FILES,
            /// What conditions come to at the next boot.
            NEXT_BOOT,
            /// The programs in the container's root directory.
            PROGRAMS
        }
    }
}
