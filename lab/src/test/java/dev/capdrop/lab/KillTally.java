package dev.capdrop.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// What was found after kills of one command.
final class KillTally {
    static final String HEAD =
            """
            | `kill -9` of | kills | it had ended before | old file | new file | anything else | `status` right after | the next command | containers left down | copies left |
            |---|---|---|---|---|---|---|---|---|---|\
            """;

    /// The first steps take no longer: the journal, the configuration.
    private static final int SOON_MILLIS = 40;

    private final String command;
    private final Random random = new Random();
    private final Map<String, Integer> files = new TreeMap<>();
    private final Map<String, Integer> statuses = new TreeMap<>();
    private final Map<String, Integer> next = new TreeMap<>();
    private final List<String> broken = new ArrayList<>();
    private long longestMillis;
    private int ended;
    private int down;
    private int copies;

    /// @param command how the table calls it
    /// @param longestMillis how long it takes from its first word to its end where nobody kills it
    KillTally(String command, long longestMillis) {
        this.command = command;
        this.longestMillis = longestMillis;
    }

    /// When it is to be killed next, counted from its first word: anywhere, as often as not soon.
    long moment() {
        return random.nextLong(1 + (random.nextInt(3) == 0 ? SOON_MILLIS : longestMillis));
    }

    /// It had ended before it was killed.
    void ended() {
        ended++;
        longestMillis = Math.max(SOON_MILLIS, longestMillis * 9 / 10);
    }

    /// What stands in the file.
    void file(String found, String old, String changed) {
        String which = found.equals(old) ? "old" : found.equals(changed) ? "new" : "else";
        files.merge(which, 1, Integer::sum);
        require(!which.equals("else"), "the file: " + found);
    }

    /// What `status` said.
    void status(Command.Result status) {
        statuses.merge(
                switch (status.exit()) {
                    case 0 -> "nothing under way";
                    case 1 -> "what to run";
                    default -> "exit " + status.exit();
                },
                1,
                Integer::sum);
        require(status.exit() < 2, "status: " + status);
    }

    /// What the next command came to.
    ///
    /// @param running whether the container runs after it
    /// @param left how many copies are left after it
    void next(Command.Result result, boolean running, int left) {
        next.merge(result.exit() == 0 ? "ends it" : "exit " + result.exit(), 1, Integer::sum);
        require(result.exit() == 0, "the next command: " + result);
        down += running ? 0 : 1;
        copies += left;
        require(running && left == 0, "running " + running + ", copies " + left);
    }

    /// Notes what is not as it was promised.
    void require(boolean holds, String seen) {
        if (!holds) {
            broken.add("faults: " + command + ": " + seen);
        }
    }

    List<String> broken() {
        return broken;
    }

    private static String counts(Map<String, Integer> counts) {
        List<String> all = new ArrayList<>();
        counts.forEach((what, count) -> all.add(what + ": " + count));
        return String.join(", ", all);
    }

    String row() {
        int kills = files.values().stream().mapToInt(Integer::intValue).sum();
        return "| %s | %d | %d | %d | %d | %d | %s | %s | %d | %d |"
                .formatted(
                        command,
                        kills,
                        ended,
                        files.getOrDefault("old", 0),
                        files.getOrDefault("new", 0),
                        files.getOrDefault("else", 0),
                        counts(statuses),
                        counts(next),
                        down,
                        copies);
    }
}
