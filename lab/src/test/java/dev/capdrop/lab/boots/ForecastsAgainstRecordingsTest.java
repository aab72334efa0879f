package dev.capdrop.lab.boots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.lab.Clone;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds what this build foretells to the boots whose digests are kept with the sources.
final class ForecastsAgainstRecordingsTest {
    /// At most one definite prediction in so many may be wrong.
    private static final int RIGHT = 1000;

    /// The surprises that are still left, which docs/prediction.md names.
    private static final Map<String, Integer> LEFT =
            Map.of("bookworm-services-privileged", 2, "bookworm-services-unprivileged", 2);

    private static final Map<String, List<Judgement>> JUDGED = new HashMap<>();

    private static final int IMAGES = 10;

    private static final CapabilitySet INERT = inert();

    private static CapabilitySet inert() {
        CapabilitySet all = CapabilitySet.EMPTY;
        for (Trial trial : Trial.of(Stage.INERT)) {
            all = all.union(trial.drop());
        }
        return all;
    }

    static List<Recorded> recorded() throws IOException {
        return Digest.all(Clone.root().resolve(Path.of("bench", "recordings")));
    }

    static Stream<Named<Recorded>> images() throws IOException {
        return recorded().stream().map(image -> Named.of(image.image(), image));
    }

    private static List<Judgement> judged(Recorded image) {
        return JUDGED.computeIfAbsent(image.image(), _ -> new Judge(image).judge(image.boots()));
    }

    @Test
    void everyImageIsRecorded() throws IOException {
        assertThat(recorded()).extracting(Recorded::image).hasSize(IMAGES);
    }

    @ParameterizedTest
    @MethodSource("images")
    void noChangeComesAsASurprise(Recorded image) {
        List<Change> surprises =
                judged(image).stream()
                        .flatMap(boot -> boot.changes().stream())
                        .filter(change -> change.verdict() == Change.Verdict.SURPRISE)
                        .toList();
        assertThat(surprises).hasSizeLessThanOrEqualTo(LEFT.getOrDefault(image.image(), 0));
    }

    @ParameterizedTest
    @MethodSource("images")
    void aDefinitePredictionIsHardlyEverWrong(Recorded image) {
        long definite = 0;
        long wrong = 0;
        for (Judgement one : judged(image)) {
            definite += one.definite();
            wrong += one.wrong().size();
        }
        assertThat(definite).isPositive();
        assertThat(wrong * RIGHT).isLessThanOrEqualTo(definite);
    }

    /// In a privileged container nothing is inert.
    @ParameterizedTest
    @MethodSource("images")
    void whatTheKernelNeverHonoursLeavesNothingOpen(Recorded image) {
        Init init = Objects.requireNonNull(image.baseline().init());
        List<Judgement> inert =
                judged(image).stream()
                        .filter(one -> init.unprivileged())
                        .filter(one -> one.boot().drop().minus(INERT).isEmpty())
                        .toList();
        assertThat(inert).allMatch(one -> one.undecided().isEmpty());
        assertThat(inert.isEmpty()).isEqualTo(!init.unprivileged());
    }
}
