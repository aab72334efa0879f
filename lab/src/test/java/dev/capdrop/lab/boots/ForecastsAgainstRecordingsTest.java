package dev.capdrop.lab.boots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.capability.CapabilitySet;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.lab.Clone;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds what this build foretells to the boots whose digests are kept with the sources, of the
/// images without services: those with services still have surprises, which docs/prediction.md
/// names.
final class ForecastsAgainstRecordingsTest {
    /// At most one definite prediction in so many may be wrong.
    private static final int RIGHT = 1000;

    private static final CapabilitySet INERT = inert();

    private static CapabilitySet inert() {
        CapabilitySet all = CapabilitySet.EMPTY;
        for (Trial trial : Trial.of(Stage.INERT)) {
            all = all.union(trial.drop());
        }
        return all;
    }

    static List<Recorded> recorded() throws IOException {
        Path folder = Clone.root().resolve(Path.of("bench", "recordings"));
        return Digest.all(folder).stream()
                .filter(image -> !Image.named(image.image()).services())
                .toList();
    }

    static Stream<Named<Recorded>> images() throws IOException {
        return recorded().stream().map(image -> Named.of(image.image(), image));
    }

    @ParameterizedTest
    @MethodSource("images")
    void noChangeComesAsASurprise(Recorded image) {
        List<Change> surprises =
                new Judge(image)
                        .judge(image.boots()).stream()
                                .flatMap(boot -> boot.changes().stream())
                                .filter(c -> c.verdict() == Change.Verdict.SURPRISE)
                                .toList();
        assertThat(surprises).isEmpty();
    }

    @Test
    void aDefinitePredictionIsHardlyEverWrong() throws IOException {
        long definite = 0;
        long wrong = 0;
        for (Recorded image : recorded()) {
            for (Judgement one : new Judge(image).judge(image.boots())) {
                definite += one.definite();
                wrong += one.wrong().size();
            }
        }
        assertThat(definite).isPositive();
        assertThat(wrong * RIGHT).isLessThanOrEqualTo(definite);
    }

    @ParameterizedTest
    @MethodSource("images")
    void whatTheKernelNeverHonoursLeavesNothingOpen(Recorded image) {
        Init init = Objects.requireNonNull(image.baseline().init());
        for (Judgement one : new Judge(image).judge(image.boots())) {
            if (init.unprivileged() && one.boot().drop().minus(INERT).isEmpty()) {
                assertThat(one.undecided()).as(one.boot().name()).isEmpty();
            }
        }
    }
}
