package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// `capdrop scan` against getcap(8) and find(1).
@NeedsContainers
final class ScanTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Pattern SET_IDS =
            Pattern.compile("(?<path>.*?)(?<capabilities> (=|cap_)[^\\[]*)? \\[set[ug]id=.*");

    private final ScanFolder folder = ScanFolder.make();

    @AfterEach
    void removeTheFolder() {
        folder.close();
    }

    @Test
    void aDebianRootHasTheFilesThatGetcapAndFindPrint() {
        String tarball = RootTarball.of(Suite.TRIXIE).toString();
        Command.of("tar", "-C", "" + folder.path(), "--numeric-owner", "-xpf", tarball).runOrFail();
        setcap("cap_net_raw=ep", "usr/bin/true");
        setcap("cap_chown,cap_kill=p cap_net_admin+i", "usr/bin/false");
        setcap("=ep", "usr/bin/su");
        List<String> getcap = getcap(folder.path());
        List<String> found = find(folder.path());
        assertThat(getcap).hasSizeGreaterThanOrEqualTo(3);
        assertThat(found).hasSizeGreaterThan(10);
        assertScanEquals(folder.path(), getcap, found);
    }

    /// getcap reports no failure in its exit status, and follows no link that it is given.
    @Test
    void severalPathsFilesAndOddNamesAreListedAsGetcapListsThem() {
        folder.shell(
                """
                cd "$D"; mkdir -p some/below empty; ln -s some link; mkfifo fifo
                for name in some/a some/below/b $'some/\\xc3\\xa9' $'some/in\\xffvalid' single; do
                    touch "$name"; setcap cap_net_raw=ep "$name"
                done
                setcap -n 100000 cap_chown,cap_kill=eip some/below/b
                """);
        String d = folder.path().toString();
        String[][] lines = {
            {d},
            {d + "/"},
            {d + "/some//"},
            {d + "/some/below/.."},
            {d + "/single"},
            {d + "/single", d + "/some", d + "/some/below", d + "/single"},
            {d + "/empty"},
            {d + "/fifo"},
            {d + "/link"},
            {d + "/none"},
        };
        for (String[] paths : lines) {
            Command.Result scan =
                    sorted(Tool.apartFromContainers("scan", "--rootid").line(), paths);
            assertThat(scan.out())
                    .as("%s", List.of(paths))
                    .isEqualTo(sorted(List.of("getcap", "-n", "-r"), paths).out());
            boolean unread = paths[0].endsWith("/link") || paths[0].endsWith("/none");
            assertThat(scan.exit()).as("%s", List.of(paths)).isEqualTo(unread ? 2 : 0);
        }
    }

    /// Of getcap's two lines the second could be any file's.
    @Test
    void aNameWithALineFeedIsOneLineAsLsQuotesIt() {
        folder.shell("cd \"$D\"; touch $'new\\nline'; setcap cap_net_raw=ep $'new\\nline'");
        String d = folder.path().toString();
        Command.Result scan = Tool.runApartFromContainers("scan", d);
        assertThat(scan.out()).isEqualTo("'" + d + "/new'$'\\n''line' cap_net_raw=ep\n");
    }

    @Test
    void aPathThatTheLocaleCannotWriteIsFound() {
        folder.shell(
                """
                cd "$D"
                for name in $'\\xc3\\xa9' $'\\xff' $'\\xfe' a; do
                    touch "$name"; setcap cap_net_raw=ep "$name"
                done
                """);
        String script = "\"$@\" \"$D\"/* | od -An -tx1";
        for (String locale : List.of("C", "C.UTF-8")) {
            List<String> line = new ArrayList<>(List.of("bash", "-c", script, "bash"));
            line.addAll(Tool.apartFromContainers("scan").line());
            String scan = inLocale(locale, line);
            assertThat(scan)
                    .as(locale)
                    .isNotEmpty()
                    .isEqualTo(inLocale(locale, List.of("bash", "-c", script, "bash", "getcap")));
        }
    }

    /// In a user namespace in which the attribute's owner has no number.
    @Test
    void aSetIdBitIsListedBesideAnAttributeThatCannotBeRead() {
        folder.shell(
                """
                cd "$D"; touch both one; setcap -n 12345 cap_net_raw=ep both
                setcap -n 12345 cap_net_raw=ep one; chmod u+s both
                """);
        String d = folder.path().toString();
        List<String> line = new ArrayList<>(List.of("unshare", "--user", "--map-root-user"));
        line.addAll(Tool.apartFromContainers("scan", "--setuid", d).line());
        Command.Result scan = Command.of(line.toArray(String[]::new)).run();
        assertThat(scan.out()).isEqualTo(d + "/both [setuid=0]\n");
        assertThat(scan.err()).contains("'" + d + "/both': ", "'" + d + "/one': ");
        assertThat(scan.exit()).isEqualTo(2);
    }

    private String inLocale(String locale, List<String> line) {
        return Command.of(line.toArray(String[]::new))
                .with("D", folder.path().toString())
                .with("LC_ALL", locale)
                .runOrFail();
    }

    /// What a command lists of these paths, each line in hex, since a name is in no encoding.
    private static Command.Result sorted(List<String> command, String... paths) {
        String script = "\"$@\" 2>/dev/null | LC_ALL=C sort | od -An -tx1; exit ${PIPESTATUS[0]}";
        List<String> line = new ArrayList<>(List.of("bash", "-c", script, "bash"));
        line.addAll(command);
        line.addAll(List.of(paths));
        return Command.of(line.toArray(String[]::new)).run();
    }

    /// In memory, where so many files are made and removed in a second.
    @Test
    void aTreeOf50000FilesHasTheFilesThatGetcapAndFindPrint() {
        Path memory = folder.resolve("memory");
        folder.shell("mkdir \"$D/memory\"; mount -t tmpfs -o nr_inodes=0 none \"$D/memory\"");
        try {
            Path tree = memory.resolve("tree");
            Path maker = folder.compile("bench/scan-tree.c");
            Command.of(maker.toString(), tree.toString(), "50000").within(LIMIT).runOrFail();
            List<String> getcap = getcap(tree);
            List<String> found = find(tree);
            assertThat(getcap).hasSize(50);
            assertThat(found).hasSize(100);
            assertScanEquals(tree, getcap, found);
        } finally {
            Command.of("umount", memory.toString()).within(LIMIT).runOrFail();
        }
    }

    /// All of it, over every mount, /proc and /sys included. Others may write there meanwhile, so
    /// that getcap and find, where they saw something else before, look after it once more: what
    /// both times have in common has to be found, and nothing that neither saw. What other lanes
    /// make and remove is left out. Costs half a minute where there are 1.6 million files.
    @Test
    void thisMachineHasTheFilesThatGetcapAndFindPrint() {
        Path root = Path.of("/");
        folder.shell("cp /usr/bin/true \"$D/planted\"; setcap cap_net_raw=ep \"$D/planted\"");
        List<String> getcapBefore = getcap(root);
        List<String> findBefore = find(root);
        List<String> listed = ScanFolder.scan(root, "--setuid").run().out().lines().toList();
        List<String> plain = listed.stream().flatMap(ScanTest::withoutSetIds).toList();
        assertBetween(plain, getcapBefore, () -> getcap(root));
        assertBetween(withSetIds(listed).toList(), findBefore, () -> find(root));
        assertThat(plain).contains(folder.resolve("planted") + " cap_net_raw=ep");
        assertThat(findBefore).isNotEmpty();
    }

    private static void assertScanEquals(Path tree, List<String> getcap, List<String> found) {
        assertThat(lines(ScanFolder.scan(tree))).containsExactlyInAnyOrderElementsOf(getcap);
        List<String> listed = lines(ScanFolder.scan(tree, "--setuid"));
        assertThat(withSetIds(listed)).containsExactlyInAnyOrderElementsOf(found);
        Set<String> setIds = new HashSet<>(found);
        assertThat(listed.stream().filter(line -> !line.contains(" [set")))
                .containsExactlyInAnyOrderElementsOf(
                        getcap.stream().filter(line -> !setIds.contains(firstWord(line))).toList());
    }

    private void assertBetween(
            List<String> scan, List<String> before, Supplier<List<String>> lookedAgain) {
        Set<String> common = lasting(before);
        assertThat(common).isNotEmpty();
        if (!lasting(scan).equals(common)) {
            Set<String> after = lasting(lookedAgain.get());
            Set<String> either = lasting(before);
            either.addAll(after);
            common.retainAll(after);
            assertThat(lasting(scan)).containsAll(common).isSubsetOf(either);
        }
    }

    private Set<String> lasting(List<String> lines) {
        Path shared = Path.of("/var/lib/capdrop-lab");
        Path temporary = folder.path().getParent();
        return lines.stream()
                .filter(line -> {
                    Path file = Path.of(line);
                    return file.startsWith(folder.path())
                            || !(file.startsWith(shared) || file.startsWith(temporary));
                })
                .collect(Collectors.toCollection(HashSet::new));
    }

    private void setcap(String capabilities, String file) {
        Command.of("setcap", capabilities, folder.resolve(file).toString()).runOrFail();
    }

    private static List<String> lines(Command command) {
        return command.within(LIMIT).runOrFail().lines().toList();
    }

    /// What getcap lists; it exits with 0 whatever it could not read.
    private static List<String> getcap(Path tree) {
        return lines(Command.of("getcap", "-r", tree.toString()));
    }

    /// What find lists; it exits with 1 for a process that ended meanwhile.
    private static List<String> find(Path tree) {
        return Command.of("find", tree.toString(), "-perm", "/6000")
                .within(LIMIT)
                .run()
                .out()
                .lines()
                .toList();
    }

    private static Stream<String> withSetIds(List<String> lines) {
        return lines.stream()
                .map(SET_IDS::matcher)
                .filter(Matcher::matches)
                .map(match -> match.group("path"));
    }

    /// The line as it is without `--setuid`, if there is one.
    private static Stream<String> withoutSetIds(String line) {
        Matcher match = SET_IDS.matcher(line);
        if (!match.matches()) {
            return Stream.of(line);
        }
        String capabilities = match.group("capabilities");
        return capabilities == null ? Stream.of() : Stream.of(match.group("path") + capabilities);
    }

    /// The path, where no name in it has a space.
    private static String firstWord(String line) {
        return line.substring(0, line.indexOf(' '));
    }
}
