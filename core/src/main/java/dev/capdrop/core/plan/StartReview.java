package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.capability.Scope;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.execution.AppArmorLimits;
import dev.capdrop.core.execution.Execution;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.forecast.Outlook;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.plan.StartReview.VainStart.Evidence;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitFile;
import module java.base;

/// A look ahead at a container's next start, of which its running tells nothing: its configuration
/// may have lost what keeps it healthy, or drop what it needs.
///
/// @param returns what PID 1 is without and holds then
/// @param leaves what PID 1 holds and is without then
public record StartReview(
        CapabilitySet returns,
        CapabilitySet leaves,
        List<VainStart> inVain,
        List<Loss> losses,
        Confinement confinement) {
    private static final CapabilitySet NOTHING = CapabilitySet.EMPTY;
    public static final StartReview SAME =
            new StartReview(NOTHING, NOTHING, List.of(), List.of(), Confinement.NONE);

    /// The units that a profile of AppArmor without nesting keeps, or may keep, from starting in a
    /// container of which only files were read; `remedy`: what allows them, as its configuration
    /// says it.
    public record Confinement(List<String> fail, List<String> units, String remedy) {
        public static final Confinement NONE = new Confinement(List.of(), List.of(), "");

        public boolean isEmpty() {
            return fail.isEmpty() && units.isEmpty();
        }
    }

    /// A unit that works now, and is known to be lost (`certain`) or may be.
    public record Loss(String unit, boolean certain, String why) {}

    /// Returns the review of a start of which it is known what PID 1 holds then.
    ///
    /// @throws dev.capdrop.core.snapshot.TimeLimit.OverdueException when its time is over
    public static StartReview of(
            Forecaster forecaster, CapabilitySet next, Set<String> failed, Set<String> givenUp) {
        Observed seen = forecaster.seen();
        CapabilitySet held = seen.init().bounding();
        CapabilitySet leaves = held.minus(next);
        List<VainStart> inVain = VainStarts.of(seen, next).all(failed);
        List<Loss> losses = leaves.isEmpty() ? List.of() : losses(forecaster, next, givenUp);
        return new StartReview(next.minus(held), leaves, inVain, losses, confinement(seen));
    }

    private static Confinement confinement(Observed seen) {
        Systemd systemd = seen.systemd();
        AppArmorLimits limits = AppArmorLimits.of(seen.snapshot());
        Confinement found =
                new Confinement(
                        limits.units(systemd, true), limits.units(systemd, false), limits.remedy());
        return found.isEmpty() ? Confinement.NONE : found;
    }

    private static List<Loss> losses(
            Forecaster forecaster, CapabilitySet next, Set<String> givenUp) {
        Forecast forecast = forecaster.forecast(next);
        Losses losses = new Losses(forecaster.seen(), givenUp);
        List<String> certain = losses.certain(forecast);
        return losses.possible(forecast).stream()
                .map(unit -> new Loss(unit, certain.contains(unit), forecast.fate(unit)))
                .toList();
    }

    public boolean hasFindings() {
        return !inVain.isEmpty() || !losses.isEmpty() || !confinement.isEmpty();
    }

    public CapabilitySet blamed() {
        return CapabilitySet.unionOf(inVain.stream().map(VainStart::capabilities));
    }

    public boolean fails() {
        return inVain.stream().anyMatch(start -> start.evidence() != VainStart.Evidence.NONE);
    }

    /// A unit that the next start starts in vain: it asks for a capability that PID 1 holds and no
    /// process can use. `again`: whether it is skipped now because PID 1 is without it.
    public record VainStart(
            String unit, CapabilitySet capabilities, boolean again, Evidence evidence) {
        public enum Evidence {
            /// The kernel refuses what it is for.
            KERNEL,
            /// Failed before capdrop's change, with the capability held.
            JOURNAL,
            /// No file tells what its program makes of the refusal.
            NONE;

            public String word() {
                return ResourceTable.word(this);
            }
        }
    }

    /// Finds the units that the next start of a container starts in vain: in one that runs, those
    /// that are skipped now and will find the capability that they ask for; in one of which files
    /// were read, the oneshots that ask for one that is worth nothing, and what those files skip
    /// for want of a capability that the start gives. A unit that ends well whatever its commands
    /// do (modprobe@) harms nobody. `held`: what PID 1 holds then and, where it runs, is without
    /// now; `news`: what PID 1 holds then beyond what it holds now, or its files were read for.
    record VainStarts(
            Systemd systemd,
            Losses.Work work,
            CapabilitySet held,
            CapabilitySet news,
            Outlook next) {
        static VainStarts of(Observed seen, CapabilitySet bounding) {
            Systemd systemd = seen.systemd();
            CapabilitySet news = bounding.minus(seen.init().bounding());
            CapabilitySet held = isOfFiles(systemd) ? bounding : news;
            Outlook next = new Outlook(bounding, systemd.nextBoot(), false);
            return new VainStarts(systemd, new Losses.Work(seen.snapshot()), held, news, next);
        }

        private static boolean isOfFiles(Systemd systemd) {
            return systemd.source() == Systemd.Source.FILES;
        }

        List<StartReview.VainStart> all(Set<String> failed) {
            boolean again = !isOfFiles(systemd);
            return systemd.units().stream()
                    .filter(this::contains)
                    .map(unit ->
                            new StartReview.VainStart(
                                    unit.name(), asked(unit), again, evidence(unit, failed)))
                    .toList();
        }

        boolean contains(UnitState unit) {
            return !held.isEmpty()
                    && unit.loaded()
                    && !asked(unit).isEmpty()
                    && (isOfFiles(systemd)
                            ? isStartedOneshot(unit)
                                    || (Outcome.of(unit) == Outcome.SKIPPED
                                            && !work.askedInVain(unit).intersect(news).isEmpty())
                            : (unit.detail().activation().conditionMicros() > 0
                                    && (Outcome.of(unit) == Outcome.SKIPPED || isForgotten(unit))))
                    && !Execution.of(unit).endsWellAnyway()
                    && isAllowed(unit);
        }

        List<UnitState> undecided() {
            return systemd.units().stream()
                    .filter(unit -> isOfFiles(systemd) && unit.loaded())
                    .filter(unit -> !asked(unit).isEmpty() && isAllowed(unit))
                    .filter(unit -> Outcome.of(unit).isUp() && !isStartedOneshot(unit))
                    .toList();
        }

        /// Whether its failure was forgotten, as at a live step: conditions and exit status are
        /// still those of that start.
        private static boolean isForgotten(UnitState unit) {
            UnitDetail.Exit exit = unit.detail().exit();
            return Outcome.of(unit) == Outcome.INACTIVE
                    && (UnitFile.kernelRefuses(unit.name(), unit.detail().settings())
                            || (exit != null
                                    && exit.code() == UnitDetail.Exit.EXITED
                                    && exit.status() != 0));
        }

        private static boolean isStartedOneshot(UnitState unit) {
            return Outcome.of(unit).isUp() && Execution.of(unit).isOneshot();
        }

        private boolean isAllowed(UnitState unit) {
            Condition.Result result = next.list(unit.conditions());
            return result != Condition.Result.FAILED && result != Condition.Result.ERROR;
        }

        private CapabilitySet asked(UnitState unit) {
            return work.askedInVain(unit).intersect(held);
        }

        /// Returns the evidence for a unit that is surely started.
        private Evidence evidence(UnitState unit, Set<String> failed) {
            UnitDetail detail = unit.detail();
            if (!detail.isRead() || next.list(unit.conditions()) != Condition.Result.SUCCEEDED) {
                return Evidence.NONE;
            }
            return UnitFile.kernelRefuses(unit.name(), detail.settings())
                    ? Evidence.KERNEL
                    : failed.contains(unit.name()) ? Evidence.JOURNAL : Evidence.NONE;
        }
    }

    /// The privilege of a container without a user namespace of its own: its root is the host's.
    public static final class HostPrivilege {
        /// Lines of LXC and of Proxmox VE that give a container something of the host's.
        private static final Pattern LENT =
                Pattern.compile(
                        "(?m)^\\s*(dev\\d+\\s*:|mp\\d+\\s*:\\s*/|hookscript\\s*:|features\\s*:.*mount="
                                + "|lxc\\.(cgroup2?\\.devices\\.allow|mount\\.entry|mount\\.fstab|hook\\.|cap\\.|net\\.\\d+\\.type\\s*[=:]\\s*(phys|none)))");

        private HostPrivilege() {}

        /// Whether nothing in the configuration or the record of a container of LXC or Proxmox VE
        /// speaks for its privilege; its units' needs are not looked at.
        public static boolean mayBeUnneeded(Snapshot snapshot) {
            UseHistory learnt = snapshot.learnt();
            RuntimeKind kind = snapshot.subject().kind();
            return (kind == RuntimeKind.LXC || kind == RuntimeKind.PROXMOX)
                    && snapshot.privileged()
                    && snapshot.running()
                    && learnt != null
                    && learnt.covered().boots() >= UseHistory.ENOUGH_BOOTS
                    && learnt.covered().lossy() == 0
                    && !isLent(snapshot);
        }

        /// Whether nothing at all speaks for it: beside that, it mounts nothing that only the host
        /// may, and no working unit is known to need a capability that user namespaces hardly ever
        /// honour.
        ///
        /// @param forecaster over a whole reading, which asked what each unit is
        /// @throws dev.capdrop.core.snapshot.TimeLimit.OverdueException when its time is over
        public static boolean isUnneeded(Forecaster forecaster) {
            Snapshot snapshot = forecaster.seen().snapshot();
            if (!mayBeUnneeded(snapshot) || mountsForTheHost(snapshot)) {
                return false;
            }
            CapabilitySet left =
                    snapshot.bounding().only(HostPrivilege::isHonouredInUserNamespaces);
            return forecaster.forecast(left).boots()
                    && StartReview.of(forecaster, left, Set.of(), Set.of()).losses().isEmpty();
        }

        private static boolean isLent(Snapshot snapshot) {
            ConfigurationText text = snapshot.configuration();
            return text == null || LENT.matcher(text.files().getOrDefault(text.path(), "")).find();
        }

        /// Whether it mounts or serves a disk or a share; nobody misses systemd's mounts below /sys
        /// and /dev.
        private static boolean mountsForTheHost(Snapshot snapshot) {
            return snapshot.units().stream()
                    .filter(unit ->
                            !unit.name().startsWith("sys-") && !unit.name().startsWith("dev-"))
                    .filter(unit -> Outcome.of(unit).isUp())
                    .anyMatch(
                            unit -> UnitFile.kernelRefuses(unit.name(), unit.detail().settings()));
        }

        private static boolean isHonouredInUserNamespaces(Capability capability) {
            Knowledge known = capability.knowledge();
            return known != null
                    && (known.scope() == Scope.PARTLY || known.scope() == Scope.HONOURED);
        }
    }
}
