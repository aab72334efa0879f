package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// A type is public because another package needs it.
final class PublicTypesTest {
    private static final House HOUSE = House.read();

    /// Packages that are for programs of others, as a whole.
    private static final Set<String> LIBRARY = Set.of("dev.capdrop.capability");

    /// Types that no other package of the product names, each with the reason why it is public.
    private static final Map<String, String> ALLOWED =
            Map.of(
                    "dev.capdrop.cli.Capdrop", "the launcher starts it",
                    "dev.capdrop.cli.Documents", "scripts/package starts it",
                    "dev.capdrop.core.boot.WrittenConditions",
                            "lab compares its reading with systemd's own");

    @Test
    void aPublicTypeIsUsedByAnotherPackage() {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : publicTypes()) {
            if (!isUsedElsewhere(type) && !isInASignature(type)) {
                found.add(type.getName());
            }
        }
        found.removeAll(ALLOWED.keySet());
        assertThat(found)
                .as("public types that no other package uses; make them package-private")
                .isEmpty();
    }

    /// How many of a hundred top-level types may be public. It was 52; lower it when it can be.
    private static final int MOST_IN_A_HUNDRED = 40;

    /// What another package needs stands beside what it belongs to: a record that only another one
    /// holds is nested in that.
    @Test
    void thePublicTypesDoNotBecomeMore() {
        long all = HOUSE.classes().stream().filter(PublicTypesTest::isTopLevel).count();
        long found =
                HOUSE.classes().stream()
                        .filter(PublicTypesTest::isTopLevel)
                        .filter(type -> isPublic(type.getModifiers()))
                        .count();
        assertThat(found * 100)
                .as("%d of %d types are public", found, all)
                .isLessThanOrEqualTo(MOST_IN_A_HUNDRED * all);
    }

    private static boolean isTopLevel(JavaClass type) {
        return type.isTopLevelClass() && !type.getSimpleName().endsWith("-info");
    }

    @Test
    void whatIsAllowedIsNeeded() {
        List<String> names = publicTypes().stream().map(JavaClass::getName).toList();
        assertThat(names).containsAll(ALLOWED.keySet());
    }

    private static List<JavaClass> publicTypes() {
        return HOUSE.classes().stream()
                .filter(type -> type.isTopLevelClass() && isPublic(type.getModifiers()))
                .filter(type -> !LIBRARY.contains(type.getPackageName()))
                .toList();
    }

    private static boolean isPublic(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC)
                || modifiers.contains(JavaModifier.PROTECTED);
    }

    /// Whether another package names it, or something that is nested in it.
    private static boolean isUsedElsewhere(JavaClass type) {
        return HOUSE.classes().stream()
                .filter(one -> outermost(one).equals(type))
                .flatMap(one -> one.getDirectDependenciesToSelf().stream())
                .anyMatch(use ->
                        !use.getOriginClass().getPackageName().equals(type.getPackageName()));
    }

    /// Whether what another package may call gives it away.
    private static boolean isInASignature(JavaClass type) {
        return HOUSE.classes().stream()
                .filter(one -> one.getPackageName().equals(type.getPackageName()))
                .filter(one -> !outermost(one).equals(type) && isPublic(one.getModifiers()))
                .filter(one -> isPublic(outermost(one).getModifiers()))
                .flatMap(one -> one.getMembers().stream())
                .filter(member -> isPublic(member.getModifiers()))
                .anyMatch(member ->
                        signature(member).stream().anyMatch(it -> outermost(it).equals(type)));
    }

    private static Set<JavaClass> signature(JavaMember member) {
        Set<JavaClass> types = new HashSet<>();
        switch (member) {
            case JavaField field -> types.addAll(field.getType().getAllInvolvedRawTypes());
            case JavaCodeUnit code -> {
                types.addAll(code.getReturnType().getAllInvolvedRawTypes());
                for (JavaType parameter : code.getParameterTypes()) {
                    types.addAll(parameter.getAllInvolvedRawTypes());
                }
                code.getExceptionTypes()
                        .forEach(thrown -> types.addAll(thrown.getAllInvolvedRawTypes()));
            }
            default -> throw new AssertionError(member);
        }
        for (JavaAnnotation<?> annotation : member.getAnnotations()) {
            types.add(annotation.getRawType());
        }
        return types;
    }

    private static JavaClass outermost(JavaClass type) {
        JavaClass outer = type;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer;
    }
}
