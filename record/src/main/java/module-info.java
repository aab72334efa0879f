/// Snapshots and journal entries as JSON: versioned, with unknown fields kept.
@org.jspecify.annotations.NullMarked
module dev.capdrop.record {
    requires static transitive org.jspecify;
    requires transitive dev.capdrop.core;
    requires transitive com.fasterxml.jackson.core;

    exports dev.capdrop.record;
}
