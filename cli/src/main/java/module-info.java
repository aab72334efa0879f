/// The command line: commands, terminal, JSON, exit codes.
@org.jspecify.annotations.NullMarked
module dev.capdrop.cli {
    requires static transitive org.jspecify;
    requires static com.google.errorprone.annotations;
    requires com.fasterxml.jackson.core;
    requires com.samskivert.jmustache;
    requires dev.capdrop.core;
    requires dev.capdrop.linux;
    requires dev.capdrop.record;
    requires info.picocli;
    requires io.github.javadiffutils;
    requires jdk.unsupported;
}
