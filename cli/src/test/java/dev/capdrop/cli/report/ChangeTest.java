package dev.capdrop.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ChangeTest {
    private static final String ALL = "000001ffffffffff";
    private static final String LESS = "000001fffffdffff";

    private static Brief brief(String target, String file, String state, String... findings) {
        return new Brief(target, file, state, ALL, Set.of(findings));
    }

    private static List<String> between(List<Brief> before, List<Brief> now) {
        return PageChange.between(before, now).stream()
                .map(change -> change.target() + " " + change.text())
                .toList();
    }

    @Test
    void whatIsTheSameIsNoChange() {
        List<Brief> all = List.of(brief("lxc:a", "", "degraded", "x: y"));
        assertThat(between(all, all)).isEmpty();
    }

    @Test
    void stateFindingsAndCapabilitiesAreCompared() {
        Brief now = new Brief("lxc:a", "", "running", LESS, Set.of("z: w"));
        assertThat(between(List.of(brief("lxc:a", "", "degraded", "x: y")), List.of(now)))
                .containsExactly(
                        "lxc:a was degraded, is running",
                        "lxc:a has a new finding: z: w",
                        "lxc:a has no longer: x: y",
                        "lxc:a no longer holds sys_rawio");
    }

    @Test
    void whatCameAndWhatWentIsTold() {
        assertThat(
                        between(
                                List.of(brief("lxc:a", "", "running")),
                                List.of(brief("lxc:b", "", "running"))))
                .containsExactly("lxc:b is new", "lxc:a is gone");
    }

    @Test
    void aContainerIsKnownAgainInARecordingOfAnotherNameAndNamesakesByTheirs() {
        assertThat(
                        between(
                                List.of(brief("lxc:a", "monday.json", "running")),
                                List.of(brief("lxc:a", "tuesday.json", "running"))))
                .isEmpty();
        List<Brief> before =
                List.of(brief("lxc:a", "1.json", "running"), brief("lxc:a", "2.json", "degraded"));
        List<Brief> now =
                List.of(brief("lxc:a", "2.json", "degraded"), brief("lxc:a", "1.json", "running"));
        assertThat(between(before, now)).isEmpty();
    }
}
