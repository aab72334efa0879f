/// Linux capabilities as values, for any program.
@org.jspecify.annotations.NullMarked
module dev.capdrop.capabilities {
    requires static org.jspecify;

    exports dev.capdrop.capability;
}
