package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// A name says which class it is: no two of the top have the same one, in whatever modules.
final class OneNameTest {
    @Test
    void noTwoClassesShareAName() {
        Map<String, Set<String>> byName = new TreeMap<>();
        for (JavaClass type : House.read().classes()) {
            if (type.isTopLevelClass() && !type.getSimpleName().endsWith("-info")) {
                byName.computeIfAbsent(type.getSimpleName(), _ -> new TreeSet<>())
                        .add(type.getName());
            }
        }
        assertThat(byName).hasSizeGreaterThan(500);
        assertThat(byName.values()).allMatch(types -> types.size() == 1);
    }
}
