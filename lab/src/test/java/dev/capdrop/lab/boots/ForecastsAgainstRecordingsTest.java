package dev.capdrop.lab.boots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.rule.KnownProgram;
import dev.capdrop.core.rule.KnownProgram.Fact;
import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.rule.Rule.GeneralRule;
import dev.capdrop.core.rule.Rule.RecordRule;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.lab.Clone;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Holds what this build forecasts to the boots whose digests are kept with the sources: from what
/// a first boot showed, and from what its files alone had told before.
final class ForecastsAgainstRecordingsTest {
    /// At most one definite forecast in so many may be wrong.
    private static final int RIGHT = 1000;

    /// Of so many states of units under single drops at most one is left undecided after a watched
    /// boot of any image.
    private static final int LEFT_UNDECIDED = 40;

    /// And of all images together after one.
    private static final int LEFT_UNDECIDED_OF_ALL = 50;

    /// And without a record.
    private static final int LEFT_UNDECIDED_UNWATCHED = 16;

    private static final Map<String, List<Judgement>> JUDGED = new HashMap<>();
    private static final Map<String, List<Judgement>> JUDGED_OFFLINE = new HashMap<>();
    private static final Map<String, List<Judgement>> JUDGED_LEARNT = new HashMap<>();

    private static final int IMAGES = 21;
    private static final List<Recorded> RECORDED = new ArrayList<>();

    /// What neither files tell nor the boots without any drop show: a program that ends with one
    /// status or with another, one that is started again and again, and seems active or not, and
    /// one that is up in time in some boots only. What is dropped has nothing to do with it.
    private static final List<String> WHIMSICAL =
            List.of(
                    ": atopacct.service was active, is failed timeout",
                    ": nfs-ganesha.service was inactive, is failed ",
                    ": fort.service was active, is failed ",
                    ": suricata.service was failed, is active restarted again and again");

    private static final CapabilitySet INERT = inert();

    private static boolean asks(String why) {
        return why.contains(" sets its own capabilities, may ask for ");
    }

    private static boolean hangs(String why) {
        return why.startsWith("hangs on ") || why.startsWith("waits for ");
    }

    private static CapabilitySet inert() {
        CapabilitySet all = CapabilitySet.EMPTY;
        for (Trial trial : Trial.of(Stage.INERT)) {
            all = all.union(trial.drop());
        }
        return all;
    }

    private static Path folder() {
        return Clone.root().resolve(Path.of("bench", "recordings"));
    }

    static List<Recorded> recorded() throws IOException {
        if (RECORDED.isEmpty()) {
            RECORDED.addAll(Digest.all(folder()));
        }
        return RECORDED;
    }

    static Stream<Named<Recorded>> images() throws IOException {
        return recorded().stream().map(image -> Named.of(image.image(), image));
    }

    private static List<Judgement> judged(Recorded image) {
        return JUDGED.computeIfAbsent(image.image(), _ -> new Judge(image).judge(image.boots()));
    }

    private static List<Judgement> judgedOffline(Recorded image) throws IOException {
        List<Judgement> known = JUDGED_OFFLINE.get(image.image());
        if (known == null) {
            Snapshot forecast = new Digest(folder(), image.image()).forecast();
            known = new Judge(image, forecast).judge(image.boots());
            JUDGED_OFFLINE.put(image.image(), known);
        }
        return known;
    }

    @Test
    void everyImageIsRecorded() throws IOException {
        assertThat(recorded()).extracting(Recorded::image).hasSize(IMAGES);
    }

    @ParameterizedTest
    @MethodSource("images")
    void noChangeComesAsASurprise(Recorded image) {
        assertThat(judged(image))
                .flatExtracting(Judgement::surprises)
                .allMatch(surprise -> WHIMSICAL.stream().anyMatch(surprise::contains));
    }

    @ParameterizedTest
    @MethodSource("images")
    void fromFilesAloneNeitherDoes(Recorded image) throws IOException {
        assertThat(judgedOffline(image))
                .flatExtracting(Judgement::surprises)
                .allMatch(surprise -> WHIMSICAL.stream().anyMatch(surprise::contains));
    }

    @ParameterizedTest
    @MethodSource("images")
    void aDefiniteForecastIsHardlyEverWrong(Recorded image) {
        assertHardlyEverWrong(judged(image));
    }

    @ParameterizedTest
    @MethodSource("images")
    void neitherIsOneThatIsMadeFromFilesAlone(Recorded image) throws IOException {
        assertHardlyEverWrong(judgedOffline(image));
    }

    /// The images of which watched boots are kept, with how many of them.
    static Stream<Arguments> watched() throws IOException {
        List<Arguments> all = new ArrayList<>();
        for (Recorded image : recorded()) {
            for (int boots = 1; boots <= Watcher.BOOTS; boots++) {
                if (new Digest(folder(), image.image()).learnt(boots) != null) {
                    all.add(Arguments.of(Named.of(image.image(), image), boots));
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("watched")
    void whatWatchedBootsSettleIsWhatComesAndHardlyAnyStateStaysOpen(Recorded image, int boots)
            throws IOException {
        List<Judgement> after = learnt(image, boots);
        assertThat(after).flatExtracting(Judgement::surprises).isEmpty();
        assertHardlyEverWrong(after);
        assertThat(open(after) * LEFT_UNDECIDED).isLessThan(states(after));
    }

    @Test
    void singleDropsLeaveFewStatesUndecidedAndHardlyAnyAfterOneWatchedBoot() throws IOException {
        long states = 0;
        long before = 0;
        long after = 0;
        for (Recorded image : recorded()) {
            if (new Digest(folder(), image.image()).learnt(1) != null) {
                states += states(learnt(image, 0));
                before += open(learnt(image, 0));
                after += open(learnt(image, 1));
            }
        }
        assertThat(after).isPositive();
        assertThat(after * LEFT_UNDECIDED_OF_ALL).isLessThanOrEqualTo(states);
        assertThat(before * LEFT_UNDECIDED_UNWATCHED).isLessThanOrEqualTo(states);
    }

    /// A rule of which its table says so has decided in some recorded boot, and no other one has.
    @Test
    void theRulesThatTheRecordedBootsShowAreThoseOfWhichTheirTableSaysSo() throws IOException {
        Set<Rule> decided = new HashSet<>();
        for (Recorded image : recorded()) {
            decided.addAll(rules(judged(image)));
            decided.addAll(rules(judgedOffline(image)));
            if (new Digest(folder(), image.image()).learnt(1) != null) {
                decided.addAll(rules(learnt(image, 1)));
            }
        }
        assertThat(
                        Stream.of(
                                        List.of(GeneralRule.values()),
                                        List.of(RecordRule.values()),
                                        KnownProgram.of(Fact.START),
                                        KnownProgram.of(Fact.SCRIPT_START))
                                .<Rule>flatMap(List::stream)
                                .filter(rule -> rule.row().evidence().equals("recorded boots")))
                .containsExactlyInAnyOrderElementsOf(decided);
    }

    private static List<Rule> rules(List<Judgement> judged) {
        return judged.stream().flatMap(one -> one.rules().stream()).toList();
    }

    private static List<Judgement> learnt(Recorded image, int boots) throws IOException {
        String key = image.image() + " " + boots;
        List<Judgement> known = JUDGED_LEARNT.get(key);
        if (known == null) {
            known = LearntReport.judge(image, folder(), boots);
            JUDGED_LEARNT.put(key, known);
        }
        return known;
    }

    private static long states(List<Judgement> judged) {
        return judged.stream()
                .mapToLong(one ->
                        one.definite() + one.undecided().size() + (long) one.undecidedAnyway())
                .sum();
    }

    private static long open(List<Judgement> judged) {
        return judged.stream().mapToLong(one -> one.undecided().size()).sum();
    }

    private static void assertHardlyEverWrong(List<Judgement> judged) {
        long definite = 0;
        long wrong = 0;
        for (Judgement one : judged) {
            definite += one.definite();
            wrong += one.wrong().size();
        }
        assertThat(definite).isPositive();
        assertThat(wrong * RIGHT).isLessThanOrEqualTo(definite);
    }

    /// A program that asks for capabilities may end when it does not get one, honoured or not. In a
    /// privileged container nothing is inert.
    @ParameterizedTest
    @MethodSource("images")
    void whatTheKernelNeverHonoursLeavesOnlyThoseOpenThatAskForIt(Recorded image)
            throws IOException {
        Init init = Objects.requireNonNull(image.baseline().init());
        List<Judgement> inert =
                Stream.of(judged(image), judgedOffline(image))
                        .flatMap(List::stream)
                        .filter(one -> init.unprivileged())
                        .filter(one -> one.boot().drop().minus(INERT).isEmpty())
                        .toList();
        assertThat(inert)
                .extracting(one -> one.undecided().stream().map(Undecided::why).toList())
                .allMatch(whys ->
                        whys.isEmpty()
                                || whys.stream().anyMatch(ForecastsAgainstRecordingsTest::asks))
                .allMatch(whys -> whys.stream().allMatch(why -> asks(why) || hangs(why)));
        assertThat(inert.isEmpty()).isEqualTo(!init.unprivileged());
    }
}
