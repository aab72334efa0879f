package dev.capdrop.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.FakeHost;
import dev.capdrop.core.diagnosis.Cause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The check of more containers than a screen has lines.
final class ManyContainersTest {
    private static final int SCREEN = 24;
    private static final int COLUMNS = 80;

    @TempDir private Path folder;

    private final FakeHost host = new FakeHost();

    private static List<String> shown(FakeHost.Ran ran) {
        List<String> lines = (ran.out() + ran.err()).lines().toList();
        assertThat(lines).hasSizeLessThanOrEqualTo(SCREEN);
        return lines;
    }

    @Test
    void aHundredAndFiftyRecordingsAreOneScreenWorstFirst() throws IOException {
        FakeHost.Ran ran = host.run(Fleet.of150(folder).line("check"));
        assertThat(ran.exit()).isEqualTo(1);
        List<String> lines = shown(ran);
        assertThat(lines.subList(0, 19))
                .containsExactly(
                        "CONTAINERS  STATE     FAILED  CAUSE",
                        "lxc:shop    degraded  16      starts for inert sys_rawio sys_time; 3 units: not",
                        "                              known; 3 units: hardware that is not there; and 4",
                        "                              more causes",
                        "                              FIX  capdrop apply lxc:shop",
                        "6           degraded  12      starts for inert sys_module sys_rawio",
                        "                              FIX  capdrop apply --all",
                        "3           degraded  6       starts for inert sys_rawio audit_read",
                        "                              FIX  capdrop apply --all",
                        "4           degraded  4       starts for inert sys_rawio",
                        "                              FIX  capdrop apply --all",
                        "120         stopped   -       at the next start: starts for inert sys_rawio; may",
                        "                              fail for inert sys_module",
                        "                              FIX  capdrop apply --all",
                        "9           stopped   -       at the next start: starts for inert sys_rawio; may",
                        "                              fail for inert sys_module sys_rawio",
                        "                              FIX  capdrop apply --all",
                        "5           running   0",
                        "2           stopped   -");
        assertThat(String.join(" ", lines.subList(19, lines.size())).replaceAll("\\s+", " "))
                .isEqualTo(
                        "150 containers (-v has a row for each): 142 fixable by a drop, 1 fixable by a drop in part, 5 healthy, 2 stopped; next: capdrop check --from "
                                + folder
                                + "/shop.json");
    }

    /// Each with its file, its target, its state, the number of its failed units and its remedy.
    @Test
    void verboselyEachRecordingIsALineThatIsNeverWrapped() throws IOException {
        Fleet fleet =
                new Fleet(folder)
                        .of(20, "stopped", "trixie-unprivileged.files")
                        .of(4, "web", "trixie-unprivileged")
                        .of(2, "quiet", "trixie-privileged");
        List<String> lines = host.run(fleet.line("check", "-v")).out().lines().toList();
        for (String file : fleet.files) {
            String target = "lxc:" + Path.of(file).getFileName().toString().replace(".json", "");
            assertThat(lines.stream().filter(line -> line.startsWith(file + " ")))
                    .singleElement()
                    .asString()
                    .contains(" " + target + " ")
                    .matches(".* (degraded +[1-9][0-9]*|running +0|stopped +-)( .*)?");
        }
        assertThat(lines)
                .anyMatch(line ->
                        line.matches(
                                ".* degraded +2 .*sys_module sys_rawio +capdrop apply lxc:web3"))
                .contains("starts for inert sys_rawio: 24 units in 24 containers");
        assertThat(String.join(" ", lines)).contains("26 containers: 24 fixable by a drop");
    }

    @Test
    void whatIsNotCompletelyKnownIsNamedAndWhatCannotBeReadIsInItsPlace() throws IOException {
        Fleet fleet = new Fleet(folder).of(30, "web", "forky-newcomers-unprivileged.files");
        Path bad = Files.writeString(folder.resolve("bad"), "no");
        fleet.files.add(bad.toString());
        FakeHost.Ran ran = host.run(fleet.line("check"));
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(shown(ran))
                .anyMatch(line -> line.matches("/\\S+ +not read +- +'/.*"))
                .anyMatch(line -> line.startsWith("not all is known of lxc:web0, lxc:web1, "));
        assertThat(ran.out().replaceAll("\\s+", " "))
                .contains("more; -v says why")
                .contains("1 not read");
        assertThat(host.run(fleet.line("check", "-v")).out())
                .contains(folder + "/web29.json: ")
                .doesNotContain("-v says why");
    }

    @Test
    void aHundredAndFiftyContainersAreOneScreenAndOneCommandIsForAllThatAreAlike() {
        for (int i = 0; i < 137; i++) {
            host.lxc("web" + i).failsWith("sys_rawio", "kdump.service");
        }
        host.lxc("odd").failsWith("sys_rawio", "kdump.service").failsWith("sys_time", "t.service");
        for (int i = 0; i < 11; i++) {
            host.lxc("well" + i).works("ssh.service");
        }
        host.lxc("alpine").otherInit = true;
        FakeHost.Ran ran = host.run("check", "--state-dir", "/s p");
        assertThat(shown(ran))
                .allMatch(line -> line.length() <= COLUMNS)
                .anyMatch(line -> line.matches("137 +degraded +137 +starts for inert sys_rawio.*"))
                .anyMatch(line -> line.endsWith("capdrop apply --all --state-dir '/s p'"))
                .anyMatch(line -> line.matches("lxc:odd +degraded +2 .*"))
                .anyMatch(line -> line.matches("11 +running +0"))
                .anyMatch(line -> line.matches("lxc:alpine +not systemd +-"));
        assertThat(ran.out().replaceAll("\\s+", " "))
                .endsWith("next: capdrop plan --all --state-dir '/s p' ");
        assertThat(host.run("check", "-v").out().lines())
                .hasSizeGreaterThan(150)
                .anyMatch(line -> line.matches("lxc:web99 +degraded +1 .*"));
    }

    /// What `check` leaves out, the commands that it shows leave out.
    @Test
    void whoIsExcludedIsExcludedFromTheCommandsForAll() {
        for (int i = 0; i < 30; i++) {
            host.lxc("web" + i).failsWith("sys_rawio", "kdump.service");
        }
        assertThat(shown(host.run("check", "--exclude", "web1,web2")))
                .anyMatch(line -> line.endsWith("capdrop apply --all --exclude web1,web2"))
                .last()
                .asString()
                .endsWith("capdrop plan --all --exclude web1,web2");
    }

    @Test
    void moreDifferentCausesThanAScreenHasLinesShareARow() throws IOException {
        List<Checked> all = new ArrayList<>();
        for (int status = 1; status < 150; status++) {
            all.add(CheckTotalsTest.checked("c" + status, null, new Cause.OwnExit(null, status)));
        }
        List<Checked> two =
                List.of(
                        CheckTotalsTest.checked("a", null, new Cause.OutOfMemory()),
                        CheckTotalsTest.checked("b", null, new Cause.OutOfMemory()));
        all.addAll(two);
        List<String> lines = CheckTableTest.text(all);
        assertThat(lines)
                .hasSizeLessThanOrEqualTo(SCREEN)
                .anyMatch(line ->
                        line.matches(
                                "lxc:a lxc:b +degraded +2 +2 units: out of memory +capdrop check lxc:a lxc:b"))
                .anyMatch(line ->
                        line.matches("1[0-9]{2} +various +1[0-9]{2} +1[0-9]{2} more causes.*"));
    }

    @Test
    void aNameOfAnyLengthLeavesTheTableItsColumns() {
        for (int i = 0; i < 30; i++) {
            host.lxc("web" + i).failsWith("sys_rawio", "kdump.service");
        }
        String name = "$(x)\u001b[31m" + "n".repeat(60);
        host.lxc(name).failsWith("sys_time", "t.service");
        String escaped = name.replace("\u001b", "\\x1b");
        assertThat(shown(host.run("check")))
                .anyMatch(line -> line.startsWith("lxc:$(x)\\x1...  degraded  1 "))
                .anyMatch(line -> line.endsWith("  FIX  capdrop apply 'lxc:" + escaped + "'"))
                .filteredOn(line -> !line.contains(escaped))
                .hasSizeGreaterThan(4)
                .allMatch(line -> line.length() <= COLUMNS);
    }

    @Test
    void theHostsOfRecordingsAreARowEachTheWorstFirst() throws IOException {
        Fleet fleet =
                new Fleet(folder)
                        .of(1, "old", "trixie-privileged")
                        .on("n1")
                        .of(2, "well", "trixie-privileged")
                        .on("n2")
                        .of(3, "sick", "trixie-unprivileged")
                        .of(2, "stopped", "trixie-unprivileged.files");
        List<String> lines = shown(host.run(fleet.line("check", "--group-by", "node")));
        assertThat(lines.subList(0, 4))
                .containsExactly(
                        "NODE  CONTAINERS  FAILED  CAUSE                FIX",
                        "n2    5           6       5 fixable by a drop  capdrop apply --all",
                        "-     1           0       1 healthy",
                        "n1    2           0       2 healthy");
    }

    @Test
    void theNodesOfAClusterAreARowEach() {
        for (int i = 0; i < 30; i++) {
            host.guest(Integer.toString(100 + i)).failsWith("sys_rawio", "kdump.service");
        }
        assertThat(shown(host.run("check", "--group-by", "node")))
                .anyMatch(line -> line.matches("pve1 +30 +30 +30 with other causes"))
                .last()
                .isEqualTo("30 containers: 30 with other causes; next: capdrop check 100");
        assertThat(host.run("check", "-v", "--group-by", "node").said())
                .contains(
                        "--verbose has a row for each container, and --group-by one for several: only one of the two can be given");
    }

    @Test
    void theOrderCanBeChosen() {
        for (String name : List.of("d", "c", "b", "a")) {
            host.lxc(name).works("ssh.service");
        }
        host.lxc("e").failsWith("sys_rawio", "x.service");
        host.lxc("f").failsWith("sys_rawio", "x.service").failsWith("sys_rawio", "y.service");
        assertThat(order()).startsWith("lxc:f", "lxc:e");
        assertThat(order("--sort", "failed")).startsWith("lxc:f", "lxc:e");
        assertThat(order("--sort", "listed")).startsWith("lxc:d", "lxc:c");
        assertThat(order("--group-by", "cause")).containsExactly("lxc:f");
    }

    /// As its heading or its total says it.
    @Test
    void everyTermOfTheTableIsExplained() {
        List<String> terms =
                new ArrayList<>(
                        List.of(
                                "FAILED",
                                "CAUSE",
                                "FIX",
                                "running",
                                "degraded",
                                "frozen",
                                "various"));
        terms.addAll(List.of("not systemd", "not read", "elsewhere", "inert", "next start"));
        for (CheckTotals.Kind kind : CheckTotals.Kind.values()) {
            terms.add(kind.words.replaceFirst("^(fixable by|worse at|with|on) ", ""));
        }
        for (String term : terms) {
            String word = term.replaceFirst("^(an?|the) ", "");
            FakeHost.Ran ran = host.run("explain", word);
            assertThat(ran.exit()).as(ran.toString()).isZero();
            assertThat(ran.out()).as(word).contains("more: ");
        }
    }

    private List<String> order(String... more) {
        List<String> words = new ArrayList<>(List.of("check"));
        words.addAll(List.of(more));
        return host.run(words.toArray(String[]::new))
                .out()
                .lines()
                .filter(line -> line.startsWith("lxc:"))
                .map(line -> line.replaceFirst(" .*", ""))
                .toList();
    }
}
