package dev.capdrop.cli.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.FakeContainer;
import dev.capdrop.cli.FakeHost;
import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.Observation.Tallies.Tally;
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
        apply("web", "sys_chroot");
        for (String command : List.of("check", "status", "plan")) {
            assertThat(host.run(command, "web").out())
                    .as(command)
                    .doesNotContain("refused:", "give it back");
        }
        refused("web");
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
        apply("web", "mknod,sys_chroot");
        apply("web", "sys_time");
        refused("web");
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

    @Test
    void whatTheFileOfAllContainersTookIsSaidToo() {
        FakeContainer own = host.lxc("own").works("meter.service");
        own.config = "lxc.uts.name = own\nlxc.cap.drop = sys_chroot\n";
        own.stop();
        own.start();
        apply("--host", "sys_chroot,mknod");
        web.stop();
        web.start();
        refused("web");
        refused("own");
        String command =
                "capdrop undo --no-restart --host"
                        + " && capdrop apply --no-restart --goal none --drop mknod --host"
                        + " && lxc-stop -P /var/lib/lxc -n web && lxc-start -P /var/lib/lxc -n web";
        assertSaid("(--host), meter.service of lxc:web", command);
        assertThat(host.run("check", "own").out() + host.run("status").out())
                .as("what it is without by itself")
                .doesNotContain("of lxc:own");
        follow(command);
        assertThat(web.holds("sys_chroot")).isTrue();
        assertThat(web.holds("mknod")).isFalse();
        assertThat(host.run("check", "web").out()).doesNotContain("refused:");
    }

    @Test
    void whatAProfileTookIsSaidToo() {
        host.profiles.put("base", "");
        FakeContainer one = host.incus("one", "base").works("meter.service");
        FakeContainer two = host.incus("two", "base").works("meter.service");
        apply("--profile=base", "sys_chroot");
        refused("one");
        String command = "capdrop undo --no-restart --profile base && incus restart one";
        assertSaid("(--profile base), meter.service of incus:one", command);
        int starts = two.starts;
        follow(command);
        assertThat(one.holds("sys_chroot")).isTrue();
        assertThat(two.starts).isEqualTo(starts);
        assertThat(host.run("check", "one").out()).doesNotContain("refused:");
    }

    /// In the words of each command that looks, and of `status` for all.
    private void assertSaid(String who, String command) {
        String name = who.substring(who.lastIndexOf(':') + 1);
        for (String words : List.of("check " + name, "status " + name, "plan " + name, "status")) {
            assertThat(host.run(words.split(" ")).out().replaceAll("\\s+", " "))
                    .as(words)
                    .contains("since your drop of 2026-01-01 " + who + " was refused sys_chroot 4")
                    .contains(" give it back: " + command);
            assertThat(host.run((words + " --json").split(" ")).out())
                    .as(words)
                    .contains("\"giveBack\" : \"" + command + "\"", "\"count\" : 4");
        }
    }

    private void apply(String target, String names) {
        assertThat(host.run("apply", target, "--goal", "none", "--drop", names, "--yes").exit())
                .isZero();
        host.now = host.now.plus(Duration.ofHours(1));
    }

    private void refused(String name) {
        host.tallies.clear();
        host.tallies.add(new Tally("meter.service", SYS_CHROOT, Meaning.MISSED, 4, 1, 2));
        assertThat(host.run("learn", name, "--for", "10s").exit()).isZero();
    }

    /// Does what a shell does.
    private void follow(String line) {
        for (String command : line.split(" && ")) {
            List<String> words = new ArrayList<>(List.of(command.split(" ")));
            switch (words.removeFirst()) {
                case "lxc-stop" -> web.stop();
                case "lxc-start" -> web.start();
                case "incus" -> {
                    FakeContainer one = host.containers.get(1);
                    one.stop();
                    one.start();
                }
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
