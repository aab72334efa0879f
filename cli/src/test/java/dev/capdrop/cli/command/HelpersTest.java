package dev.capdrop.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.core.snapshot.TimeLimit;
import dev.capdrop.linux.time.Deadline.Patience;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/// A container that hangs or breaks what asks it. Isolated, for it sends this process a signal.
@Isolated
class HelpersTest {
    private static final Patience SHORT = Patience.exactly(Duration.ofMillis(100));
    private static final Patience LONG = Patience.exactly(Duration.ofMinutes(10));

    @Test
    void oneThatHangsIsLeftBehindAndTheAnswersOfTheOthersAreKept() {
        List<String> names = List.of("a", "hangs", "b", "hangs", "hangs", "hangs", "hangs", "c");
        List<String> answers = Helpers.ask(names, SHORT, HelpersTest::hang, HelpersTest::silent);
        String left = "hangs: gave no answer within 0 s, left behind";
        assertThat(answers).containsExactly("a!", left, "b!", left, left, left, left, "c!");
    }

    @Test
    void oneThatBreaksWhatAsksItCostsNobodyElseTheAnswer() {
        List<String> answers =
                Helpers.ask(
                        List.of("a", "deep", "broken", "b"),
                        LONG,
                        (name, _) -> {
                            switch (name) {
                                case "deep" -> deeper(0);
                                case "broken" -> throw new IOException("it broke");
                                default -> {}
                            }
                            return name + "!";
                        },
                        HelpersTest::silent);
        assertThat(answers)
                .containsExactly(
                        "a!",
                        "deep: nested more deeply than this program follows",
                        "broken: it broke",
                        "b!");
    }

    @Test
    void whatIsAnsweredBeforeAnInterruptionIsKept() {
        // The fifth is asked when one of four has answered.
        List<String> answers =
                Helpers.ask(
                        List.of("a", "b", "c", "d", "hangs"),
                        LONG,
                        (name, time) -> {
                            if (name.equals("hangs")) {
                                interruptThisProcess();
                            }
                            return hang(name, time);
                        },
                        HelpersTest::silent);
        assertThat(answers.getLast()).isEqualTo("hangs: not answered before the interruption");
        assertThat(answers).anyMatch(answer -> answer.endsWith("!"));
    }

    @Test
    void whoNoticesThatTheTimeIsOverSaysItInOtherWords() {
        List<String> answers =
                Helpers.ask(
                        List.of("slow"),
                        SHORT,
                        (name, time) -> {
                            while (true) {
                                time.check();
                                Thread.onSpinWait();
                            }
                        },
                        HelpersTest::silent);
        assertThat(answers).containsExactly("slow: not judged within 0 s");
    }

    @Test
    void aSingleOneThatHangsIsNamed() {
        assertThatThrownBy(() -> Helpers.one("hangs", SHORT, HelpersTest::hang))
                .isInstanceOf(IOException.class)
                .hasMessage("'hangs' gave no answer within 0 s, left behind");
    }

    private static String hang(String name, TimeLimit time) {
        if (name.equals("hangs")) {
            await(new CountDownLatch(1));
        }
        return name + "!";
    }

    private static String silent(String name, String why) {
        return name + ": " + why;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("InfiniteRecursion") // what a container's units may bring a reader to
    private static int deeper(int depth) {
        return deeper(depth + 1) + 1;
    }

    private static void interruptThisProcess() throws IOException {
        String pid = Long.toString(ProcessHandle.current().pid());
        new ProcessBuilder("kill", "-INT", pid).start();
    }
}
