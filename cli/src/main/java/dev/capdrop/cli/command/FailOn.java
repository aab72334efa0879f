package dev.capdrop.cli.command;

import dev.capdrop.cli.render.Checked;
import java.util.Set;

/// What `check` exits with 1 for, by the words of the command line.
enum FailOn {
    /// What a change of the configuration or a restart would put right.
    fixable {
        @Override
        boolean counts(Checked checked) {
            return checked.isFixable();
        }
    },
    /// A unit that failed, or a configuration that does not load.
    degraded {
        @Override
        boolean counts(Checked checked) {
            return checked.isDegraded();
        }
    },
    /// What the configuration says and what was changed or runs are two things.
    drift {
        @Override
        boolean counts(Checked checked) {
            return checked.hasDrifted();
        }
    },
    never {
        @Override
        boolean counts(Checked checked) {
            return false;
        }
    };

    abstract boolean counts(Checked checked);

    /// Whether any of these counts; of none given, whatever a check finds.
    static boolean counts(Set<FailOn> given, Checked checked) {
        return given.isEmpty()
                ? checked.hasFindings()
                : given.stream().anyMatch(one -> one.counts(checked));
    }

    /// @throws UsageException when one says that nothing counts, and another that something does
    static void require(Set<FailOn> given) {
        if (given.contains(never) && given.size() > 1) {
            throw new UsageException("--fail-on never cannot be combined with another word");
        }
    }
}
