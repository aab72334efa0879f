package dev.capdrop.linux.perf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.linux.perf.Arrivals.Kind;
import dev.capdrop.linux.perf.NamespaceAddresses.Namespaces;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ArrivalsTest {
    private static final Namespaces NAMESPACES = new Namespaces(10, 20);

    private final Arrivals arrivals = new Arrivals();
    private final List<String> counted = new ArrayList<>();

    private void happens(Kind kind, int parent, int process, long nanos) {
        arrivals.note(new Arrivals.Event(nanos, process, parent, kind));
    }

    @Test
    void whatTheContainerDoesIsItsOwn() {
        used(5, 100);
        assertThat(settled()).containsExactly("5 USED at 100");
    }

    @Test
    void whatOneDoesBeforeItExecutesAProgramIsTheHosts() {
        enters(5, 100);
        used(5, 110);
        happens(Kind.EXECUTED, 5, 5, 120);
        used(5, 130);
        assertThat(settled())
                .containsExactly("5 HOST at 100", "5 HOST at 110", "5 USED at 130 (from outside)");
    }

    @Test
    void itsChildIsOneMore() {
        enters(5, 100);
        happens(Kind.FORKED, 5, 6, 110);
        happens(Kind.EXECUTED, 5, 5, 115);
        used(6, 120);
        happens(Kind.EXECUTED, 6, 6, 130);
        used(6, 140);
        assertThat(settled())
                .containsExactly("5 HOST at 100", "6 HOST at 120", "6 USED at 140 (from outside)");
    }

    /// Another CPU's ring is read after it.
    @Test
    void aForkThatIsReadLateCountsYet() {
        used(6, 120);
        arrivals.settle(this::count);
        happens(Kind.FORKED, 5, 6, 110);
        enters(5, 100);
        assertThat(settled()).containsExactly("6 HOST at 120", "5 HOST at 100");
    }

    /// overlayfs asks with the credentials of who mounted it, in the host's namespace.
    @Test
    void oneThatReadsAFileOfAnOverlayIsTheContainers() {
        arrivals.check(check(5, 10, 10, 100), Meaning.HOST, NAMESPACES);
        used(5, 110);
        assertThat(settled()).containsExactly("5 HOST at 100", "5 USED at 110");
    }

    @Test
    void aProcessOfTheSameNumberIsAnother() {
        enters(5, 100);
        happens(Kind.EXECUTED, 5, 5, 105);
        happens(Kind.ENDED, 5, 5, 110);
        used(5, 120);
        assertThat(settled()).endsWith("5 USED at 120");
    }

    @Test
    void whereRecordsAreLostAllIsTheContainers() {
        enters(5, 100);
        settled();
        arrivals.forget();
        used(5, 110);
        assertThat(settled()).endsWith("5 USED at 110");
    }

    @Test
    void whatOneFromOutsideMakesIsFromOutsideUntilItEnds() {
        enters(5, 100);
        happens(Kind.EXECUTED, 5, 5, 110);
        happens(Kind.FORKED, 5, 6, 120);
        happens(Kind.EXECUTED, 6, 6, 130);
        used(6, 140);
        happens(Kind.ENDED, 5, 5, 150);
        used(6, 160);
        happens(Kind.ENDED, 6, 6, 170);
        used(6, 180);
        assertThat(settled())
                .containsExactly(
                        "5 HOST at 100",
                        "6 USED at 140 (from outside)",
                        "6 USED at 160 (from outside)",
                        "6 USED at 180");
    }

    @Test
    void whereRecordsAreLostNobodyIsFromOutside() {
        enters(5, 100);
        happens(Kind.EXECUTED, 5, 5, 110);
        settled();
        arrivals.forget();
        used(5, 120);
        assertThat(settled()).endsWith("5 USED at 120");
    }

    private void enters(int process, long nanos) {
        arrivals.check(check(process, 20, 10, nanos), Meaning.HOST, NAMESPACES);
    }

    private void used(int process, long nanos) {
        arrivals.check(check(process, 20, 20, nanos), Meaning.USED, NAMESPACES);
    }

    private static CapabilityCheck check(int process, long demanded, long granting, long nanos) {
        return new CapabilityCheck(21, demanded, granting, true, 1, nanos, process);
    }

    private List<String> settled() {
        arrivals.settle(this::count);
        arrivals.settle(this::count);
        return counted;
    }

    private void count(String unit, CapabilityCheck check, Meaning meaning) {
        String place = unit.isEmpty() ? "" : " " + unit;
        counted.add(check.process() + " " + meaning + " at " + check.nanos() + place);
    }
}
