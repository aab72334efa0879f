package dev.capdrop.cli.check;

import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Mistakes.UsageException;
import module java.base;

/// The findings that `check` exits with 1 for, by the words of the command line.
enum FailOn {
    /// A fault that a change of the configuration or a restart would put right.
    fixable(Checked::isFixable),
    /// A unit that failed, or a configuration that does not load.
    degraded(Checked::isDegraded),
    /// A difference between what the configuration says and what was changed or runs.
    drift(Checked::hasDrifted),
    /// A capability that no container may hold by the policy.
    policy(checked -> !checked.policy().held().isEmpty()),
    never(_ -> false);

    private final Predicate<Checked> counts;

    FailOn(Predicate<Checked> counts) {
        this.counts = counts;
    }

    /// Whether any of these counts; of none given, whatever a check finds.
    static boolean counts(Set<FailOn> given, Checked checked) {
        return given.isEmpty()
                ? checked.hasFindings()
                : given.stream().anyMatch(one -> one.counts.test(checked));
    }

    /// @throws UsageException when some of these exclude each other, or nothing is there to count
    static void require(Set<FailOn> given, boolean judged) {
        if (given.contains(policy) && !judged) {
            throw new UsageException("--fail-on policy is for --policy FILE");
        }
        if (given.contains(never) && given.size() > 1) {
            throw new UsageException("--fail-on never cannot be combined with another word");
        }
    }

    /// Returns the exit code of a check of one container. Whether one without systemd is well
    /// cannot be told, which fails a check only where it was named.
    static ExitCode exitCode(Checked checked, boolean named, Set<FailOn> failOn) {
        boolean unanswered = checked.unanswered() && (named || !checked.withoutSystemd());
        return (unanswered ? ExitCode.FAILURE : ExitCode.OK)
                .or(FailOn.counts(failOn, checked) ? ExitCode.FINDINGS : ExitCode.OK);
    }
}
