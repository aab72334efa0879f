package dev.capdrop.core.execution;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.rule.GeneralRule;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.snapshot.RecordedSettings.ExecLine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// A step that systemd takes between fork(2) and execve(2) of a unit's process and that needs a
/// capability.
///
/// Source: systemd's `exec_invoke` (`exec_child` before 255); every row was seen in boots of
/// systemd 247, 252 and 257, the ranges of versions in boots of 245 to 257, with one capability
/// less each.
///
/// @param rule what is known of the step
/// @param status the exit status that systemd gives
/// @param why what takes which capability
/// @param applies whether systemd takes the step
/// @param failsOn the versions of systemd on which it was seen to fail; empty for all
/// @param worksOn those on which it was not
record SetUpStep(
        Rule rule,
        int status,
        Why why,
        CapabilitySet capabilities,
        Predicate<Try> applies,
        List<Integer> failsOn,
        List<Integer> worksOn) {
    private static final List<SetUpStep> IN_ORDER =
            List.of(
                    // The directory is new at every boot, and its owner is not root.
                    step(
                            GeneralRule.RUNTIME_DIRECTORY,
                            233,
                            Why.of("RuntimeDirectory= is handed over"),
                            CapabilitySet.of("chown", "fowner"),
                            step ->
                                    step.execution().changesUser()
                                            && step.execution().has("RuntimeDirectory")),
                    directory("State", 238),
                    directory("Cache", 239),
                    directory("Logs", 240),
                    step(
                            GeneralRule.GROUPS,
                            216,
                            "Group= or SupplementaryGroups=",
                            "setgid",
                            step -> step.execution().changesGroups() && step.switchesUser()),
                    // It is made in the name of the unit's user (`setup_keyring`).
                    step(
                            GeneralRule.KEYRING,
                            237,
                            "the keyring of User=",
                            "setuid",
                            step ->
                                    step.execution().changesUser()
                                            && !step.execution()
                                                    .value("KeyringMode")
                                                    .equals("inherit")),
                    new SetUpStep(
                            GeneralRule.SANDBOX_INACCESSIBLE,
                            226,
                            Why.takes("its sandbox", CapabilitySet.of("dac_override")),
                            CapabilitySet.of("dac_override"),
                            step ->
                                    step.sandboxed()
                                            && !step.execution().mountNamespace().isEmpty(),
                            List.of(245, 249, 252),
                            List.of(247)),
                    new SetUpStep(
                            GeneralRule.SANDBOX_ROOT,
                            226,
                            Why.takes("its sandbox", CapabilitySet.of("sys_chroot")),
                            CapabilitySet.of("sys_chroot"),
                            step ->
                                    step.sandboxed()
                                            && !step.execution().mountNamespace().isEmpty(),
                            List.of(247, 252),
                            List.of(245, 249)),
                    // The map of the new user namespace has root in it, which takes setfcap since
                    // Linux 5.12
                    // (user_namespaces(7), "Defining user and group ID mappings").
                    step(
                            GeneralRule.PRIVATE_USERS_MAP,
                            217,
                            "the map of PrivateUsers=",
                            "setfcap",
                            step ->
                                    step.entersUserNamespace()
                                            && step.missing().kernelIsFrom(5, 12)),
                    // A process that stays outside writes the map to /proc/PID, and sees that one
                    // only if it may
                    // trace it (proc(5), "hidepid").
                    step(
                            GeneralRule.PRIVATE_USERS_PROC,
                            217,
                            "PrivateUsers= below ProtectProc=",
                            "sys_ptrace",
                            step ->
                                    step.entersUserNamespace()
                                            && step.execution().changesGroups()
                                            && step.execution().has("ProtectProc")),
                    // In a user namespace of its own it has setpcap again.
                    step(
                            GeneralRule.BOUNDING_SET,
                            218,
                            "limiting its bounding set",
                            "setpcap",
                            step ->
                                    step.sandboxed()
                                            && !step.entersUserNamespace()
                                            && step.execution().limits(step.missing().held())),
                    // From 246 on what is missing is left out in silence.
                    step(
                            GeneralRule.AMBIENT_SET,
                            218,
                            Why.of("AmbientCapabilities= names what is missing"),
                            CapabilitySet.EMPTY,
                            step ->
                                    step.missing().version() <= 245
                                            && step.missing().version() > 0
                                            && !step.execution()
                                                    .ambient()
                                                    .intersect(step.missing().dropped())
                                                    .isEmpty()),
                    // `PR_SET_SECUREBITS` of prctl(2), so that the ambient set survives the change
                    // of user.
                    step(
                            GeneralRule.KEEP_CAPABILITIES,
                            217,
                            "keeping AmbientCapabilities= for User=",
                            "setpcap",
                            step ->
                                    step.switchesUser()
                                            && !step.entersUserNamespace()
                                            && step.execution().changesUser()
                                            && !step.execution().ambient().isEmpty()),
                    // From 255 on the filter is installed as the new user, with sys_admin kept so
                    // long and given
                    // up with setpcap (`keep_seccomp_privileges`).
                    step(
                            GeneralRule.KEEP_FOR_FILTER,
                            217,
                            Why.takes(
                                            "keeping what installs its filter for User=",
                                            CapabilitySet.of("setpcap"))
                                    .then(" on this version of systemd"),
                            CapabilitySet.of("setpcap"),
                            Try::filtersAsUser),
                    step(
                            GeneralRule.USER,
                            217,
                            "User=",
                            "setuid",
                            step -> step.switchesUser() && step.execution().changesUser()));

    private static final int FILTER_AS_USER = 255;

    /// From this version on a directory of `DynamicUser=` need not be handed over, where its file
    /// system can map ids, as none can in a user namespace (mount_setattr(2)).
    private static final int MAPS_IDS = 257;

    /// From this version on no sandbox was seen to fail for want of a capability but sys_admin.
    private static final int MODERN_SANDBOX = 255;

    /// Makes the step that takes a capability for what a setting asks.
    private static SetUpStep step(
            Rule rule, int status, String what, String capability, Predicate<Try> applies) {
        CapabilitySet taken = CapabilitySet.of(capability);
        return step(rule, status, Why.takes(what, taken), taken, applies);
    }

    private static SetUpStep step(
            Rule rule, int status, Why why, CapabilitySet capabilities, Predicate<Try> applies) {
        return new SetUpStep(rule, status, why, capabilities, applies, List.of(), List.of());
    }

    /// Makes the step that looks through a directory which stays over a restart and is its user's
    /// by then: it is opened with `O_NOATIME`, which takes fowner of who does not own it (open(2)).
    private static SetUpStep directory(String kind, int status) {
        return step(
                GeneralRule.LASTING_DIRECTORY,
                status,
                kind + "Directory= of another user",
                "fowner",
                step -> step.execution().changesUser() && step.execution().has(kind + "Directory"));
    }

    /// One command that is to be executed without some capabilities.
    record Try(Execution execution, ExecLine command, Missing missing) {
        /// Whether `User=` and `Group=` are applied (not with `+`, nor with a single `!`).
        boolean switchesUser() {
            boolean elevated =
                    command.prefixes().contains("!") && !command.prefixes().contains("!!");
            return sandboxed() && !elevated;
        }

        /// Whether `PrivateUsers=` gives it a user namespace of its own.
        boolean entersUserNamespace() {
            return sandboxed() && execution.has("PrivateUsers");
        }

        /// Whether what systemd hands over may stay nobody's, in a mount that maps ids.
        boolean mayMapIds() {
            return missing.version() >= MAPS_IDS
                    && !missing.unprivileged()
                    && execution.has("DynamicUser");
        }

        /// Whether a filter is installed by the unit's user, no longer by root.
        boolean filtersAsUser() {
            return missing.version() >= FILTER_AS_USER
                    && switchesUser()
                    && !entersUserNamespace()
                    && execution.namesUser()
                    && execution.isFiltered();
        }

        /// Whether the sandbox is applied (not with `+`).
        boolean sandboxed() {
            return !command.fullPrivileges();
        }
    }

    /// What comes of the first step that takes what is missing.
    static Shortfall of(Execution execution, Missing missing) {
        List<ExecLine> commands = execution.commands();
        for (SetUpStep step : IN_ORDER) {
            if (step.takes(missing)) {
                List<ExecLine> stopped = new ArrayList<>(0);
                for (ExecLine command : commands) {
                    if (step.applies.test(new Try(execution, command, missing))) {
                        stopped.add(command);
                    }
                }
                if (!stopped.isEmpty()) {
                    return step.shortfall(stopped, execution, missing);
                }
            }
        }
        return Shortfall.NONE;
    }

    /// Whether it may take something of this.
    private boolean takes(Missing missing) {
        boolean lacks =
                capabilities.isEmpty() || !capabilities.intersect(missing.dropped()).isEmpty();
        return lacks && !works(missing.version());
    }

    private boolean works(int version) {
        return !failsOn.isEmpty() && (worksOn.contains(version) || version >= MODERN_SANDBOX);
    }

    private Shortfall shortfall(List<ExecLine> stopped, Execution execution, Missing missing) {
        if (!failsOn.isEmpty() && !failsOn.contains(missing.version())) {
            return undecided(missing, why.then(" on some versions of systemd"));
        }
        if (rule == GeneralRule.LASTING_DIRECTORY
                && stopped.stream()
                        .allMatch(command -> new Try(execution, command, missing).mayMapIds())) {
            return undecided(missing, why.then(" where its file system cannot map ids"));
        }
        Why here = failsOn.isEmpty() ? why : why.then(" on this version of systemd");
        boolean skips =
                execution.conditions().stream()
                        .anyMatch(command -> !command.mayFail() && stopped.contains(command));
        if (skips) {
            return new Shortfall.Skip(rule, Why.of("ExecCondition= fails: ").then(here));
        }
        return stopped.stream().allMatch(ExecLine::mayFail)
                ? undecided(missing, here.then(", and a failure of its command is passed over"))
                : new Shortfall.Failure(
                        rule, status, capabilities.intersect(missing.dropped()), here);
    }

    private Shortfall undecided(Missing missing, Why reason) {
        return new Shortfall.Undecided(rule, capabilities.intersect(missing.dropped()), reason);
    }
}
