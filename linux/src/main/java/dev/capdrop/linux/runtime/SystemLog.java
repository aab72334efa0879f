package dev.capdrop.linux.runtime;

import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.linux.session.HostProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Tells the host's log (logger(1), so that both systemd's journal and a syslog daemon have it) of
/// each change, in one line: what it was, who made it, and which entry of our journal has all of
/// it.
public final class SystemLog {
    /// A line that no syslog daemon cuts (RFC 5424, section 6.1).
    private static final int LONGEST = 1500;

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final String NOBODY = "4294967295";

    private SystemLog() {}

    /// Tells of a change that has come to rest. Where there is no log, our journal has it all the
    /// same.
    public static void tell(JournalEntry entry) {
        try {
            HostProgram.find("logger", "bsdutils")
                    .run(
                            List.of(
                                    "--tag",
                                    "capdrop",
                                    "--id=" + ProcessHandle.current().pid(),
                                    "--priority",
                                    "daemon.notice",
                                    "--",
                                    line(entry, who())),
                            LIMIT);
        } catch (IOException without) {
            // nothing is owed to the log
        }
    }

    static String line(JournalEntry entry, String who) {
        String drop = entry.drop().isEmpty() ? "" : ", drop " + entry.drop();
        String outcome = entry.outcome().isEmpty() ? "" : " (" + entry.outcome() + ")";
        String end = "; by " + who + "; journal entry " + entry.id();
        String line = entry.target() + ": " + word(entry.phase()) + drop + outcome;
        String most = line.substring(0, Math.min(line.length(), LONGEST - end.length()));
        return (most + end).replaceAll("\\p{Cntrl}", "?");
    }

    private static String word(JournalEntry.Phase phase) {
        return switch (phase) {
            case APPLIED -> "applied";
            case WAITING_FOR_RESTART -> "written, waits for a restart";
            case UNVERIFIED -> "written, not verified";
            case ROLLED_BACK -> "rolled back";
            case UNDONE -> "taken back";
            case ABANDONED -> "abandoned";
            case WRITING, RESTARTING, DROPPING_LIVE, ROLLING_BACK, TAKING_BACK, UNDOING ->
                    "under way";
        };
    }

    /// Returns this process' user, and who has become it as far as sudo(8) or the login tells
    /// (`/proc/self/loginuid`, proc_pid_loginuid(5)).
    private static String who() {
        String user = System.getProperty("user.name", "?");
        String sudo = System.getenv().getOrDefault("SUDO_USER", "");
        if (!sudo.isEmpty()) {
            return user + " (sudo by " + sudo + ")";
        }
        try {
            String login = Files.readString(Path.of("/proc/self/loginuid")).strip();
            return login.equals(NOBODY) || login.equals("0")
                    ? user
                    : user + " (login of uid " + login + ")";
        } catch (IOException untold) {
            return user;
        }
    }
}
