package dev.capdrop.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Single drops and goal inert in one container of another runtime, each applied, booted, compared
/// with its forecast and undone, for `bench/drops`.
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

    private int forecast;
    private int surprises;
    private int refused;

    private DropCampaign() {}

    /// Runs it.
    ///
    /// @param arguments `incus` or `nspawn`, and the suite
    public static void main(String[] arguments) throws IOException {
        Suite suite = Suite.valueOf(arguments[1].toUpperCase(Locale.ROOT));
        DropCampaign campaign = new DropCampaign();
        if (arguments[0].equals("incus")) {
            try (IncusHost host = IncusHost.boot(Bench.shared())) {
                host.make(suite, "web");
                host.boot("web");
                campaign.run(host::capdrop);
            }
        } else {
            try (MachineHost host = MachineHost.boot(Bench.shared())) {
                host.make(suite, "web");
                Path settings = host.file("/etc/systemd/nspawn/web.nspawn");
                Files.createDirectories(settings.getParent());
                Files.writeString(settings, "[Exec]\nCapability=all\n");
                host.boot("web");
                campaign.run(host::capdrop);
            }
        }
        System.out.printf(
                "| %s, %s | %d drops, %d refused | %d units forecast | %d not as forecast |%n",
                arguments[0],
                arguments[1],
                DROPS.size() + 1,
                campaign.refused,
                campaign.forecast,
                campaign.surprises);
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
        List<String> line = new ArrayList<>(List.of("apply", "web", "--yes"));
        line.addAll(PATIENT);
        line.addAll(goal);
        Command.Result apply = capdrop.run(line.toArray(String[]::new));
        Matcher said = FORECAST.matcher(apply.out());
        if (said.find()) {
            int all = Integer.parseInt(said.group(1));
            int right = Integer.parseInt(said.group(2));
            forecast += all;
            surprises += all - right;
            System.err.printf("%s: %d of %d as forecast%n", goal.getLast(), right, all);
            if (right < all) {
                System.err.println(apply.out());
            }
        } else {
            refused++;
            System.err.printf("%s: %s%n", goal.getLast(), apply);
        }
        if (apply.exit() == 0) {
            line = new ArrayList<>(List.of("undo", "web", "--yes"));
            line.addAll(PATIENT);
            Command.Result undo = capdrop.run(line.toArray(String[]::new));
            if (undo.exit() != 0) {
                throw new AssertionError(undo.toString());
            }
        }
    }
}
