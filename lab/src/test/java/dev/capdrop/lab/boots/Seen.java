package dev.capdrop.lab.boots;

import dev.capdrop.core.diagnosis.Cause.SetUp;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import java.util.Map;
import java.util.TreeMap;

/// What a boot has made of one unit.
///
/// @param outcome its state
/// @param status how its process ended, in systemd's words; empty where nothing ended badly
record Seen(Outcome outcome, String status) {
    private static final String RESTARTED = "restarted again and again";

    /// What a snapshot that was taken after the end of a boot shows, by the unit's name.
    static Map<String, Seen> all(Snapshot snapshot) {
        Map<String, Seen> units = new TreeMap<>();
        if (snapshot.systemd() != null) {
            for (UnitState unit : snapshot.systemd().units()) {
                units.put(unit.name(), new Seen(outcome(unit), status(unit)));
            }
        }
        return units;
    }

    /// Whether it is active only because systemd starts it again and again: nobody who said that it
    /// fails was wrong.
    boolean failsAllTheSame() {
        return outcome == Outcome.ACTIVE && status.equals(RESTARTED);
    }

    /// What is still not ready when the boot has ended will never be.
    private static Outcome outcome(UnitState unit) {
        return unit.activeState().equals("activating") ? Outcome.FAILED : Outcome.of(unit);
    }

    private static String status(UnitState unit) {
        if (unit.runsByRestartsOnly()) {
            return RESTARTED;
        }
        UnitDetail.Exit exit = unit.detail().exit();
        if (exit == null || exit.result().equals("success")) {
            return "";
        }
        return exit.code() == 0 ? exit.result() : exit.result() + " " + SetUp.format(exit.status());
    }
}
