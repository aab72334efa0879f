package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CompileTimeConstant;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaParameter;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// What reaches a terminal is a `Text`, and a `Text` is made of constants and of what was escaped:
/// Error Prone holds every caller to it, these tests the two types themselves.
final class OnlyTextIsWrittenTest {
    private static final House HOUSE = House.read();

    /// Who writes, and why: [Terminal] text, `DataStream` what it and JSON give it; picocli its
    /// help, which is all constants, through the writer that the command line makes for it, and so
    /// is the one sentence of the entry, which may be needed where no class can be loaded any more.
    private static final Set<String> WRITERS =
            Set.of(
                    "dev.capdrop.cli.Capdrop",
                    "dev.capdrop.cli.render.Terminal",
                    "dev.capdrop.cli.CommandLineTool");

    private static final Set<String> STREAMS =
            Set.of("java.io.PrintStream", "java.io.PrintWriter", "java.io.FileOutputStream");

    /// Where a string that is no constant becomes a text: each of these escapes it.
    private static final Map<Class<?>, Set<String>> ESCAPE =
            Map.of(Terminal.class, Set.of(), Text.class, Set.of("foreign", "whole"));

    @Test
    void nobodyButTheTerminalWritesText() {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : HOUSE.classes()) {
            if (!type.getPackageName().startsWith("dev.capdrop.cli")
                    || WRITERS.contains(type.getName())) {
                continue;
            }
            for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                String name = access.getTarget().getName();
                boolean opens = type.getName().endsWith(".Output") && name.equals("<init>");
                if (STREAMS.contains(access.getTarget().getOwner().getName()) && !opens) {
                    found.add(access.getDescription());
                }
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void noMethodOfTheTwoTakesAStringThatIsNoConstant() {
        Set<String> found = new TreeSet<>();
        Predicate<JavaParameter> loose =
                parameter ->
                        parameter.getRawType().isEquivalentTo(String.class)
                                && !parameter.isAnnotatedWith(CompileTimeConstant.class);
        ESCAPE.forEach((type, escaping) -> {
            for (JavaMethod method : HOUSE.classes().get(type).getMethods()) {
                boolean open = !method.getModifiers().contains(JavaModifier.PRIVATE);
                boolean lambda = method.getModifiers().contains(JavaModifier.SYNTHETIC);
                if (open
                        && !lambda
                        && !escaping.contains(method.getName())
                        && method.getParameters().stream().anyMatch(loose)) {
                    found.add(method.getFullName());
                }
            }
        });
        assertThat(found).isEmpty();
        assertThat(HOUSE.classes().get(Text.class).getConstructors())
                .allMatch(made -> made.getModifiers().contains(JavaModifier.PRIVATE));
    }
}
