package dev.capdrop.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.change.JournalEntry.Phase;
import org.junit.jupiter.api.Test;

/// `apply` on a host in memory.
final class ApplyCommandTest {
    private final FakeHost host = new FakeHost();
    private final FakeContainer web =
            host.lxc("web").failsWith("sys_rawio", "kdump.service").works("ssh.service");

    @Test
    void whatHealsIsWrittenRestartedAndVerified() {
        FakeHost.Ran ran = host.run("apply", "web", "--yes");
        assertThat(ran.exit()).as(ran.toString()).isZero();
        assertThat(web.config).endsWith("lxc.cap.drop = sys_rawio\n");
        assertThat(web.starts).isEqualTo(1);
        assertThat(host.journal.entries.getLast().phase()).isEqualTo(Phase.APPLIED);
    }
}
