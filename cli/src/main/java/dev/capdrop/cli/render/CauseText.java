package dev.capdrop.cli.render;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.diagnosis.Cause;
import dev.capdrop.core.diagnosis.ExitStatus;
import dev.capdrop.core.snapshot.UnitExit;
import java.util.stream.Collectors;

/// Causes in words.
final class CauseText {
    private static final int CLD_EXITED = 1;

    private CauseText() {}

    /// The stable word for JSON.
    static String id(Cause cause) {
        return switch (cause) {
            case Cause.InertCapability _ -> "inert-capability";
            case Cause.Foreseen _ -> "foreseen";
            case Cause.Unknown _ -> "unknown";
        };
    }

    static String sentence(Cause cause) {
        return switch (cause) {
            case Cause.InertCapability inert ->
                    (inert.foreseen() ? "will be started because " : "starts because ")
                            + upperNames(inert.capabilities())
                            + verb(inert)
                            + " in the bounding set, but no process in a user namespace can use it"
                            + evidence(inert);
            case Cause.Foreseen _ ->
                    "will fail: the kernel refuses what it is for, whatever capabilities are held";
            case Cause.Unknown unknown ->
                    unknown.exit() == null
                            ? "failed; no capability explains it"
                            : "failed; no capability explains it (" + exit(unknown.exit()) + ")";
        };
    }

    private static String verb(Cause.InertCapability inert) {
        if (inert.foreseen()) {
            return " will be";
        }
        return inert.capabilities().size() == 1 ? " is" : " are";
    }

    private static String evidence(Cause.InertCapability inert) {
        if (inert.foreseen()) {
            return "; the kernel will refuse what the unit is for";
        }
        return inert.refused() ? "; the kernel refused the mount (mount exit status 32)" : "";
    }

    static String upperNames(CapabilitySet set) {
        return set.members().stream().map(Capability::upperName).collect(Collectors.joining(", "));
    }

    static String exit(UnitExit exit) {
        String result = "result '" + exit.result() + "'";
        if (exit.code() == 0) {
            return result;
        }
        return result
                + (exit.code() == CLD_EXITED
                        ? ", exit status " + ExitStatus.format(exit.status())
                        : ", signal " + exit.status());
    }
}
