package dev.capdrop.core.plan;

import dev.capdrop.core.document.ResourceTable;

/// The purpose of a plan.
public enum Goal {
    /// Exactly the drop that was named: only a forecast of it.
    NONE,
    /// The smallest drop after which no unit fails for want of a capability and every running unit
    /// still runs.
    HEALTHY,
    /// Every capability that the kernel never honours in this container, except where something
    /// would miss it.
    INERT,
    /// [#HEALTHY] as if each container were made now, with nothing about capabilities in its own
    /// configuration: for all that share lines.
    NEW,
    /// Every capability that was not seen to be used, except what is known to be used unseen.
    LEAST;

    public String word() {
        return ResourceTable.word(this);
    }
}
