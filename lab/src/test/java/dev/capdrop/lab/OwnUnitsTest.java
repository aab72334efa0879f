package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// The package's units for the daily check and for Prometheus, as they are, under a systemd that is
/// PID 1 of a host.
@NeedsContainers
final class OwnUnitsTest {
    private static final String CHECK = "capdrop-check.service";
    private static final String MAILS = "/var/mail/sent";
    private static final String FIGURES = "/var/lib/prometheus/node-exporter";

    /// How long a unit that was triggered may take before nobody believes that it comes.
    private static final Duration MOST = Duration.ofMinutes(5);

    @Test
    void theySayWhatACommandByHandSaysAndMailWhatHasChangedOnly() throws IOException {
        try (MachineHost host = MachineHost.boot(Bench.shared())) {
            OwnUnits.install(host);
            // it becomes another user, as the sendmail of each mail server does
            OwnUnits.program(
                    host,
                    "/usr/sbin/sendmail",
                    "setpriv --reuid 8 tee -a " + MAILS + " >/dev/null");
            Files.createDirectories(host.file("/var/mail"));
            Files.writeString(host.file(MAILS), "");
            host.runOrFail("chown", "8", MAILS);
            Path root = host.makeSmall("web");
            SmallBoot.service(root, "broken.service", "Type=oneshot", "ExecStart=/bin/false");
            SmallBoot.of(root, "broken.service");
            assertThat(host.boot("web")).isEqualTo("degraded");

            theFiguresAreThoseOfACommandByHand(host);

            Command.Result byHand = host.capdrop("check");
            assertThat(byHand.out()).contains("nspawn:web", "broken.service");
            check(host, 1);
            assertThat(said(host, CHECK)).contains(byHand.out().strip());
            assertThat(mails(host))
                    .as(told(host))
                    .contains("1 new, 0 gone\n", "\n  nspawn:web  broken.service  ")
                    .contains(byHand.out().strip());

            check(host, 2);
            assertThat(mails(host)).as("nothing has changed").containsOnlyOnce("Subject: ");

            host.runOrFail("systemctl", "-M", "web", "reset-failed");
            check(host, 3);
            assertThat(mails(host)).contains("0 new, 1 gone\n");

            Path defaults = Files.createDirectories(host.file("/etc/capdrop"));
            Files.writeString(defaults.resolve("capdrop.conf"), "nonsense = yes\n");
            check(host, 4);
            assertThat(mails(host))
                    .contains("capdrop-check.service  failed", "'nonsense' is no setting");
            check(host, 5);
            assertThat(mails(host).split("Subject: ", -1)).as("and that once").hasSize(4);

            Files.delete(defaults.resolve("capdrop.conf"));
            check(host, 6);
            int before = mails(host).length();
            OwnUnits.program(host, OwnUnits.CAPDROP, "exit 1");
            check(host, 7);
            assertThat(mails(host).substring(before))
                    .as("one that dies without a word has not found that all is well")
                    .contains("1 new, 0 gone", "capdrop-check.service  failed");
        }
    }

    /// With a folder that belongs to another user, as Debian's package has it.
    private static void theFiguresAreThoseOfACommandByHand(MachineHost host) throws IOException {
        host.runOrFail("mkdir", "-p", FIGURES);
        host.runOrFail("chown", "65534", FIGURES);
        host.runOrFail("systemctl", "start", "capdrop-metrics.service");
        String written = host.runOrFail("cat", FIGURES + "/capdrop.prom");
        assertThat(written).contains("state=\"degraded\"} 1");
        assertThat(facts(written)).isEqualTo(facts(host.capdrop("metrics").out()));
    }

    private static String facts(String figures) {
        return figures.replaceAll("(?m)^capdrop_.*(timestamp|duration)_seconds.*\n?", "").strip();
    }

    /// Starts the daily check, and waits until what it triggers has ended.
    ///
    /// @param times how often that has ended then
    private static void check(MachineHost host, int times) {
        host.run("systemctl", "start", CHECK);
        Instant end = Instant.now().plus(MOST);
        while (told(host).split("Finished capdrop-tell", -1).length <= times) {
            assertThat(Instant.now()).as(said(host, CHECK) + told(host)).isBefore(end);
        }
    }

    private static String told(MachineHost host) {
        return said(host, "capdrop-tell@*");
    }

    /// What a unit has said, which is nothing before it has run.
    private static String said(MachineHost host, String unit) {
        return host.run("journalctl", "-b", "-o", "cat", "-u", unit).out();
    }

    private static String mails(MachineHost host) {
        return host.runOrFail("cat", MAILS);
    }
}
