/// The command line: commands, terminal, JSON, exit codes.
@org.jspecify.annotations.NullMarked
module dev.capdrop.cli {
    requires static transitive org.jspecify;
    requires dev.capdrop.core;
    requires dev.capdrop.record;
    requires dev.capdrop.linux;
    requires info.picocli;
}
