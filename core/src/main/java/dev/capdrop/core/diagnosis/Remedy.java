package dev.capdrop.core.diagnosis;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.Evidence.Quota;
import java.util.List;

/// Something an administrator can do about a finding, as a value: who shows it says how it is done
/// with the runtime that the container belongs to.
public sealed interface Remedy {
    /// Capabilities that the container's configuration drops from then on.
    record Drop(CapabilitySet capabilities) implements Remedy {}

    /// The container's configuration no longer drops these.
    record GiveBack(CapabilitySet capabilities) implements Remedy {}

    /// The unit is masked inside the container.
    record Mask(String unit) implements Remedy {}

    /// Lines for the container's configuration that allow nesting.
    record Nesting(List<String> lines) implements Remedy {
        public Nesting {
            lines = List.copyOf(lines);
        }
    }

    /// A drop-in file inside the container.
    record DropIn(String unit, String section, List<String> lines) implements Remedy {
        public DropIn {
            lines = List.copyOf(lines);
        }
    }

    /// A setting of the host's kernel.
    ///
    /// @param host the host's name; empty where it is not known
    record Sysctl(String host, Quota quota) implements Remedy {}

    /// A package that is missing inside the container.
    record Install(String packageName) implements Remedy {}

    /// The journal of the unit says more.
    record Journal(String unit) implements Remedy {}

    /// Something inside the container that no single command mends.
    ///
    /// @param what one sentence without a full stop, in the imperative
    record Mend(String what) implements Remedy {}

    /// Nobody knows: what was seen should be looked at by somebody.
    record Report() implements Remedy {}

    enum Cost {
        /// Nothing stops.
        NONE,
        /// This unit is started again.
        UNIT,
        /// The container is restarted.
        CONTAINER,
        /// It changes the host, for all containers.
        HOST
    }

    /// The stable word for it.
    default String id() {
        return switch (this) {
            case Drop _ -> "drop";
            case GiveBack _ -> "give-back";
            case Mask _ -> "mask";
            case Nesting _ -> "nesting";
            case DropIn _ -> "drop-in";
            case Sysctl _ -> "sysctl";
            case Install _ -> "package";
            case Journal _ -> "journal";
            case Mend _ -> "mend";
            case Report _ -> "report";
        };
    }

    default Cost cost() {
        return switch (this) {
            case Drop _, GiveBack _, Nesting _ -> Cost.CONTAINER;
            case Mask _, Journal _, Report _ -> Cost.NONE;
            case DropIn _, Install _, Mend _ -> Cost.UNIT;
            case Sysctl _ -> Cost.HOST;
        };
    }

    /// Returns what the container may do from then on that it may not do now; empty where that is
    /// nothing.
    default String opens() {
        return switch (this) {
            case Nesting _ ->
                    "processes in the container may then mount file systems and change AppArmor"
                            + " profiles of their own, which opens more of the kernel to it";
            case GiveBack back -> "the container holds " + back.capabilities() + " again";
            case DropIn drop ->
                    drop.lines().stream().anyMatch(Remedy::restricts)
                            ? "the unit then runs without these restrictions"
                            : "";
            case Drop _, Mask _, Sysctl _, Install _, Journal _, Mend _, Report _ -> "";
        };
    }

    private static boolean restricts(String line) {
        return !line.startsWith("ReadWritePaths=/")
                && (line.startsWith("Protect")
                        || line.startsWith("Private")
                        || line.contains("Paths="));
    }
}
