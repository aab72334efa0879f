package dev.capdrop.linux.machine;

import dev.capdrop.core.host.HostSurvey.Fact;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Errand;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One look at the host in a helper thread, which is left behind where it does not come back: a
/// file system that hangs costs only its own answer.
final class Question<T> {
    private final FutureTask<Fact<T>> task;

    private Question(Errand<Fact<T>> asked) {
        task = new FutureTask<>(asked::take);
    }

    static <T> Question<T> of(Errand<Fact<T>> asked) {
        Question<T> question = new Question<>(asked);
        Thread.ofPlatform().daemon().name("look").start(question.task);
        return question;
    }

    Fact<T> answer(Deadline deadline) {
        try {
            while (true) {
                try {
                    return task.get(Math.max(0, deadline.toWait()), TimeUnit.NANOSECONDS);
                } catch (TimeoutException silent) {
                    if (deadline.passed()) {
                        return new Fact.Unknown<>("no answer within " + deadline.allowed());
                    }
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new Fact.Unknown<>("interrupted");
        } catch (ExecutionException failed) {
            return switch (failed.getCause()) {
                case NoSuchFileException _ -> new Fact.Absent<>();
                case NotDirectoryException _ -> new Fact.Absent<>();
                case AccessDeniedException _ -> new Fact.Unknown<>("permission denied");
                case IOException refused ->
                        new Fact.Unknown<>(String.valueOf(refused.getMessage()));
                case null, default -> new Fact.Unknown<>("it says what nobody expects there");
            };
        }
    }
}
