package dev.capdrop.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.FakeContainer;
import dev.capdrop.cli.FakeHost;
import dev.capdrop.cli.check.CheckFinding;
import dev.capdrop.cli.render.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `report` on a host in memory; `scripts/test-page` opens a page in a browser.
final class ReportCommandTest {
    @TempDir private Path folder;
    private final FakeHost host = new FakeHost();
    private final FakeContainer web =
            host.lxc("web").failsWith("sys_rawio", "kdump.service").works("ssh.service");

    private FakeHost.Ran run(int exit, String... words) {
        FakeHost.Ran ran = host.run(words);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(exit);
        return ran;
    }

    @Test
    void thePageTellsWhatFailedWhyAndWhatToDo() {
        assertThat(run(1, "report").out())
                .startsWith("<!DOCTYPE html>")
                .contains("<title>capdrop report: the containers of host1</title>")
                .contains("<b>kdump.service</b> starts because CAP_SYS_RAWIO")
                .contains("/usr/lib/systemd/system/kdump.service:17: ConditionCapability=")
                .contains("<code>capdrop apply lxc:web</code>", "degraded</span>, 1 finding<")
                .contains(
                        "<summary>a unit starts for a capability that is worth nothing there <span"
                                + " class=\"quiet\">1 finding, 1 container</span></summary>")
                .contains("<li><a href=\"#c1\">lxc:web</a></li>", "Have the configuration drop it")
                .contains("<dt>sys_rawio, held in vain</dt>")
                .contains("<td class=\"v\">Vn</td>", "<td class=\"h\">H</td>");
    }

    @Test
    void itSaysWhoMadeItWhereAndHowMuchCapdropCanPutRight() {
        host.lxc("db").works("ssh.service");
        assertThat(run(1, "report").out())
                .contains("the containers of host1, 2026-01-01T12:00:00Z, by capdrop")
                .contains(" on host1 (Linux 6.12.0)</p>")
                .contains("<b>1</b> fixable by capdrop")
                .contains(
                        "<tr class=\"host\"><th colspan=\"8\" scope=\"rowgroup\">Host host1: 2"
                                + " containers, 1 with findings, 1 fixable</th></tr>");
    }

    @Test
    void whatIsStoppedIsGreyWhateverItsNextStartBrings() {
        web.stopped();
        assertThat(host.run("report").out())
                .contains(
                        "<td class=\"quiet\">stopped</td>", "<li class=\"quiet\"><b>1</b> stopped")
                .doesNotContain("\"bad\">stopped");
        assertThat(page(one("stopped", true)))
                .contains("<td class=\"quiet\">stopped</td>", "1 finding at its next start<")
                .doesNotContain("\"bad\">stopped");
    }

    private static PageContainer one(String state, boolean forecast, String... log) {
        CheckFinding finding =
                new CheckFinding(
                        "a.service", "own-exit", "ended", null, "", "", false, List.of(log));
        PageContainer.Origin origin = new PageContainer.Origin("lxc:a", "h", "", null);
        return new PageContainer(
                origin, state, forecast, false, List.of(finding), List.of(), "", null);
    }

    private static String page(PageContainer... containers) {
        try {
            Json.Made made =
                    new Json.Made("1", "host9", "6.12", Instant.parse("2026-03-01T00:00:00Z"));
            return new String(
                    ReportPage.of("recordings", made, List.of(containers), null),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What such a configuration drops is in no set of any start.
    @Test
    void ofAConfigurationThatDoesNotLoadThereIsNoMatrix() {
        host.lxc("db").works("ssh.service");
        web.config += "lxc.cap.drop = CAP_MKNOD\n";
        assertThat(run(1, "report").out())
                .contains("would not start again", "<th scope=\"row\">lxc:db</th>")
                .doesNotContain("<th scope=\"row\">lxc:web</th>");
    }

    @Test
    void recordingsAreToldByTheirHostsAndAnOldOneLooksOld() throws IOException {
        String example = Files.readString(Path.of("../examples/trixie-degraded.json"));
        Path old = folder.resolve("old.json");
        Path now = folder.resolve("now.json");
        Files.writeString(old, taken(example, "2025-11-01T09:00:00Z"));
        Files.writeString(
                now,
                taken(example, "2026-01-01T09:00:00Z")
                        .replace("\"host\":{", "\"host\":{\"name\":\"pve<1>\","));
        String page = run(1, "report", "--from", old.toString(), now.toString()).out();
        assertThat(page)
                .contains(">Host pve&lt;1&gt;: 1 container, 1 with findings, 1 fixable</th>")
                .contains(">Host not recorded: 1 container, 1 with findings, 1 fixable</th>")
                .contains("recorded 2026-01-01T09:00:00Z, <span class=\"quiet\">3 hours old</span>")
                .contains("old.json, <span class=\"old\">61 days old</span>")
                .contains("<li class=\"old\"><b>1</b> recorded a week ago or earlier");
    }

    private static String taken(String recording, String at) {
        return recording.replaceFirst("\"takenAt\":\"[^\"]*\"", "\"takenAt\":\"" + at + "\"");
    }

    @Test
    void aLineOfAJournalIsQuotedAndDoesNothing() {
        assertThat(page(one("degraded", false, "<img src=x onerror=alert(1)>", "b\u202e")))
                .contains("<code class=\"place\">&gt; &lt;img src=x onerror=alert(1)&gt;</code>")
                .contains("&gt; b&lt;U+202E&gt;</code>");
    }

    @Test
    void aFrozenContainerIsSaidToBeFrozenAndIsNotRed() {
        host.containers.clear();
        host.lxc("ice").works("ssh.service").frozen = true;
        String page = host.run("report").out();
        assertThat(page)
                .contains("<span class=\"quiet\">frozen</span>")
                .contains("<td class=\"quiet\">frozen</td>")
                .contains("the container is frozen and answers nothing; thaw it")
                .doesNotContain("class=\"bad\">running", "class=\"bad\">frozen");
        assertThat(host.run("check", "ice").out()).startsWith("lxc:ice  frozen, units unknown");
        assertThat(host.run("metrics").out()).contains("state=\"frozen\"} 1");
    }

    @Test
    void whatIsDroppedIsMarkedSoAndSaidToBe() {
        web.config += "lxc.cap.drop = sys_rawio\n";
        web.start();
        assertThat(run(0, "report").out())
                .contains("<td class=\"d\">Dn</td>")
                .contains("<p>No unit has failed.</p>")
                .contains("Not held: sys_rawio (dropped by its configuration).");
    }

    @Test
    void whatIsExcludedIsNotOnThePage() {
        host.lxc("db").works("ssh.service");
        assertThat(run(0, "report", "--exclude", "web").out())
                .contains("<th scope=\"row\">lxc:db</th>")
                .doesNotContain("lxc:web");
        assertThat(run(2, "report", "--exclude", "gone").err()).contains("'gone'");
    }

    @Test
    void aNameIsShownAndDoesNothing() {
        host.lxc("<script>alert(1)</script>\"'").failsWith("sys_rawio", "\"><img src=x>.mount");
        assertThat(run(1, "report").out())
                .contains("lxc:&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;")
                .contains("<b>&quot;&gt;&lt;img src=x&gt;.mount</b>")
                .doesNotContain("<script>alert", "<img");
    }

    @Test
    void itSaysWhatChangedSinceAnEarlierReportAndSinceACheck() throws IOException {
        Path old = folder.resolve("old.html");
        Path check = folder.resolve("check.json");
        run(1, "report", "-o", old.toString());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(old)))
                .isEqualTo("rw-------");
        Files.writeString(check, run(1, "check", "--json").out());
        assertThat(run(1, "report", "--previous", old.toString()).out())
                .contains("<h2 id=\"since\">Since 2026-01-01T12:00:00Z</h2>")
                .contains("<p>Nothing has changed.</p>");
        assertThat(run(1, "report", "--previous", check.toString()).out())
                .contains("Since the last report", "<p>Nothing has changed.</p>");
        web.config += "lxc.cap.drop = sys_rawio\n";
        web.start();
        for (Path previous : new Path[] {old, check}) {
            assertThat(run(0, "report", "--previous", previous.toString()).out())
                    .contains("<b>lxc:web</b> was degraded, is running")
                    .contains("has no longer: kdump.service: inert-capability")
                    .contains("no longer holds sys_rawio");
        }
    }

    @Test
    void whatIsNoReportIsRefusedInOneSentenceAndNothingIsWritten() throws IOException {
        Path page = folder.resolve("page.html");
        Path bad = Files.writeString(folder.resolve("bad"), "<html></html>");
        assertThat(run(2, "report", "-o", page.toString(), "--previous", bad.toString()).said())
                .containsExactly(
                        "'"
                                + bad
                                + "' is a page without the data of a report, expected one that"
                                + " 'capdrop report' wrote");
        Files.writeString(bad, "{\"schema\":");
        assertThat(run(2, "report", "--previous", bad.toString()).err())
                .contains("ends in the middle");
        Files.writeString(bad, "{}");
        assertThat(run(2, "report", "--previous", bad.toString()).err())
                .contains("is neither a report of capdrop nor what");
        assertThat(run(2, "report", "--previous", "/nonesuch").err()).contains("is no file");
        assertThat(page).doesNotExist();
    }

    @Test
    void oneThatCannotBeReadIsOnThePageAndRecordingsNeedNoRoot() {
        host.lxc("db").unreadable = true;
        assertThat(run(2, "report").out())
                .contains("<p>&#39;db&#39; ended or restarted")
                .contains("kdump.service");
        host.root = false;
        assertThat(run(2, "report").err()).contains("needs root");
        assertThat(
                        run(2, "report", "--from", "../examples/trixie-degraded.json", "../pom.xml")
                                .out())
                .contains(
                        "2 recordings",
                        "<small>../pom.xml</small>",
                        "systemd-modules-load.service");
    }
}
