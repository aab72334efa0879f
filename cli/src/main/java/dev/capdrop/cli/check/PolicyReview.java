package dev.capdrop.cli.check;

import dev.capdrop.capability.Capability;
import dev.capdrop.core.diagnosis.Diagnosis.Finding;
import dev.capdrop.core.diagnosis.Policy.Acceptance;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The result of a policy for one container.
///
/// @param file the policy's name on the command line; empty where there is none
/// @param held the forbidden capabilities that it holds, but for the accepted ones
/// @param expired the acceptances that have ended, so that their findings count again
record PolicyReview(
        String file,
        List<Held> held,
        List<Accepted> accepted,
        List<Acceptance> expired,
        boolean unknown) {
    static final PolicyReview NONE = new PolicyReview("", List.of(), List.of(), List.of(), false);

    /// The word of docs/reference/json.md for a capability that no container may hold.
    static final String MUST_NOT_HOLD = "must-not-hold";

    /// A capability that no container may hold; `now` is whether the running PID 1 does.
    record Held(Capability capability, boolean now, boolean next) {
        /// Returns when it is held, to stand behind its name.
        String when() {
            if (!now) {
                return " from its next start on";
            }
            return next ? "" : " until its next start";
        }
    }

    /// A finding that does not count; null where it is about a capability.
    record Accepted(@Nullable Finding finding, Acceptance by) {}

    /// Returns why a finding counts although it had been accepted; else empty.
    String expiry(String unit, String finding) {
        return expiry(one -> one.unit().equals(unit) && one.finding().equals(finding));
    }

    /// Returns why a held capability counts although it had been accepted; else empty.
    String expiry(Capability capability) {
        return expiry(one -> capability.equals(one.capability()));
    }

    private String expiry(Predicate<Acceptance> meant) {
        return expired.stream()
                .filter(meant)
                .findFirst()
                .map(one -> "; it was accepted until " + one.until() + " (" + one.reason() + ")")
                .orElse("");
    }
}
