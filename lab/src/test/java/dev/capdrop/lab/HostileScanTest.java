package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// `capdrop scan` on trees whose owner means harm.
@NeedsContainers
final class HostileScanTest {
    private static final String CAPABILITIES = " cap_net_raw=ep";

    /// A tree and, beside it, a directory that nothing in the tree may lead to.
    private static final String HOSTILE =
            """
            mkdir -p "$D/outside" "$D/tree/in" && touch "$D/outside/marked" && cd "$D/tree"
            setcap cap_net_raw=ep "$D/outside/marked"
            ln -s ../outside out; ln -s /etc etc; ln -s . loop; ln -s ../in in/loop
            ln -s ../outside/marked marked
            mkfifo fifo; mknod device c 1 5; mknod disk b 7 200
            perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => "socket", Listen => 1) or die'
            for name in plain $'new\\nline' $'escape\\e[31m' $'invalid\\xff' $'bidi\\u202e'; do
                touch "in/$name"; setcap cap_net_raw=ep "in/$name"
            done
            """;

    /// The tree for swap-race.c: what the links lead to looks like what they take the place of.
    private static final String SWAPPED =
            """
            mkdir -p "$D/outside/sub" "$D/tree/in" "$D/tree/links"
            touch "$D/outside/marked" "$D/outside/sub/marked"
            setcap cap_net_raw=ep "$D/outside/marked" cap_net_raw=ep "$D/outside/sub/marked"
            for i in {1..400}; do
                mkdir -p "$D/tree/in/$i/sub"; ln -s "$D/outside" "$D/tree/links/$i"
                touch "$D/tree/in/$i/file" "$D/tree/in/$i/sub/file"
                setcap cap_net_raw=ep "$D/tree/in/$i/file" cap_net_raw=ep "$D/tree/in/$i/sub/file"
            done
            """;

    /// Longer than PATH_MAX, so that only relative names lead to its end.
    private static final String DEEP =
            """
            for (1 .. 5000) { mkdir "deep" or die; chdir "deep" or die }
            open(my $file, ">", "end") or die;
            system("setcap", "cap_net_raw=ep", "end") == 0 or die;
            """;

    private static final Pattern RETURNED = Pattern.compile(" = \\d+<(/.*)>$");
    private static final Pattern REFUSED = Pattern.compile(" = -1 (ELOOP|ENOTDIR) ");
    private static final Pattern RACE =
            Pattern.compile("swap-race: (\\d+) exchanges, (\\d+) opened, then (\\d+)");

    private final ScanFolder folder = ScanFolder.make();
    private final Path tree = folder.resolve("tree");
    private final Path trace = folder.resolve("trace");

    @AfterEach
    void removeTheFolder() {
        folder.close();
    }

    @Test
    void aHostileTreeIsListedToItsEndAndNothingOutsideIsOpened() throws IOException {
        folder.shell(HOSTILE);
        Command.Result result = command(traced(ScanFolder.scan(tree))).run();
        assertThat(result.exit()).as(result.toString()).isZero();
        assertThat(result.out()).contains("in/plain" + CAPABILITIES).doesNotContain("marked");

        List<String> opened = Files.readAllLines(trace);
        assertThat(opened.stream().filter(call -> call.contains("outside"))).isEmpty();
        assertThat(opened.stream().filter(HostileScanTest::isSpecial)).isEmpty();
        List<String> directories = directoriesFrom(tree, opened);
        assertThat(directories).contains(tree.toString(), tree.resolve("in").toString());
        assertThat(directories).allMatch(path -> Path.of(path).startsWith(tree));
    }

    /// Full speed, where the kernel's own watch tells what was opened outside; how often it fails
    /// to get into a directory depends on the race, so that the runs are taken together.
    @Test
    void directoriesThatBecomeLinksToOutsideWhileItWalksAreReportedAndNotFollowed() {
        folder.shell(SWAPPED);
        String race = folder.compile("lab/src/test/c/swap-race.c").toString();
        List<String> reported = new ArrayList<>();
        for (int run = 0; run < 200 && reported.size() <= 10; run++) {
            reported.addAll(reportedInRace(race, ScanFolder.scan(tree).line()));
        }
        assertThat(reported).hasSizeGreaterThan(10);
    }

    /// Slowed down by strace, which shows every path that was opened; here, too, the race decides
    /// how many directories are refused and how many entered, of 800.
    @Test
    void nothingButTheTreesDirectoriesIsOpenedWhileTheyBecomeLinksToOutside() throws IOException {
        folder.shell(SWAPPED);
        String race = folder.compile("lab/src/test/c/swap-race.c").toString();
        int refused = 0;
        int entered = 0;
        for (int run = 0; run < 50 && (refused == 0 || entered <= 10); run++) {
            List<String> reported = reportedInRace(race, traced(ScanFolder.scan(tree)));
            List<String> opened = Files.readAllLines(trace);
            assertThat(opened.stream().filter(call -> REFUSED.matcher(call).find()))
                    .hasSameSizeAs(reported);
            List<String> directories = directoriesFrom(tree, opened);
            assertThat(directories).allMatch(path -> Path.of(path).startsWith(tree));
            refused += reported.size();
            entered += directories.size();
        }
        assertThat(refused).isPositive();
        assertThat(entered).isGreaterThan(10);
    }

    /// Runs a scan of the tree in the race.
    ///
    /// @return the directories that it says it could not look into
    private List<String> reportedInRace(String race, List<String> scan) {
        List<String> line = new ArrayList<>();
        line.addAll(List.of(race, tree.toString(), folder.resolve("outside").toString()));
        line.addAll(scan);
        Command.Result result = command(line).run();
        List<String> said = new ArrayList<>(result.err().lines().toList());
        Matcher watched = RACE.matcher(said.removeLast());
        assertThat(watched.matches()).as(result.err()).isTrue();
        // a native scan is over soon
        assertThat(Integer.parseInt(watched.group(1))).isGreaterThan(100);
        assertThat(watched.group(2)).isEqualTo("0");
        assertThat(watched.group(3)).isNotEqualTo("0");

        assertThat(result.exit()).isEqualTo(said.isEmpty() ? 0 : 2);
        assertThat(said)
                .allMatch(each -> each.endsWith("another file took its place in the meantime"));
        assertThat(result.out()).doesNotContain("marked");
        assertThat(result.out().lines())
                .allMatch(found ->
                        found.startsWith(tree + "/") && found.endsWith("/file" + CAPABILITIES));
        return said;
    }

    @Test
    void noNameForgesALineOrReachesATerminalThatObeysIt() throws IOException {
        folder.shell(HOSTILE);
        String in = tree.resolve("in").toString();
        Command.Result terminal = Tool.apartFromContainersOnTerminal("scan", in);
        Command.Result pipe = ScanFolder.scan(tree).run();
        for (Command.Result shown : List.of(terminal, pipe)) {
            assertThat(shown.exit()).as(shown.toString()).isZero();
            assertThat(shown.out())
                    .contains("'" + in + "/new'$'\\n''line'" + CAPABILITIES)
                    .contains("'" + in + "/escape'$'\\033''[31m'" + CAPABILITIES)
                    .contains("'" + in + "/bidi'$'\\342\\200\\256'" + CAPABILITIES)
                    .doesNotContain("\u001b", "\u202e");
            assertThat(shown.out().lines()).hasSize(5);
        }
        assertThat(terminal.out()).contains("/invalid'$'\\377'").doesNotContain("\ufffd");
    }

    @Test
    void theEndOfAPathLongerThanPathMaxIsFound() {
        Command.of("perl", "-e", "chdir shift or die;" + DEEP, folder.path().toString())
                .runOrFail();
        assertThat(ScanFolder.scan(folder.path()).runOrFail())
                .isEqualTo(folder.path() + "/deep".repeat(5000) + "/end" + CAPABILITIES);
    }

    private List<String> traced(Command command) {
        List<String> line = new ArrayList<>(List.of("strace", "-f", "-y", "-o", trace.toString()));
        line.addAll(List.of("-e", "trace=openat,openat2,open"));
        line.addAll(command.line());
        return line;
    }

    private static Command command(List<String> line) {
        return Command.of(line.toArray(String[]::new));
    }

    private static boolean isSpecial(String call) {
        return Stream.of("fifo", "socket", "device", "disk")
                .anyMatch(name ->
                        call.contains("\"" + name + "\"") || call.contains("/tree/" + name));
    }

    /// The directories that were opened from the tree's first on, as the kernel names them.
    private static List<String> directoriesFrom(Path tree, List<String> calls) {
        return calls.stream()
                .dropWhile(call -> !call.contains(tree.toString()))
                .map(RETURNED::matcher)
                .filter(Matcher::find)
                .map(match -> match.group(1))
                .filter(path -> Files.isDirectory(Path.of(path)))
                .toList();
    }
}
