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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `capdrop scan` against getcap(8) and find(1), and on trees whose owner means harm.
@NeedsContainers
final class ScanTest {
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

    /// Longer than PATH_MAX, so that only relative names lead to its end.
    private static final String DEEP =
            """
            for (1 .. 5000) { mkdir "deep" or die; chdir "deep" or die }
            open(my $file, ">", "end") or die;
            system("setcap", "cap_net_raw=ep", "end") == 0 or die;
            """;

    private static final Pattern RETURNED = Pattern.compile(" = \\d+<(/.*)>$");

    private Path folder = Path.of("");

    @BeforeEach
    void makeAFolder() throws IOException {
        folder = Files.createTempDirectory("scan");
    }

    /// Not by JUnit, which does not get to the end of a path longer than PATH_MAX.
    @AfterEach
    void removeTheFolder() {
        Command.of("rm", "-rf", "--one-file-system", folder.toString()).runOrFail();
    }

    @Test
    void aDebianRootHasTheFilesThatGetcapAndFindPrint() {
        String tarball = RootTarball.of(Suite.TRIXIE).toString();
        Command.of("tar", "-C", folder.toString(), "--numeric-owner", "-xpf", tarball).runOrFail();
        setcap("cap_net_raw=ep", "usr/bin/true");
        setcap("cap_chown,cap_kill=p cap_net_admin+i", "usr/bin/false");
        setcap("=ep", "usr/bin/su");
        List<String> getcap = lines(Command.of("getcap", "-r", folder.toString()));
        assertThat(getcap).hasSizeGreaterThanOrEqualTo(3);
        assertThat(lines(scan(folder))).containsExactlyInAnyOrderElementsOf(getcap);

        List<String> found = lines(Command.of("find", folder.toString(), "-perm", "/6000"));
        assertThat(found).hasSizeGreaterThan(10);
        List<String> listed = lines(scan(folder, "--setuid"));
        assertThat(listed.stream().filter(line -> line.contains(" [set")).map(ScanTest::path))
                .containsExactlyInAnyOrderElementsOf(found);
        assertThat(listed.stream().filter(line -> !line.contains(" [set")).toList())
                .containsExactlyInAnyOrderElementsOf(
                        getcap.stream().filter(line -> !found.contains(path(line))).toList());
    }

    @Test
    void aHostileTreeIsListedToItsEndAndNothingOutsideIsOpened() throws IOException {
        shell(HOSTILE);
        Path tree = folder.resolve("tree");
        Path trace = folder.resolve("trace");
        List<String> line =
                new ArrayList<>(List.of("strace", "-f", "-y", "-e", "trace=openat,openat2,open"));
        line.addAll(List.of("-o", trace.toString()));
        line.addAll(scan(tree).line());
        Command.Result result = Command.of(line.toArray(String[]::new)).run();
        assertThat(result.exit()).as(result.toString()).isZero();
        assertThat(result.out()).contains("in/plain" + CAPABILITIES).doesNotContain("marked");

        List<String> opened = Files.readAllLines(trace);
        assertThat(opened.stream().filter(call -> call.contains("outside"))).isEmpty();
        assertThat(opened.stream().filter(ScanTest::isSpecial)).isEmpty();
        List<String> directories = directoriesFrom(tree, opened);
        assertThat(directories).contains(tree.toString(), tree.resolve("in").toString());
        assertThat(directories).allMatch(path -> Path.of(path).startsWith(tree));
    }

    @Test
    void aTerminalGetsNoNameRaw() throws IOException {
        shell(HOSTILE);
        Path tree = folder.resolve("tree");
        Command.Result shown =
                Tool.apartFromContainersOnTerminal("scan", tree.resolve("in").toString());
        assertThat(shown.exit()).as(shown.toString()).isZero();
        assertThat(shown.out())
                .contains("new\\x0aline", "escape\\x1b[31m", "invalid\\xff")
                .doesNotContain("\u001b", "\u202e", "\ufffd");
        assertThat(shown.out().lines()).hasSize(5);
        assertThat(scan(tree).run().out()).contains("/escape\u001b[31m" + CAPABILITIES);
    }

    @Test
    void theEndOfAPathLongerThanPathMaxIsFound() {
        Command.of("perl", "-e", "chdir shift or die;" + DEEP, folder.toString()).runOrFail();
        assertThat(lines(scan(folder)))
                .containsExactly(folder + "/deep".repeat(5000) + "/end" + CAPABILITIES);
    }

    private static Command scan(Path tree, String... options) {
        List<String> line = new ArrayList<>(List.of("scan"));
        line.addAll(List.of(options));
        line.add(tree.toString());
        return Tool.apartFromContainers(line.toArray(String[]::new));
    }

    private void setcap(String capabilities, String file) {
        Command.of("setcap", capabilities, folder.resolve(file).toString()).runOrFail();
    }

    private void shell(String script) {
        Command.of("bash", "-euc", script).with("D", folder.toString()).runOrFail();
    }

    private static List<String> lines(Command command) {
        return command.runOrFail().lines().toList();
    }

    /// No name in Debian's root has a space in it.
    private static String path(String line) {
        return line.substring(0, line.indexOf(' '));
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
