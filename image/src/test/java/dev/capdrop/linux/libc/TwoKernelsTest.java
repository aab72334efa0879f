package dev.capdrop.linux.libc;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import org.junit.jupiter.api.Test;

/// Neither of the two ways to the kernel drags the other in.
class TwoKernelsTest {
    private static final String IMAGE =
            "dev\\.capdrop\\.(image\\..*|.*\\.(ImageKernel|Abandoned)(\\$.*)?)";

    private static final JavaClasses OURS =
            new ClassFileImporter()
                    .withImportOption(new DoNotIncludeTests())
                    .importPackages("dev.capdrop");

    @Test
    void theImageKnowsNothingOfForeignMemory() {
        assertThat(OURS.contain(ImageKernel.class)).isTrue();
        noClasses()
                .that()
                .haveNameMatching(IMAGE)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign..")
                .check(OURS);
    }

    @Test
    void nobodyElseKnowsTheImage() {
        noClasses()
                .that()
                .haveNameNotMatching(IMAGE)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.graalvm..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching(IMAGE)
                .check(OURS);
    }

    /// Who reaches only the port reaches no foreign memory.
    @Test
    void foreignMemoryIsBehindThePort() {
        noClasses()
                .that()
                .haveNameNotMatching(".*\\.ForeignKernel(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.lang.foreign..")
                .check(OURS);
    }
}
