package dev.capdrop.core.diagnosis;

import static java.util.Objects.requireNonNullElse;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition.ConditionLine;
import dev.capdrop.core.condition.Conditions;
import dev.capdrop.core.diagnosis.Diagnosis.Finding;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd.UnfinishedBoot;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitName.UnitType;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The units of one container while they are looked at one by one.
final class Ward {
    /// A unit that was started again so often is in trouble even where it is up right now.
    private static final int OFTEN = 3;

    private final Snapshot.Observed seen;
    private final Snapshot snapshot;
    private final Cascades cascades;
    private final NotBegun notBegun;
    private final boolean hangs;
    private final List<String> absent;

    Ward(Snapshot.Observed seen) {
        this.seen = seen;
        this.snapshot = seen.snapshot();
        this.cascades = Cascades.of(seen.systemd(), snapshot.evidence());
        this.notBegun = new NotBegun(seen.systemd());
        UnfinishedBoot boot = UnfinishedBoot.of(snapshot);
        this.hangs = boot != null && boot.hangs();
        this.absent = cascades.absent();
    }

    String culprit(String unit) {
        return requireNonNullElse(cascades.root(unit), "");
    }

    Finding failed(UnitState unit) {
        Patient patient = new Patient(unit, seen);
        if (!seen.init().running()) {
            return finding(patient, forecast(unit));
        }
        Cause cause = Signatures.cause(patient);
        String root = cascades.root(unit.name());
        UnitDetail.Exit exit = patient.exit();
        if (root != null) {
            cause = new Cause.BroughtDown(root);
        } else if (exit != null && isGivenUp(patient, exit)) {
            boolean bare = cause instanceof Cause.StartedTooOften;
            cause = bare ? cause : new Cause.Repeated(cause, exit.restarts(), every(patient), true);
        }
        return finding(patient, cause);
    }

    /// systemd keeps the first result of a run: a service that was started too often may still say
    /// how its last run ended, but it counts how often it was started again.
    private static boolean isGivenUp(Patient patient, UnitDetail.Exit exit) {
        return patient.result().equals(Diagnosis.START_LIMIT) || exit.restarts() > 0;
    }

    private Cause forecast(UnitState unit) {
        CapabilitySet inert = Diagnosis.inertConditions(unit, seen);
        return inert.isEmpty()
                ? new Cause.ForecastFailure()
                : new Cause.InertCapability(inert, false, true);
    }

    @Nullable Finding unsettled(UnitState unit) {
        Patient patient = new Patient(unit, seen);
        if (unit.refused()) {
            String why = BadFile.why(patient);
            String error = patient.trouble().loadError().replaceFirst("\\.$", "");
            return finding(
                    patient, new Cause.UnitFile(why == null ? error : error + " (" + why + ")"));
        }
        if (absent.contains(unit.name())) {
            boolean device = patient.type() == UnitType.DEVICE;
            boolean ofMount =
                    cascades.victims(unit.name()).stream()
                            .map(UnitName::type)
                            .anyMatch(type -> type == UnitType.MOUNT || type == UnitType.SWAP);
            return finding(patient, device ? new Cause.NoDevice(ofMount) : new Cause.NoUnit());
        }
        Cause untried = notBegun.why(unit);
        if (untried != null) {
            return finding(patient, untried);
        }
        UnitDetail.Exit exit = patient.exit();
        if (exit != null && isLooping(unit, exit)) {
            String root = cascades.root(unit.name());
            if (root != null) {
                return finding(patient, new Cause.BroughtDown(root));
            }
            Cause last = Signatures.cause(patient);
            return finding(
                    patient, new Cause.Repeated(last, exit.restarts(), every(patient), false));
        }
        boolean starts =
                hangs
                        && seen.systemd().queue().stream()
                                .anyMatch(job -> job.running() && job.unit().equals(unit.name()));
        return starts ? finding(patient, new Cause.StillStarting(since(patient.trouble()))) : null;
    }

    /// Whether it is started again and again; what is up counts where it has only just been started
    /// once more.
    private boolean isLooping(UnitState unit, UnitDetail.Exit exit) {
        if (unit.isBetweenRuns()) {
            return true;
        }
        Duration since = since(snapshot.evidence().of(unit.name()));
        boolean fresh = since != null && since.compareTo(Duration.ofMinutes(1)) < 0;
        return exit.restarts() >= OFTEN
                && (unit.active() == UnitState.ActiveState.ACTIVATING
                        || (unit.active() == UnitState.ActiveState.ACTIVE && fresh));
    }

    private @Nullable Duration since(Trouble trouble) {
        if (trouble.sinceMicros() == 0) {
            return null;
        }
        Instant began = Instant.EPOCH.plus(trouble.sinceMicros(), ChronoUnit.MICROS);
        Duration since = Duration.between(began, snapshot.takenAt());
        return since.isNegative() ? Duration.ZERO : since;
    }

    private static Duration every(Patient patient) {
        Trouble trouble = patient.trouble();
        return Duration.of(trouble.runMicros() + trouble.pauseMicros(), ChronoUnit.MICROS);
    }

    private Finding finding(Patient patient, Cause cause) {
        return new Finding(
                patient.unit().name(),
                cause,
                evidence(patient, cause),
                Remedies.of(patient, cause),
                patient.exit(),
                ShownLines.of(patient, cause),
                cascades.victims(patient.unit().name()));
    }

    private static List<Setting> evidence(Patient patient, Cause cause) {
        return switch (cause) {
            case Cause.InertCapability inert -> conditions(patient, inert.capabilities());
            case Cause.Program program -> lines(patient, program.file());
            case Cause.Account account -> lines(patient, account.account());
            case Cause.Path path -> lines(patient, path.file());
            case Cause.MountOption option -> patient.lines("Options", option.option());
            case Cause.AssertionFailed _ ->
                    patient.settings().stream()
                            .filter(line -> line.key().startsWith("Assert"))
                            .toList();
            case Cause.OwnSandbox kept -> List.of(kept.line());
            case Cause.Killed killed ->
                    killed.limit() == null ? List.of() : List.of(killed.limit());
            case Cause.MountType type -> patient.lines("Type", type.type());
            case Cause.SetUpFailed failed -> named(patient, failed.step());
            case Cause.LostCapability lost ->
                    lost.step() == null ? List.of() : named(patient, lost.step());
            case Cause.TimedOut late ->
                    switch (late.lateness()) {
                        case PID_FILE -> patient.lines("PIDFile", "");
                        case BUS_NAME -> patient.lines("BusName", "");
                        case FOREGROUND, PROTOCOL, NOTIFY, NOT_ITS_MAIN_PROCESS ->
                                patient.lines("Type", "");
                        case WATCHDOG, NEVER_ALIVE -> patient.lines("WatchdogSec", "");
                        case START, RUNTIME, UNSEEN -> List.of();
                    };
            case Cause.Repeated again -> evidence(patient, again.last());
            case Cause.ForecastFailure _,
                    Cause.MayLack _,
                    Cause.NoNesting _,
                    Cause.NotNamespaced _,
                    Cause.NoTerminal _,
                    Cause.NetworkNotReady _,
                    Cause.ClockRefused _,
                    Cause.NotForContainers _,
                    Cause.QuotaUsedUp _,
                    Cause.OfFile _,
                    Cause.OfRun _ ->
                    List.of();
        };
    }

    private static List<Setting> lines(Patient patient, Trouble.NamedFile file) {
        List<Setting> lines = patient.lines(file.setting(), file.name());
        return lines.isEmpty() ? lines : List.of(lines.getLast());
    }

    private static List<Setting> named(Patient patient, Cause.SetUp step) {
        return patient.settings().stream()
                .filter(setting -> step.settings().contains(setting.key()))
                .toList();
    }

    private static List<Setting> conditions(Patient patient, CapabilitySet inert) {
        return patient.settings().stream()
                .filter(setting -> setting.key().equals("ConditionCapability"))
                .filter(setting -> namesOneOf(setting, inert))
                .toList();
    }

    private static boolean namesOneOf(Setting line, CapabilitySet wanted) {
        Capability capability = Conditions.capabilityNamed(ConditionLine.of(line).text());
        return capability != null && wanted.contains(capability);
    }
}
