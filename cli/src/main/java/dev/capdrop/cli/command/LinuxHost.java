package dev.capdrop.cli.command;

import dev.capdrop.cli.render.Text;
import dev.capdrop.core.journal.Claims;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.live.LiveContainer;
import dev.capdrop.linux.machine.SurveyReader;
import dev.capdrop.linux.perf.UseWatch;
import dev.capdrop.linux.proc.RunningContainers;
import dev.capdrop.linux.runtime.HostRuntime.Original.LeftCopy;
import dev.capdrop.linux.runtime.HostRuntimes;
import dev.capdrop.linux.snapshot.SnapshotReader;
import dev.capdrop.linux.store.FileJournal;
import dev.capdrop.linux.store.UseStore;
import module java.base;

/// The host that this process runs on: the one place where adapters are made.
final class LinuxHost {
    static Host of(Host.HostOptions options) {
        RunningContainers running = new RunningContainers();
        HostRuntimes runtimes = HostRuntimes.of(options.lxcPath, options.pveDir, running);
        SnapshotReader reader = new SnapshotReader(running, runtimes);
        removeLeftCopies(options, runtimes);
        Host.Facts facts = new Host.Facts();
        return new Host(
                options,
                facts,
                runtimes,
                reader,
                new FileJournal(options.stateDir, entry -> told(options, runtimes, entry)),
                new Host.Inside(reader.starter(), new LiveContainer(running)),
                new Host.Files(runtimes),
                new Host.Use(UseWatch.of(running), UseStore.in(options.stateDir, facts.clock())));
    }

    /// Tells the host's log of a change, and tags what was changed as long as it holds any of ours.
    private static void told(Host.HostOptions options, HostRuntimes runtimes, JournalEntry entry) {
        HostRuntimes.SystemLog.tell(entry);
        boolean written = entry.phase().written();
        if ((written && !options.tag)
                || !(entry.before().subject() instanceof ContainerId container)) {
            return;
        }
        try {
            List<JournalEntry> all = new FileJournal(options.stateDir).entries(entry.target());
            if (written || Claims.of(all).all().isEmpty()) {
                runtimes.of(container).tag(container, written);
            }
        } catch (IOException untagged) {
            options.say(Text.foreign(Mistakes.sentence(untagged)));
        }
    }

    /// Removes copies that a killed trial has left, for nobody looks for them, and says so.
    private static void removeLeftCopies(Host.HostOptions options, HostRuntimes runtimes) {
        List<LeftCopy> all;
        try {
            all = SurveyReader.root() ? runtimes.removeLeftCopies(options.stateDir) : List.of();
        } catch (IOException noStateDirectory) {
            // whoever needs it says so
            return;
        }
        List<String> removed = new ArrayList<>();
        for (LeftCopy one : all) {
            if (one.why().isEmpty()) {
                removed.add(one.name());
            } else {
                options.say(
                        Text.of(
                                "a copy that a killed trial left stays (%s): %s",
                                one.name(), one.why()));
            }
        }
        if (!removed.isEmpty()) {
            options.say(
                    Text.of(
                            "what a killed trial left was ended and removed: %s",
                            Text.join(", ", removed)));
        }
    }
}
