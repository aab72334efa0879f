package dev.capdrop.cli.check;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.command.Targets;
import dev.capdrop.core.diagnosis.Diagnosis.Finding;
import dev.capdrop.core.diagnosis.Policy;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.record.PolicyJson;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Judges checked containers by a policy; `file` is its name on the command line, or empty.
record PolicyCheck(String file, Policy policy, LocalDate today) {
    /// Reads the policy of this file; one that judges nothing where none is named.
    static PolicyCheck read(@Nullable Path file, Instant now) throws IOException {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        return file == null
                ? new PolicyCheck("", Policy.NONE, today)
                : new PolicyCheck(
                        file.toString(),
                        PolicyJson.read(
                                Targets.given(
                                        file,
                                        "policy",
                                        "a policy as docs/how-to/a-policy.md has it"),
                                file.toString()),
                        today);
    }

    Checked judge(Checked checked) {
        Snapshot snapshot = checked.snapshot();
        if (file.isEmpty() || snapshot == null) {
            return checked;
        }
        Judgement judgement = new Judgement(checked.target());
        List<Finding> left = new ArrayList<>();
        for (Finding finding : checked.diagnosis().findings()) {
            String cause = CauseText.id(finding.cause());
            if (judgement.counts(finding, policy.of(checked.target(), finding.unit(), cause))) {
                left.add(finding);
            }
        }
        judgement.hold(snapshot);
        return checked.judged(left, judgement.review(policy.cannotJudge(snapshot)));
    }

    private final class Judgement {
        private final String target;
        private final List<PolicyReview.Held> held = new ArrayList<>();
        private final List<PolicyReview.Accepted> accepted = new ArrayList<>();
        private final List<Policy.Acceptance> expired = new ArrayList<>();

        Judgement(String target) {
            this.target = target;
        }

        boolean counts(@Nullable Finding finding, Policy.@Nullable Acceptance by) {
            if (by == null) {
                return true;
            }
            if (by.hasExpired(today)) {
                expired.add(by);
                return true;
            }
            accepted.add(new PolicyReview.Accepted(finding, by));
            return false;
        }

        void hold(Snapshot snapshot) {
            CapabilitySet now = policy.heldNow(snapshot);
            CapabilitySet next = policy.heldNext(snapshot);
            for (Capability one : now.union(next)) {
                if (counts(null, policy.of(target, one))) {
                    held.add(new PolicyReview.Held(one, now.contains(one), next.contains(one)));
                }
            }
        }

        PolicyReview review(boolean unknown) {
            return new PolicyReview(file, held, accepted, expired, unknown);
        }
    }
}
