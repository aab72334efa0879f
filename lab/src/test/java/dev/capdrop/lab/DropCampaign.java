package dev.capdrop.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The drop that heals, single drops and goal inert in one container of another runtime or of
/// another systemd, each applied, booted, compared with its forecast and undone, for `bench/drops`.
public final class DropCampaign {
    private static final List<String> DROPS =
            List.of(
                    "audit_control",
                    "audit_read",
                    "block_suspend",
                    "bpf",
                    "checkpoint_restore",
                    "ipc_lock",
                    "ipc_owner",
                    "lease",
                    "linux_immutable",
                    "mac_admin",
                    "mac_override",
                    "mknod",
                    "net_broadcast",
                    "perfmon",
                    "sys_module",
                    "sys_pacct",
                    "sys_rawio",
                    "sys_time",
                    "syslog",
                    "wake_alarm");

    /// Other work may have the host for minutes.
    private static final List<String> PATIENT = List.of("--timeout", "300s");

    private static final Pattern FORECAST =
            Pattern.compile("forecast (\\d+) units, (\\d+) as forecast");

    private final String target;
    private int drops;
    private int forecast;
    private int surprises;
    private int refused;

    private DropCampaign(String target) {
        this.target = target;
    }

    /// Runs it.
    ///
    /// @param arguments `incus` or `nspawn`, and the suite; or `lxc`, and a packed root
    public static void main(String[] arguments) throws IOException {
        DropCampaign campaign =
                switch (arguments[0]) {
                    case "incus" -> onIncus(suite(arguments[1]));
                    case "nspawn" -> onNspawn(suite(arguments[1]));
                    default -> onLxc(Path.of(arguments[1]));
                };
        System.out.printf(
                "| %s, %s | %d drops, %d refused | %d units forecast | %d not as forecast |%n",
                arguments[0],
                Path.of(arguments[1]).getFileName(),
                campaign.drops,
                campaign.refused,
                campaign.forecast,
                campaign.surprises);
    }

    private static Suite suite(String codename) {
        return Suite.valueOf(codename.toUpperCase(Locale.ROOT));
    }

    private static DropCampaign onIncus(Suite suite) throws IOException {
        DropCampaign campaign = new DropCampaign("web");
        try (IncusHost host = IncusHost.boot(Bench.shared())) {
            host.make(suite, campaign.target);
            host.boot(campaign.target);
            campaign.run(host::capdrop);
        }
        return campaign;
    }

    private static DropCampaign onNspawn(Suite suite) throws IOException {
        DropCampaign campaign = new DropCampaign("web");
        try (MachineHost host = MachineHost.boot(Bench.shared())) {
            host.make(suite, campaign.target);
            Path settings = host.file("/etc/systemd/nspawn/web.nspawn");
            Files.createDirectories(settings.getParent());
            Files.writeString(settings, "[Exec]\nCapability=all\n");
            host.boot(campaign.target);
            campaign.run(host::capdrop);
        }
        return campaign;
    }

    /// What single drops make of it is recorded by `bench/boots`.
    private static DropCampaign onLxc(Path root) throws IOException {
        Bench bench = Bench.shared();
        try (LabContainer container = bench.make(root, Privilege.UNPRIVILEGED)) {
            DropCampaign campaign = new DropCampaign(container.name());
            Tool tool = Tool.of(bench, Files.createTempDirectory("drops"));
            container.boot();
            System.err.print(tool.run("check", container.name()).out());
            for (String goal : List.of("healthy", "inert")) {
                campaign.run(tool::run, List.of("--goal", goal));
            }
            return campaign;
        }
    }

    /// capdrop on the host.
    @FunctionalInterface
    private interface Capdrop {
        Command.Result run(String... arguments);
    }

    private void run(Capdrop capdrop) {
        for (String drop : DROPS) {
            run(capdrop, List.of("--goal", "none", "--drop", drop));
        }
        run(capdrop, List.of("--goal", "inert"));
    }

    private void run(Capdrop capdrop, List<String> goal) {
        drops++;
        List<String> line = new ArrayList<>(List.of("apply", target, "--yes"));
        line.addAll(PATIENT);
        line.addAll(goal);
        Command.Result apply = capdrop.run(line.toArray(String[]::new));
        Matcher said = FORECAST.matcher(apply.out());
        if (said.find()) {
            int all = Integer.parseInt(said.group(1));
            int right = Integer.parseInt(said.group(2));
            forecast += all;
            surprises += all - right;
            String verdict = apply.out().lines().toList().getLast();
            System.err.printf(
                    "%s: %d of %d as forecast, %s%n", goal.getLast(), right, all, verdict);
            if (right < all) {
                System.err.println(apply.out());
            }
        } else {
            refused++;
            System.err.printf("%s: %s%n", goal.getLast(), apply);
        }
        if (apply.exit() == 0) {
            line = new ArrayList<>(List.of("undo", target, "--yes"));
            line.addAll(PATIENT);
            Command.Result undo = capdrop.run(line.toArray(String[]::new));
            if (undo.exit() != 0) {
                throw new AssertionError(undo.toString());
            }
            Matcher back = FORECAST.matcher(undo.out());
            if (back.find()) {
                System.err.println("undo: " + back.group());
            }
        }
    }
}
