package dev.capdrop.cli.command;

import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Deadline.Patience;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Asks the same of many containers, each in a helper thread that can be left behind: one that
/// gives no answer in its time, or breaks what asks it, does not cost the answers of the others. ^C
/// and SIGTERM end the asking. A helper that waits in the kernel for good cannot be ended.
public final class Helpers<T, R> {
    /// The time that one container may take: reading and reasoning.
    public static final Patience LIMIT = Patience.atLeast(Duration.ofSeconds(30));

    private static final int AT_A_TIME = 4;

    /// A class that cannot be loaded, for want of descriptors, is no answer.
    public static final String UNLOADED =
            "a part of capdrop could not be loaded; were all file descriptors in use?";

    /// The time more that a helper gets, in which it may say itself that its time is over.
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final int INTERRUPTED = -1;

    private final List<T> all;
    private final Patience limit;
    private final Question<T, R> question;
    private final Silence<T, R> silence;
    private final BlockingQueue<Event<R>> events = new LinkedBlockingQueue<>();
    private final Map<Integer, Deadline> asked = new LinkedHashMap<>();
    private final Map<Integer, R> answers = new LinkedHashMap<>();
    private int next;

    /// A question to each, that begins no step beyond its time.
    @FunctionalInterface
    public interface Question<T, R> {
        R of(T one, TimeLimit time) throws IOException;
    }

    /// A stand-in for the answer of one that gave none, with a sentence that says why.
    @FunctionalInterface
    public interface Silence<T, R> {
        R of(T one, String why);
    }

    private record Event<R>(int position, @Nullable R answer, @Nullable Throwable failure) {}

    private Helpers(List<T> all, Patience limit, Question<T, R> question, Silence<T, R> silence) {
        this.all = all;
        this.limit = limit;
        this.question = question;
        this.silence = silence;
    }

    /// Returns the answers, in the order of the questions, asked some at a time.
    public static <T, R> List<R> ask(
            List<T> all, Patience limit, Question<T, R> question, Silence<T, R> silence) {
        Helpers<T, R> helpers = new Helpers<>(all, limit, question, silence);
        try (Interruption _ = Interruption.tells(helpers::interrupt)) {
            helpers.await();
        }
        List<R> answers = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            answers.add(helpers.answers.get(i));
        }
        return answers;
    }

    /// Returns the answer of one, which sentences call `name`; fails when it gave none.
    public static <R> R one(String name, Patience limit, Question<String, R> question)
            throws IOException {
        Silence<String, R> never =
                (_, why) -> {
                    throw new IllegalStateException(why);
                };
        return new Helpers<>(List.of(name), limit, question, never).only();
    }

    private R only() throws IOException {
        begin(0);
        Event<R> event = null;
        while (event == null) {
            Deadline deadline = asked.get(0);
            if (deadline == null || deadline.passed()) {
                throw new IOException("'" + all.getFirst() + "' " + noAnswer(deadline));
            }
            event = take();
        }
        if (event.answer != null) {
            return event.answer;
        }
        if (event.failure instanceof IOException failed) {
            throw failed;
        }
        if (event.failure instanceof RuntimeException failed) {
            throw failed;
        }
        throw new IOException(
                "'" + all.getFirst() + "': " + sentence(event.failure), event.failure);
    }

    private void interrupt() {
        events.add(new Event<>(INTERRUPTED, null, null));
    }

    private void await() {
        while (answers.size() < all.size()) {
            while (next < all.size() && asked.size() < AT_A_TIME) {
                begin(next++);
            }
            Event<R> event = take();
            if (event == null) {
                leaveBehind();
            } else if (event.position == INTERRUPTED) {
                giveUp();
            } else if (asked.remove(event.position) != null) {
                answers.put(event.position, answer(event));
            }
        }
    }

    private void begin(int position) {
        Deadline deadline = limit.begin();
        asked.put(position, limit.plus(GRACE).begin());
        TimeLimit time = new TimeLimit(limit.time(), deadline::passed);
        Thread.ofPlatform()
                .daemon()
                .name("helper " + position)
                .start(() -> events.add(ask(position, time)));
    }

    /// Asks one; whatever goes wrong with an adversary's container goes wrong with that one alone.
    private Event<R> ask(int position, TimeLimit time) {
        try {
            return new Event<>(position, question.of(all.get(position), time), null);
        } catch (IOException | RuntimeException | Error failure) {
            return new Event<>(position, null, failure);
        }
    }

    /// Returns the next event; null where the time of one that is asked may have passed.
    private @Nullable Event<R> take() {
        long soonest = Long.MAX_VALUE;
        for (Deadline deadline : asked.values()) {
            soonest = Math.min(soonest, deadline.toWait());
        }
        try {
            return events.poll(Math.max(soonest, 0), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Event<>(INTERRUPTED, null, null);
        }
    }

    private void leaveBehind() {
        for (int position : List.copyOf(asked.keySet())) {
            Deadline deadline = asked.get(position);
            if (deadline != null && deadline.passed()) {
                asked.remove(position);
                answers.put(position, silence.of(all.get(position), noAnswer(deadline)));
            }
        }
    }

    private void giveUp() {
        for (int i = 0; i < all.size(); i++) {
            if (!answers.containsKey(i)) {
                answers.put(i, silence.of(all.get(i), "not answered before the interruption"));
            }
        }
    }

    private R answer(Event<R> event) {
        if (event.answer != null) {
            return event.answer;
        }
        return silence.of(all.get(event.position), sentence(event.failure));
    }

    private String noAnswer(@Nullable Deadline passed) {
        String longer = passed == null ? "" : passed.longer();
        return "gave no answer within %s s%s, left behind"
                .formatted(limit.time().toSeconds(), longer);
    }

    private static String sentence(@Nullable Throwable failure) {
        return switch (failure) {
            case null -> "gave no answer";
            case StackOverflowError _ -> "nested more deeply than this program follows";
            case OutOfMemoryError _ -> "takes more memory than there is";
            default -> Mistakes.sentence(failure);
        };
    }

    @FunctionalInterface
    public interface Judge<R> {
        R of(TimeLimit time) throws IOException;
    }

    /// Judges a container that was read, without the time that its boot did not take.
    public static <R> R judged(Snapshot snapshot, TimeLimit whole, Judge<R> judge)
            throws IOException {
        Deadline end = LIMIT.begin();
        TimeLimit time =
                new TimeLimit(
                        LIMIT.time(),
                        () -> {
                            whole.check();
                            return end.passed();
                        });
        try {
            return judge.of(time);
        } catch (TimeLimit.OverdueException overdue) {
            String name = snapshot.subject().name();
            throw new IOException("'" + name + "': " + unjudged(snapshot, overdue), overdue);
        }
    }

    /// Returns the sentence about a container that was read, and not judged in time.
    public static String unjudged(Snapshot snapshot, TimeLimit.OverdueException overdue) {
        String size = snapshot.observed() ? ": " + snapshot.units().size() + " units" : "";
        return "read, but " + overdue.getMessage() + size;
    }
}
