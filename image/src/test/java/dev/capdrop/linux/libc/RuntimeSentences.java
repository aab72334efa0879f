package dev.capdrop.linux.libc;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// What becomes of a program that takes too much, or goes wrong in one of its threads.
final class RuntimeSentences {
    private static final int LONG = 60;

    private RuntimeSentences() {}

    static List<Sentence> all() {
        return List.of(
                new Sentence(
                        "a stack that overflows is an error, and the thread goes on",
                        RuntimeSentences::overflow),
                new Sentence("so it is in another thread", RuntimeSentences::overflowElsewhere),
                new Sentence(
                        "memory that runs out is an error, and the thread goes on",
                        RuntimeSentences::outOfMemory),
                new Sentence(
                        "what a thread ends with is told to who asked for it",
                        RuntimeSentences::uncaught),
                new Sentence(
                        "open standard streams are left as they are", Libc::openStandardStreams));
    }

    private static int deeper(int level) {
        return level < 0 ? level : 1 + deeper(level + 1);
    }

    private static void overflow() {
        for (int i = 0; i < 3; i++) {
            try {
                throw new AssertionError("it ended: " + deeper(0));
            } catch (StackOverflowError expected) {
                Expected.equal(deeper(-1), -1);
            }
        }
    }

    private static void overflowElsewhere() throws Exception {
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    overflow();
                    ended.complete(true);
                });
        Expected.equal(ended.get(LONG, TimeUnit.SECONDS), true);
    }

    private static void outOfMemory() {
        try {
            throw new AssertionError("it is there: " + new long[Integer.MAX_VALUE - 8].length);
        } catch (OutOfMemoryError expected) {
            Expected.equal(new byte[1000].length, 1000);
        }
    }

    private static void uncaught() throws Exception {
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .uncaughtExceptionHandler((_, failure) -> told.complete(failure))
                .start(() -> {
                    throw new IllegalStateException("on purpose");
                });
        Throwable failure = told.get(LONG, TimeUnit.SECONDS);
        Expected.equal(failure.getMessage(), "on purpose");
    }
}
