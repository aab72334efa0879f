package dev.capdrop.core.diagnosis;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.capability.Scope;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.NextStart;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail.Exit;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitName.UnitType;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Why a container is not well.
///
/// @param unsettled one for each unit that has not failed and does not get up either: it is started
///   again and again, its start does not end, systemd does not accept its file, or it is not there
///   and others require it
/// @param emergency the unit for which the boot ended in emergency mode, which failed or never
///   came; empty where it did not, or that is not known
public record Diagnosis(
        List<Finding> findings, List<String> masked, List<Finding> unsettled, String emergency) {
    public static final Diagnosis NONE = new Diagnosis(List.of(), List.of(), List.of(), "");

    /// systemd's word for a unit that was started too often (systemd.unit(5),
    /// "StartLimitIntervalSec="); of a socket it is the end of one.
    static final String START_LIMIT = "start-limit-hit";

    /// systemd.exec(5), "Process Exit Codes": EXEC, USER, NAMESPACE, KEYRING, CREDENTIALS.
    private static final Set<Integer> SET_UP_FAILURES = Set.of(203, 217, 226, 237, 243);

    /// systemd.exec(5), "Process Exit Codes": systemd itself fails with what lies between these.
    private static final int FIRST_OF_SYSTEMD = 200;

    private static final int LAST_OF_SYSTEMD = 245;
    private static final int KEYRING = 237;
    private static final CapabilitySet OF_KEYRING = CapabilitySet.of("setuid", "setgid");

    static final String EMERGENCY = "maintenance";

    private static final String LOCAL_FILE_SYSTEMS = "local-fs.target";

    public Diagnosis {
        findings = List.copyOf(findings);
        masked = List.copyOf(masked);
        unsettled = List.copyOf(unsettled);
    }

    /// Diagnoses every unit in trouble of the snapshot; nothing for a container whose systemd is
    /// not known.
    public static Diagnosis of(Snapshot snapshot) {
        return of(snapshot, _ -> true);
    }

    /// Diagnoses the units in trouble among those that are asked for.
    public static Diagnosis of(Snapshot snapshot, Predicate<UnitState> asked) {
        if (!(snapshot.view() instanceof Observed seen)) {
            return NONE;
        }
        List<UnitState> units = seen.systemd().units().stream().filter(asked).toList();
        if (units.isEmpty()) {
            return NONE;
        }
        Init init = seen.init();
        Systemd systemd = seen.systemd();
        Ward ward = new Ward(seen);
        List<Finding> findings = new ArrayList<>();
        List<Finding> unsettled = new ArrayList<>();
        List<String> masked = new ArrayList<>();
        for (UnitState unit : units) {
            if (unit.failed()) {
                findings.add(ward.failed(unit));
            } else if (unit.masked()) {
                masked.add(unit.name());
            } else if (init.running()) {
                Finding finding = ward.unsettled(unit);
                if (finding != null) {
                    unsettled.add(finding);
                }
            }
        }
        return new Diagnosis(findings, masked, unsettled, emergency(systemd, ward));
    }

    /// The unit without which the boot could not go on: what local-fs.target requires, whose
    /// `OnFailure=` is emergency.target (bootup(7)), down to what failed first.
    private static String emergency(Systemd systemd, Ward ward) {
        return systemd.manager().state().equals(EMERGENCY) ? ward.culprit(LOCAL_FILE_SYSTEMS) : "";
    }

    /// Returns the logs that a program may keep itself, to look into for why its unit failed, a
    /// folder of such with a slash at its end; none where these lines of its journal tell.
    public static Collection<String> ownLogs(UnitState unit, Trouble trouble, List<String> lines) {
        return OwnLog.places(unit, trouble, lines);
    }

    public boolean hasFindings() {
        return !findings.isEmpty() || !unsettled.isEmpty();
    }

    /// The units that AppArmor refused their mounts for want of nesting, those that systemd goes on
    /// starting among them.
    public List<Finding> refusedByAppArmor() {
        return Stream.concat(findings.stream(), unsettled.stream())
                .filter(finding -> finding.cause().refusedByAppArmor())
                .toList();
    }

    /// The capabilities that this unit's conditions ask for and that the container holds without
    /// their being worth anything to it. A nearly inert one counts only because the unit failed.
    /// What a running PID 1 gave up and the next start brings back is held as well.
    ///
    /// In a privileged container nothing is inert.
    public static CapabilitySet inertConditions(UnitState unit, Observed seen) {
        Init init = seen.init();
        CapabilitySet inert = CapabilitySet.EMPTY;
        if (!init.unprivileged() || failedOtherwise(unit)) {
            return inert;
        }
        for (Condition.Tested row : unit.conditions()) {
            Capability capability = Conditions.capability(row.condition());
            if (capability != null
                    && !row.condition().negate()
                    && row.result() == Condition.Result.SUCCEEDED
                    && isInert(capability)
                    && isHeld(capability, seen)) {
                inert = inert.with(capability);
            }
        }
        return inert;
    }

    /// Whether a service that has failed may end otherwise at the next boot although less is
    /// allowed to it: by what its own program did (systemd.service(5), "SERVICE_RESULT"), for a
    /// reason that no unit file tells and that need not be there then: another one took the port
    /// first, what it waited for came late.
    ///
    /// One of systemd's own is among them: 237 for want of room for a keyring, of which all
    /// containers with one id map share 200 (keyrings(7), `/proc/sys/kernel/keys/maxkeys`). While
    /// the unit held all that it may there is no other cause, and the next boot may find room.
    public static boolean isOwnFailure(UnitState unit, Observed seen) {
        Exit exit = unit.detail().exit();
        return exit != null
                && unit.type() == UnitType.SERVICE
                && (exit.status() < FIRST_OF_SYSTEMD
                        || exit.status() > LAST_OF_SYSTEMD
                        || (exit.status() == KEYRING
                                && seen.init().bounding().containsAll(OF_KEYRING)))
                && inertConditions(unit, seen).isEmpty();
    }

    private static boolean isHeld(Capability capability, Observed seen) {
        return seen.init().bounding().contains(capability)
                || NextStart.of(seen.snapshot()).bounding().contains(capability);
    }

    /// Whether the way in which the unit ended tells of another cause: systemd could not set its
    /// process up, for want of a program, a user, a namespace, a key or a credential; or it was
    /// started too often, although its last run had done well (systemd.unit(5),
    /// "StartLimitIntervalSec=").
    private static boolean failedOtherwise(UnitState unit) {
        Exit exit = unit.detail().exit();
        return exit != null
                && unit.failed()
                && (SET_UP_FAILURES.contains(exit.status())
                        || (exit.result().equals(START_LIMIT) && exit.status() == 0));
    }

    private static boolean isInert(Capability capability) {
        Knowledge known = capability.knowledge();
        return known != null
                && (known.scope() == Scope.INERT || known.scope() == Scope.NEARLY_INERT);
    }

    /// A unit in trouble, and why.
    ///
    /// @param evidence the lines of its files that show it; empty where they could not be read
    /// @param exit how it ended; null where systemd keeps nothing
    /// @param log the last lines of its journal, the older one first
    /// @param victims the units that are not up because of this one, by name
    public record Finding(
            String unit,
            Cause cause,
            List<Setting> evidence,
            List<Remedy> remedies,
            @Nullable Exit exit,
            List<String> log,
            List<String> victims) {
        public Finding {
            evidence = List.copyOf(evidence);
            remedies = List.copyOf(remedies);
            log = List.copyOf(log);
            victims = List.copyOf(victims);
        }
    }
}
