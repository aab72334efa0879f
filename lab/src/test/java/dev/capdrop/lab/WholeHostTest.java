package dev.capdrop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One file for all unprivileged containers of a host.
///
/// The containers include a copy of LXC's `userns.conf` that includes a folder of the test's, so
/// that no other container of the machine is reached.
@NeedsContainers
final class WholeHostTest {
    private static final Path USERNS = Path.of("/usr/share/lxc/config/userns.conf");

    @TempDir Path temp = Path.of("");
    private final Bench bench = Bench.shared();

    private Path folder() {
        return temp.resolve("userns.conf.d");
    }

    private Path file() {
        return folder().resolve("capdrop.conf");
    }

    private Command.Result capdrop(String... arguments) {
        String[] line = new String[arguments.length + 3];
        System.arraycopy(arguments, 0, line, 0, arguments.length);
        line[arguments.length] = "--host";
        line[arguments.length + 1] = "--userns-dir";
        line[arguments.length + 2] = folder().toString();
        return Tool.of(bench, temp.resolve("state")).run(line);
    }

    /// @param clock lines of the `[Service]` of one that is for who may set the clock; none is made
    ///   without them
    private LabContainer make(String... clock) throws IOException {
        LabContainer container = bench.make(Suite.TRIXIE, Privilege.UNPRIVILEGED);
        container.setConfig(includingOurs(container.config()));
        if (clock.length == 0) {
            SmallBoot.of(container);
        } else {
            SmallBoot.of(container, "clock.service");
            container.writeService(
                    "clock.service",
                    List.of("DefaultDependencies=no", "ConditionCapability=CAP_SYS_TIME"),
                    clock);
        }
        return container;
    }

    private String includingOurs(String config) throws IOException {
        Path userns = temp.resolve("userns.conf");
        Files.writeString(
                userns,
                Files.readString(USERNS)
                        .replace("/usr/share/lxc/config/userns.conf.d", folder().toString()));
        return config.replace(USERNS.toString(), userns.toString());
    }

    private static void restart(LabContainer... all) throws IOException {
        for (LabContainer container : all) {
            container.shutDown();
            container.start();
        }
    }

    @Test
    void whatOneContainerNeedsStaysTheOthersAreHealedAndUndoBringsAllBack() throws IOException {
        try (LabContainer plain = make();
                LabContainer keeper = make("ExecStart=/bin/sleep infinity");
                LabContainer wants =
                        make("Type=oneshot", "ExecStart=/bin/date --set=@1795600000")) {
            for (LabContainer container : List.of(plain, keeper, wants)) {
                assertThat(container.boot()).isEqualTo("degraded");
            }
            assertThat(wants.failedUnits()).contains("clock.service");
            Map<LabContainer, String> configs =
                    Map.of(plain, plain.config(), keeper, keeper.config(), wants, wants.config());

            Command.Result plan = capdrop("plan");
            assertThat(plan.exit()).as(plan.toString()).isEqualTo(1);
            assertThat(plan.out().replaceAll("\\s+", " "))
                    .contains(
                            "sys_time stays: lxc:%s needs it (clock.service would be lost); lxc:%s would do without it"
                                    .formatted(keeper.name(), wants.name()));
            assertThat(folder()).doesNotExist();

            Command.Result apply = capdrop("apply", "--yes");
            assertThat(apply.exit()).as(apply.toString()).isZero();
            assertThat(Files.readAllLines(file()).getLast())
                    .startsWith("lxc.cap.drop = ")
                    .contains("sys_rawio")
                    .doesNotContain("sys_time");
            configs.forEach((one, config) -> assertThat(content(one)).isEqualTo(config));
            assertThat(status().out())
                    .contains("awaited: ", "lxc:" + plain.name(), "lxc:" + keeper.name());

            restart(plain, keeper, wants);
            assertThat(plain.settled()).isEqualTo("running");
            assertThat(keeper.settled()).isEqualTo("running");
            assertThat(keeper.attachOrFail("systemctl", "is-active", "clock.service"))
                    .isEqualTo("active");
            wants.settled();
            assertThat(wants.failedUnits()).isEqualTo(Set.of("clock.service"));
            Command.Result status = status();
            assertThat(status.exit()).as(status.toString()).isZero();

            Command.Result excluding = capdrop("apply", "--yes", "--exclude", keeper.name());
            assertThat(excluding.exit()).as(excluding.toString()).isZero();
            assertThat(excluding.out().replaceAll("\\s+", " "))
                    .contains(
                            "lxc:%s: left out, but the drop reaches it too; loses clock.service"
                                    .formatted(keeper.name()));
            restart(keeper, wants);
            assertThat(wants.settled()).isEqualTo("running");
            keeper.settled();
            assertThat(keeper.attach("systemctl", "is-active", "clock.service").out().strip())
                    .isEqualTo("inactive");

            for (int change = 0; change < 2; change++) {
                Command.Result undo = capdrop("undo", "--yes");
                assertThat(undo.exit()).as(undo.toString()).isZero();
                assertThat(undo.out().replaceAll("\\s+", " "))
                        .contains("does not do it): lxc:")
                        .contains(keeper.name());
            }
            assertThat(folder()).doesNotExist();
            restart(plain, keeper, wants);
            for (LabContainer container : List.of(plain, keeper, wants)) {
                assertThat(container.settled()).isEqualTo("degraded");
            }
            assertThat(keeper.attachOrFail("systemctl", "is-active", "clock.service"))
                    .isEqualTo("active");
        }
    }

    @Test
    void oneThatIsMadeAfterAllWereHealedOneByOneRunsAtItsFirstBoot() throws IOException {
        try (LabContainer healed = make();
                LabContainer next = make()) {
            assertThat(healed.boot()).isEqualTo("degraded");
            Tool tool = Tool.of(bench, temp.resolve("state"));
            Command.Result one = tool.run("apply", healed.name(), "--yes");
            assertThat(one.exit()).as(one.toString()).isZero();

            String starts = "like lxc:" + healed.name() + ": starts in vain ";
            String skips = "like lxc:" + healed.name() + ": skips ";
            String[] others = {"--exclude", next.name()};
            assertThat(oneLine(capdrop("plan", others[0], others[1])))
                    .contains("nothing to drop", starts);
            assertThat(oneLine(capdrop("plan", "--goal", "new", others[0], others[1])))
                    .contains("goal new: drop ", "sys_rawio", skips + "sys-kernel-debug.mount");
            healed.shutDown();
            assertThat(oneLine(capdrop("plan", "--goal", "new", others[0], others[1])))
                    .contains("goal new: drop ", "sys_rawio", skips);

            Command.Result all = capdrop("apply", "--yes", "--goal", "new", others[0], others[1]);
            assertThat(all.exit()).as(all.toString()).isZero();
            assertThat(oneLine(tool.run("check", next.name())))
                    .contains("no unit is known to fail");
            assertThat(next.boot()).isEqualTo("running");
        }
    }

    private static String oneLine(Command.Result ran) {
        return ran.out().replaceAll("\\s+", " ");
    }

    @Test
    void nothingIsWrittenThatKeepsAContainerFromStartingAndStatusSeesWhatComesLater()
            throws IOException {
        try (LabContainer plain = make();
                User user = new User(bench)) {
            assertThat(plain.boot()).isEqualTo("degraded");
            String config = plain.config();
            try (LabContainer own = make()) {
                own.setConfig(own.config() + "lxc.cap.keep = chown kill sys_admin\n");
                long line = own.config().lines().count();
                Command.Result refused = capdrop("apply", "--yes");
                assertThat(refused.exit()).as(refused.toString()).isEqualTo(1);
                assertThat(refused.err())
                        .contains("refused: with it ")
                        .contains(own.configFile() + ":" + line);
                assertThat(folder()).doesNotExist();
            }
            Path theirs = user.configuration(config + "lxc.cap.keep = none\n");
            Command.Result refused = capdrop("apply", "--yes", "--json");
            assertThat(refused.exit()).as(refused.toString()).isEqualTo(1);
            assertThat(refused.out())
                    .contains("\"file\" : \"" + theirs + "\"")
                    .contains("\"line\" : " + lines(theirs) + ",")
                    .contains("\"phase\" : null");
            assertThat(folder()).doesNotExist();

            Files.delete(theirs);
            Command.Result apply = capdrop("apply", "--yes");
            assertThat(apply.exit()).as(apply.toString()).isZero();

            user.configuration(config + "lxc.cap.keep = none\n");
            Command.Result status = status();
            assertThat(status.exit()).as(status.toString()).isEqualTo(1);
            assertThat(status.out().replaceAll("\\s+", " "))
                    .contains("blocks: lxc:theirs in ")
                    .contains(theirs + ":" + lines(theirs));
            Command.Result undo = capdrop("undo", "--yes");
            assertThat(undo.exit()).as(undo.toString()).isZero();
            assertThat(status().exit()).isZero();
        }
    }

    private Command.Result status() {
        return Tool.of(bench, temp.resolve("state")).run("status");
    }

    private static long lines(Path file) throws IOException {
        return Files.readString(file).lines().count();
    }

    private static String content(LabContainer container) {
        try {
            return container.config();
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    /// A user of this machine with a home, gone again when it is closed.
    private record User(String name) implements AutoCloseable {
        User(Bench bench) {
            this("capdrop-lab-" + bench.place());
            // one that a killed run has left
            Command.of("userdel", "--remove", name).run();
            Command.of("useradd", "--create-home", name).runOrFail();
        }

        /// Gives a container of the user's this configuration.
        ///
        /// @return its file
        Path configuration(String text) throws IOException {
            Path file = Path.of("/home", name, ".local/share/lxc/theirs/config");
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        }

        @Override
        public void close() {
            Command.of("userdel", "--remove", name).run();
        }
    }
}
