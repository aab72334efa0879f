package dev.capdrop.cli.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.FakeContainer;
import dev.capdrop.cli.FakeHost;
import dev.capdrop.core.journal.JournalEntry.Phase;
import org.junit.jupiter.api.Test;

/// What is said of a container while a process changes it, and what counts as a drift.
final class UnderWayTest {
    private final FakeHost host = new FakeHost();
    private final FakeContainer web =
            host.lxc("web").works("ssh.service").failsWith("sys_rawio", "kdump.service");

    @Test
    void whileAProcessCarriesAChangeOutNobodyCallsItInterrupted() {
        host.killBefore("lxc:web", Phase.APPLIED, "apply", "web", "--yes");
        assertThat(host.run("check", "web").out()).contains("a change was interrupted");
        host.journal.holder = "4711";
        String said = "a change is under way (process 4711)";
        FakeHost.Ran check = host.run("check", "web");
        assertThat(check.out()).contains(said).doesNotContain("interrupted", "capdrop undo");
        assertThat(check.exit()).as(check.toString()).isZero();
        assertThat(host.run("check", "web", "--json").out())
                .contains("\"underWay\" : \"4711\"", "\"pending\" : \"restarting\"");
        assertThat(host.run("check", "--fail-on", "drift").exit()).isZero();
        FakeHost.Ran status = host.run("status");
        assertThat(status.out()).contains(said).doesNotContain("interrupted", "drifted");
        assertThat(status.exit()).as(status.toString()).isZero();
        assertThat(host.run("status", "--json").out()).contains("\"kind\" : \"under-way\"");
        assertThat(host.run("plan", "--all").out().replaceAll("\\s+", " "))
                .contains(said + "; wait for it");
        host.journal.holder = "";
        FakeHost.Ran later = host.run("status");
        assertThat(later.out()).contains("interrupted");
        assertThat(later.exit()).isEqualTo(1);
    }

    @Test
    void aChangeThatWaitsAsItWasToldIsNoDriftWhateverElseFails() {
        web.failsWith("sys_admin", "other.service");
        FakeHost.Ran written =
                host.run(
                        "apply",
                        "web",
                        "--goal",
                        "none",
                        "--drop",
                        "sys_rawio",
                        "--no-restart",
                        "--yes");
        assertThat(written.exit()).as(written.toString()).isZero();
        assertThat(host.run("check", "--fail-on", "degraded").exit()).isEqualTo(1);
        FakeHost.Ran drift = host.run("check", "--fail-on", "drift");
        assertThat(drift.exit()).as(drift.toString()).isZero();
    }
}
