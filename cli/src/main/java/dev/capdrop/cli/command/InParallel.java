package dev.capdrop.cli.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/// Does the same with many things, several at a time.
final class InParallel {
    private static final int AT_A_TIME = 4;

    private InParallel() {}

    /// What came of each, in their order.
    static <T, R> List<R> map(List<T> things, Function<T, R> work) throws IOException {
        List<Future<R>> futures = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME)) {
            for (T thing : things) {
                futures.add(threads.submit(() -> work.apply(thing)));
            }
        }
        List<R> all = new ArrayList<>();
        for (Future<R> future : futures) {
            all.add(result(future));
        }
        return all;
    }

    private static <R> R result(Future<R> future) throws IOException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
