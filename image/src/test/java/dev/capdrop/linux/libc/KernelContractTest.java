package dev.capdrop.linux.libc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The contract on a JVM; a native image runs it as [NativeContract].
class KernelContractTest {
    static List<Sentence> sentences() {
        return KernelContract.sentences();
    }

    @ParameterizedTest
    @MethodSource("sentences")
    void itHoldsOnAJvm(Sentence sentence) throws Exception {
        assertThat(Kernels.HERE).isInstanceOf(ForeignKernel.class);
        sentence.check().run();
    }

    @Test
    void noSentenceIsSaidTwice() {
        assertThat(sentences()).extracting(Sentence::text).doesNotHaveDuplicates();
    }
}
