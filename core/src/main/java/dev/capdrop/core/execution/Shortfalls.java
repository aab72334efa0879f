package dev.capdrop.core.execution;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.core.document.Lazy;
import dev.capdrop.core.observe.UnitHistory;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.rule.KnownProgram;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.rule.Rule.GeneralRule;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Programs.ProgramFile;
import dev.capdrop.core.snapshot.RecordedSettings.ExecLine;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Isolation;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitName.UnitType;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The effects of missing capabilities on the units of one container.
public final class Shortfalls {
    /// systemd.exec(5): execve(2) failed.
    private static final int EXIT_EXEC = 203;

    /// tmpfiles.d(5): owner first, then mode.
    private static final CapabilitySet HANDING_OVER = CapabilitySet.of("chown", "fowner");

    /// Before this version systemd asks for sys_chroot itself where it makes a mount namespace.
    private static final int FIRST_WITHOUT_CHROOT = 255;

    private static final CapabilitySet FOWNER = CapabilitySet.of("fowner");

    private static final CapabilitySet BECOMING_ANOTHER = CapabilitySet.of("setuid", "setgid");

    private final @Nullable Programs programs;
    private final @Nullable Isolation isolation;
    private final @Nullable UseHistory learnt;
    private final int version;

    private final Lazy<Loopback> loopback;

    private final Map<String, Execution> executions = new HashMap<>();
    private final Map<String, List<GoingOn>> goingOn = new HashMap<>();

    public Shortfalls(Snapshot snapshot) {
        this.programs = snapshot.programs();
        this.isolation = snapshot.isolation();
        this.learnt = snapshot.learnt();
        this.version =
                snapshot.view() instanceof Snapshot.Observed seen
                        ? Missing.major(seen.systemd().manager().version())
                        : 0;
        this.loopback = new Lazy<>(() -> Loopback.of(snapshot));
    }

    public Execution execution(UnitState unit) {
        return executions.computeIfAbsent(unit.name(), _ -> Execution.of(unit));
    }

    public Shortfall of(UnitState unit, Missing missing) {
        if (missing.dropped().isEmpty()) {
            return Shortfall.NONE;
        }
        return switch (unit.type()) {
            case SERVICE -> service(unit, execution(unit), missing);
            case SOCKET -> socket(execution(unit), missing);
            case MOUNT -> mount(execution(unit), missing);
            case TARGET, DEVICE, AUTOMOUNT, SWAP, TIMER, PATH, SLICE, SCOPE, OTHER ->
                    Shortfall.NONE;
        };
    }

    private Shortfall service(UnitState unit, Execution execution, Missing missing) {
        if (execution.endsWellAnyway() || execution.executesNothing()) {
            return Shortfall.NONE;
        }
        Shortfall setUp = setUp(execution, missing);
        if (setUp instanceof Shortfall.Failure how && execution.mayTakeForSuccess(how.status())) {
            Why why = how.why().then(", which SuccessExitStatus= may take for success");
            return new Shortfall.Undecided(how.rule(), how.capabilities(), why);
        }
        if (!(setUp instanceof Shortfall.None)) {
            return setUp;
        }
        UnitDetail detail = unit.detail();
        if (!detail.isRead()) {
            return undecided(GeneralRule.FILES_UNREAD, missing.honoured());
        }
        Shortfall use = use(unit, execution, missing);
        if (use instanceof Shortfall.None) {
            use = OwnCapabilities.shortfall(unit, execution, programs, missing);
        }
        return use instanceof Shortfall.None && !isHandedSockets(detail)
                ? surroundings(unit, execution, missing)
                : use;
    }

    private Shortfall socket(Execution execution, Missing missing) {
        boolean executes =
                Stream.of("ExecStartPre", "ExecStartPost")
                        .anyMatch(key -> !execution.values(key).isEmpty());
        Shortfall setUp = executes ? setUp(execution, missing) : Shortfall.NONE;
        return setUp instanceof Shortfall.None
                ? ListenAddress.shortfall(execution, missing, loopback.get())
                : setUp;
    }

    private Shortfall setUp(Execution execution, Missing missing) {
        Shortfall refused = SetUpStep.of(execution, missing);
        return refused instanceof Shortfall.None ? refusedFile(execution, missing) : refused;
    }

    private static boolean isHandedSockets(UnitDetail detail) {
        return detail.dependencies().of(Dependency.TRIGGERED_BY).stream()
                .anyMatch(trigger -> UnitName.type(trigger) == UnitType.SOCKET);
    }

    /// Judges what the boot does for a service before that is started, and may no longer do. One
    /// for which systemd listens hangs on neither, and a oneshot listens nowhere.
    ///
    /// Without fowner a folder is as it was: systemd-tmpfiles makes it with its mode, then hands it
    /// over, and fails only at setting the mode once more, so that no more than a set-group-ID bit
    /// is missing, which mkdir(2) does not set (src/tmpfiles/tmpfiles.c,
    /// `create_directory_or_subvolume` and `fd_set_perms`; fs/namei.c, `vfs_mkdir`). Who sets the
    /// mode of another's folder itself, as systemd does for `RuntimeDirectory=`, asks for fowner
    /// whatever the mode is (fs/attr.c, `setattr_prepare`), but for who looks first.
    private Shortfall surroundings(UnitState unit, Execution execution, Missing missing) {
        if (missing.contains("net_admin")
                && (loopback.get() != Loopback.UP || execution.has("PrivateNetwork"))
                && !execution.isOneshot()
                && Loopback.mayBeUsedBy(execution)) {
            return new Shortfall.Undecided(
                    GeneralRule.LOOPBACK,
                    CapabilitySet.of("net_admin"),
                    Why.of("may want 127.0.0.1 or ::1, and the loopback interface stays down"));
        }
        CapabilitySet handingOver = HANDING_OVER.intersect(missing.honoured());
        boolean arranged =
                execution.has("RuntimeDirectory") && !neverGranted(unit).containsAll(FOWNER);
        if (!arranged && !execution.executes(KnownProgram.Fact.ARRANGES)) {
            handingOver = handingOver.minus(FOWNER);
        }
        return !handingOver.isEmpty() && (reliesOnTmpfiles(execution) || becomesAnother(unit))
                ? new Shortfall.Undecided(
                        GeneralRule.RUN_FOLDER,
                        handingOver,
                        Why.takes(
                                        "its folder below /run, if it has one, may stay root's:"
                                                + " systemd-tmpfiles",
                                        handingOver)
                                .then(" to hand it over"))
                : Shortfall.NONE;
    }

    private static boolean reliesOnTmpfiles(Execution execution) {
        return execution.changesUser()
                ? !execution.has("DynamicUser")
                : !HANDING_OVER.minus(execution.bounding()).isEmpty();
    }

    /// Whether it was seen to become another user by itself. What systemd asks for while it sets
    /// the process up is in the record, too, so that one counts only where the service may keep it.
    private boolean becomesAnother(UnitState unit) {
        UnitHistory known = history(unit);
        return known != null
                && !known.used()
                        .intersect(BECOMING_ANOTHER)
                        .intersect(execution(unit).bounding())
                        .isEmpty();
    }

    private Shortfall use(UnitState unit, Execution execution, Missing missing) {
        KnownProgram known = learnt == null ? null : WellKnownStart.of(execution);
        if (known != null) {
            CapabilitySet fatal = endingWithout(unit, known).intersect(missing.honoured());
            if (!fatal.isEmpty()) {
                return new Shortfall.Failure(
                        known,
                        0,
                        fatal,
                        Why.of("was seen to use ")
                                .then(fatal)
                                .then(", and its program is known to end when that is refused"));
            }
        }
        Reach reach = Reach.of(execution, programs);
        CapabilitySet used = reach.use(missing, execution, seenToUse(unit)).minus(settled(unit));
        return used.isEmpty()
                ? Shortfall.NONE
                : new Shortfall.Undecided(
                        GeneralRule.MAY_USE,
                        used,
                        Why.of(reach.how() + " with ")
                                .then(used)
                                .then(" in its bounding set")
                                .then(seen(unit, used)));
    }

    /// Returns what it was seen to use in a whole boot, and fails without as far as its program is
    /// known. Of what systemd itself asks for while it sets the process up nothing follows.
    private CapabilitySet endingWithout(UnitState unit, KnownProgram start) {
        UnitHistory known = history(unit);
        if (learnt == null || known == null || !learnt.sawBootOf(unit.name())) {
            return CapabilitySet.EMPTY;
        }
        CapabilitySet ending = start.without();
        if (version < FIRST_WITHOUT_CHROOT && !execution(unit).mountNamespace().isEmpty()) {
            ending = ending.minus(CapabilitySet.of("sys_chroot"));
        }
        return ending.intersect(known.seenToUse()).minus(settled(unit));
    }

    private Why seen(UnitState unit, CapabilitySet used) {
        UnitHistory known = history(unit);
        CapabilitySet seen = seenToUse(unit).intersect(used);
        String before = known != null && known.upgraded() ? " before its upgrade" : "";
        if (seen.isEmpty()) {
            return before.isEmpty()
                    ? Why.NONE
                    : Why.of(", and what was learnt of it was learnt" + before);
        }
        return Why.of(", and was seen to use ").then(seen).then(before);
    }

    private CapabilitySet settled(UnitState unit) {
        return CapabilitySet.unionOf(goingOn(unit).stream().map(GoingOn::without));
    }

    private List<GoingOn> goingOn(UnitState unit) {
        return goingOn.computeIfAbsent(unit.name(), _ -> withoutWhat(unit));
    }

    private @Nullable UnitHistory history(UnitState unit) {
        return learnt == null ? null : learnt.unit(unit.name());
    }

    private CapabilitySet seenToUse(UnitState unit) {
        UnitHistory known = history(unit);
        return known == null ? CapabilitySet.EMPTY : known.used();
    }

    private List<GoingOn> withoutWhat(UnitState unit) {
        Execution execution = execution(unit);
        List<GoingOn> all = new ArrayList<>(bySource(unit));
        UnitHistory known = history(unit);
        CapabilitySet never = neverGranted(unit);
        if (learnt == null || known == null || never.isEmpty()) {
            return all;
        }
        all.add(new GoingOn(Rule.RecordRule.NOT_USED, never));
        all.add(new GoingOn(Rule.RecordRule.OTHERS_PROCESSES, CapabilitySet.of("sys_ptrace")));
        KnownProgram start = WellKnownStart.of(execution);
        if (start != null) {
            all.add(new GoingOn(start, start.goingOn()));
        }
        CapabilitySet told =
                CapabilitySet.upTo(Capability.MAX_NUMBER).minus(learnt.covered().unseen());
        all.addAll(FormalChecks.of(known, execution, told, version));
        all.removeIf(one -> !one.rule().covers(version));
        return List.copyOf(all);
    }

    private List<GoingOn> bySource(UnitState unit) {
        GoingOn passed = PassedOver.by(unit, execution(unit));
        return passed == null || !passed.rule().covers(version) ? List.of() : List.of(passed);
    }

    /// Returns what it was never seen to be granted in whole boots; nothing of one whose work is
    /// done by what it starts elsewhere.
    private CapabilitySet neverGranted(UnitState unit) {
        return learnt == null || execution(unit).executes(KnownProgram.Fact.ELSEWHERE)
                ? CapabilitySet.EMPTY
                : learnt.neverGranted(unit.name());
    }

    /// Whether a unit that is started after another one does the same without that.
    public boolean isAloneBeside(UnitState unit, String other) {
        return PassedOver.isAloneBeside(unit, execution(unit), other);
    }

    /// Whether systemd soon gives up a service each start of which fails at its set-up.
    public boolean isGivenUpSoon(UnitState service) {
        return StartLimit.endsRestartsOf(service, execution(service));
    }

    /// Whether systemd starts a unit however often that is asked for.
    public boolean mayBeStartedAnyNumberOfTimes(UnitState unit) {
        return StartLimit.isOff(unit);
    }

    public boolean isWatched() {
        return learnt != null && learnt.covered().boots() > 0;
    }

    /// Returns in how many whole boots that were watched nothing started this unit; -1 where one
    /// did, or may have.
    public long bootsWithout(UnitState unit) {
        return learnt == null ? 0 : learnt.mayHaveSeen(unit.name()) ? -1 : learnt.covered().boots();
    }

    /// Returns those of the missing capabilities that the unit might use, and that it only is not
    /// left undecided for because of what a record of it tells.
    public CapabilitySet restingOnRecord(UnitState unit, Missing missing) {
        return mayUse(unit, missing)
                .intersect(settled(unit))
                .minus(CapabilitySet.unionOf(bySource(unit).stream().map(GoingOn::without)));
    }

    /// The first rule by which a unit goes on without one of the missing capabilities that it might
    /// use, as its program's source or a record of it tells; null where none does.
    public @Nullable Rule settling(UnitState unit, Missing missing) {
        CapabilitySet use = mayUse(unit, missing);
        return use.isEmpty()
                ? null
                : goingOn(unit).stream()
                        .filter(going -> !going.without().intersect(use).isEmpty())
                        .findFirst()
                        .map(GoingOn::rule)
                        .orElse(null);
    }

    private CapabilitySet mayUse(UnitState unit, Missing missing) {
        if (unit.type() != UnitType.SERVICE || !unit.detail().isRead()) {
            return CapabilitySet.EMPTY;
        }
        Execution execution = execution(unit);
        return Reach.of(execution, programs).use(missing, execution, seenToUse(unit));
    }

    /// Whether a source or a record has settled something that it would be left undecided for.
    public boolean goesOnWithout(UnitState unit, Missing missing) {
        return !mayUse(unit, missing).intersect(settled(unit)).isEmpty();
    }

    /// Returns what a service that runs is known to ask capset(2) for, which no record shows: the
    /// kernel checks nothing that it tells of, and refuses the whole call where one is missing.
    public CapabilitySet setsItself(UnitState unit, CapabilitySet bounding) {
        return unit.type() == UnitType.SERVICE
                ? OwnCapabilities.asked(unit, execution(unit), programs, bounding)
                : CapabilitySet.EMPTY;
    }

    /// execve(2) fails with EPERM when the file's capabilities are effective and name one that the
    /// bounding set lacks, for root too (security/commoncap.c, `bprm_caps_from_vfs_caps`).
    private Shortfall refusedFile(Execution execution, Missing missing) {
        for (ExecLine command : execution.starting()) {
            if (NosuidMounts.cover(execution, command, missing.version())) {
                continue;
            }
            ProgramFile file = programs == null ? null : programs.file(command.program());
            CapabilitySet lacking =
                    file == null
                            ? CapabilitySet.EMPTY
                            : demanded(file, isolation).intersect(missing.dropped());
            if (!lacking.isEmpty()) {
                return refusal(execution, command, lacking, missing.version());
            }
        }
        return Shortfall.NONE;
    }

    private static Shortfall refusal(
            Execution execution, ExecLine command, CapabilitySet lacking, int version) {
        Why why = Why.takes("execve of " + command.program(), lacking);
        boolean covered = NosuidMounts.mayCover(execution, command, version);
        if (covered || command.mayFail()) {
            return new Shortfall.Undecided(
                    GeneralRule.FILE_CAPABILITIES,
                    lacking,
                    why.then(
                            covered
                                    ? ", unless this version of systemd mounts it with nosuid"
                                    : ", and its failure is passed over"));
        }
        return execution.conditions().contains(command)
                ? new Shortfall.Skip(
                        GeneralRule.FILE_CAPABILITIES, Why.of("ExecCondition= fails: ").then(why))
                : new Shortfall.Failure(GeneralRule.FILE_CAPABILITIES, EXIT_EXEC, lacking, why);
    }

    /// The capabilities without which this file cannot be executed in the container.
    public static CapabilitySet demanded(ProgramFile file, @Nullable Isolation isolation) {
        FileCapabilities found = capabilities(file, isolation);
        return found != null && found.effective() ? found.permitted() : CapabilitySet.EMPTY;
    }

    /// The capabilities that whoever executes this file gets by that, and would no longer.
    public static CapabilitySet granted(ProgramFile file, @Nullable Isolation isolation) {
        FileCapabilities found = capabilities(file, isolation);
        return found == null ? CapabilitySet.EMPTY : found.permitted();
    }

    private static @Nullable FileCapabilities capabilities(
            ProgramFile file, @Nullable Isolation isolation) {
        FileCapabilities found = file.fileCapabilities();
        Long root = found == null ? null : found.rootId();
        return root == null || root == 0 || isolation == null || root == isolation.rootUid()
                ? found
                : null;
    }

    /// A mount is made by mount(8) as root, which needs sys_admin alone, but for file systems that
    /// have a program of their own.
    private Shortfall mount(Execution execution, Missing missing) {
        return switch (execution.value("Type")) {
            case "nfs", "nfs4", "cifs", "fuse", "sshfs", "ceph", "glusterfs", "davfs" ->
                    undecided(GeneralRule.MOUNT_PROGRAM, missing.honoured());
            default -> setUp(execution, missing);
        };
    }

    private static Shortfall undecided(Rule rule, CapabilitySet missed) {
        return missed.isEmpty()
                ? Shortfall.NONE
                : new Shortfall.Undecided(rule, missed, Why.of(rule.row().meaning()));
    }

    /// The effect of missing capabilities on a unit whose start is tried.
    public sealed interface Shortfall {
        Shortfall NONE = new None();

        record None() implements Shortfall {}

        /// A start that fails.
        ///
        /// @param status the exit status that systemd keeps, systemd.exec(5), "Process Exit Codes";
        ///   0 where no process ends
        record Failure(Rule rule, int status, CapabilitySet capabilities, Why why)
                implements Shortfall {}

        /// A start that is refused in `ExecCondition=`, so that the unit is skipped: of such a
        /// command every exit status from 1 to 254 says so, one that systemd gives itself as well
        /// (systemd.service(5), "ExecCondition="; src/core/service.c, `service_sigchld_event`;
        /// since 243, which brought the setting).
        record Skip(Rule rule, Why why) implements Shortfall {}

        /// Nobody can tell from here.
        record Undecided(Rule rule, CapabilitySet capabilities, Why why) implements Shortfall {}
    }
}
