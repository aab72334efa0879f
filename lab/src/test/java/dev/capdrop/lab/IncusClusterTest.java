package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A cluster of two Incus on one host: `here`, in the usual folder, and `there`, in another one.
@NeedsContainers
final class IncusClusterTest {
    private static final String THERE = "/srv/there";
    private static final String ELSEWHERE =
            "'incus:mail' is on the member 'there' of this Incus cluster; run capdrop there";

    /// Makes a cluster of an Incus that runs and of one that is started for it.
    private static final String CLUSTER =
            """
            set -e
            ip link set lo up
            incus config set core.https_address=127.0.0.1:8443
            incus cluster enable here
            incus config set cluster.offline_threshold=300
            mkdir -p "$1" "$2"
            systemd-run --unit=there --setenv=INCUS_DIR="$1" /usr/libexec/incus/incusd --group root
            until test -S "$1/unix.socket"; do sleep 0.1; done
            # a member is online some time after it says so
            until token=$(incus cluster add there --quiet | tail -1) && test "$token"; do sleep 0.5; done
            cat <<END | INCUS_DIR="$1" incus admin init --preseed
            cluster:
              enabled: true
              server_address: 127.0.0.1:8444
              cluster_token: $token
              member_config:
              - entity: storage-pool
                name: default
                key: source
                value: "$2"
            END
            until test "$(incus cluster list -f csv | grep -c ONLINE)" = 2; do sleep 0.5; done
            incus init trixie mail --target there
            """;

    @Test
    void theContainersOfThisMemberAreReadAndChangedAndTheOthersAreNamed() throws IOException {
        try (IncusHost host = IncusHost.boot(Bench.shared())) {
            host.make(Suite.TRIXIE, "web");
            host.runOrFail(
                    "timeout",
                    "300",
                    "sh",
                    "-c",
                    CLUSTER,
                    "sh",
                    THERE,
                    IncusHost.MEMORY + "/there");
            Command.Result check = host.capdrop("check");
            assertThat(check.out())
                    .startsWith("incus:web  not running")
                    .doesNotContain("incus:mail");
            assertThat(check.err().strip().replaceAll("\\s+", " "))
                    .endsWith(
                            "on other members of this cluster, to be checked there: incus:mail (there)");
            assertElsewhere(host.capdrop("check", "mail"));
            assertThat(there(host, "check").out())
                    .startsWith("incus:mail  not running")
                    .doesNotContain("incus:web");
            changed(host);
            host.runOrFail("systemctl", "kill", "--signal=KILL", "there");
            host.runOrFail(
                    "timeout",
                    "120",
                    "sh",
                    "-c",
                    "until incus query '/1.0/instances?recursion=1' | grep -q '\"status\": \"Error\"';"
                            + " do sleep 0.2; done");
            // of its containers Incus knows little more than the names now
            assertThat(host.capdrop("check").out())
                    .startsWith("incus:web  not running")
                    .doesNotContain("incus:mail");
            assertElsewhere(host.capdrop("apply", "incus:mail", "--yes"));
            changed(host);
        }
    }

    private static void changed(IncusHost host) {
        String before = host.told("web");
        Command.Result apply =
                host.capdrop(
                        "apply",
                        "web",
                        "--goal",
                        "none",
                        "--drop",
                        "mknod",
                        "--no-restart",
                        "--yes");
        assertThat(apply.exit()).as(apply.toString()).isZero();
        assertThat(host.rawLxc("web")).isEqualTo("lxc.cap.drop = mknod");
        Command.Result undo = host.capdrop("undo", "web", "--yes");
        assertThat(undo.exit()).as(undo.toString()).isZero();
        assertThat(host.told("web")).isEqualTo(before);
    }

    private static void assertElsewhere(Command.Result result) {
        assertThat(result.exit()).as(result.toString()).isEqualTo(2);
        assertThat(result.err()).isEqualTo("capdrop: " + ELSEWHERE + "\n");
    }

    /// capdrop on the other member.
    private static Command.Result there(IncusHost host, String... arguments) {
        List<String> line = new ArrayList<>(List.of("env", "INCUS_DIR=" + THERE));
        line.addAll(Program.line());
        line.addAll(List.of(arguments));
        return host.run(line.toArray(String[]::new));
    }
}
