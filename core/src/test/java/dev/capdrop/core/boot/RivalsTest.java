package dev.capdrop.core.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.capdrop.core.snapshot.Outcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RivalsTest {
    @Test
    void thousandsThatProvideTheSameAreEachToldSomeOfTheOthers() {
        Map<String, Outcome> courses = new HashMap<>();
        Map<String, Set<String>> provides = new HashMap<>();
        for (int i = 0; i < 16_000; i++) {
            courses.put("p" + i + ".service", Outcome.STARTED);
            provides.put("p" + i, Set.of("httpd"));
        }
        Map<String, List<String>> rivals =
                assertTimeoutPreemptively(
                        Duration.ofSeconds(20), () -> Rivals.of(courses, provides));
        assertThat(rivals).hasSize(16_000);
        rivals.forEach((unit, others) -> assertThat(others).hasSize(20).doesNotContain(unit));
    }
}
