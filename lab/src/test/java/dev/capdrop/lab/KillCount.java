package dev.capdrop.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The program behind `bench/faults kills`.
final class KillCount {
    private KillCount() {}

    /// Which command is killed.
    enum What {
        APPLY("apply"),
        UNDO("undo"),
        LIVE("apply --live"),
        TRIAL("trial"),
        PROFILE("apply --profile");

        private final String title;

        What(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /// See `bench/faults`, which hands its words on: how often, and which commands.
    public static void main(String[] words) throws IOException, InterruptedException {
        int times = Integer.parseInt(words[0]);
        List<What> all = new ArrayList<>();
        for (int i = 1; i < words.length; i++) {
            all.add(What.valueOf(words[i].toUpperCase(Locale.ROOT)));
        }
        boolean kept = true;
        System.out.println(KillTally.HEAD);
        for (What what : all.isEmpty() ? List.of(What.values()) : all) {
            Path state = Files.createTempDirectory("kills");
            KillTally tally =
                    what == What.PROFILE
                            ? KilledProfileCommands.run(times)
                            : KilledCommands.run(what, times, state);
            System.out.println(tally.row());
            tally.broken().forEach(System.err::println);
            kept &= tally.broken().isEmpty();
            Command.of("rm", "-rf", state.toString()).runOrFail();
        }
        if (!kept) {
            System.exit(1);
        }
    }
}
