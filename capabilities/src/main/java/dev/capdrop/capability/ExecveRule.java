package dev.capdrop.capability;

import dev.capdrop.capability.Execve.FileUse;
import dev.capdrop.capability.Execve.IdUse;
import dev.capdrop.capability.Execve.Outcome;
import dev.capdrop.capability.Execve.RootUse;
import dev.capdrop.capability.Execve.Sum;
import org.jspecify.annotations.Nullable;

/// The kernel's rule, in its order: set-ID bits, file capabilities, root, withheld ones, ambient.
final class ExecveRule {
    private static final Capability SETUID = Capability.of("setuid");

    private final Credentials before;
    private final ThreadCapabilities old;
    private final ExecutedFile file;
    private final Kernel kernel;
    private final boolean unsafe;
    private final FileUse fileUse;
    private final IdUse idUse;
    private final long newUser;
    private final long newGroup;
    private final RootUse rootUse;

    ExecveRule(Credentials before, ExecutedFile file, Kernel kernel, boolean held) {
        this.before = before;
        this.old = before.capabilities();
        this.file = file;
        this.kernel = kernel;
        unsafe = held || before.noNewPrivs();
        fileUse = fileUse();
        idUse = idUse();
        boolean takesIds = idUse == IdUse.HONOURED;
        newUser = takesIds && file.setUid() ? file.owner() : before.ids().effectiveUser();
        newGroup = takesIds && file.setGid() ? file.group() : before.ids().effectiveGroup();
        rootUse = rootUse();
    }

    Execve carryOut() {
        Sum sum = sum();
        return new Execve(before, file, fileUse, idUse, rootUse, sum, outcome(sum));
    }

    private FileUse fileUse() {
        if (file.capabilities() == null) {
            return FileUse.ABSENT;
        }
        if (file.mount() == ExecutedFile.Mount.NOSUID) {
            return FileUse.NOSUID;
        }
        return before.namespace().answersTo(file.capabilities().owner())
                ? FileUse.HONOURED
                : FileUse.FOREIGN;
    }

    private IdUse idUse() {
        if (!file.setUid() && !file.setGid()) {
            return IdUse.ABSENT;
        }
        if (file.mount() == ExecutedFile.Mount.NOSUID) {
            return IdUse.NOSUID;
        }
        if (before.noNewPrivs()) {
            return IdUse.NO_NEW_PRIVS;
        }
        boolean mapped =
                before.namespace().users().inside(file.owner()).isPresent()
                        && before.namespace().groups().inside(file.group()).isPresent();
        return mapped ? IdUse.HONOURED : IdUse.UNMAPPED;
    }

    private RootUse rootUse() {
        boolean real = before.namespace().isRoot(before.ids().realUser());
        boolean effective = before.namespace().isRoot(newUser);
        if (!real && !effective) {
            return RootUse.NO_ROOT;
        }
        if (before.securebits().isSet(Securebit.NOROOT)) {
            return RootUse.NOROOT;
        }
        return !real && fileUse == FileUse.HONOURED ? RootUse.FILE_CAPABILITIES : RootUse.ALL;
    }

    private Sum sum() {
        CapabilitySet fromFile = wanted().intersect(old.bounding());
        CapabilitySet inherited = inheritableInFile().intersect(old.inheritable());
        CapabilitySet asRoot =
                rootUse == RootUse.ALL
                        ? old.bounding().union(old.inheritable())
                        : CapabilitySet.EMPTY;
        CapabilitySet granted = fromFile.union(inherited).union(asRoot);
        return new Sum(
                fromFile,
                inherited,
                asRoot,
                unsafe ? granted.minus(old.permitted()) : CapabilitySet.EMPTY,
                losesAmbient() ? CapabilitySet.EMPTY : old.ambient(),
                allEffective());
    }

    private Outcome outcome(Sum sum) {
        CapabilitySet missing = wanted().minus(sum.fromFile()).minus(sum.inherited());
        if (effectiveInFile() && !missing.isEmpty()) {
            return new Outcome.Refused(missing);
        }
        ThreadCapabilities after =
                new ThreadCapabilities(
                        sum.permitted(),
                        old.inheritable(),
                        sum.effective(),
                        old.bounding(),
                        sum.ambient());
        return new Outcome.Executed(
                new Credentials(
                        ids(sum),
                        after,
                        before.securebits().without(Securebit.KEEP_CAPS),
                        before.noNewPrivs(),
                        before.namespace()));
    }

    private ThreadIds ids(Sum sum) {
        ThreadIds ids = before.ids();
        boolean refusesToGain = unsafe && (changesIds() || !sum.withheld().isEmpty());
        boolean mayChangeIds = old.effective().contains(SETUID) && !before.noNewPrivs();
        return refusesToGain && !mayChangeIds
                ? ids.withEffective(ids.realUser(), ids.realGroup())
                : ids.withEffective(newUser, newGroup);
    }

    private boolean losesAmbient() {
        return fileUse == FileUse.HONOURED || changesIds();
    }

    private boolean changesIds() {
        ThreadIds ids = before.ids();
        return switch (kernel.idChange()) {
            case FROM_REAL -> newUser != ids.realUser() || newGroup != ids.realGroup();
            case FROM_EFFECTIVE -> newUser != ids.effectiveUser() || !ids.inGroup(newGroup);
        };
    }

    private boolean allEffective() {
        return effectiveInFile() || (rootUse == RootUse.ALL && before.namespace().isRoot(newUser));
    }

    private boolean effectiveInFile() {
        FileCapabilities honoured = honoured();
        return honoured != null && honoured.effective();
    }

    /// Returns the capabilities that the file wants the thread to be permitted.
    private CapabilitySet wanted() {
        FileCapabilities honoured = honoured();
        return honoured == null ? CapabilitySet.EMPTY : known(honoured.permitted());
    }

    private CapabilitySet inheritableInFile() {
        FileCapabilities honoured = honoured();
        return honoured == null ? CapabilitySet.EMPTY : known(honoured.inheritable());
    }

    private @Nullable FileCapabilities honoured() {
        return fileUse == FileUse.HONOURED ? file.capabilities() : null;
    }

    private CapabilitySet known(CapabilitySet set) {
        return set.intersect(CapabilitySet.upTo(kernel.lastCapability()));
    }
}
