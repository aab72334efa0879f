import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.util.List;
import java.util.TreeSet;

/// Prints, a line each, the `--add-exports` that the builder of native images needs: every package
/// of the JDK's modules that it looks into. The driver of a GraalVM has the same list made when
/// that GraalVM is built.
final class BuilderExports {
    private static final String BUILDER =
            "jdk.graal.compiler,org.graalvm.nativeimage.builder,org.graalvm.nativeimage.base,"
                    + "org.graalvm.nativeimage.pointsto,org.graalvm.nativeimage.objectfile,"
                    + "org.graalvm.nativeimage.configure,org.graalvm.nativeimage,"
                    + "org.graalvm.truffle.compiler,org.graalvm.nativeimage.libgraal";

    private static final List<String> LOOKED_INTO =
            List.of(
                    "java.base",
                    "java.desktop",
                    "java.logging",
                    "java.management",
                    "java.naming",
                    "java.prefs",
                    "java.rmi",
                    "java.security.jgss",
                    "java.xml",
                    "jdk.attach",
                    "jdk.compiler",
                    "jdk.internal.jvmstat",
                    "jdk.internal.vm.ci",
                    "jdk.jartool",
                    "jdk.jfr",
                    "jdk.management",
                    "jdk.management.agent",
                    "jdk.net",
                    "jdk.security.jgss");

    private BuilderExports() {}

    public static void main(String[] none) throws IOException {
        for (String module : LOOKED_INTO) {
            ModuleReference found =
                    ModuleFinder.ofSystem()
                            .find(module)
                            .orElseThrow(() -> new IOException("this JDK has no module " + module));
            for (String name : new TreeSet<>(found.descriptor().packages())) {
                System.out.println("--add-exports=" + module + "/" + name + "=" + BUILDER);
            }
        }
    }
}
