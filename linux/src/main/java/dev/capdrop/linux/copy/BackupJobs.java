package dev.capdrop.linux.copy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The backup jobs of a cluster that take all guests of a node, its throw-away copies as well.
///
/// Source: `jobs.cfg`, in the sections of pve-common's SectionConfig.pm; `get_included_guests` in
/// pve-manager's PVE/VZDump.pm, which leaves guests out by number or pool only.
final class BackupJobs {
    private static final Pattern JOB =
            Pattern.compile("(?m)^vzdump:.*\\n((?:[ \\t]+.*(?:\\n|$))*)");

    private BackupJobs() {}

    /// Returns what to know of each, one sentence.
    ///
    /// @param pve where the cluster file system is mounted
    static List<String> ofAll(Path pve) throws IOException {
        try {
            String text = Files.readString(pve.resolve("jobs.cfg"), StandardCharsets.ISO_8859_1);
            String node = Files.readSymbolicLink(pve.resolve("local")).getFileName().toString();
            return JOB.matcher(text)
                    .results()
                    .map(job -> job.group(1))
                    .filter(job -> takesAll(job, node))
                    .map(job ->
                            "a backup job takes all guests of this node (%s): one that begins before the trial has ended saves its copies too, or ends with errors because they are gone"
                                    .formatted(setting(job, "schedule", "no schedule")))
                    .distinct()
                    .toList();
        } catch (NoSuchFileException none) {
            return List.of();
        }
    }

    private static boolean takesAll(String job, String node) {
        return setting(job, "all", "0").equals("1")
                && !setting(job, "enabled", "1").equals("0")
                && setting(job, "node", node).equals(node);
    }

    private static String setting(String job, String key, String otherwise) {
        Matcher line = Pattern.compile("(?m)^\\s+" + key + "\\s+(.*\\S)").matcher(job);
        return line.find() ? line.group(1) : otherwise;
    }
}
