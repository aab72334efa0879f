package dev.capdrop.core.execution;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.document.ResourceTable;
import dev.capdrop.core.execution.Shortfalls.Shortfall;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.snapshot.RecordedSettings.ExecLine;
import module java.base;

/// A step that systemd takes between fork(2) and execve(2) of a unit's process and that needs a
/// capability: a row of the resource `steps.tsv`, where the columns are explained.
///
/// @param failsOn the versions of systemd on which it was seen to fail; empty for all
/// @param open how a sentence goes on where nobody can tell; empty where somebody always can
record SetUpStep(
        Rule rule,
        int status,
        Why why,
        CapabilitySet capabilities,
        List<Predicate<Try>> applies,
        List<Integer> failsOn,
        List<Integer> worksOn,
        String open) {
    private static final List<SetUpStep> IN_ORDER =
            ResourceTable.rows("execution/steps.tsv").stream().map(SetUpStep::parse).toList();

    private static SetUpStep parse(String[] cells) {
        CapabilitySet taken =
                CapabilitySet.of(ResourceTable.words(cells[3]).toArray(String[]::new));
        String[] why = cells[2].split("%s", -1);
        return new SetUpStep(
                ResourceTable.constant(Rule.GeneralRule.class, cells[0]),
                Integer.parseInt(cells[1]),
                why.length == 1 ? Why.of(why[0]) : Why.of(why[0]).then(taken).then(why[1]),
                taken,
                ResourceTable.words(cells[4]).stream().map(SetUpStep::condition).toList(),
                ResourceTable.words(cells[5]).stream().map(Integer::valueOf).toList(),
                ResourceTable.words(cells[6]).stream().map(Integer::valueOf).toList(),
                cells[7].replaceFirst("maps-ids", ""));
    }

    private static Predicate<Try> condition(String word) {
        if (word.startsWith("!")) {
            return condition(word.substring(1)).negate();
        }
        return switch (word) {
            case "changes-user" -> step -> step.execution.changesUser();
            case "changes-groups" -> step -> step.execution.changesGroups();
            case "switches-user" -> Try::switchesUser;
            case "sandboxed" -> Try::sandboxed;
            case "user-namespace" -> Try::entersUserNamespace;
            case "mount-namespace" -> step -> !step.execution.mountNamespace().isEmpty();
            case "filters-as-user" -> Try::filtersAsUser;
            case "limited" -> step -> step.execution.limits(step.missing.held());
            case "terminal" -> step -> step.execution.value("StandardInput").startsWith("tty");
            case "own-keyring" -> step -> !step.execution.value("KeyringMode").equals("inherit");
            case "ambient" -> step -> !step.execution.ambient().isEmpty();
            case "lost-ambient" -> Try::losesAmbient;
            case "linux-5.12" -> step -> step.missing.kernelIsFrom(5, 12);
            default -> step -> step.execution.has(word.substring(0, word.length() - 1));
        };
    }

    private static final int LEAVES_OUT = 246;

    private static final int FILTER_AS_USER = 255;

    /// From this version on a directory of `DynamicUser=` need not be handed over, where its file
    /// system can map ids, as none can in a user namespace (mount_setattr(2)).
    private static final int MAPS_IDS = 257;

    /// From this version on no sandbox was seen to fail for want of a capability but sys_admin.
    private static final int MODERN_SANDBOX = 254;

    record Try(Execution execution, ExecLine command, Missing missing) {
        boolean switchesUser() {
            return Execution.appliesUser(command);
        }

        boolean entersUserNamespace() {
            return sandboxed() && execution.has("PrivateUsers");
        }

        boolean losesAmbient() {
            return missing.version() > 0
                    && missing.version() < LEAVES_OUT
                    && !execution.ambient().intersect(missing.dropped()).isEmpty();
        }

        boolean mayMapIds() {
            return missing.version() >= MAPS_IDS
                    && !missing.unprivileged()
                    && execution.has("DynamicUser");
        }

        boolean filtersAsUser() {
            return missing.version() >= FILTER_AS_USER
                    && switchesUser()
                    && !entersUserNamespace()
                    && execution.namesUser()
                    && execution.isFiltered();
        }

        boolean sandboxed() {
            return !command.fullPrivileges();
        }
    }

    static Shortfall of(Execution execution, Missing missing) {
        for (SetUpStep step : IN_ORDER) {
            if (step.takes(missing)) {
                List<Try> stopped =
                        execution.starting().stream()
                                .map(command -> new Try(execution, command, missing))
                                .filter(tried -> step.applies.stream().allMatch(p -> p.test(tried)))
                                .toList();
                if (!stopped.isEmpty()) {
                    return step.shortfall(stopped, execution, missing);
                }
            }
        }
        return Shortfall.NONE;
    }

    private boolean takes(Missing missing) {
        boolean lacks =
                capabilities.isEmpty() || !capabilities.intersect(missing.dropped()).isEmpty();
        return lacks && !works(missing.version());
    }

    private boolean works(int version) {
        return !failsOn.isEmpty() && (worksOn.contains(version) || version >= MODERN_SANDBOX);
    }

    private Shortfall shortfall(List<Try> stopped, Execution execution, Missing missing) {
        if (!failsOn.isEmpty() && !failsOn.contains(missing.version())) {
            return undecided(execution, missing, why.then(" on some versions of systemd"));
        }
        if (!open.isEmpty() && stopped.stream().allMatch(Try::mayMapIds)) {
            return undecided(execution, missing, why.then(open));
        }
        Why here = failsOn.isEmpty() ? why : why.then(" on this version of systemd");
        List<ExecLine> commands = stopped.stream().map(Try::command).toList();
        boolean skips =
                execution.conditions().stream()
                        .anyMatch(command -> !command.mayFail() && commands.contains(command));
        if (skips) {
            return new Shortfall.Skip(rule, Why.of("ExecCondition= fails: ").then(here));
        }
        return commands.stream().allMatch(ExecLine::mayFail)
                ? undecided(
                        execution,
                        missing,
                        here.then(", and a failure of its command is passed over"))
                : new Shortfall.Failure(rule, status, lacking(execution, missing), here);
    }

    private Shortfall undecided(Execution execution, Missing missing, Why reason) {
        return new Shortfall.Undecided(rule, lacking(execution, missing), reason);
    }

    /// Returns what of the drop the step needs: a row without capabilities, those of the unit.
    private CapabilitySet lacking(Execution execution, Missing missing) {
        CapabilitySet needed = capabilities.isEmpty() ? execution.ambient() : capabilities;
        return needed.intersect(missing.dropped());
    }
}
