package dev.capdrop.core.plan;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import module java.base;

/// Finds what takes effect with the next restart although this program has nothing to do with it.
final class Pending {
    static List<String> sentences(Snapshot.Observed seen, CapabilitySet next) {
        Snapshot snapshot = seen.snapshot();
        Init init = seen.init();
        Systemd systemd = seen.systemd();
        List<String> sentences = new ArrayList<>();
        ConfigurationText text = snapshot.configuration();
        if (text != null && text.modifiedMillis() > init.startedAt().toEpochMilli()) {
            sentences.add("the configuration was edited after the container started");
        }
        if (!next.equals(init.bounding())) {
            sentences.add(
                    "the configuration drops or keeps other capabilities than the running container: "
                            + differences(init.bounding(), next));
        }
        if (init.executableReplaced()) {
            sentences.add("its systemd was upgraded and still runs the old program");
        }
        long edited =
                systemd.units().stream()
                        .filter(unit -> unit.detail().files().needDaemonReload())
                        .count();
        if (edited > 0) {
            sentences.add(
                    "the files of " + edited + " of its units changed since systemd read them");
        }
        return sentences;
    }

    private static String differences(CapabilitySet now, CapabilitySet next) {
        List<String> words = new ArrayList<>();
        now.minus(next).forEach(capability -> words.add("-" + capability.name()));
        next.minus(now).forEach(capability -> words.add("+" + capability.name()));
        return String.join(" ", words);
    }
}
