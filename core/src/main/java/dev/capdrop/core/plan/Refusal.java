package dev.capdrop.core.plan;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.Editing;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.snapshot.Subject;
import java.util.List;

/// Why there is no plan. A mistake of this program is none of these, but an exception.
public sealed interface Refusal {
    /// Too little is known of the container's units, and the request names no drop; `what`: what is
    /// not known, and why, one sentence; `stopped`: whether more would be known if it ran.
    record UnitsUnknown(String what, boolean stopped) implements Refusal {}

    /// Nothing is known of the units whose limits were asked for.
    record UnitsUnread(String target, List<String> problems) implements Refusal {}

    /// The goal has to know what is installed in the container, and nobody has looked.
    record ProgramsUnknown(String target) implements Refusal {}

    /// The goal drops what was not seen in use, and nobody has watched the container.
    record NothingLearnt(Subject subject) implements Refusal {}

    /// The goal drops what was not seen in use, and too much of that was lost.
    record ChecksLost(Subject subject, UseHistory.Covered covered) implements Refusal {}

    /// Failed units name more capabilities than can be tried in each combination.
    record TooMuchToTry(int units, int capabilities) implements Refusal {}

    record NotEditable(Editing.Uneditable why) implements Refusal {}

    /// Some liblxc or kernel of the host does not know these, so that shared lines with them would
    /// keep containers from starting.
    record UnknownNames(CapabilitySet names) implements Refusal {}

    /// The goal counts what new containers will lack, and there is none to tell by.
    record NothingToTellBy() implements Refusal {}

    /// One of several containers that are planned for together has no plan.
    record OfMember(String target, Refusal why) implements Refusal {}
}
