package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each package uses what its row allows, and nothing else.
final class MayUseTest {
    private static final House HOUSE = House.read();

    /// Libraries, and the packages (with those below them) that alone may touch each.
    private static final Map<String, Set<String>> LIBRARIES =
            Map.of(
                    "java.lang.foreign", Set.of("dev.capdrop.linux.libc"),
                    "com.fasterxml.jackson", Set.of("dev.capdrop.record", "dev.capdrop.cli.render"),
                    "com.github.difflib", Set.of("dev.capdrop.cli.drop"),
                    "com.samskivert.mustache", Set.of("dev.capdrop.cli.report"),
                    // the module image alone, which is none of these (TwoKernelsTest)
                    "org.graalvm", Set.of(),
                    "picocli", Set.of("dev.capdrop.cli"),
                    "sun.misc", Set.of("dev.capdrop.cli.command"));

    /// What core never touches: it has no I/O, no clock, no threads.
    private static final Set<String> IMPURE_PACKAGES =
            Set.of(
                    "java.net",
                    "java.nio.channels",
                    "java.nio.file",
                    "java.lang.reflect",
                    "java.util.concurrent",
                    "java.util.logging");

    private static final Set<String> IMPURE_TYPES =
            Set.of(
                    "java.io.File",
                    "java.io.FileInputStream",
                    "java.io.FileOutputStream",
                    "java.lang.Process",
                    "java.lang.ProcessBuilder",
                    "java.lang.Runtime",
                    "java.lang.Thread");
    private static final Set<String> CLOCKS =
            Set.of("now", "currentTimeMillis", "nanoTime", "systemUTC", "systemDefaultZone");

    static Stream<String> packages() {
        return HOUSE.packages().stream();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void aPackageUsesOnlyWhatItsRowAllows(String name) {
        Set<String> allowed = HOUSE.mayUse(name);
        assertThat(uses(in(name), target -> ours(target) && !allowed.contains(target)))
                .as("what %s uses beyond its row %s", name, HOUSE.row(name))
                .isEmpty();
    }

    @Test
    void everyPackageHasARow() {
        Set<String> built = new TreeSet<>();
        HOUSE.classes().forEach(type -> built.add(type.getPackageName()));
        // The module's own descriptor is a class without a package.
        built.remove("");
        assertThat(HOUSE.packages()).isEqualTo(built);
    }

    @ParameterizedTest
    @MethodSource("packages")
    void noPackageMayUseItselfInACircle(String name) {
        for (String used : HOUSE.row(name)) {
            assertThat(HOUSE.mayUse(used)).doesNotContain(name);
        }
    }

    @Test
    void aLibraryIsTouchedOnlyWhereItIsAllowed() {
        for (String library : LIBRARIES.keySet()) {
            Set<String> allowed = LIBRARIES.getOrDefault(library, Set.of());
            Predicate<JavaClass> elsewhere =
                    type -> allowed.stream().noneMatch(at -> below(type.getPackageName(), at));
            assertThat(uses(elsewhere, target -> below(target, library)))
                    .as("who touches %s besides %s", library, allowed)
                    .isEmpty();
        }
    }

    @Test
    void coreHasNoInputNoOutputAndNoThreads() {
        Predicate<JavaClass> core = MayUseTest::isPure;
        assertThat(uses(core, target -> IMPURE_PACKAGES.stream().anyMatch(i -> below(target, i))))
                .isEmpty();
        assertThat(accesses(core, owner -> IMPURE_TYPES.contains(owner.getName()), name -> true))
                .isEmpty();
    }

    @Test
    void coreReadsNoClock() {
        Predicate<JavaClass> core = MayUseTest::isPure;
        assertThat(accesses(core, owner -> owner.getName().startsWith("java."), CLOCKS::contains))
                .isEmpty();
    }

    /// What starts a program elsewhere would lend it our terminal.
    @Test
    void aProgramIsStartedInOnePlace() {
        Predicate<JavaClass> others =
                type -> !type.getPackageName().equals("dev.capdrop.linux.session");
        Set<String> starters = Set.of("java.lang.ProcessBuilder", "java.lang.Runtime");
        Set<String> starts = Set.of("start", "startPipeline", "exec");
        assertThat(accesses(others, owner -> starters.contains(owner.getName()), starts::contains))
                .isEmpty();
    }

    @Test
    void onlyCliPrintsOrEndsTheProcess() {
        // the tracer is a program of its own
        Predicate<JavaClass> others =
                type ->
                        !below(type.getPackageName(), "dev.capdrop.cli")
                                && !type.getName().equals("dev.capdrop.linux.live.Tracer");
        Set<String> members = Set.of("out", "err", "in", "exit", "halt");
        Predicate<JavaClass> process =
                owner -> Set.of("java.lang.System", "java.lang.Runtime").contains(owner.getName());
        assertThat(accesses(others, process, members::contains)).isEmpty();
    }

    private static boolean isPure(JavaClass type) {
        return below(type.getPackageName(), "dev.capdrop.core")
                || below(type.getPackageName(), "dev.capdrop.capability");
    }

    private static Predicate<JavaClass> in(String name) {
        return type -> type.getPackageName().equals(name);
    }

    private static boolean ours(String name) {
        return below(name, "dev.capdrop");
    }

    private static boolean below(String name, String top) {
        return name.equals(top) || name.startsWith(top + ".");
    }

    /// The dependencies of some classes on some packages, as sentences.
    private static Set<String> uses(Predicate<JavaClass> of, Predicate<String> on) {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : HOUSE.classes()) {
            if (of.test(type)) {
                for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                    JavaClass target = dependency.getTargetClass().getBaseComponentType();
                    if (on.test(target.getPackageName())) {
                        found.add(type.getName() + " uses " + target.getName());
                    }
                }
            }
        }
        return found;
    }

    /// The accesses of some classes to some members of others, as sentences.
    private static Set<String> accesses(
            Predicate<JavaClass> of, Predicate<JavaClass> owner, Predicate<String> member) {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : HOUSE.classes()) {
            if (of.test(type)) {
                for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                    AccessTarget target = access.getTarget();
                    if (owner.test(target.getOwner()) && member.test(target.getName())) {
                        found.add(access.getDescription());
                    }
                }
            }
        }
        return found;
    }
}
