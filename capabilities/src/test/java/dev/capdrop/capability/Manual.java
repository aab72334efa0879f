package dev.capdrop.capability;

import dev.capdrop.capability.ExecutedFile.Mount;
import dev.capdrop.capability.Execve.Outcome;
import dev.capdrop.capability.Kernel.IdChange;
import org.jspecify.annotations.Nullable;

/// The rule once more, the way capabilities(7) words it: root is a user for whom every file has
/// full sets. No set-group-ID, and no capability that the kernel does not know.
record Manual(Credentials before, ExecutedFile file, boolean held, IdChange idChange) {
    private static final CapabilitySet ALL = new CapabilitySet(-1);

    Outcome outcome() {
        FileCapabilities attribute = attribute();
        CapabilitySet permitted = attribute == null ? CapabilitySet.EMPTY : attribute.permitted();
        CapabilitySet inheritable =
                attribute == null ? CapabilitySet.EMPTY : attribute.inheritable();
        boolean effective = attribute != null && attribute.effective();
        ThreadCapabilities thread = before.capabilities();
        CapabilitySet got = got(permitted, inheritable);
        if (effective && !got.containsAll(permitted)) {
            return new Outcome.Refused(permitted.minus(got));
        }
        boolean notionally = root(before.ids().realUser()) || (root(user()) && attribute == null);
        if (notionally && !before.securebits().isSet(Securebit.NOROOT)) {
            got = got(ALL, ALL);
            effective |= root(user());
        }
        boolean privileged = attribute != null || idsChange();
        boolean gains = !thread.permitted().containsAll(got);
        boolean limited = (held || before.noNewPrivs()) && (gains || idsChange());
        CapabilitySet ambient = privileged ? CapabilitySet.EMPTY : thread.ambient();
        CapabilitySet after = (limited ? got.intersect(thread.permitted()) : got).union(ambient);
        return new Outcome.Executed(
                new Credentials(
                        before.ids()
                                .withEffective(
                                        limited && !trustedWithIds()
                                                ? before.ids().realUser()
                                                : user(),
                                        before.ids().realGroup()),
                        new ThreadCapabilities(
                                after,
                                thread.inheritable(),
                                effective ? after : ambient,
                                thread.bounding(),
                                ambient),
                        before.securebits(),
                        before.noNewPrivs(),
                        before.namespace()));
    }

    private CapabilitySet got(CapabilitySet permitted, CapabilitySet inheritable) {
        ThreadCapabilities thread = before.capabilities();
        return permitted
                .intersect(thread.bounding())
                .union(inheritable.intersect(thread.inheritable()));
    }

    private @Nullable FileCapabilities attribute() {
        FileCapabilities attribute = file.capabilities();
        if (attribute == null || file.mount() == Mount.NOSUID) {
            return null;
        }
        Long rootId = attribute.rootId();
        boolean counts = rootId == null || (rootId == 100_000 && inContainer());
        return counts ? attribute : null;
    }

    private long user() {
        boolean taken = file.setUid() && file.mount() == Mount.TRUSTED && !before.noNewPrivs();
        boolean known = !inContainer() || file.owner() >= 100_000;
        return taken && known ? file.owner() : before.ids().effectiveUser();
    }

    private boolean idsChange() {
        return user()
                != (idChange == IdChange.FROM_REAL
                        ? before.ids().realUser()
                        : before.ids().effectiveUser());
    }

    private boolean trustedWithIds() {
        return !before.noNewPrivs()
                && before.capabilities().effective().contains(Capability.of("setuid"));
    }

    private boolean root(long user) {
        return user == (inContainer() ? 100_000 : 0);
    }

    private boolean inContainer() {
        return before.namespace().parent() != null;
    }
}
