package dev.capdrop.cli.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/// Asks the same of many containers, four at a time.
final class Parallel {
    private static final int AT_A_TIME = 4;

    private Parallel() {}

    /// The answers, in the order of the questions.
    static <T, R> List<R> map(List<T> all, Function<T, R> ask) throws IOException {
        if (all.size() == 1) {
            return List.of(ask.apply(all.getFirst()));
        }
        List<Future<R>> futures = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME)) {
            all.forEach(one -> futures.add(threads.submit(() -> ask.apply(one))));
        }
        List<R> answers = new ArrayList<>();
        for (Future<R> future : futures) {
            answers.add(result(future));
        }
        return answers;
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
