package dev.capdrop.linux.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.Observation.Coverage;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.Observation.Tallies.Tally;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.observe.UseHistory.Learnt;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileHistoriesTest {
    private static final Instant NOW = Instant.parse("2026-05-04T10:00:00Z");
    private static final ContainerId WEB = new ContainerId(RuntimeKind.LXC, "web", "/var/lib/lxc");

    @TempDir private Path temp;
    private Path state = Path.of("/");
    private Instant now = NOW;
    private FileHistories histories = new FileHistories(state, () -> now);

    @BeforeEach
    void nothingWasLearnt() throws IOException {
        state = temp.resolve("capdrop");
        histories = new FileHistories(state, () -> now);
        assertThat(histories.read(WEB)).isNull();
    }

    @Test
    void whatWasLearntIsThereAgainInAnotherRun() throws IOException {
        UseHistory added = histories.add(WEB, "it", seen("web.service"));
        assertThat(new FileHistories(state, () -> now).read(WEB)).isEqualTo(added);
        histories.add(WEB, "it", seen("web.service"));
        assertThat(learnt().covered())
                .isEqualTo(new UseHistory.Covered(20, 2, 0, CapabilitySet.EMPTY, 20));
        assertThat(Objects.requireNonNull(learnt().unit("web.service")).uses().getFirst().count())
                .isEqualTo(8);
    }

    @Test
    void whatAKernelDidNotTellOfAndWhatAUnitWasMadeOfIsThereAgain() throws IOException {
        CapabilitySet setpcap = CapabilitySet.of("setpcap");
        Map<String, String> made = Map.of("web.service", "of this");
        Coverage coverage =
                new Coverage(
                        1,
                        0,
                        0,
                        Coverage.End.TIME,
                        List.of("web.service"),
                        setpcap,
                        made,
                        Coverage.UnitResults.NONE);
        Observation probed =
                new Observation(NOW, false, CapabilitySet.EMPTY, List.of(), coverage, 0);
        histories.add(WEB, "it", probed);
        assertThat(learnt().covered().unseen()).isEqualTo(setpcap);
        assertThat(Objects.requireNonNull(learnt().unit("web.service")).origin())
                .isEqualTo("of this");
        assertThat(Files.readString(onlyFile())).contains("\"unseen\":\"0000000000000100\"");
    }

    @Test
    void oneThatWasMadeAnewUnderTheNameBeginsAnew() throws IOException {
        histories.add(WEB, "the first", seen("old.service"));
        UseHistory anew = histories.add(WEB, "the second", seen("web.service"));
        assertThat(anew.unit("old.service")).isNull();
        assertThat(anew.covered().boots()).isEqualTo(1);
    }

    @Test
    void oneOfTheSameNameInAnotherFolderIsAnother() throws IOException {
        histories.add(WEB, "it", seen("web.service"));
        assertThat(histories.read(new ContainerId(RuntimeKind.LXC, "web", "/srv/lxc"))).isNull();
    }

    @Test
    void allRecordsAreListedAndOneThatCannotBeReadHidesNoOther() throws IOException {
        List<String> unreadable = new ArrayList<>();
        assertThat(histories.all(unreadable::add)).isEmpty();
        ContainerId far = new ContainerId(RuntimeKind.LXC, "web", "/srv/lxc");
        histories.add(WEB, "it", seen("web.service"));
        histories.add(far, "it", seen("far.service"));
        Path broken = onlyFile().resolveSibling("broken.json");
        Files.writeString(broken, "{");
        assertThat(histories.all(unreadable::add))
                .extracting(Learnt::target, Learnt::lxcPath)
                .containsExactly(tuple("lxc:web", "/srv/lxc"), tuple("lxc:web", WEB.lxcPath()));
        assertThat(unreadable).singleElement().asString().contains(broken.toString());
        histories.remove(histories.all(unreadable::add).getFirst());
        assertThat(histories.read(far)).isNull();
        assertThat(histories.read(WEB)).isNotNull();
    }

    /// The names come from the container.
    @Test
    void aNameOfAUnitCannotBreakTheDocument() throws IOException {
        String hostile = "a\"},\\\u0000\u001b[31m\u202e\ud800.service";
        histories.add(WEB, "it", seen(hostile));
        Path file = onlyFile();
        assertThat(Files.readAllBytes(file)).doesNotContain(0, 0x1b);
        assertThat(learnt().units()).hasSize(1);
        assertThat(learnt().covered().boots()).isEqualTo(1);
    }

    /// Whatever is added again and again takes no more room: 300 units of which each asks for eight
    /// things are more than any of the recorded images has.
    @Test
    void aDayOfFiftyContainersTakesLessThanTwentyFiveMegabytes() throws IOException {
        histories.add(WEB, "it", busy(0));
        long once = Files.size(onlyFile());
        for (int flush = 1; flush <= 30; flush++) {
            now = NOW.plusSeconds(4L * flush);
            histories.add(WEB, "it", busy(flush));
        }
        long often = Files.size(onlyFile());
        assertThat(50 * often).isLessThan(25_000_000);
        // but for the digits of what is counted
        assertThat(often).isLessThan(once + once / 20);
    }

    private static Observation busy(int flush) {
        List<Tally> tallies = new ArrayList<>();
        List<String> units = new ArrayList<>();
        for (int unit = 0; unit < 300; unit++) {
            String name = "a-service-of-some-length-" + unit + ".service";
            units.add(name);
            for (int capability = 0; capability < 8; capability++) {
                long at = 1_000_000_000L * flush;
                tallies.add(new Tally(name, capability, Meaning.USED, 1_000_000, at, at + 1));
            }
        }
        return new Observation(
                NOW,
                false,
                CapabilitySet.upTo(40),
                tallies,
                new Coverage(
                        4,
                        0,
                        0,
                        Coverage.End.TIME,
                        units,
                        CapabilitySet.EMPTY,
                        Map.of(),
                        Coverage.UnitResults.NONE),
                0);
    }

    @Test
    void twoWatchesThatAddAtOnceLoseNothing() throws Exception {
        try (ExecutorService both = Executors.newFixedThreadPool(4)) {
            List<Callable<UseHistory>> all = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                all.add(() ->
                        new FileHistories(state, () -> now).add(WEB, "it", seen("web.service")));
            }
            for (Future<UseHistory> one : both.invokeAll(all)) {
                one.get();
            }
        }
        assertThat(learnt().covered())
                .isEqualTo(new UseHistory.Covered(400, 40, 0, CapabilitySet.EMPTY, 400));
    }

    @Test
    void aFileThatIsNotOursOrIsBrokenIsOneSentence() throws IOException {
        histories.add(WEB, "it", seen("web.service"));
        Path file = onlyFile();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        byte[] document = Files.readAllBytes(file);
        Files.write(file, "{\"schema\":\"capdrop/learned/1\"".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> histories.add(WEB, "it", seen("web.service")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
        Files.write(file, document);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThatThrownBy(() -> histories.read(WEB)).hasMessageContaining("chmod 600");
    }

    private Path onlyFile() throws IOException {
        try (var files = Files.list(state.resolve("learned"))) {
            return files.toList().getFirst();
        }
    }

    private static Observation seen(String unit) {
        return new Observation(
                NOW,
                false,
                CapabilitySet.EMPTY,
                List.of(new Tally(unit, 0, Meaning.USED, 4, 1, 1)),
                new Coverage(
                        10,
                        1,
                        0,
                        Coverage.End.TIME,
                        List.of(unit),
                        CapabilitySet.EMPTY,
                        Map.of(),
                        Coverage.UnitResults.NONE),
                0);
    }

    private UseHistory learnt() throws IOException {
        return Objects.requireNonNull(histories.read(WEB));
    }
}
