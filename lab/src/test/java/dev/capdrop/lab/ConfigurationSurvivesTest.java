package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What the administrator wrote survives apply, and undo gives it back byte for byte.
@NeedsContainers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ConfigurationSurvivesTest {
    private static final long SYS_RAWIO = 1L << 17;
    private static final String ALL_KEPT =
            "lxc.cap.keep = chown dac_override dac_read_search fowner fsetid kill setgid setuid"
                    + " setpcap linux_immutable net_bind_service net_broadcast net_admin net_raw"
                    + " ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct"
                    + " sys_admin sys_boot sys_nice sys_tty_config mknod lease audit_write"
                    + " audit_control setfcap syslog wake_alarm block_suspend audit_read\n";

    @TempDir Path state = Path.of("");
    private final Bench bench = Bench.shared();
    private LabContainer container = new LabContainer(Path.of(""), "");
    private String made = "";

    /// A way to write a configuration, from the plain one.
    enum Writing {
        COMMENTED(text -> "# first\n\n" + text.replace("\n", "\n  # of mine\n") + "\n#last\n"),
        FOREIGN(text -> "vendor.key = a  b\n" + text + "not.lxc=\t1 \n"),
        ODDLY_SPACED(text -> text.replace(" = ", "   =\t") + "lxc.cap.drop=\tmknod  lease \n"),
        WITHOUT_LAST_NEWLINE(text -> text + "lxc.environment = A=b"),
        WITH_CARRIAGE_RETURN(text -> text + "lxc.environment = A=b\r\n# c\r\n"),
        WITH_CARRIAGE_RETURNS_ALL_OVER(text -> text.replace("\n", "\r\n")),
        QUOTED(text -> text + "lxc.cap.drop = \"mknod lease\"\n"),
        NUMERIC(text -> text + "lxc.cap.drop = 27\n"),
        REPEATED(text -> text + "lxc.cap.drop = mknod\n# more\nlxc.cap.drop = mknod lease\n"),
        RESET(text -> text + "lxc.cap.drop = sys_rawio\nlxc.cap.drop =\nlxc.cap.drop = mknod\n"),
        KEPT(text -> text + ALL_KEPT),
        KEPT_TWICE(text -> text + "lxc.cap.keep = sys_rawio\n# and\n" + ALL_KEPT);

        private final UnaryOperator<String> how;

        Writing(UnaryOperator<String> how) {
            this.how = how;
        }
    }

    @BeforeAll
    void makeTheContainer() throws IOException {
        container = SmallBoot.make(bench, Suite.TRIXIE, Privilege.UNPRIVILEGED);
        made = container.config();
    }

    @AfterAll
    void removeTheContainer() throws IOException {
        container.close();
    }

    @ParameterizedTest
    @EnumSource
    void anEditOfAStoppedContainerTouchesNothingElse(Writing writing) throws IOException {
        Tool tool = Tool.of(bench, state);
        String before = writing.how.apply(made);
        container.setConfig(before);
        assertThat(bounding(tool) & SYS_RAWIO).isNotZero();
        String[] apply = {"apply", container.name(), "--goal", "none", "--drop", "sys_rawio"};
        Command.Result applied = tool.run(with(apply, "--yes"));
        assertThat(applied.exit()).as(applied.toString()).isZero();
        assertThat(bounding(tool) & SYS_RAWIO).isZero();
        String after = container.config();
        assertThat(after).isNotEqualTo(before);
        for (String line : before.split("\n", -1)) {
            if (!line.startsWith("lxc.cap.")) {
                assertThat(after).contains(line);
            }
        }
        Command.Result again = tool.run(with(apply, "--yes"));
        assertThat(again.err()).contains("nothing to do");
        assertThat(container.config()).isEqualTo(after);
        Command.Result undone = tool.run("undo", container.name(), "--yes");
        assertThat(undone.exit()).as(undone.toString()).isZero();
        assertThat(container.config()).isEqualTo(before);
        assertThat(container.running()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"WITH_CARRIAGE_RETURNS_ALL_OVER", "RESET", "KEPT"})
    void aContainerBootsWithTheEditAndWithWhatUndoGivesBack(Writing writing) throws IOException {
        Tool tool = Tool.of(bench, state);
        String before = writing.how.apply(made);
        container.setConfig(before);
        assertThat(container.boot()).isEqualTo("degraded");
        Command.Result applied = tool.run("apply", container.name(), "--yes");
        assertThat(applied.exit()).as(applied.toString()).isZero();
        assertThat(applied.out()).endsWith("verdict: better, the container is running\n");
        EveryCommand.assertAsForecast(applied.out());
        Command.Result undone = tool.run("undo", container.name(), "--yes");
        EveryCommand.assertAsForecast(undone.out());
        assertThat(container.config()).isEqualTo(before);
        assertThat(container.settled()).isEqualTo("degraded");
        container.kill();
    }

    @Test
    void whatWasEditedAfterwardsSurvivesTheUndo() throws IOException {
        Tool tool = Tool.of(bench, state);
        container.setConfig(made);
        tool.run("apply", container.name(), "--goal", "none", "--drop", "sys_rawio,mknod", "--yes");
        container.setConfig("# later\n" + container.config() + "lxc.environment = C=d\n");
        Command.Result undone = tool.run("undo", container.name(), "--yes");
        assertThat(undone.exit()).as(undone.toString()).isZero();
        assertThat(container.config()).isEqualTo("# later\n" + made + "lxc.environment = C=d\n");
    }

    /// The bounding set of the next start.
    private long bounding(Tool tool) {
        Command.Result config = tool.run("config", container.name(), "--json");
        assertThat(config.exit()).as(config.toString()).isZero();
        String mask = config.out().replaceAll("(?s).*\"bounding\" : \"([0-9a-f]{16})\".*", "$1");
        return Long.parseUnsignedLong(mask, 16);
    }

    private static String[] with(String[] line, String more) {
        String[] all = Arrays.copyOf(line, line.length + 1);
        all[line.length] = more;
        return all;
    }
}
