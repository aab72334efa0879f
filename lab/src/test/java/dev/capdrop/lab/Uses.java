package dev.capdrop.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/// Reads what `capdrop learn --show --json` writes.
final class Uses {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Uses() {}

    /// How many checks of a capability were counted that a unit made; 0 where it was seen of none.
    static long counted(String learnt, String unit, String capability) throws IOException {
        for (JsonNode one : JSON.readTree(learnt).path("units")) {
            if (one.path("unit").asText().equals(unit)) {
                for (JsonNode use : one.path("uses")) {
                    if (use.path("capability").asText().equals(capability)) {
                        return use.path("count").asLong();
                    }
                }
            }
        }
        return 0;
    }
}
