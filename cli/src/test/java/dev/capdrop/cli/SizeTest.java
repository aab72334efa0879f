package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.LineNumberInfo;
import java.lang.constant.ConstantDescs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Packages, methods and records stay small enough to be read at once. What is larger for a reason
/// is listed here with it, and leaves the list when it has become small.
final class SizeTest {
    private static final int MOST_FILES = 30;
    private static final int MOST_LINES = 60;
    private static final int MOST_COMPONENTS = 8;

    private static final Map<String, String> LARGE_PACKAGES =
            Map.of(
                    "dev.capdrop.capability",
                    "the public package of the capability library: its users import one package, and"
                            + " its parsers stay hidden only where they are");

    private static final Map<String, String> LARGE_RECORDS =
            Map.of(
                    "dev.capdrop.capability.Knowledge",
                    "a row of capabilities.tsv, a component a column; public");

    private static final List<ClassModel> CLASSES = classes();

    @Test
    void noPackageHasMoreThanThirtyFiles() {
        Map<String, Integer> large = new TreeMap<>();
        for (String module : House.MODULES) {
            Path sources = House.root().resolve(module).resolve("src/main/java");
            count(sources)
                    .forEach((name, files) -> {
                        if (files > MOST_FILES) {
                            large.put(name, files);
                        }
                    });
        }
        assertThat(large.keySet()).as("%s", large).isEqualTo(LARGE_PACKAGES.keySet());
    }

    /// From the first line of its code to the last.
    @Test
    void noMethodHasMoreThanSixtyLines() {
        Set<String> large = new TreeSet<>();
        int methods = 0;
        for (ClassModel type : CLASSES) {
            for (MethodModel method : type.methods()) {
                int lines = lines(method);
                methods += lines > 0 ? 1 : 0;
                if (lines > MOST_LINES) {
                    large.add(name(type) + "." + method.methodName() + ": " + lines);
                }
            }
        }
        assertThat(methods).isPositive();
        assertThat(large).isEmpty();
    }

    @Test
    void noRecordHasMoreThanEightComponents() {
        Map<String, Integer> large = new TreeMap<>();
        int records = 0;
        for (ClassModel type : CLASSES) {
            int components =
                    type.findAttribute(Attributes.record())
                            .map(record -> record.components().size())
                            .orElse(0);
            records += components > 0 ? 1 : 0;
            if (components > MOST_COMPONENTS) {
                large.put(name(type), components);
            }
        }
        assertThat(records).isPositive();
        assertThat(large.keySet()).as("%s", large).isEqualTo(LARGE_RECORDS.keySet());
    }

    private static String name(ClassModel type) {
        return type.thisClass().asInternalName().replace('/', '.');
    }

    /// Initialisers count for nothing: a table is as long as it has rows.
    private static int lines(MethodModel method) {
        if (method.methodName().equalsString(ConstantDescs.CLASS_INIT_NAME)
                || method.methodName().equalsString(ConstantDescs.INIT_NAME)) {
            return 0;
        }
        IntSummaryStatistics lines = new IntSummaryStatistics();
        method.code()
                .flatMap(code -> code.findAttribute(Attributes.lineNumberTable()))
                .ifPresent(table ->
                        table.lineNumbers().stream()
                                .mapToInt(LineNumberInfo::lineNumber)
                                .forEach(lines));
        return lines.getCount() == 0 ? 0 : lines.getMax() - lines.getMin() + 1;
    }

    /// The files of each package, its description among them.
    private static Map<String, Integer> count(Path sources) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Path file : below(sources, ".java")) {
            Path folder = sources.relativize(file).getParent();
            if (folder != null) {
                counts.merge(folder.toString().replace('/', '.'), 1, Integer::sum);
            }
        }
        return counts;
    }

    private static List<ClassModel> classes() {
        List<ClassModel> classes = new ArrayList<>();
        for (String module : House.MODULES) {
            for (Path file :
                    below(House.root().resolve(module).resolve("target/classes"), ".class")) {
                try {
                    classes.add(ClassFile.of().parse(file));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return classes;
    }

    private static List<Path> below(Path folder, String end) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(end)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
