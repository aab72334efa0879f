package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two commands must not judge a container by different things: each that judges one asks what was
/// learnt of it.
final class JoinedTest {
    private final FakeHost host = new FakeHost();

    JoinedTest() {
        host.lxc("web").works("ssh.service").failsWith("sys_rawio", "kdump.service");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "check",
                "check web",
                "metrics",
                "report",
                "explain",
                "explain web",
                "explain ssh.service@web",
                "plan web",
                "plan --all",
                "plan --host --goal none --drop mknod",
                "apply web --yes",
                "apply --all --yes",
                "apply --host --goal none --drop mknod --yes",
                "trial web --goal none --drop mknod",
                "snapshot web"
            })
    void whoJudgesAContainerKnowsWhatWasLearntOfIt(String words) {
        FakeHost.Ran ran = host.run(words.split(" "));
        assertThat(ran.exit()).as(ran.toString()).isLessThan(2);
        assertThat(host.askedForLearnt)
                .as(ran.toString())
                .containsExactly(host.containers.getFirst().id);
    }
}
