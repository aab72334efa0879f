package dev.capdrop.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.Tallies.Tally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What units are refused since a drop is said where people look.
class SinceDropTest {
    private static final int SYS_CHROOT = 18;
    private final FakeHost host = new FakeHost();
    private final FakeContainer web = host.lxc("web").works("meter.service");

    @Test
    void whatAUnitIsRefusedSinceADropIsSaidWithWhatGivesItBack() {
        apply("sys_chroot");
        for (String command : List.of("check", "status", "plan")) {
            assertThat(host.run(command, "web").out())
                    .as(command)
                    .doesNotContain("refused:", "give it back");
        }
        refused();
        for (String command : List.of("check", "status", "plan")) {
            assertThat(host.run(command, "web").out().replaceAll("\\s+", " "))
                    .as(command)
                    .contains("refused: since your drop of 2026-01-01, meter.service was refused")
                    .contains(" sys_chroot 4 times, last on 2026-01-01 13:00 UTC")
                    .contains(" give it back: capdrop undo lxc:web ");
            assertThat(host.run(command, "web", "--json").out())
                    .as(command)
                    .contains("\"giveBack\" : \"capdrop undo lxc:web\"", "\"count\" : 4");
        }
        follow("capdrop undo lxc:web");
        assertThat(web.config).doesNotContain("sys_chroot");
        assertThat(host.run("check", "web").out()).doesNotContain("refused:");
    }

    @Test
    void whatElseTheChangesDroppedIsDroppedAgain() {
        apply("mknod,sys_chroot");
        apply("sys_time");
        refused();
        String command =
                "capdrop undo --no-restart lxc:web && capdrop undo --no-restart lxc:web"
                        + " && capdrop apply --goal none --drop sys_time,mknod lxc:web"
                        + " && lxc-stop -P /var/lib/lxc -n web && lxc-start -P /var/lib/lxc -n web";
        assertThat(host.run("check", "web").out().replaceAll("\\s+", " "))
                .contains("give it back: " + command);
        int starts = web.starts;
        follow(command);
        assertThat(web.starts).isEqualTo(starts + 1);
        assertThat(web.config).contains("mknod", "sys_time").doesNotContain("sys_chroot");
        assertThat(host.run("check", "web").out()).doesNotContain("refused:");
    }

    private void apply(String names) {
        assertThat(host.run("apply", "web", "--goal", "none", "--drop", names, "--yes").exit())
                .isZero();
        host.now = host.now.plus(Duration.ofHours(1));
    }

    private void refused() {
        host.tallies.add(new Tally("meter.service", SYS_CHROOT, Meaning.MISSED, 4, 1, 2));
        assertThat(host.run("learn", "web", "--for", "10s").exit()).isZero();
    }

    /// Does what a shell does.
    private void follow(String line) {
        for (String command : line.split(" && ")) {
            List<String> words = new ArrayList<>(List.of(command.split(" ")));
            switch (words.removeFirst()) {
                case "lxc-stop" -> web.stop();
                case "lxc-start" -> web.start();
                default -> run(words);
            }
        }
    }

    private void run(List<String> words) {
        words.add("--yes");
        FakeHost.Ran ran = host.run(words.toArray(String[]::new));
        assertThat(ran.exit()).as(words + ": " + ran.err()).isZero();
    }
}
