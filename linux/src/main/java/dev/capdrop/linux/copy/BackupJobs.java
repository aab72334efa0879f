package dev.capdrop.linux.copy;

import dev.capdrop.linux.store.ClusterFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// The backup jobs of a cluster that take all guests of a node, its throw-away copies as well.
///
/// Source: `jobs.cfg`; `get_included_guests` in pve-manager's PVE/VZDump.pm, which leaves guests
/// out by number or pool only.
final class BackupJobs {
    private BackupJobs() {}

    /// Returns what to know of each, one sentence.
    ///
    /// @param pve where the cluster file system is mounted
    static List<String> ofAll(Path pve) throws IOException {
        List<ClusterFileSystem.Section> jobs = new ClusterFileSystem(pve).sections("jobs.cfg");
        try {
            String node =
                    jobs.isEmpty()
                            ? ""
                            : Files.readSymbolicLink(pve.resolve("local")).getFileName().toString();
            return jobs.stream()
                    .filter(job -> takesAll(job, node))
                    .map(job ->
                            "a backup job takes all guests of this node (%s): one that begins before the trial has ended saves its copies too, or ends with errors because they are gone"
                                    .formatted(job.setting("schedule", "no schedule")))
                    .distinct()
                    .toList();
        } catch (NoSuchFileException none) {
            return List.of();
        }
    }

    private static boolean takesAll(ClusterFileSystem.Section job, String node) {
        return job.type().equals("vzdump")
                && job.setting("all", "0").equals("1")
                && !job.setting("enabled", "1").equals("0")
                && job.setting("node", node).equals(node);
    }
}
