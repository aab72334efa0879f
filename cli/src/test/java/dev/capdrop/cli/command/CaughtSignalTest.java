package dev.capdrop.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.command.Interruption.CaughtSignal;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/// Of SIGURG, which harms nobody.
class CaughtSignalTest {
    private static final Signal URGENT = new Signal("URG");

    private final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();

    @AfterEach
    void asBefore() {
        Signal.handle(URGENT, SignalHandler.SIG_DFL);
    }

    private static boolean isIn(String mask) throws IOException {
        String line =
                Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(each -> each.startsWith(mask))
                        .findFirst()
                        .orElseThrow();
        String digits = line.substring(line.indexOf(':') + 1).strip();
        return new BigInteger(digits, 16).testBit(URGENT.getNumber() - 1);
    }

    @Test
    void aSignalIsToldUntilItIsClosedAndThenToWhomeverItWasBefore() throws Exception {
        try (CaughtSignal _ = CaughtSignal.of("URG", () -> told.add("outer"))) {
            CaughtSignal inner = CaughtSignal.of("URG", () -> told.add("inner"));
            Signal.raise(URGENT);
            assertThat(told.poll(1, TimeUnit.MINUTES)).isEqualTo("inner");
            inner.close();
            inner.close();
            Signal.raise(URGENT);
            assertThat(told.poll(1, TimeUnit.MINUTES)).isEqualTo("outer");
        }
        assertThat(isIn("SigCgt")).isFalse();
        assertThat(told).isEmpty();
    }

    @Test
    void anIgnoredSignalStaysIgnored() throws Exception {
        Signal.handle(URGENT, SignalHandler.SIG_IGN);
        try (CaughtSignal _ = CaughtSignal.of("URG", () -> told.add("told"))) {
            assertThat(isIn("SigIgn")).isTrue();
        }
        assertThat(isIn("SigIgn")).isTrue();
    }
}
