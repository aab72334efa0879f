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
import dev.capdrop.core.snapshot.Snapshot.Isolation;
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

    /// Why nobody can tell which program would miss something; null when it can be told.
    @Nullable Refusal refusal() {
        return programs == null ? new Refusal.ProgramsUnknown(snapshot.subject().target()) : null;
    }

    /// Without the programs everything would seem to be free to go.
    ///
    /// @throws IllegalStateException when there is a [#refusal]
    void requirePrograms() {
        if (programs == null) {
            throw new IllegalStateException("nobody has looked at the programs");
        }
    }

    /// Whether a program in the container is known to miss it.
    boolean isMissed(Capability capability) {
        return program(capability) != null;
    }

    private @Nullable Kept program(Capability capability) {
        Kept file = file(capability);
        return file == null ? engine(capability) : file;
    }

    /// Whether the kernel honours it at no place at all in this container.
    boolean isInert(Capability capability) {
        return Worth.isInert(capability, snapshot);
    }

    /// The program or engine that takes it without any use of it being seen; null for none.
    @Nullable Kept unseen(Capability capability) {
        Kept missed = program(capability);
        if (missed != null) {
            return missed;
        }
        return byFiles(
                capability, file -> Shortfalls.granted(file, snapshot.isolation()), "grants it");
    }

    /// The services that run and have it among the capabilities that they set themselves.
    ///
    /// @param bounding what PID 1 holds
    List<String> setting(Capability capability, CapabilitySet bounding) {
        return systemd.units().stream()
                .filter(unit -> Outcome.of(unit).isUp())
                .filter(unit -> shortfalls.setsItself(unit, bounding).contains(capability))
                .map(UnitState::name)
                .toList();
    }

    /// What to beware of before it is dropped; empty where nothing in the container would miss it.
    String caution(Capability capability) {
        Kept missed = program(capability);
        if (missed != null) {
            return missed.why();
        }
        Knowledge known = capability.knowledge();
        return known == null || programs != null ? "" : known.caution();
    }

    /// Whether the kernel may be found never to honour it in a container.
    static boolean isInQuestion(Capability capability) {
        Knowledge known = capability.knowledge();
        return known != null && (known.inert() || capability.equals(MAC_ADMIN));
    }

    /// Why it has to stay; null when nothing of this kind would miss it.
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
        Isolation isolation = snapshot.isolation();
        if (!init.unprivileged()) {
            return kept(
                    capability,
                    Kept.By.KERNEL,
                    "the container is privileged, so the kernel honours it");
        }
        if (capability.equals(MKNOD)) {
            return kept(
                    capability,
                    Kept.By.RUNTIME,
                    "features: mknod=1 has device nodes made with the capabilities of the program that asks");
        }
        if (capability.equals(MAC_ADMIN)) {
            return isolation == null
                    ? kept(capability, Kept.By.RUNTIME, "its AppArmor profile is not known")
                    : kept(
                            capability,
                            Kept.By.RUNTIME,
                            "its generated AppArmor profile lets it load policy of its own");
        }
        return kept(capability, Kept.By.KERNEL, "the kernel honours it at " + site(capability));
    }

    /// The one place where a nearly inert capability counts.
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

    /// The programs of whose execve(2) the capability is taken; null for none.
    private @Nullable Kept byFiles(
            Capability capability, Function<ProgramFile, CapabilitySet> taken, String how) {
        List<String> paths = new ArrayList<>();
        for (ProgramFile file : programs == null ? List.<ProgramFile>of() : programs.files()) {
            if (taken.apply(file).contains(capability)) {
                paths.add(file.path());
            }
        }
        return paths.isEmpty()
                ? null
                : new Kept(
                        capability,
                        Kept.By.FILE,
                        paths,
                        "execve of " + String.join(", ", paths) + " " + how);
    }
}
