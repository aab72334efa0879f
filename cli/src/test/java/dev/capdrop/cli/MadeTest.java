package dev.capdrop.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What documents say of themselves: by which capdrop they were made, where and when.
final class MadeTest {
    private final FakeHost host = new FakeHost();

    MadeTest() {
        host.lxc("web").works("ssh.service").failsWith("sys_rawio", "kdump.service");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "check",
                "plan web",
                "plan --all",
                "plan --host",
                "apply web --yes",
                "apply --all --yes",
                "apply --host --yes",
                "undo web --yes",
                "status",
                "config web",
                "explain web",
                "explain chown",
                "ps",
                "decode 3",
                "doctor",
                "trial web --goal none --drop mknod",
                "learn --all --show"
            })
    void eachReportAsJsonSaysWhichProgramMadeItWhereAndWhen(String words) {
        FakeHost.Ran ran = host.run((words + " --json").split(" "));
        assertThat(ran.out().replaceAll("\\s+", " "))
                .as(ran.toString())
                .containsPattern(
                        "^\\{ \"schema\" : \"capdrop/[a-z-]+/[12]\", \"made\" : \\{ \"version\" : [^,]+, \"host\" : \"host1\", \"kernel\" : \"6.12.0\", \"time\" : \"2026-01-01T12:00:00Z\" \\}, ");
    }

    @Test
    void sarifJunitAndMetricsSaySoInTheirOwnWords() {
        assertThat(host.run("check", "--format", "sarif").out())
                .contains(
                        "\"endTimeUtc\" : \"2026-01-01T12:00:00Z\"",
                        "\"machine\" : \"host1\"",
                        "\"kernel\" : \"6.12.0\"");
        assertThat(host.run("check", "--format", "junit").out())
                .contains("timestamp=\"2026-01-01T12:00:00Z\" hostname=\"host1\"");
        assertThat(host.run("metrics").out())
                .contains("capdrop_build_info{version=\"\",host=\"host1\",kernel=\"6.12.0\"} 1");
    }
}
