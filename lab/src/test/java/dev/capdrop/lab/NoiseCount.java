package dev.capdrop.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The program behind `bench/noise`.
final class NoiseCount {
    private NoiseCount() {}

    /// See `bench/noise`, which hands its words on: how often, and which noises.
    public static void main(String[] words) throws IOException {
        int times = Integer.parseInt(words[0]);
        List<Noise> noises = new ArrayList<>();
        for (int i = 1; i < words.length; i++) {
            noises.add(Noise.valueOf(words[i].toUpperCase(Locale.ROOT).replace('-', '_')));
        }
        boolean clean = true;
        System.out.println(
                "| beside | `apply` | taken back | judged falsely | `undo` | judged falsely"
                        + " | not verified at once | not begun |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        for (Noise noise : noises.isEmpty() ? List.of(Noise.values()) : noises) {
            Path state = Files.createTempDirectory("noise");
            NoisyRuns runs = new NoisyRuns(noise, Bench.shared(), state);
            System.out.println(runs.run(times));
            runs.notes().forEach(System.err::println);
            runs.faults().forEach(System.err::println);
            clean &= runs.faults().isEmpty();
            Command.of("rm", "-rf", state.toString()).runOrFail();
        }
        if (!clean) {
            System.exit(1);
        }
    }
}
