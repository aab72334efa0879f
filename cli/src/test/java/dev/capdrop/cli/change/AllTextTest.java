package dev.capdrop.cli.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.change.AllText.AllPlanned;
import dev.capdrop.cli.change.AllText.AllPlanned.Planned;
import dev.capdrop.cli.change.AllText.AllPlanned.Skipped;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Terminal.DataStream;
import dev.capdrop.core.change.Rollout;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.execution.Why;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.rule.Rule.GeneralRule;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class AllTextTest {
    private static final Forecast COSTLY =
            new Forecast(
                    List.of(
                            effect("sys-kernel-debug.mount", Outcome.FAILED, Outcome.SKIPPED),
                            effect("lost.service", Outcome.ACTIVE, Outcome.FAILED),
                            effect("oneshot.service", Outcome.STARTED, Outcome.SKIPPED)),
                    List.of(
                            new Undecided(
                                    GeneralRule.LOOPS,
                                    "open\u001b.service",
                                    Outcome.ACTIVE,
                                    true,
                                    CapabilitySet.EMPTY,
                                    Why.of("why"),
                                    "by")),
                    List.of(),
                    List.of(),
                    Why.NONE);

    private static Effect effect(String unit, Outcome before, Outcome after) {
        return new Effect(
                GeneralRule.CONDITIONS,
                unit,
                before,
                after,
                Effect.TurnedBy.DROP,
                Why.of("why"),
                0);
    }

    private static HostContainer guest(String vmid, String node, String hostname, int order) {
        boolean here = node.equals("pve1");
        return new HostContainer(
                ContainerId.proxmox(vmid, "/l", "/etc/pve/lxc/" + vmid + ".conf"),
                new ProxmoxGuest(
                        vmid,
                        new ProxmoxGuest.Place(node, here),
                        hostname,
                        List.of(),
                        false,
                        null,
                        order,
                        false));
    }

    private static HostContainer plain(String name) {
        return new HostContainer(id(name), null);
    }

    private static ContainerId id(String name) {
        return new ContainerId(RuntimeKind.LXC, name, "/l");
    }

    private static Plan plan(Forecast forecast, String... drop) {
        return new Plan(
                Goal.HEALTHY,
                CapabilitySet.of(drop),
                CapabilitySet.EMPTY,
                new Plan.Weighing(List.of(), List.of(), null, null),
                forecast,
                List.of(),
                Plan.Remarks.NONE,
                null);
    }

    /// Everything that can be said of a plan for a whole host.
    static AllPlanned planned() {
        return new AllPlanned(
                List.of(
                        new Planned(
                                guest("101", "pve1", "w\u001beb", 3),
                                true,
                                plan(COSTLY, "sys_rawio", "sys_module"),
                                List.of("lost.service")),
                        new Planned(plain("db"), false, plan(Forecast.NONE), List.of())),
                List.of(
                        new Skipped(guest("201", "pve2", "a", 1), "on the node 'pve2'"),
                        new Skipped(guest("102", "pve1", "b", 1), "locked"),
                        new Skipped(guest("202", "pve2", "c", 1), "on the node 'pve2'")),
                List.of(plain("quiet")));
    }

    /// Everything that can be said of its changes but the results themselves.
    static Rollout done() {
        return new Rollout(
                List.of(
                        new Rollout.Unchanged(id("left"), "it was healed"),
                        new Rollout.Failed(id("failed"), "no\u001bspace")),
                List.of(id("after"), id("last")),
                Rollout.Stop.FAILED,
                List.of());
    }

    @Test
    void aRowTellsWhatIsDoneToEachAndTheRestIsNamedWithItsReason() throws IOException {
        assertThat(text(all -> all.write(planned())))
                .containsExactly(
                        "TARGET  NAME     STATE    ORDER  HEALS  DROPS",
                        "101     w\\x1beb  running  3      1      sys_module sys_rawio",
                        "lxc:db           stopped  -      0      (a restart is enough)",
                        "101 loses: lost.service",
                        "101 leaves undecided: open\\x1b.service",
                        "skipped: 201 (a) 202 (c): on the node 'pve2'",
                        "skipped: 102 (b): locked (node pve1)",
                        "nothing to do: lxc:quiet",
                        "6 containers: 2 to change (1 running), 3 skipped, 1 with nothing to do");
    }

    @Test
    void whatWasNotDoneIsNamedWithItsReason() throws IOException {
        assertThat(done().complete()).isFalse();
        assertThat(text(all -> all.write(done(), Subject::word)))
                .containsExactly(
                        "lxc:left",
                        "  left as it is: it was healed",
                        "lxc:failed",
                        "  failed: no\\x1bspace",
                        "not begun, because one before failed: lxc:after lxc:last");
    }

    private static List<String> text(Consumer<AllText> write) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Terminal.Style plain = new Terminal.Style(false, 80);
        Terminal terminal =
                new Terminal(
                        new DataStream(bytes),
                        plain,
                        OutputStream.nullOutputStream(),
                        plain,
                        StandardCharsets.US_ASCII);
        write.accept(new AllText(terminal));
        terminal.requireWritten();
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
