package dev.capdrop.lab.boots;

import dev.capdrop.core.snapshot.Snapshot;
import java.util.List;

/// All that is recorded of one image.
///
/// @param image its name
/// @param baseline what forecasts are made from: the first boot without any drop
/// @param boots all boots, this one among them, by name
record Recorded(String image, Snapshot baseline, List<Boot> boots) {
    Recorded {
        boots = List.copyOf(boots);
    }
}
