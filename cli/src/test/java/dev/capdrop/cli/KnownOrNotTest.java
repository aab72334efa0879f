package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Whether a container's units are known is asked once, by the type: `Snapshot.view()` gives an
/// `Observed`, in which PID 1 and systemd are there, or a `Blind`. Who asks a snapshot for a part
/// that may be null has to check it; these are all who do, each with the reason.
final class KnownOrNotTest {
    private static final House HOUSE = House.read();
    private static final String SNAPSHOT = "dev.capdrop.core.snapshot.Snapshot";

    /// What may be null, and has a word in `Observed` where the units are known.
    private static final Set<String> PARTS = Set.of("init", "systemd", "runningInit");

    /// Most of them want PID 1 of a container whose systemd may be silent.
    private static final Map<String, String> ALLOWED =
            Map.ofEntries(
                    Map.entry("core.change.LiveDropping", "PID 1 of an entry of the journal"),
                    Map.entry(
                            "core.explanation.ContainerExplanation", "it has a type for all three"),
                    Map.entry("core.journal.JournalEntry", "whether two of PID 1 are the same"),
                    Map.entry("core.snapshot.NextStart", "what a PID 1 that was seen tells of it"),
                    Map.entry("core.verification.Judgement", "what a silent one was given"),
                    Map.entry("cli.check.CheckReport", "a field that is null where nobody knows"),
                    Map.entry("record.SnapshotJson", "a field that is left out"));

    @Test
    void whoAsksForWhatMayNotBeThereIsListed() {
        Set<String> found =
                HOUSE.classes().stream()
                        .filter(type -> !type.getName().equals(SNAPSHOT))
                        .flatMap(type -> type.getAccessesFromSelf().stream())
                        .filter(KnownOrNotTest::mayBeNull)
                        .map(access ->
                                access.getOriginOwner().getName().replace("dev.capdrop.", ""))
                        .collect(Collectors.toCollection(TreeSet::new));
        assertThat(found).containsExactlyInAnyOrderElementsOf(ALLOWED.keySet());
    }

    private static boolean mayBeNull(JavaAccess<?> access) {
        return access.getTargetOwner().getName().equals(SNAPSHOT)
                && PARTS.contains(access.getName());
    }
}
