package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// ARCHITECTURE.md speaks of what exists.
final class ArchitectureDocumentTest {
    private static final House HOUSE = House.read();
    private static final String TEXT = House.text(House.root().resolve("ARCHITECTURE.md"));

    /// | `core.plan` | what it is |
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z.]+)` \\|[^|]*\\|$");

    /// A type's name: a capital first, and a small letter somewhere.
    private static final Pattern TYPE = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)`");

    private static final Pattern FOLDER = Pattern.compile("`(dev\\.capdrop\\.[a-z.]+)`");

    @Test
    void everyPackageHasARow() {
        Set<String> rows = new TreeSet<>();
        Matcher row = ROW.matcher(TEXT);
        while (row.find()) {
            rows.add("dev.capdrop." + row.group(1));
        }
        assertThat(rows).isEqualTo(new TreeSet<>(HOUSE.packages()));
    }

    @Test
    void everyTypeThatItNamesExists() {
        Set<String> types = new TreeSet<>();
        types.add(MayUseTest.class.getSimpleName());
        for (JavaClass type : HOUSE.classes()) {
            types.add(type.getSimpleName());
        }
        assertThat(named(TYPE)).isNotEmpty().isSubsetOf(types);
    }

    @Test
    void everyPackageThatItNamesExists() {
        Set<String> known = new TreeSet<>(HOUSE.packages());
        House.MODULES.forEach(module -> known.add("dev.capdrop." + module));
        assertThat(named(FOLDER)).isNotEmpty().isSubsetOf(known);
    }

    private static Set<String> named(Pattern pattern) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = pattern.matcher(TEXT);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }
}
