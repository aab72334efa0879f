package dev.capdrop.linux.time;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/// The number of runnable processes for each processor: so many times as long each of them takes.
///
/// Source of truth: proc_loadavg(5), the number of scheduling entities that can run now, of all
/// this machine. The averages beside it count waits for disks, too.
record Processors(DoubleSupplier wanted) implements Deadline.Machine {
    static final Processors OF_THIS_MACHINE = new Processors(Processors::look);

    private static final Path LOAD = Path.of("/proc/loadavg");
    private static final long FRESH = Duration.ofMillis(100).toNanos();

    private static volatile Look last = new Look(1, System.nanoTime() - FRESH);

    private record Look(double wanted, long when) {}

    @Override
    public long now() {
        return System.nanoTime();
    }

    @Override
    public double busy() {
        return wanted.getAsDouble();
    }

    private static double look() {
        long now = System.nanoTime();
        if (now - last.when >= FRESH) {
            last = new Look(wantedNow(), now);
        }
        return last.wanted;
    }

    private static double wantedNow() {
        try {
            return wanted(Files.readString(LOAD), Runtime.getRuntime().availableProcessors());
        } catch (IOException | NumberFormatException untold) {
            return 1;
        }
    }

    /// Parses `0.20 0.18 0.12 1/80 11206`.
    static double wanted(String load, int processors) {
        String running = load.substring(0, load.indexOf('/'));
        return Double.parseDouble(running.substring(running.lastIndexOf(' ') + 1)) / processors;
    }
}
