package dev.capdrop.core.change;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Init;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The port that changes a container while it runs.
public interface LiveStep {
    /// Why this PID 1 cannot be made to give capabilities up while it runs; empty when nothing is
    /// known that would keep it from that. Nothing is changed.
    ///
    /// @param init the PID 1 that is meant
    /// @throws IOException when it cannot be looked at
    String obstacle(ContainerId container, Init init, CapabilitySet capabilities)
            throws IOException;

    /// Takes capabilities out of the bounding set of the running PID 1.
    ///
    /// @param init the PID 1 that is meant
    /// @return how long PID 1 stood still
    /// @throws IOException when it has not given them all up; it runs on
    Duration drop(ContainerId container, Init init, CapabilitySet capabilities) throws IOException;

    /// Has systemd forget that units have failed, as systemctl(1), "reset-failed", does.
    ///
    /// @return those that it did not do it for
    /// @throws IOException when it was not asked or did not answer
    List<String> forget(ContainerId container, List<String> units) throws IOException;

    /// The units that hold more than PID 1 does ([dev.capdrop.core.snapshot.HostProcess#outdated]).
    ///
    /// @throws IOException when the processes cannot be looked at
    List<String> outdated(ContainerId container) throws IOException;

    /// What a live step has done.
    ///
    /// @param gone what PID 1 is without now
    /// @param stoodStill how long PID 1 did not run; null when that is not known
    /// @param cleared the units of which systemd has forgotten that they had failed, and that are
    ///   skipped from now on
    /// @param uncleared those of which it has not, although they are skipped from now on as well
    /// @param why why not; empty where there are none
    /// @param outdated the units that keep the set that they were started with; null when that
    ///   could not be read
    record LiveReport(
            CapabilitySet gone,
            @Nullable Duration stoodStill,
            List<String> cleared,
            List<String> uncleared,
            String why,
            @Nullable List<String> outdated) {
        public LiveReport {
            cleared = List.copyOf(cleared);
            uncleared = List.copyOf(uncleared);
            outdated = outdated == null ? null : List.copyOf(outdated);
        }

        String sentence() {
            String still =
                    stoodStill == null ? "" : " (it stood still for " + millis(stoodStill) + " ms)";
            String keep =
                    outdated == null
                            ? "which units keep their old set could not be read"
                            : outdated.size() == 1
                                    ? "1 unit keeps its old set until it is restarted"
                                    : outdated.size()
                                            + " units keep their old set until each is restarted";
            return "live: %s %s gone from PID 1, nothing was restarted%s; %d failed unit%s cleared; %s"
                    .formatted(
                            gone,
                            gone.size() == 1 ? "is" : "are",
                            still,
                            cleared.size(),
                            cleared.size() == 1 ? "" : "s",
                            keep);
        }

        /// Milliseconds with one digit behind the point, rounded up: what took some time took more
        /// than none.
        public static String millis(Duration time) {
            long tenths = (time.toNanos() + 99_999) / 100_000;
            return tenths / 10 + "." + tenths % 10;
        }
    }
}
