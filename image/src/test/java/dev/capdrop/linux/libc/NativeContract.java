package dev.capdrop.linux.libc;

import java.util.List;
import org.graalvm.nativeimage.VMRuntime;

/// The contract as a program, to be made an image: says of each sentence whether it holds, a line
/// each, and ends with 1 where one does not.
public final class NativeContract {
    private NativeContract() {}

    /// Runs the contract.
    ///
    /// @param arguments words of which a sentence must have one to be run; none for all
    public static void main(String... arguments) {
        VMRuntime.initialize();
        List<Sentence> sentences =
                KernelContract.sentences().stream()
                        .filter(sentence -> wanted(sentence, arguments))
                        .toList();
        int broken = 0;
        for (Sentence sentence : sentences) {
            broken += holds(sentence) ? 0 : 1;
        }
        System.out.println(
                broken == 0
                        ? sentences.size() + " sentences hold"
                        : broken + " of " + sentences.size() + " sentences do not hold");
        System.exit(broken == 0 ? 0 : 1);
    }

    private static boolean wanted(Sentence sentence, String... words) {
        return words.length == 0 || List.of(words).stream().anyMatch(sentence.text()::contains);
    }

    private static boolean holds(Sentence sentence) {
        try {
            sentence.check().run();
            System.out.println("holds: " + sentence);
            return true;
        } catch (Exception | AssertionError broken) {
            System.out.println("BROKEN: " + sentence + ": " + broken);
            broken.printStackTrace(System.out);
            return false;
        }
    }
}
