package dev.capdrop.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Terminal.DataStream;
import dev.capdrop.cli.render.TextTable;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.plan.StartReview;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CheckTableTest {
    /// A container that could not be read.
    static Checked ofGuest() {
        return unread("pve:101", guest("101", "web", true, "backup"), "cannot be read\u001b[31m");
    }

    private static ProxmoxGuest guest(String vmid, String name, boolean here, String lock) {
        return new ProxmoxGuest(
                vmid,
                new ProxmoxGuest.Place(here ? "pve1" : "pve2", here),
                name,
                List.of("a"),
                false,
                lock,
                3,
                !here);
    }

    static Checked unread(String target, @Nullable ProxmoxGuest guest, String problem) {
        Diagnosis none = new Diagnosis(List.of(), List.of(), List.of(), "");
        return new Checked(
                target,
                target,
                guest,
                null,
                null,
                problem,
                Checked.Reasoning.of(none, null),
                Checked.OurChange.NONE);
    }

    @Test
    void aRowTellsWhereAContainerIsAndWhatHoldsIt() throws IOException {
        Checked far = unread("pve:205", guest("205", "f\u001bar", false, "migrate"), "");
        List<String> lines = text(List.of(ofGuest(), far));
        assertThat(lines)
                .containsExactly(
                        "VMID  NAME     STATE      FAILED  CAUSE         FIX",
                        "101   web      not read   -       cannot be     locked: backup",
                        "                                  read\\x1b[31m",
                        "205   f\\x1bar  elsewhere  -                     locked: migrate, on node pve2, HA",
                        "2 containers: 1 not read, 1 on another node; next: capdrop check pve:101");
    }

    @Test
    void othersThanProxmoxVesGoByTheirTarget() throws IOException {
        Checked web = unread("lxc:web", null, "");
        assertThat(text(List.of(web)))
                .containsExactly(
                        "TARGET   STATE     FAILED  CAUSE  FIX",
                        "lxc:web  not read  -",
                        "1 container: 1 not read; next: capdrop check lxc:web");
        assertThat(text(List.of(ofGuest(), web)))
                .startsWith(
                        "TARGET   NAME  STATE     FAILED  CAUSE                   FIX",
                        "101      web   not read  -       cannot be read\\x1b[31m  locked: backup",
                        "lxc:web        not read  -");
    }

    @Test
    void whatTheNextStartBringsIsARowsCause() throws IOException {
        CapabilitySet rawio = CapabilitySet.of("sys_rawio");
        CapabilitySet netAdmin = CapabilitySet.of("net_admin");
        StartReview next =
                new StartReview(
                        rawio,
                        netAdmin,
                        List.of(
                                new StartReview.VainStart(
                                        "a.mount",
                                        rawio,
                                        true,
                                        StartReview.VainStart.Evidence.KERNEL)),
                        List.of(new StartReview.Loss("b.service", true, "why")),
                        new StartReview.Confinement(List.of(), List.of("c.service"), "nesting=1"));
        Checked one =
                new Checked(
                        "lxc:web",
                        "lxc:web",
                        null,
                        null,
                        null,
                        "",
                        new Checked.Reasoning(
                                new Diagnosis(List.of(), List.of(), List.of(), ""),
                                null,
                                next,
                                true,
                                PolicyReview.NONE,
                                List.of()),
                        Checked.OurChange.NONE);
        assertThat(String.join(" ", text(List.of(one))).replaceAll("\\s+", " "))
                .contains(
                        "at the next start: starts again for inert sys_rawio; perhaps AppArmor without nesting; loses what works by net_admin");
    }

    @Test
    void aLongCellIsWrappedInItsColumn() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Terminal terminal = terminal(bytes);
        TextTable table = new TextTable(terminal, "A", "B", "C");
        table.row(TextTable.Color.BAD, "one", "word ".repeat(30).strip(), "last");
        table.write(1);
        terminal.requireWritten();
        List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).allMatch(line -> line.length() <= 80).hasSize(4);
        assertThat(lines.get(1)).startsWith("one  word").endsWith("  last");
        assertThat(lines.get(2)).startsWith("     word word");
    }

    static List<String> text(List<Checked> all) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Terminal terminal = terminal(bytes);
        new CheckTable(terminal, new TableOptions(), "", "")
                .write(all.stream().map(checked -> CheckRow.of("", checked)).toList());
        terminal.requireWritten();
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    static Terminal terminal(ByteArrayOutputStream bytes) {
        Terminal.Style plain = new Terminal.Style(false, 80);
        return new Terminal(
                new DataStream(bytes),
                plain,
                OutputStream.nullOutputStream(),
                plain,
                StandardCharsets.US_ASCII);
    }
}
