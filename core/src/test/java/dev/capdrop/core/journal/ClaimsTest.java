package dev.capdrop.core.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.journal.JournalEntry.Phase;
import dev.capdrop.core.snapshot.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClaimsTest {
    private static final Snapshot BEFORE = new Sketch().draw();
    private static final String[] NAMES = {"sys_rawio", "sys_module", "audit_read"};

    private final List<JournalEntry> entries = new ArrayList<>();

    private JournalEntry add(Phase phase, String... names) {
        CapabilitySet drop = CapabilitySet.of(names);
        JournalEntry entry =
                new JournalEntry(
                        Integer.toString(entries.size()),
                        "lxc:c1",
                        Instant.EPOCH,
                        phase,
                        new JournalEntry.Asked(drop, Set.of()),
                        new ConfigEdit(Sketch.CONFIG, "", "x", drop, CapabilitySet.EMPTY, false),
                        BEFORE,
                        "");
        entries.add(entry);
        return entry;
    }

    @Test
    void whatAnUndoNeedsStaysHoweverOldItIs() {
        JournalEntry applied = add(Phase.APPLIED, "sys_rawio");
        for (int i = 0; i < 5; i++) {
            add(Phase.UNDONE, "sys_module");
        }
        assertThat(Claims.dispensable(entries, 2))
                .containsExactlyElementsOf(entries.subList(1, 4))
                .doesNotContain(applied);
    }

    @Test
    void whatHasTakenANameFromAnOlderChangeStaysAsLongAsThatOne() {
        add(Phase.APPLIED, "sys_rawio", "sys_module");
        JournalEntry taking = add(Phase.UNDONE, "sys_rawio");
        add(Phase.UNDONE, "audit_read");
        assertThat(Claims.dispensable(entries, 0)).containsExactly(entries.get(2));
        assertThat(Claims.of(entries).names()).isEqualTo(CapabilitySet.of("sys_module"));
        assertThat(taking.phase().ended()).isTrue();
    }

    @Test
    void aChangeThatHasNotEndedStays() {
        add(Phase.UNDOING, "sys_rawio");
        assertThat(Claims.dispensable(entries, 0)).isEmpty();
    }

    /// A crash may end it after any removal.
    @Test
    void noRemovalChangesWhatIsInForceAndTheRestIsBounded() {
        Phase[] phases = {Phase.APPLIED, Phase.UNDONE, Phase.ROLLED_BACK, Phase.ABANDONED};
        Random random = new Random(20261125);
        for (int round = 0; round < 300; round++) {
            entries.clear();
            for (int i = random.nextInt(40); i >= 0; i--) {
                String[] names = {NAMES[random.nextInt(3)], NAMES[random.nextInt(3)]};
                add(phases[random.nextInt(4)], names);
            }
            Claims claims = Claims.of(entries);
            List<JournalEntry> rest = new ArrayList<>(entries);
            for (JournalEntry entry : Claims.dispensable(entries, 4)) {
                rest.remove(entry);
                assertThat(Claims.of(rest)).isEqualTo(claims);
            }
            assertThat(rest).hasSizeLessThanOrEqualTo(4 + 2 * NAMES.length);
        }
    }
}
