package dev.capdrop.linux.libc;

import java.util.List;
import java.util.stream.Stream;

/// What holds of a [KernelPort], of what stands on it and of the run-time around it, whichever it
/// is: [Kernels#HERE] of a JVM (`KernelContractTest`) and of an image ([NativeContract]).
final class KernelContract {
    private KernelContract() {}

    static List<Sentence> sentences() {
        return Stream.of(
                        CallSentences.all(),
                        MemorySentences.all(),
                        ThreadSentences.all(),
                        RuntimeSentences.all())
                .flatMap(List::stream)
                .toList();
    }
}
