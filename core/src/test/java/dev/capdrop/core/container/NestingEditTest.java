package dev.capdrop.core.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capdrop.core.container.Editing.ConfigEdit;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Nesting allowed in a configuration, and taken back.
class NestingEditTest {
    private static final String PATH = "/var/lib/lxc/c1/config";
    private static final String GUEST =
            "#web server\narch: amd64\ncores: 2\nhostname: web\nostype: debian\nunprivileged: 1\n";
    private static final String SNAPSHOT =
            "\n[one]\narch: amd64\nfeatures: fuse=1\nostype: debian\n";

    private static ConfigEdit edit(ConfigFormat format, String text) {
        String shared = "/usr/share/lxc/config/";
        return format.allowNesting(
                        PATH,
                        new TextSource(
                                Map.of(
                                        PATH,
                                        text,
                                        shared + "debian.common.conf",
                                        "",
                                        shared + "debian.userns.conf",
                                        "")))
                .orElseThrow();
    }

    private static String lxc(String text) {
        return edit(ConfigFormat.LXC, text).after();
    }

    private static String proxmox(String text) {
        return edit(ConfigFormat.PROXMOX, text).after();
    }

    @Test
    void aContainerOfAStockProfileGetsOneThatLiblxcMakes() {
        assertThat(lxc("lxc.uts.name = c1\n"))
                .isEqualTo(
                        """
                        lxc.uts.name = c1
                        lxc.apparmor.profile = generated
                        lxc.apparmor.allow_nesting = 1
                        """);
        assertThat(lxc("lxc.apparmor.profile = generated\r\nlxc.uts.name = c1"))
                .isEqualTo(
                        "lxc.apparmor.profile = generated\r\nlxc.apparmor.allow_nesting = 1\r\n"
                                + "lxc.uts.name = c1");
        assertThat(lxc("lxc.apparmor.profile = generated\nlxc.apparmor.allow_nesting = 0\n"))
                .isEqualTo(
                        """
                        lxc.apparmor.profile = generated
                        lxc.apparmor.allow_nesting = 0
                        lxc.apparmor.allow_nesting = 1
                        """);
    }

    @Test
    void whatUndoesItBehindIsOutdone() {
        String include = "/usr/share/own.conf";
        String text = "lxc.apparmor.profile = generated\nlxc.include = " + include + "\n";
        ConfigEdit edit =
                ConfigFormat.LXC
                        .allowNesting(
                                PATH,
                                new TextSource(
                                        Map.of(
                                                PATH,
                                                text,
                                                include,
                                                "lxc.apparmor.allow_nesting = 0\n")))
                        .orElseThrow();
        assertThat(edit.after()).isEqualTo(text + "lxc.apparmor.allow_nesting = 1\n");
    }

    @Test
    void theFeaturesOfProxmoxAreMergedWhereItsOwnWriterPutsThem() {
        assertThat(proxmox(GUEST + SNAPSHOT))
                .isEqualTo(GUEST.replace("hostname", "features: nesting=1\nhostname") + SNAPSHOT);
        String with = GUEST.replace("hostname", "features: fuse=1,mount=nfs;cifs\nhostname");
        assertThat(proxmox(with)).isEqualTo(with.replace("cifs", "cifs,nesting=1"));
        String no = GUEST.replace("hostname", "features: nesting=0,fuse=1\nhostname");
        assertThat(proxmox(no)).isEqualTo(no.replace("nesting=0", "nesting=1"));
        String twice = GUEST + "features: fuse=1\nfeatures: keyctl=1\n";
        assertThat(proxmox(twice)).isEqualTo(twice.replace("keyctl=1", "keyctl=1,nesting=1"));
    }

    @Test
    void featuresOnTheFirstLineAreFoundAndPutBack() {
        for (String first : new String[] {"fuse=1", "nesting=0,fuse=1"}) {
            String rest = "\narch: amd64\nhostname: web\nostype: debian\nunprivileged: 1\n";
            String text = "features: " + first + rest;
            ConfigEdit edit = edit(ConfigFormat.PROXMOX, text);
            String allowed =
                    first.contains("nesting") ? first.replace('0', '1') : first + ",nesting=1";
            assertThat(edit.after()).isEqualTo("features: " + allowed + rest);
            assertThat(ConfigFormat.PROXMOX.takeBack(edit.after(), edit)).isEqualTo(text);
            assertThat(ConfigFormat.PROXMOX.takeBack(edit.after() + "swap: 5\n", edit))
                    .isEqualTo(text + "swap: 5\n");
            String theirs = "features: " + allowed + ",keyctl=1" + rest;
            assertThat(ConfigFormat.PROXMOX.takeBack(theirs, edit))
                    .isEqualTo("features: " + first + ",keyctl=1" + rest);
        }
    }

    @Test
    void aLineThatSomebodyElseRepeatsStaysWhereNestingIsTakenBack() {
        ConfigEdit edit = edit(ConfigFormat.LXC, "lxc.tty.max = 1\nlxc.uts.name = c1\n");
        String later = edit.after() + "lxc.tty.max = 1\n";
        assertThat(ConfigFormat.LXC.takeBack(later, edit))
                .isEqualTo("lxc.tty.max = 1\nlxc.uts.name = c1\nlxc.tty.max = 1\n");
    }

    @Test
    void whatWaitsForTheNextStartAndUndoesItIsSaid() {
        String pending = GUEST + "\n[pve:pending]\nfeatures: fuse=1\n";
        assertThatThrownBy(() -> proxmox(pending))
                .hasMessage(new Editing.NestingUndone(PATH).toString());
        String raw = GUEST + "lxc.apparmor.profile: unconfined\n";
        assertThatThrownBy(() -> proxmox(raw)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> lxc("lxc.cap.drop = nonsense\n"))
                .hasMessageStartingWith("NotLoaded[path=" + PATH)
                .hasMessageContaining("nonsense");
    }

    @Test
    void whatAllowsItAlreadyStaysAsItIs() {
        assertThat(
                        edit(
                                        ConfigFormat.LXC,
                                        """
                                        lxc.apparmor.profile = generated
                                        lxc.apparmor.allow_nesting = 1
                                        """)
                                .changes())
                .isFalse();
    }

    /// `|` stands for the end of a line.
    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "LXC ! a = b ! a = b ! a = b",
                "LXC ! lxc.uts.name = c1 ! lxc.uts.name = c1|P|N|lxc.cap.drop = sys_time"
                        + " ! lxc.uts.name = c1|lxc.cap.drop = sys_time",
                "LXC ! lxc.uts.name = c1 ! N|lxc.uts.name = c1|P|N ! N|lxc.uts.name = c1",
                "LXC ! N|lxc.uts.name = c1 ! N|lxc.uts.name = c1|P ! N|lxc.uts.name = c1",
                "PROXMOX ! fuse=1 ! fuse=1,nesting=1 ! fuse=1",
                "PROXMOX ! fuse=1 ! nesting=1,fuse=1,keyctl=1 ! fuse=1,keyctl=1",
                "PROXMOX ! nesting=0 ! nesting=1,keyctl=1 ! nesting=0,keyctl=1",
                "PROXMOX ! fuse=1 ! keyctl=1 ! keyctl=1",
                "PROXMOX ! fuse=1 ! nesting=0 ! nesting=0",
                "PROXMOX ! - ! nesting=1 ! -",
                "PROXMOX ! - ! nesting=1,fuse=1 ! fuse=1",
                "PROXMOX ! - ! - ! -"
            })
    void itIsTakenBackWhateverOthersHaveWrittenSince(
            ConfigFormat format, String before, String current, String rest) {
        ConfigEdit edit = edit(format, text(format, before));
        assertThat(format.takeBack(edit.after(), edit)).isEqualTo(edit.before());
        assertThat(format.takeBack(edit.before(), edit)).isEqualTo(edit.before());
        String now = text(format, current);
        assertThat(format.takeBack(now, edit)).isEqualTo(text(format, rest));
        String more = format == ConfigFormat.LXC ? "lxc.tty.max = 2\n" : "swap: 5\n";
        assertThat(format.takeBack(more + now, edit)).isEqualTo(more + text(format, rest));
    }

    private static String text(ConfigFormat format, String brief) {
        if (format == ConfigFormat.PROXMOX) {
            return brief.equals("-")
                    ? GUEST + SNAPSHOT
                    : GUEST.replace("hostname", "features: " + brief + "\nhostname") + SNAPSHOT;
        }
        return brief.replace("|", "\n")
                        .replace("N", "lxc.apparmor.allow_nesting = 1")
                        .replace("P", "lxc.apparmor.profile = generated")
                        .replace("a = b", "# a = b")
                + "\n";
    }
}
