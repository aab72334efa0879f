package dev.capdrop.core.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.snapshot.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RivalsTest {
    private static final int MANY = 2000;

    @Test
    void thousandsThatProvideTheSameAreEachToldSomeOfTheOthers() {
        Map<String, Outcome> courses = new HashMap<>();
        Map<String, Set<String>> provides = new HashMap<>();
        for (int i = 0; i < MANY; i++) {
            courses.put("p" + i + ".service", Outcome.STARTED);
            provides.put("p" + i, Set.of("httpd"));
        }
        Map<String, List<String>> rivals = ForecastBoot.rivals(courses, provides);
        assertThat(rivals).hasSize(MANY);
        rivals.forEach((unit, others) -> assertThat(others).hasSize(20).doesNotContain(unit));
    }
}
