/// The model of capabilities, containers and units, and all the reasoning. No I/O, no clock, no
/// threads.
@org.jspecify.annotations.NullMarked
module dev.capdrop.core {
    requires static transitive org.jspecify;
    requires transitive dev.capdrop.capabilities;

    exports dev.capdrop.core.boot;
    exports dev.capdrop.core.change;
    exports dev.capdrop.core.condition;
    exports dev.capdrop.core.container;
    exports dev.capdrop.core.diagnosis;
    exports dev.capdrop.core.document;
    exports dev.capdrop.core.execution;
    exports dev.capdrop.core.explanation;
    exports dev.capdrop.core.forecast;
    exports dev.capdrop.core.host;
    exports dev.capdrop.core.runtime;
    exports dev.capdrop.core.journal;
    exports dev.capdrop.core.observe;
    exports dev.capdrop.core.plan;
    exports dev.capdrop.core.rule;
    exports dev.capdrop.core.snapshot;
    exports dev.capdrop.core.verification;
    exports dev.capdrop.core.trial;
    exports dev.capdrop.core.unit;
}
