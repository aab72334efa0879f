package dev.capdrop.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.FakeContainer;
import dev.capdrop.cli.FakeHost;
import org.junit.jupiter.api.Test;

/// The remarks of `check` about configurations, on a host in memory.
final class ConfigRemarkTest {
    private final FakeHost host = new FakeHost();
    private final FakeContainer web = host.lxc("web").works("ssh.service");

    private String check(int exit, String... words) {
        FakeHost.Ran ran = host.run(words);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(exit);
        return ran.out();
    }

    @Test
    void aLineThatOpensIsARemarkAndNoFinding() {
        web.config += "lxc.apparmor.profile = unconfined\n";
        assertThat(check(0, "check", "web"))
                .contains("remark: /var/lib/lxc/web/config:3: lxc.apparmor.profile = unconfined")
                .contains("AppArmor checks nothing that it does")
                .contains("lxc.apparmor.allow_nesting = 1");
        assertThat(check(0, "check", "web", "--json"))
                .contains("\"id\" : \"apparmor-unconfined\"", "\"line\" : 3", "\"findings\" : [ ]");
        check(0, "check", "-q", "--fail-on", "degraded,fixable,drift");
    }

    /// A row has no place for it, and a node of Proxmox VE is always a table.
    @Test
    void amongManyItIsSaidHowManyHaveOne() {
        for (String name : new String[] {"a", "b", "c", "d"}) {
            host.lxc(name).works("ssh.service");
        }
        assertThat(host.run("check").err()).doesNotContain("opened wider");
        web.config += "lxc.apparmor.profile = unconfined\n";
        FakeHost.Ran ran = host.run("check");
        assertThat(ran.exit()).isZero();
        assertThat(ran.said())
                .contains(
                        "by its configuration 1 container is opened wider than usual; 'capdrop check' with a target says how");
    }

    @Test
    void inSarifItIsANoteWithItsLine() {
        web.config += "lxc.cap.drop = sys_rawio\nlxc.cap.drop =\n";
        assertThat(check(0, "check", "--format", "sarif"))
                .contains("\"ruleId\" : \"drop-list-emptied\"", "\"level\" : \"note\"")
                .contains("\"startLine\" : 4", "gives back CAP_SYS_RAWIO");
        assertThat(check(0, "check", "--format", "junit")).contains("failures=\"0\"");
    }

    @Test
    void withoutAppArmorNothingIsSaidOfIt() {
        web.appArmor = false;
        web.config += "lxc.apparmor.profile = unconfined\n";
        assertThat(check(0, "check", "web")).doesNotContain("remark");
    }
}
