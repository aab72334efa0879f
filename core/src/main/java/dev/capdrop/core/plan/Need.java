package dev.capdrop.core.plan;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.CheckSite;
import dev.capdrop.capability.Knowledge;
import dev.capdrop.capability.Scope;
import dev.capdrop.core.execution.Shortfalls;
import dev.capdrop.core.execution.Worth;
import dev.capdrop.core.plan.Plan.Kept;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.ProgramFile;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.Observed;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Who in a container would miss a capability that the kernel does not honour in user namespaces,
/// as far as it is not a unit's settings that say so.
///
/// Source: the lists of capabilities that container engines set (Docker's `DefaultCapabilities` in
/// oci/caps/defaults.go and its kin in containerd, runc and crun; those of Podman and CRI-O hold
/// neither mknod nor audit_write); capabilities(7), "Safety checking for capability-dumb binaries".
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

    Need(Observed seen) {
        this.snapshot = seen.snapshot();
        this.init = seen.init();
        this.systemd = seen.systemd();
        this.shortfalls = new Shortfalls(snapshot);
        this.programs = snapshot.programs();
    }

    @Nullable Refusal refusal() {
        return programs == null ? new Refusal.ProgramsUnknown(snapshot.subject().target()) : null;
    }

    void requirePrograms() {
        if (programs == null) {
            throw new IllegalStateException("nobody has looked at the programs");
        }
    }

    boolean isMissed(Capability capability) {
        return program(capability) != null;
    }

    private @Nullable Kept program(Capability capability) {
        Kept file = file(capability);
        return file == null ? engine(capability) : file;
    }

    boolean isInert(Capability capability) {
        return Worth.isInert(capability, snapshot);
    }

    @Nullable Kept unseen(Capability capability) {
        Kept missed = program(capability);
        return missed != null
                ? missed
                : byFiles(
                        capability,
                        file -> Shortfalls.granted(file, snapshot.isolation()),
                        "grants it");
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
        if (file != null) {
            return file;
        }
        return Worth.isInert(capability, snapshot) ? engine(capability) : honoured(capability);
    }

    private static Kept kept(Capability capability, Kept.By by, String why) {
        return new Kept(capability, by, List.of(), why);
    }

    private Kept honoured(Capability capability) {
        String why = "the container is privileged, so the kernel honours it";
        if (init.unprivileged() && capability.equals(MKNOD)) {
            why =
                    "features: mknod=1 has device nodes made with the capabilities of the program that asks";
            return kept(capability, Kept.By.RUNTIME, why);
        }
        if (init.unprivileged() && capability.equals(MAC_ADMIN)) {
            boolean known = snapshot.isolation() != null;
            why =
                    known
                            ? "its generated AppArmor profile lets it load policy of its own"
                            : "its AppArmor profile is not known";
            return kept(capability, Kept.By.RUNTIME, why);
        }
        if (init.unprivileged()) {
            why = "the kernel honours it at " + site(capability);
        }
        return kept(capability, Kept.By.KERNEL, why);
    }

    private static String site(Capability capability) {
        Knowledge known = capability.knowledge();
        List<CheckSite> sites =
                known == null || known.scope() != Scope.NEARLY_INERT
                        ? List.of()
                        : known.honouredAt();
        return sites.isEmpty() ? "places that are not known" : sites.getFirst().format();
    }

    private @Nullable Kept engine(Capability capability) {
        List<String> found = new ArrayList<>(programs == null ? List.of() : programs.engines());
        found.retainAll(ENGINES);
        return found.isEmpty() || !SET_BY_ENGINES.contains(capability)
                ? null
                : new Kept(
                        capability,
                        Kept.By.ENGINE,
                        found,
                        String.join(", ", found)
                                + (found.size() == 1
                                        ? " is installed, and starts"
                                        : " are installed, and start")
                                + " no container without it");
    }

    private @Nullable Kept file(Capability capability) {
        return byFiles(
                capability,
                file -> Shortfalls.demanded(file, snapshot.isolation()),
                "takes it: the file capabilities are effective");
    }

    private @Nullable Kept byFiles(
            Capability capability, Function<ProgramFile, CapabilitySet> taken, String how) {
        List<ProgramFile> files = programs == null ? List.of() : programs.files();
        List<String> paths =
                files.stream()
                        .filter(file -> taken.apply(file).contains(capability))
                        .map(ProgramFile::path)
                        .toList();
        return paths.isEmpty()
                ? null
                : new Kept(
                        capability,
                        Kept.By.FILE,
                        paths,
                        "execve of " + String.join(", ", paths) + " " + how);
    }
}
