package dev.capdrop.linux.libc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HeadStartTest {
    @Test
    void workThatFailsAheadSaysNothing() throws Exception {
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, UTF_8));
        try {
            CompletableFuture<Thread> thread = new CompletableFuture<>();
            Libc.HeadStart.of(() -> {
                thread.complete(Thread.currentThread());
                throw new NoClassDefFoundError("no descriptor left");
            });
            thread.get().join();
        } finally {
            System.setErr(before);
        }
        assertThat(said.toString(UTF_8)).isEmpty();
    }
}
