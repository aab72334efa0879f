package dev.capdrop.record;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.observe.Observation;
import dev.capdrop.core.observe.Observation.Coverage;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.UnitHistory;
import dev.capdrop.core.observe.UseHistory;
import dev.capdrop.core.runtime.IncusFile.IncusProfile;
import dev.capdrop.core.snapshot.ConfigurationText;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Programs.ProgramFile;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Snapshot.HostMachine;
import dev.capdrop.core.snapshot.Snapshot.Isolation;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.UnitFile.Setting;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SnapshotJsonTest {
    private static final String MINIMAL =
            "{\"schema\":\"capdrop/snapshot/1\",\"takenAt\":\"2026-11-25T10:15:00Z\","
                    + "\"container\":{\"runtime\":\"lxc\",\"name\":\"c1\"},\"host\":{}}";

    static List<Arguments> subjects() {
        String raw = "/var/lib/incus/profiles/default_base/raw.lxc";
        return List.of(
                Arguments.of(
                        "\"pve\",\"name\":\"101\",\"lxcPath\":\"/l\",\"configPath\":\"/etc/pve/lxc/101.conf\"",
                        ContainerId.proxmox("101", "/l", "/etc/pve/lxc/101.conf")),
                Arguments.of(
                        "\"host\",\"name\":\"all\",\"configPath\":\"/l/capdrop.conf\"",
                        new Subject.HostFile("/l/capdrop.conf")),
                Arguments.of(
                        "\"profile\",\"name\":\"base\",\"configPath\":\"" + raw + "\"",
                        new Subject.Profile(requireNonNull(IncusProfile.of(raw)))),
                Arguments.of("\"root\",\"name\":\"/srv/r\"", new Subject.RootDirectory("/srv/r")));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void aSubjectOfEachKindIsReadAndWrittenAsEverBefore(String words, Subject subject)
            throws RecordException {
        String document = MINIMAL.replace("\"lxc\",\"name\":\"c1\"", words);
        Snapshot read = read(document).snapshot();
        assertThat(read.subject()).isEqualTo(subject);
        assertThat(new String(SnapshotJson.write(read), UTF_8).replaceAll("\\s", ""))
                .contains("{\"runtime\":" + words + "}");
    }

    @Test
    void whatWasLearntIsAPartOfIt() throws IOException {
        Instant then = Instant.parse("2026-05-04T10:00:00Z");
        UnitHistory.Use use = new UnitHistory.Use(0, Meaning.USED, 3, then, then, then);
        UnitHistory web =
                new UnitHistory(
                        "web.service", 3, then, List.of(use), "/web 7 1", true, then, List.of());
        UseHistory learnt =
                new UseHistory(
                        "it",
                        then,
                        then,
                        new UseHistory.Covered(10, 3, 7, CapabilitySet.of("setpcap"), 4),
                        List.of(web));
        Snapshot bare =
                SnapshotJson.read(MINIMAL.getBytes(StandardCharsets.UTF_8), "it").snapshot();
        assertThat(bare.learnt()).isNull();
        byte[] document = SnapshotJson.write(bare.withLearnt(learnt));
        assertThat(SnapshotJson.read(document, "it").snapshot().learnt()).isEqualTo(learnt);
        assertThat(new String(SnapshotJson.write(bare), StandardCharsets.UTF_8))
                .doesNotContain("learnt");
    }

    @Test
    void anEarlierVersionsRecordTellsOfWorkAsFarAsItsUnitsDo() throws IOException {
        UseHistory learnt =
                learnt(
                        """
                        {"unit":"web.service","last":"%1$s","worked":"%1$s","uses":[
                         {"capability":"chown","meaning":"used","count":3,"first":"%1$s","last":"%1$s"},
                         {"capability":"kill","meaning":"used","count":3,"first":"%2$s","last":"%2$s"}]},
                        {"unit":"db.service","last":"%1$s","uses":[
                         {"capability":"chown","meaning":"used","count":3,"first":"%1$s","last":"%1$s"}]}
                        """
                                .formatted("2026-05-04T10:00:00Z", "2026-05-04T11:00:00Z"));
        assertThat(learnt.units().getFirst().usedAtWork(0)).isEqualTo(3);
        assertThat(learnt.units().getFirst().usedAtWork(5)).isZero();
        assertThat(learnt.units().getLast().usedAtWork(0)).isZero();
    }

    private static UseHistory learnt(String units) throws IOException {
        String document =
                MINIMAL.replace(
                        "\"host\":{}",
                        "\"host\":{},\"learnt\":{\"identity\":\"it\","
                                + "\"first\":\"2026-05-04T10:00:00Z\",\"last\":\"2026-05-04T10:00:00Z\",\"units\":["
                                + units
                                + "]}");
        UseHistory learnt =
                SnapshotJson.read(document.getBytes(StandardCharsets.UTF_8), "it")
                        .snapshot()
                        .learnt();
        assertThat(learnt).isNotNull();
        return java.util.Objects.requireNonNull(learnt);
    }

    @Test
    void aUseInWordsOfALaterVersionIsKeptAndCountsAsOne() throws IOException {
        String use =
                "{\"capability\":\"%s\",\"meaning\":\"%s\",\"count\":2,"
                        + "\"first\":\"2026-05-04T10:00:00Z\",\"last\":\"2026-05-04T10:00:00Z\"}";
        String later =
                MINIMAL.substring(0, MINIMAL.length() - 1)
                        + ",\"learnt\":{\"identity\":\"it\",\"first\":\"2026-05-04T10:00:00Z\","
                        + "\"last\":\"2026-05-04T10:00:00Z\",\"boots\":1,\"units\":[{\"unit\":\"a.service\","
                        + "\"boots\":1,\"last\":\"2026-05-04T10:00:00Z\",\"uses\":["
                        + use.formatted("42", "missed")
                        + ","
                        + use.formatted("kill", "guessed")
                        + ","
                        + use.formatted("fly", "used")
                        + "]}]}}";
        assertThat(rewritten(later)).isEqualTo(later + "\n");
        UseHistory learnt = Objects.requireNonNull(read(later).snapshot().learnt());
        assertThat(Objects.requireNonNull(learnt.unit("a.service")).later()).hasSize(2);
        assertThat(learnt.units(5, Meaning.USED)).containsExactly("a.service");
        assertThat(learnt.used().contains(new Capability(50))).isTrue();
        assertThat(learnt.neverGranted("a.service"))
                .isEqualTo(CapabilitySet.upTo(40).minus(CapabilitySet.of("kill")));
        UseHistory twice =
                learnt.plus(
                        new Observation(
                                Instant.EPOCH,
                                false,
                                CapabilitySet.EMPTY,
                                List.of(),
                                new Coverage(
                                        1,
                                        0,
                                        0,
                                        Coverage.End.TIME,
                                        List.of("a.service"),
                                        CapabilitySet.EMPTY,
                                        Map.of(),
                                        Coverage.UnitResults.NONE),
                                0),
                        learnt.last());
        assertThat(Objects.requireNonNull(twice.unit("a.service")).later())
                .hasSameElementsAs(Objects.requireNonNull(learnt.unit("a.service")).later());
    }

    /// The assignments of a unit that is sandboxed as well as systemd's own are.
    private static final List<String> SANDBOX =
            List.of(
                    "ExecStart=!!/usr/lib/systemd/systemd-typical",
                    "User=systemd-typical",
                    "AmbientCapabilities=CAP_NET_BIND_SERVICE CAP_NET_RAW",
                    "CapabilityBoundingSet=CAP_SETPCAP CAP_NET_RAW CAP_NET_BIND_SERVICE",
                    "LockPersonality=yes",
                    "MemoryDenyWriteExecute=yes",
                    "NoNewPrivileges=yes",
                    "PrivateDevices=yes",
                    "PrivateTmp=yes",
                    "ProtectClock=yes",
                    "ProtectControlGroups=yes",
                    "ProtectHome=yes",
                    "ProtectKernelLogs=yes",
                    "ProtectKernelModules=yes",
                    "ProtectKernelTunables=yes",
                    "ProtectSystem=strict",
                    "Restart=always",
                    "RestrictAddressFamilies=AF_UNIX AF_NETLINK AF_INET AF_INET6",
                    "RestrictNamespaces=yes",
                    "RestrictRealtime=yes",
                    "RestrictSUIDSGID=yes",
                    "RuntimeDirectory=systemd/typical",
                    "SystemCallArchitectures=native",
                    "SystemCallFilter=@system-service",
                    "Type=notify");

    private static SnapshotJson.Recorded read(String document) throws RecordException {
        return SnapshotJson.read(document.getBytes(UTF_8), "c1.json");
    }

    private static String rewritten(String document) throws RecordException {
        return new String(SnapshotJson.write(read(document)), UTF_8);
    }

    @Test
    void everyGeneratedSnapshotSurvivesWriteAndRead() throws Exception {
        for (long seed = 0; seed < 500; seed++) {
            Snapshot snapshot = new GeneratedSnapshots(seed).snapshot();
            byte[] document = SnapshotJson.write(snapshot);
            SnapshotJson.Recorded read = SnapshotJson.read(document, "generated");
            assertThat(read.snapshot()).as("seed %d", seed).isEqualTo(snapshot);
            assertThat(read.unknown().isEmpty()).as("seed %d", seed).isTrue();
            assertThat(SnapshotJson.write(read)).as("seed %d", seed).isEqualTo(document);
            assertThat(SnapshotJson.readOnly(document, "generated"))
                    .as("seed %d", seed)
                    .isEqualTo(snapshot);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 32, 33, 34, 1000})
    void anObjectMayHaveAnyNumberOfFieldsButEachOnlyOnce(int count) throws Exception {
        String fields =
                IntStream.range(0, count)
                        .mapToObj(i -> "\"f" + i + "\":[" + i + "]")
                        .collect(Collectors.joining(","));
        String document = MINIMAL.replace("\"host\":{}", "\"host\":{},\"extra\":{" + fields + "}");
        assertThat(rewritten(document)).contains("\"extra\":{" + fields + "}");
        String again = document.replace("\"extra\":{" + fields, "\"extra\":{\"f0\":7," + fields);
        if (count > 0) {
            assertThatThrownBy(() -> read(again)).hasMessageContaining("the same field twice");
        }
    }

    @Test
    void stringsWithOneHashAreToldApart() throws Exception {
        assertThat("Aa".hashCode()).isEqualTo("BB".hashCode());
        String document =
                MINIMAL.replace("\"host\":{}", "\"host\":{},\"problems\":[\"Aa\",\"BB\",\"Aa\"]");
        assertThat(read(document).snapshot().problems()).containsExactly("Aa", "BB", "Aa");
    }

    @Test
    void theSmallestDocumentIsASnapshotOfAStoppedContainer() throws Exception {
        Snapshot snapshot = read(MINIMAL).snapshot();
        assertThat(snapshot.running()).isFalse();
        assertThat(snapshot.configuration()).isNull();
        assertThat(snapshot.problems()).isEmpty();
    }

    @Test
    void nullIsTheSameAsAbsent() throws Exception {
        String nulls =
                MINIMAL.replace("\"host\":{}", "\"host\":{},\"init\":null,\"problems\":null");
        assertThat(read(nulls))
                .extracting(SnapshotJson.Recorded::snapshot)
                .isEqualTo(read(MINIMAL).snapshot());
    }

    @Test
    void aDocumentIsOneLineOfAscii() {
        for (long seed = 0; seed < 50; seed++) {
            String document =
                    new String(
                            SnapshotJson.write(new GeneratedSnapshots(seed).snapshot()),
                            ISO_8859_1);
            assertThat(document).matches("[\\x20-\\x7f]*\n");
        }
    }

    @Test
    void unknownFieldsSurviveOnEveryLevel() throws Exception {
        String document =
                """
                {"schema":"capdrop/snapshot/1","takenAt":"2026-11-25T10:15:00Z",\
                "container":{"runtime":"lxc","name":"c1","lxcPath":"/l","vmid":101},\
                "host":{"kernelRelease":"6.12","lastCapability":40,"cpu":{"cores":[2,2.50,1e400]}},\
                "systemd":{"state":"running","source":"dbus","units":[\
                {"name":"a.service","detail":{"links":{"onFailure":["b.service"]}}},\
                {"name":"b.service","conditions":[{"type":"Capability","parameter":"CAP_X",\
                "result":"failed","since":null}],"memory":18446744073709551616}]},\
                "observations":[{"deep":true}]}
                """;
        SnapshotJson.Recorded read = read(document);
        assertThat(read.unknown().isEmpty()).isFalse();
        assertThat(rewritten(document)).isEqualTo(document);
    }

    @Test
    void unknownFieldsOfElementsGoWhenTheListHasChanged() throws Exception {
        SnapshotJson.Recorded read =
                read(
                        MINIMAL.replace(
                                "\"host\":{}",
                                "\"host\":{},\"extra\":1,\"systemd\":{\"source\":\"dbus\","
                                        + "\"units\":[{\"name\":\"a.service\",\"new\":1}]}"));
        Snapshot other = read(MINIMAL).snapshot();
        String document =
                new String(
                        SnapshotJson.write(new SnapshotJson.Recorded(other, read.unknown())),
                        UTF_8);
        assertThat(document).contains("\"extra\":1");
    }

    @Test
    void fileContentsAreTextWhereTheyAreUtf8AndBase64Elsewhere() throws Exception {
        Snapshot snapshot =
                withFiles(
                        Map.of(
                                "/utf8",
                                new String("# caf\u00e9\r\n".getBytes(UTF_8), ISO_8859_1),
                                "/latin1",
                                "# caf\u00e9"));
        String document = new String(SnapshotJson.write(snapshot), UTF_8);
        assertThat(document)
                .contains("\"/utf8\":\"# caf\\u00E9\\r\\n\"")
                .contains("\"/latin1\":{\"base64\":\"IyBjYWbp\"}");
        assertThat(read(document).snapshot()).isEqualTo(snapshot);
    }

    @Test
    void aNameThatIsHalfACharacterIsWrittenAsAReaderTakesIt() throws Exception {
        Snapshot half = withFiles(Map.of("/\ud800", "a", "/\ud83d\udce6", "b"));
        assertThat(read(new String(SnapshotJson.write(half), UTF_8)).snapshot())
                .isEqualTo(withFiles(Map.of("/?", "a", "/\ud83d\udce6", "b")));
        assertThatThrownBy(() -> read(MINIMAL.replaceFirst("\\{", "{\"\\\\ud800\":1,")))
                .isInstanceOf(RecordException.class)
                .hasMessageMatching("'c1.json' is not valid JSON \\(line 1, column \\d+\\)");
    }

    @Test
    void aContentThatIsNoStringOfBytesIsTheCallersMistake() {
        Snapshot snapshot = withFiles(Map.of("/f", "\u20ac"));
        assertThatThrownBy(() -> SnapshotJson.write(snapshot))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("U+20AC is not a byte");
    }

    private static Snapshot withFiles(Map<String, String> files) {
        return Snapshot.of(
                        Instant.EPOCH,
                        new ContainerId(RuntimeKind.LXC, "c1", "/var/lib/lxc"),
                        new HostMachine("", "6.12", 40, CapabilitySet.upTo(40), null, ""))
                .with(new ConfigurationText("/f", files, Map.of(), 0, Map.of()));
    }

    @Test
    void theHostsNameIsKeptAndOneThatWasNeverWrittenIsUnknown() throws RecordException {
        String named = MINIMAL.replace("\"host\":{}", "\"host\":{\"name\":\"pve1\"}");
        Snapshot snapshot = read(named).snapshot();
        assertThat(snapshot.host().name()).isEqualTo("pve1");
        assertThat(new String(SnapshotJson.write(snapshot), UTF_8)).contains("\"name\":\"pve1\"");
        assertThat(read(MINIMAL).snapshot().host().name()).isEmpty();
    }

    @Test
    void aNewerVersionIsRefusedInOneSentence() {
        assertThatThrownBy(() -> read(MINIMAL.replace("snapshot/1", "snapshot/2")))
                .isInstanceOf(RecordException.class)
                .hasMessage(
                        "'c1.json' has a 'schema' that is not 'capdrop/snapshot/1': a newer capdrop"
                                + " wrote it, read it with that one (line 1, column 11)");
    }

    @Test
    void anotherKindOfDocumentIsRefused() {
        assertThatThrownBy(() -> read(MINIMAL.replace("snapshot/1", "check/1")))
                .hasMessageContaining("is not that of a capdrop snapshot, 'capdrop/snapshot/1'");
        assertThatThrownBy(() -> read("{}")).hasMessageContaining("has no string 'schema'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|is empty",
                "[]|does not hold a JSON object (line 1, column 1)",
                "{|ends in the middle: it is incomplete (line 1, column 2)",
                "{\"a\" 1}|is not valid JSON (line 1, column 6)",
                "{\"a\":1} x|is not valid JSON (line 1, column 9)",
                "{\"a\":1}{}|goes on behind its end (line 1, column 8)",
                "{\"a\":1,\"a\":2}|has the same field twice in one object (line 1, column 8)",
            })
    void malformedInputIsOneSentenceWithThePlace(String document, String sentence) {
        assertThatThrownBy(() -> read(document))
                .isInstanceOf(RecordException.class)
                .hasMessage("'c1.json' " + sentence)
                .hasNoCause();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"host\":{}|\"host\":7|has a number for 'host', expected an object",
                "\"c1\"|[]|has no string 'name' in its object",
                "\"lxc\"|\"docker\"|has a 'runtime' that is not one of lxc, pve, nspawn, incus, lxd, host, profile, root",
                "\"lxc\"|\"profile\"|has a 'configPath' that is not the lines of a profile",
                "2026-11-25T|2026-13-25T|is not an instant such as",
                "\"host\":{}|\"host\":{\"lastCapability\":1.5}|whole number",
                "\"host\":{}|\"host\":{\"lastCapability\":4294967296}|whole number of 32 bits",
                "\"host\":{}|\"host\":{},\"problems\":[1]|has a number for 'problems'",
                "\"host\":{}|\"host\":{},\"problems\":{}|has an object for 'problems'",
                "\"host\":{}|\"host\":{},\"systemd\":{\"source\":\"varlink\"}|is not one of dbus, systemctl",
                "\"host\":{}|\"host\":{},\"init\":{\"startedAt\":\"2026-11-25T10:15:00Z\",\"bounding\":\"xyz\"}|is not 1 to 16 hex digits",
                "\"host\":{}|\"host\":{},\"configuration\":{\"path\":\"/f\",\"files\":{\"/f\":{\"base64\":\"*\"}}}|that is not base64",
                "\"host\":{}|\"host\":{},\"configuration\":{\"path\":\"/f\",\"files\":{\"/f\":\"\\ud800\"}}|text that UTF-8 can hold",
                "\"host\":{}|\"host\":{},\"configuration\":{\"path\":\"/f\",\"files\":{\"/f\":{}}}|expected a string",
            })
    void aValueOfTheWrongKindIsOneSentenceWithThePlace(String was, String is, String says) {
        assertThatThrownBy(() -> read(MINIMAL.replace(was, is)))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(says)
                .hasMessageMatching("[^\n]* \\(line 1, column \\d+\\)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":", "[{\"a\":"})
    void deepNestingIsRefused(String opening) {
        String deep =
                MINIMAL.replace("\"host\":{}", "\"host\":{},\"x\":" + opening.repeat(100_000));
        assertThatThrownBy(() -> read(deep))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("is nested deeper than 64 levels (line 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 5_000_000})
    void aNumberThatIsTooLongIsOneSentence(int digits) {
        String number = MINIMAL.replace("\"host\":{}", "\"host\":{},\"x\":" + "9".repeat(digits));
        assertThatThrownBy(() -> read(number))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("holds a name or number that is too long");
    }

    @Test
    void aCompressedDocumentIsSaidToBeOne() {
        byte[] gzip = {0x1f, (byte) 0x8b, 8, 0};
        assertThatThrownBy(() -> SnapshotJson.read(gzip, "c1.json.gz"))
                .isInstanceOf(RecordException.class)
                .hasMessage("'c1.json.gz' is compressed with gzip; zcat(1) uncompresses it");
    }

    @Test
    void aHugeDocumentIsRefusedBeforeItIsHeld() {
        assertThatThrownBy(() -> SnapshotJson.read(new Spaces(), "endless"))
                .isInstanceOf(RecordException.class)
                .hasMessage("'endless' is larger than 64 MiB");
    }

    @Test
    void aDocumentOfVeryManyValuesIsRefused() {
        String many = MINIMAL.replace("\"host\":{}", "\"x\":[" + "0,".repeat(4_100_000) + "0]");
        assertThatThrownBy(() -> read(many))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("holds more than 4 million values");
    }

    @Test
    void everyTruncationIsRefusedAndNoneThrowsAnythingElse() {
        byte[] document = SnapshotJson.write(new GeneratedSnapshots(7).snapshot());
        for (int length = 0; length < document.length - 1; length++) {
            byte[] cut = Arrays.copyOf(document, length);
            if (document[length] == '\n') {
                continue;
            }
            assertThatThrownBy(() -> SnapshotJson.read(cut, "cut"))
                    .as("%d bytes", length)
                    .isInstanceOf(RecordException.class);
        }
    }

    @Test
    void noDamagedDocumentThrowsAnythingElse() {
        byte[] document = SnapshotJson.write(new GeneratedSnapshots(3).snapshot());
        Random random = new Random(1);
        for (int round = 0; round < 5000; round++) {
            byte[] damaged = document.clone();
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(SnapshotJson.read(damaged, "damaged").snapshot()).isNotNull();
            } catch (RecordException refused) {
                assertThat(refused.getMessage()).startsWith("'damaged' ").doesNotContain("\n");
            }
        }
    }

    @Test
    void aTypicalContainerTakesLessThan300Kilobytes() {
        assertThat(SnapshotJson.write(typical()).length).isBetween(100_000, 300_000);
    }

    @Test
    void whereAnAssignmentStandsIsSaidOnlyOnceForTheWholeFragment() throws Exception {
        Setting setting = new Setting("/a", 1, "Service", "User", "x");
        String document =
                MINIMAL.replace(
                        "\"host\":{}",
                        "\"host\":{},\"systemd\":{\"source\":\"files\",\"units\":[{\"name\":\"a.service\","
                                + "\"detail\":{\"fragmentPath\":\"/a\",\"settings\":["
                                + "{\"line\":1,\"key\":\"User\",\"value\":\"x\"},"
                                + "{\"file\":\"/b\",\"line\":1,\"section\":\"X\",\"key\":\"User\","
                                + "\"value\":\"x\"}]}}]}");
        Systemd systemd = read(document).snapshot().systemd();
        assertThat(systemd).isNotNull();
        UnitDetail detail = systemd.units().getFirst().detail();
        assertThat(detail.settings())
                .containsExactly(setting, new Setting("/b", 1, "X", "User", "x"));
    }

    @Test
    void detailsThatHoldNothingAreNotThoseThatWereNotRead() throws RecordException {
        String document =
                MINIMAL.replace(
                        "\"host\":{}",
                        "\"host\":{},\"systemd\":{\"source\":\"files\",\"units\":[{\"name\":\"a.service\",\"detail\":{}},"
                                + "{\"name\":\"b.service\"}]}");
        byte[] again = SnapshotJson.write(read(document));
        Systemd systemd = SnapshotJson.read(again, "c1.json").snapshot().systemd();
        assertThat(systemd).isNotNull();
        assertThat(systemd.units())
                .extracting(unit -> unit.detail().isRead())
                .containsExactly(true, false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0G", "zz", "AB"})
    void fileCapabilitiesThatAreNoBytesAreRefused(String hex) {
        String document =
                MINIMAL.replace(
                        "\"host\":{}",
                        "\"host\":{},\"programs\":{\"files\":[{\"path\":\"/p\",\"capabilities\":\""
                                + hex
                                + "\"}]}");
        assertThatThrownBy(() -> read(document))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("are no bytes in lower case hex");
    }

    /// 170 units as a Debian container with many services has them: about 15 dependencies, a
    /// condition or two, and a handful of settings each; a third are services that are sandboxed as
    /// thoroughly as systemd's own, and every one of these executes a program.
    private static Snapshot typical() {
        List<UnitState> units = new ArrayList<>();
        List<ProgramFile> files = new ArrayList<>();
        for (int i = 0; i < 170; i++) {
            units.add(typicalUnit("systemd-typical-unit-" + i + ".service", i % 3 == 0 ? 25 : 4));
            files.add(
                    new ProgramFile(
                            "/usr/lib/typical/typical-program-" + i,
                            ProgramFile.Reading.READ,
                            i % 20 == 0 ? "0100000200200000000000000000000000000000" : "",
                            i % 20 == 1,
                            false,
                            100000));
        }
        return Snapshot.of(
                        Instant.EPOCH,
                        new ContainerId(RuntimeKind.LXC, "c1", "/var/lib/lxc"),
                        new HostMachine(
                                "", "6.12.57+deb13-amd64", 40, CapabilitySet.upTo(40), null, ""))
                .with(
                        new ConfigurationText(
                                "/c",
                                Map.of("/c", "lxc.x = 1\n".repeat(300)),
                                Map.of(),
                                1,
                                Map.of()))
                .with(new Init(1234, Instant.EPOCH, true, CapabilitySet.upTo(40), false))
                .with(
                        new Systemd(
                                new Systemd.Manager(
                                        "degraded", "257", 0, 1, 2, "multi-user.target"),
                                Systemd.Source.DBUS,
                                units,
                                Map.of(),
                                Set.of(),
                                Set.of(),
                                Map.of(),
                                List.of()))
                .with(new Isolation(100000, false, true))
                .with(new Programs(files, true, List.of("docker", "runc")));
    }

    private static UnitState typicalUnit(String name, int settings) {
        Condition condition = new Condition("Capability", false, false, "CAP_SYS_RAWIO");
        List<Setting> assignments = new ArrayList<>();
        for (int line = 0; line < settings; line++) {
            String[] assignment = SANDBOX.get(line % SANDBOX.size()).split("=", 2);
            assignments.add(
                    new Setting(
                            "/usr/lib/systemd/system/" + name,
                            17 + line,
                            "Service",
                            assignment[0],
                            assignment[1]));
        }
        List<String> names = List.of("sysinit.target", "systemd-journald.socket", "basic.target");
        return new UnitState(
                name,
                "loaded",
                "active",
                "running",
                List.of(new Condition.Tested(condition, Condition.Result.SUCCEEDED)),
                new UnitDetail(
                        List.of("other.service"),
                        new UnitDetail.Files(
                                "/usr/lib/systemd/system/" + name,
                                List.of(),
                                "static",
                                false,
                                false),
                        new UnitDetail.Activation(true, 1234567, 1234568, 0),
                        List.of(),
                        Dependencies.NONE
                                .with(Dependency.REQUIRES, names)
                                .with(Dependency.WANTS, names)
                                .with(Dependency.UPHOLDS, names)
                                .with(Dependency.AFTER, names)
                                .with(Dependency.TRIGGERED_BY, names),
                        new UnitDetail.Exit("success", 1, 0, 0),
                        assignments,
                        null));
    }

    /// A stream that never ends.
    private static final class Spaces extends InputStream {
        @Override
        public int read() {
            return ' ';
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            Arrays.fill(buffer, offset, offset + length, (byte) ' ');
            return length;
        }
    }

    @Test
    void aStreamIsReadToItsEnd() throws IOException {
        InputStream in = new ByteArrayInputStream(MINIMAL.getBytes(UTF_8));
        assertThat(SnapshotJson.read(in, "c1.json").snapshot()).isEqualTo(read(MINIMAL).snapshot());
    }

    @Test
    void aDocumentIsPrintableAsciiWhateverStandsInIt() throws RecordException {
        StringBuilder all = new StringBuilder();
        for (char each = 0; each < 0x3000; each++) {
            all.append(each);
        }
        Snapshot minimal = read(MINIMAL).snapshot();
        Snapshot odd =
                Snapshot.of(
                                minimal.takenAt(),
                                new ContainerId(RuntimeKind.LXC, all.toString(), ""),
                                minimal.host())
                        .withProblems(List.of(all.toString()));
        byte[] json = SnapshotJson.write(odd);
        assertThat(new String(json, ISO_8859_1)).matches("[ -~]+\\n");
        assertThat(SnapshotJson.read(json, "odd").snapshot()).isEqualTo(odd);
    }
}
