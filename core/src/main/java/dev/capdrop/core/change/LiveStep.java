package dev.capdrop.core.change;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.UnitState;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The port that changes a container while it runs.
public interface LiveStep {
    /// Returns why this PID 1 cannot give capabilities up while it runs; empty where nothing is
    /// known.
    ///
    /// @throws IOException when it cannot be looked at
    String obstacle(ContainerId container, Init init, CapabilitySet capabilities)
            throws IOException;

    /// Takes capabilities out of the bounding set of this running PID 1, and returns how long it
    /// stood still.
    ///
    /// @throws IOException when it has not given them all up; it runs on
    Duration drop(ContainerId container, Init init, CapabilitySet capabilities) throws IOException;

    /// Has systemd forget that units failed (systemctl(1), "reset-failed"); returns the others.
    ///
    /// @throws IOException when it was not asked or did not answer
    List<String> forget(ContainerId container, List<String> units) throws IOException;

    /// Returns the units that hold more than PID 1
    /// ([dev.capdrop.core.snapshot.HostProcess#outdated]).
    ///
    /// @throws IOException when the processes cannot be looked at
    List<String> outdated(ContainerId container) throws IOException;

    /// The result of a live step.
    ///
    /// @param stoodStill null when that is not known
    /// @param cleared the units that systemd skips from now on, and of which it forgot the failure
    /// @param uncleared those of which it did not, and `why`; empty where there are none
    /// @param outdated the units that keep their old set; null when that could not be read
    record LiveReport(
            CapabilitySet gone,
            @Nullable Duration stoodStill,
            List<String> cleared,
            List<String> uncleared,
            String why,
            @Nullable List<String> outdated) {
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

        /// Returns milliseconds with one digit, rounded up, since any time is more than none.
        public static String millis(Duration time) {
            long tenths = (time.toNanos() + 99_999) / 100_000;
            return tenths / 10 + "." + tenths % 10;
        }
    }

    /// The effect of taking capabilities from a running PID 1: each later start of a unit is as
    /// after a restart of the container, nothing that runs changes.
    record LiveForecast(Snapshot before, CapabilitySet drop, Forecast forecast) {
        public static LiveForecast of(Snapshot before, CapabilitySet drop) {
            Forecast forecast =
                    before.view() instanceof Snapshot.Observed seen
                            ? Forecaster.over(before).forecast(seen.init().bounding().minus(drop))
                            : Forecast.NONE;
            return new LiveForecast(before, drop, forecast);
        }

        public CapabilitySet honoured() {
            return drop.only(before::honours);
        }

        /// Returns the failed units that systemd skips from now on, whenever it is told to start
        /// them, as a condition holds no more; not what would fail no longer, or only after a
        /// restart.
        public List<String> skipped() {
            return forecast.effects().stream()
                    .filter(effect ->
                            effect.before() == Outcome.FAILED
                                    && effect.after() == Outcome.SKIPPED
                                    && effect.turnedBy() == Forecast.Effect.TurnedBy.DROP)
                    .map(Forecast.Effect::unit)
                    .toList();
        }

        List<String> skipped(Snapshot now) {
            Set<String> failed = new TreeSet<>();
            now.units().stream()
                    .filter(UnitState::failed)
                    .map(UnitState::name)
                    .forEach(failed::add);
            return skipped().stream().filter(failed::contains).toList();
        }

        /// Returns what runs now and will not be the same once it is started anew.
        public List<Forecast.Effect> missed() {
            return forecast.changes().stream()
                    .filter(effect ->
                            effect.turnedBy() == Forecast.Effect.TurnedBy.DROP
                                    && effect.before() == Outcome.ACTIVE)
                    .toList();
        }
    }
}
