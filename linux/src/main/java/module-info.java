/// All that asks or changes a Linux machine.
@org.jspecify.annotations.NullMarked
module dev.capdrop.linux {
    requires static transitive org.jspecify;
    requires transitive dev.capdrop.core;
    requires dev.capdrop.record;

    exports dev.capdrop.linux.incus;
    exports dev.capdrop.linux.live;
    exports dev.capdrop.linux.snapshot;
    exports dev.capdrop.linux.perf;
    exports dev.capdrop.linux.proc;
    exports dev.capdrop.linux.runtime;
    exports dev.capdrop.linux.scan;
    exports dev.capdrop.linux.store;
    exports dev.capdrop.linux.machine;
    exports dev.capdrop.linux.session;
    exports dev.capdrop.linux.time;
}
