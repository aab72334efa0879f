package dev.capdrop.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;

/// Many hostile inputs of one kind, and what is promised of each: that it is read or refused with
/// the documented exception and one sentence, in a bounded time and with a bounded memory.
///
/// `-Dfuzz.times=10` tries ten times as many.
public final class Campaign {
    private static final int TIMES = Integer.getInteger("fuzz.times", 1);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// On a busy machine the clock goes on while nothing is done, so processor time is what counts.
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final String kind;
    private final Class<? extends Exception> documented;
    private final long mostBytes;
    private int tried;
    private int refused;
    private long longest;
    private long most;

    /// What is done with an input.
    @FunctionalInterface
    public interface Reading<T> {
        /// Reads it.
        ///
        /// @throws Exception the documented one when it is refused
        void read(T input) throws Exception;
    }

    /// @param kind what the inputs are
    /// @param documented what may be thrown
    /// @param mostBytes how much memory an input may make the reader take, bytes
    public Campaign(String kind, Class<? extends Exception> documented, long mostBytes) {
        this.kind = kind;
        this.documented = documented;
        this.mostBytes = mostBytes;
    }

    /// Tries so many, or a multiple of that.
    public <T> void run(int usual, Function<Mutator, T> making, Reading<T> reading) {
        for (int number = 0; number < usual * TIMES; number++) {
            T input = making.apply(new Mutator(number + 1));
            long time = THREADS.getCurrentThreadCpuTime();
            long bytes = THREADS.getCurrentThreadAllocatedBytes();
            one(number, input, reading);
            longest = Math.max(longest, THREADS.getCurrentThreadCpuTime() - time);
            most = Math.max(most, THREADS.getCurrentThreadAllocatedBytes() - bytes);
            assertThat(most).as("memory for %s %d", kind, number).isLessThan(mostBytes);
            assertThat(Duration.ofNanos(longest))
                    .as("time for %s %d", kind, number)
                    .isLessThan(LONGEST);
        }
        tried += usual * TIMES;
    }

    private <T> void one(int number, T input, Reading<T> reading) {
        try {
            reading.read(input);
        } catch (Exception refusal) {
            if (!documented.isInstance(refusal)) {
                throw failed(number, input, refusal);
            }
            refused++;
            assertThat(refusal.getMessage()).as("%s %d", kind, number).isNotBlank();
        } catch (StackOverflowError | AssertionError wrong) {
            throw failed(number, input, wrong);
        }
    }

    private AssertionError failed(int number, Object input, Throwable why) {
        String shown = input instanceof byte[] bytes ? bytes.length + " bytes" : input.toString();
        return new AssertionError(
                "%s %d: %s%n%s"
                        .formatted(
                                kind,
                                number,
                                why,
                                shown.substring(0, Math.min(shown.length(), 4000))),
                why);
    }

    /// Says what came, and that some were read and some refused: else nothing was tried.
    public void report() {
        System.err.printf(
                Locale.ROOT,
                "fuzz: | %s | %,d | %,d | %,d | %.1f ms | %.1f MiB |%n",
                kind,
                tried,
                tried - refused,
                refused,
                longest / 1e6,
                (double) most / (1 << 20));
        assertThat(refused).as("%s that were read", kind).isLessThan(tried);
    }
}
