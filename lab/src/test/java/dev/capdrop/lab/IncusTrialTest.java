package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// `trial` on a container of Debian's Incus that runs: what it finds is exactly what the container
/// needs, the container does not notice, and nothing stays.
@NeedsContainers
final class IncusTrialTest {
    @Test
    void theSetFoundIsMinimalAndNothingStaysOfTheCopies() throws IOException {
        try (IncusHost host = IncusHost.boot(Bench.shared())) {
            Path root = host.small();
            SmallBoot.service(root, "owner.service", TrialRun.OWNER);
            SmallBoot.of(root, "owner.service");
            host.make(root, "web", "--config=raw.lxc=# mine\nlxc.environment = A=b");
            assertThat(host.boot("web")).isIn("running", "degraded");
            String before = told(host);

            String killed = ended(host, "KILL", 137, "no copy of an earlier one");
            assertThat(instances(host)).as("a copy outlives the killed trial").contains(killed);
            ended(host, "INT", 2, killed);
            assertThat(instances(host)).as("no copy, of neither trial").isEqualTo("web");
            assertNothingStays(host, before);

            Command.Result tried = host.capdrop(trial("chown,mknod", "1s"));
            assertThat(tried.exit()).as(tried.toString()).isZero();
            assertThat(TrialRun.kept(tried)).as(tried.toString()).containsExactly("chown");
            assertThat(TrialRun.words(tried))
                    .contains(TrialRun.OWNER_KEPT)
                    .contains("capdrop apply incus:web --goal none --drop mknod")
                    .contains("no network but a loopback device");
            assertNothingStays(host, before);

            host.runOrFail(
                    "incus",
                    "config",
                    "set",
                    "web",
                    "security.idmap.isolated=true",
                    "security.idmap.base=0");
            Command.Result refused = host.capdrop(trial("mknod", "1s"));
            assertThat(refused.exit()).as(refused.toString()).isEqualTo(2);
            assertThat(refused.err())
                    .as("its copies would have the ids of the host's root")
                    .contains("its ids are those of the host's root (lxc.idmap = u 0 0 65536;");
            assertThat(instances(host)).isEqualTo("web");
        }
    }

    /// A trial that gets a signal as soon as a copy of it runs.
    ///
    /// @param but a copy that runs already
    /// @return the copy
    private static String ended(IncusHost host, String signal, int status, String but) {
        Command.Result ended =
                host.run(
                        TrialRun.signalled(
                                signal,
                                "incus list -f csv -c ns | grep -v '%s' | grep -o".formatted(but)
                                        + " '^capdrop-trial-[0-9a-f]*,RUNNING'",
                                trial("mknod", "300s")));
        assertThat(ended.exit()).as(ended.toString()).isEqualTo(status);
        assertThat(ended.out()).as(ended.toString()).startsWith("capdrop-trial-");
        return ended.out().strip().replace(",RUNNING", "");
    }

    private static String[] trial(String drop, String settle) {
        return TrialRun.line("web", drop, settle, "--timeout", "600s", "--parallel", "1");
    }

    private static String instances(IncusHost host) {
        return host.runOrFail("incus", "list", "-f", "csv", "-c", "n");
    }

    /// All that Incus tells of it, and its init.
    private static String told(IncusHost host) {
        return host.runOrFail(
                "sh",
                "-c",
                "incus config show web; incus query /1.0/instances/web; incus list web -f csv -c np");
    }

    private static void assertNothingStays(IncusHost host, String before) {
        assertThat(instances(host)).isEqualTo("web");
        assertThat(told(host)).isEqualTo(before);
        assertThat(host.runOrFail("incus", "profile", "list", "-f", "csv", "-c", "n"))
                .isEqualTo("default");
        assertThat(
                        host.runOrFail(
                                "find",
                                "/var/lib/capdrop/trials",
                                "-mindepth",
                                "2",
                                "-name",
                                "*.*"))
                .isEmpty();
    }
}
