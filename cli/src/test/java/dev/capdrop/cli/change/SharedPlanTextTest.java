package dev.capdrop.cli.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.drop.HostDrop;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Terminal.DataStream;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import dev.capdrop.core.container.SharedLines.HostConfiguration;
import dev.capdrop.core.execution.Why;
import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecast.Undecided;
import dev.capdrop.core.plan.Planner.Request;
import dev.capdrop.core.plan.SharedPlan;
import dev.capdrop.core.plan.SharedPlan.MemberOutlook;
import dev.capdrop.core.plan.SharedPlan.Unloadable;
import dev.capdrop.core.rule.Rule.GeneralRule;
import dev.capdrop.core.snapshot.Outcome;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SharedPlanTextTest {
    private static final int COLUMNS = 80;
    private static final CapabilitySet RAWIO = CapabilitySet.of("sys_rawio");
    private static final String FILE = "/usr/share/lxc/config/userns.conf.d/capdrop.conf";

    private static final Forecast HEALED =
            new Forecast(
                    List.of(
                            new Effect(
                                    GeneralRule.CONDITIONS,
                                    "sys-kernel-debug.mount",
                                    Outcome.FAILED,
                                    Outcome.SKIPPED,
                                    Effect.TurnedBy.DROP,
                                    Why.NONE,
                                    0),
                            new Effect(
                                    GeneralRule.CONDITIONS,
                                    "modprobe@drm.service",
                                    Outcome.INACTIVE,
                                    Outcome.SKIPPED,
                                    Effect.TurnedBy.DROP,
                                    Why.NONE,
                                    0)),
                    List.of(
                            new Undecided(
                                    GeneralRule.LOOPS,
                                    "odd.service",
                                    Outcome.ACTIVE,
                                    true,
                                    RAWIO,
                                    Why.of("who knows"),
                                    "a restart")),
                    List.of(),
                    List.of(),
                    Why.NONE);

    private static MemberOutlook member(
            String target, boolean excluded, Forecast forecast, List<String> loses, String note) {
        return new MemberOutlook(target, true, excluded, RAWIO, RAWIO, forecast, loses, note);
    }

    /// A plan in which everything happens.
    static SharedPlan plan() {
        HostConfiguration own =
                new HostConfiguration(
                        "pve:105 (snapshot before)",
                        "/etc/pve/lxc/105.conf",
                        ConfigFormat.PROXMOX,
                        "before");
        LoadError error =
                new LoadError(
                        "/etc/pve/lxc/105.conf",
                        12,
                        "lxc.cap.keep: chown\u001b[2J",
                        "lxc.cap.drop and lxc.cap.keep are mutually exclusive");
        return new SharedPlan(
                Request.HEALTHY,
                RAWIO,
                List.of(
                        new SharedPlan.Veto(
                                Capability.of("sys_time"),
                                "pve:102",
                                List.of("chrony.service"),
                                "",
                                List.of("pve:101")),
                        new SharedPlan.Veto(
                                Capability.of("sys_time"),
                                "pve:103",
                                List.of("chrony.service"),
                                "",
                                List.of("pve:101")),
                        new SharedPlan.Veto(
                                Capability.of("mknod"),
                                "pve:103",
                                List.of(),
                                "docker gives it to its containers",
                                List.of())),
                List.of(
                        member("pve:101", false, HEALED, List.of(), ""),
                        member("pve:102", false, HEALED, List.of(), ""),
                        member("pve:103", true, Forecast.NONE, List.of("x.service"), ""),
                        new MemberOutlook(
                                "pve:104",
                                false,
                                false,
                                CapabilitySet.EMPTY,
                                CapabilitySet.EMPTY,
                                Forecast.NONE,
                                List.of(),
                                "not reached")),
                List.of(
                        new SharedPlan.Newborn("pve:105", List.of(), List.of("debug.mount")),
                        new SharedPlan.Newborn("pve:106", List.of(), List.of("debug.mount"))),
                List.of("pve:900 (/etc/pve/lxc/900.conf)"),
                List.of(new Unloadable(own, error)),
                new ConfigEdit(
                        FILE, "", "lxc.cap.drop = sys_rawio\n", RAWIO, CapabilitySet.EMPTY, false));
    }

    private static List<String> lines() {
        return written(text -> {
            text.write(
                    new HostDrop.Planned(plan(), "pve1", List.of("/home/ada: refused")),
                    SharedPlanText.Words.ofHost());
            text.restarts(plan().restarts());
        });
    }

    private static String restarts(String... targets) {
        List<String> lines = written(text -> text.restarts(List.of(targets)));
        return String.join(" ", lines).replaceAll("\\s+", " ");
    }

    private static List<String> written(Consumer<SharedPlanText> writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Terminal.Style style = new Terminal.Style(false, COLUMNS);
        Terminal terminal =
                new Terminal(new DataStream(bytes), style, bytes, style, StandardCharsets.UTF_8);
        writing.accept(new SharedPlanText(terminal));
        try {
            terminal.requireWritten();
        } catch (java.io.IOException impossible) {
            throw new java.io.UncheckedIOException(impossible);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void everyLineFitsATerminalAndNothingOfAConfigurationReachesItUnescaped() {
        assertThat(lines())
                .allSatisfy(line -> {
                    assertThat(line.length()).isLessThanOrEqualTo(COLUMNS);
                    assertThat(line).doesNotContain("\u001b");
                });
    }

    @Test
    void vetoesEffectsAndWhatWouldNotLoadAreNamed() {
        assertThat(String.join(" ", lines()).replaceAll("\\s+", " "))
                .contains("all unprivileged containers of pve1 goal healthy: drop sys_rawio")
                .contains("sys_time stays: pve:102, pve:103 need it (chrony.service would be lost)")
                .contains("pve:101 would do without it")
                .contains("mknod stays: pve:103 needs it (docker gives it to its containers)")
                .contains(
                        "pve:101, pve:102: heals sys-kernel-debug.mount; inactive -> skipped:"
                                + " modprobe@drm.service; undecided: odd.service; runs, needs a restart")
                .contains("pve:103: left out, but the drop reaches it too; loses x.service")
                .contains("pve:104: not reached")
                .contains("pve:900 (/etc/pve/lxc/900.conf)")
                .contains("/home/ada: refused")
                .contains("pve:105 (snapshot before): /etc/pve/lxc/105.conf:12 lxc.cap.keep: chown")
                .endsWith("(a reboot from inside does it, too): pve:101, pve:102, pve:103");
    }

    @Test
    void whetherARebootFromInsideDoesItIsTheRuntimesMatter() {
        assertThat(restarts("lxc:a")).endsWith("(a reboot from inside does not do it): lxc:a");
        assertThat(restarts("lxc:a", "pve:101"))
                .endsWith("(a reboot from inside does it on Proxmox VE only): lxc:a, pve:101");
    }
}
