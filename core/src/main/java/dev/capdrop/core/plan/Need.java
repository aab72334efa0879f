package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.capability.Scope;
import dev.capdrop.core.execution.Shortfalls;
import dev.capdrop.core.plan.Plan.Kept;
import dev.capdrop.core.plan.Planner.Refusal;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Programs.ProgramFile;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Isolation;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Finds who, but for units' settings, would miss a capability that user namespaces do not honour.
/// Source: the capabilities that container engines set (Docker's oci/caps/defaults.go and its kin;
/// Podman's and CRI-O's hold neither mknod nor audit_write); capabilities(7), "Safety checking for
/// capability-dumb binaries".
final class Need {
    private static final Capability MKNOD = Capability.of("mknod");
    private static final Capability MAC_ADMIN = Capability.of("mac_admin");
    private static final CapabilitySet SET_BY_ENGINES = CapabilitySet.of("mknod", "audit_write");
    private static final List<String> ENGINES = List.of("docker", "containerd", "runc", "crun");

    private final Snapshot snapshot;
    private final Init init;
    private final Systemd systemd;
    private final Shortfalls shortfalls;
    private final @Nullable Programs programs;

    Need(Snapshot.Observed seen) {
        this.snapshot = seen.snapshot();
        this.init = seen.init();
        this.systemd = seen.systemd();
        this.shortfalls = new Shortfalls(snapshot);
        this.programs = snapshot.programs();
    }

    @Nullable Refusal refusal() {
        return programs == null ? new Refusal.ProgramsUnknown(snapshot.subject().target()) : null;
    }

    boolean isMissed(Capability capability) {
        return program(capability) != null;
    }

    private @Nullable Kept program(Capability capability) {
        Kept file = file(capability);
        return file == null ? engine(capability) : file;
    }

    boolean isInert(Capability capability) {
        return snapshot.isInert(capability);
    }

    @Nullable Kept unseen(Capability capability) {
        Kept missed = program(capability);
        return missed == null ? byFiles(capability, Shortfalls::granted, "grants it") : missed;
    }

    List<String> setting(Capability capability, CapabilitySet bounding) {
        return systemd.units().stream()
                .filter(unit -> Outcome.of(unit).isUp())
                .filter(unit -> shortfalls.setsItself(unit, bounding).contains(capability))
                .map(UnitState::name)
                .toList();
    }

    String caution(Capability capability) {
        Kept missed = program(capability);
        if (missed != null) {
            return missed.why();
        }
        Knowledge known = capability.knowledge();
        return known == null || programs != null ? "" : known.caution();
    }

    static boolean isInQuestion(Capability capability) {
        Knowledge known = capability.knowledge();
        return known != null && (known.inert() || capability.equals(MAC_ADMIN));
    }

    @Nullable Kept forIt(Capability capability, CapabilitySet keep) {
        if (keep.contains(capability)) {
            return kept(capability, Kept.By.REQUEST, "--keep names it");
        }
        Kept file = init.unprivileged() ? file(capability) : null;
        return file != null
                ? file
                : snapshot.isInert(capability) ? engine(capability) : honoured(capability);
    }

    private static Kept kept(Capability capability, Kept.By by, String why) {
        return new Kept(capability, by, List.of(), why);
    }

    private Kept honoured(Capability capability) {
        if (!init.unprivileged()) {
            String why = "the container is privileged, so the kernel honours it";
            return kept(capability, Kept.By.KERNEL, why);
        }
        if (capability.equals(MKNOD)) {
            String why =
                    "features: mknod=1 has device nodes made with the capabilities of the program that asks";
            return kept(capability, Kept.By.RUNTIME, why);
        }
        if (capability.equals(MAC_ADMIN)) {
            String why =
                    snapshot.isolation() == null
                            ? "its AppArmor profile is not known"
                            : "its generated AppArmor profile lets it load policy of its own";
            return kept(capability, Kept.By.RUNTIME, why);
        }
        Knowledge known = capability.knowledge();
        String site =
                known == null || known.scope() != Scope.NEARLY_INERT || known.honouredAt().isEmpty()
                        ? "places that are not known"
                        : known.honouredAt().getFirst().format();
        return kept(capability, Kept.By.KERNEL, "the kernel honours it at " + site);
    }

    private @Nullable Kept engine(Capability capability) {
        List<String> found = new ArrayList<>(programs == null ? List.of() : programs.engines());
        found.retainAll(ENGINES);
        String installed =
                found.size() == 1 ? " is installed, and starts" : " are installed, and start";
        String why = String.join(", ", found) + installed + " no container without it";
        return found.isEmpty() || !SET_BY_ENGINES.contains(capability)
                ? null
                : new Kept(capability, Kept.By.ENGINE, found, why);
    }

    private @Nullable Kept file(Capability capability) {
        String how = "takes it: the file capabilities are effective";
        return byFiles(capability, Shortfalls::demanded, how);
    }

    private @Nullable Kept byFiles(
            Capability capability,
            BiFunction<ProgramFile, @Nullable Isolation, CapabilitySet> taken,
            String how) {
        List<ProgramFile> files = programs == null ? List.of() : programs.files();
        List<String> paths =
                files.stream()
                        .filter(f -> taken.apply(f, snapshot.isolation()).contains(capability))
                        .map(ProgramFile::path)
                        .toList();
        String why = "execve of " + String.join(", ", paths) + " " + how;
        return paths.isEmpty() ? null : new Kept(capability, Kept.By.FILE, paths, why);
    }
}
