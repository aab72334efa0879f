package dev.capdrop.lab;

import dev.capdrop.core.forecast.Forecast;
import dev.capdrop.core.forecast.Forecast.Effect;
import dev.capdrop.core.forecast.Forecaster;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Outcome;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.record.SnapshotJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The command `apply --live` in long series, for `bench/live`.
public final class LiveSeries {
    private static final Pattern MICROS = Pattern.compile("\"stoodStillMicros\"\\s*:\\s*(\\d+)");
    private static final long SEED = 17;

    private final Bench bench = Bench.shared();
    private final Path folder;

    /// @param folder an empty folder
    public LiveSeries(Path folder) {
        this.folder = folder;
    }

    /// So many containers one after the other, each made, booted, healed live and removed.
    public void containers(int times, Suite suite) throws IOException {
        long[] micros = new long[times];
        Tool tool = Tool.of(bench, Files.createDirectory(folder.resolve("state")));
        for (int i = 0; i < times; i++) {
            try (LabContainer one = bench.make(suite, Privilege.UNPRIVILEGED)) {
                micros[i] = healed(tool, one);
            }
            if (i % 20 == 19) {
                System.err.printf("live: %d containers%n", i + 1);
            }
        }
        Arrays.sort(micros);
        System.out.printf(
                Locale.ROOT,
                "| containers healed live, one after the other | %d | µs: least %d | median %d | 90 %% %d | most %d |%n",
                times,
                micros[0],
                micros[times / 2],
                micros[(int) (times * 0.9)],
                micros[times - 1]);
    }

    /// @return how long its PID 1 stood still, in microseconds
    private static long healed(Tool tool, LabContainer container) throws IOException {
        String booted = container.boot();
        Must.hold(booted.equals("degraded"), booted);
        Map<String, String> services = services(container);
        Command.Result apply = tool.run("apply", container.name(), "--live", "--yes", "--json");
        Must.hold(apply.exit() == 0, apply);
        Must.hold(container.settled().equals("running"), apply);
        Map<String, String> now = services(container);
        Must.hold(now.entrySet().containsAll(services.entrySet()), services + " became " + now);
        Matcher stood = MICROS.matcher(apply.out());
        Must.hold(stood.find(), apply.out());
        return Long.parseLong(stood.group(1));
    }

    /// A container with many services gives up what goal `inert` names; then services that run are
    /// restarted, drawn by lot, and each is held against the forecast.
    public void services(int times, Suite suite) throws IOException {
        Tool tool = Tool.of(bench, Files.createDirectory(folder.resolve("state")));
        try (LabContainer container =
                bench.make(RootTarball.withServices(suite), Privilege.UNPRIVILEGED)) {
            System.out.println(container.boot());
            Snapshot before = snapshot(tool, container);
            Map<String, String> services = services(container);
            Command.Result apply =
                    tool.run("apply", container.name(), "--goal", "inert", "--live", "--yes");
            System.out.println(apply.out());
            Must.hold(apply.exit() == 0, apply);
            Map<String, String> now = services(container);
            Map<String, String> changed = new TreeMap<>(services);
            changed.entrySet().removeAll(now.entrySet());
            Snapshot live = snapshot(tool, container);
            Forecast forecast = Forecaster.over(before).forecast(init(live).bounding());
            String bounding = boundingOf(container.initPid());
            List<String> names = new ArrayList<>(services.keySet());
            Collections.shuffle(names, new Random(SEED));
            List<String> drawn = names.subList(0, times);
            for (String name : drawn) {
                var _ = container.attachFor(120, "systemctl", "restart", name);
            }
            Snapshot after = snapshot(tool, container);
            System.out.printf(
                    Locale.ROOT,
                    "| goal inert live on %s with services | %d capabilities | %d services run | not the same processes after the step: %s |%n",
                    suite.codename(),
                    init(before).bounding().minus(init(live).bounding()).size(),
                    services.size(),
                    changed);
            for (String name : drawn) {
                System.out.println(restarted(container, name, forecast, after, bounding));
            }
        }
    }

    private static String restarted(
            LabContainer container, String name, Forecast forecast, Snapshot after, String bounding)
            throws IOException {
        Systemd systemd = after.systemd();
        UnitState unit = systemd == null ? null : systemd.unit(name);
        Outcome actual = unit == null ? Outcome.NOT_STARTED : Outcome.of(unit);
        Effect effect = forecast.effect(name);
        String pid = container.attach("systemctl", "show", "-P", "MainPID", name).out().strip();
        String holds =
                container
                        .attach("sh", "-c", "grep CapBnd /proc/$1/status", "sh", pid)
                        .out()
                        .strip();
        return "| %s | forecast %s | is %s | %s, PID 1 %s |"
                .formatted(
                        name,
                        effect == null ? "nothing: " + forecast.fate(name) : effect.after().word(),
                        actual.word(),
                        holds,
                        bounding);
    }

    private static Init init(Snapshot snapshot) {
        Init init = snapshot.init();
        if (init == null) {
            throw new AssertionError("it does not run: " + snapshot.problems());
        }
        return init;
    }

    private static Snapshot snapshot(Tool tool, LabContainer container) throws IOException {
        Command.Result result = tool.run("snapshot", container.name());
        Must.hold(result.exit() == 0, result.err());
        return SnapshotJson.read(result.out().getBytes(StandardCharsets.UTF_8), container.name())
                .snapshot();
    }

    private static String boundingOf(long pid) throws IOException {
        return Files.readString(Path.of("/proc/" + pid + "/status"))
                .lines()
                .filter(line -> line.startsWith("CapBnd"))
                .findFirst()
                .orElseThrow();
    }

    /// The services that run, each with its process.
    private static Map<String, String> services(LabContainer container) {
        String shown =
                container.attachOrFail(
                        "sh",
                        "-c",
                        "systemctl show -p Id,MainPID $(systemctl list-units --type=service"
                                + " --state=running --no-legend --plain --no-pager | cut -d' ' -f1)");
        Map<String, String> services = new TreeMap<>();
        for (String block : shown.split("\n\n")) {
            Map<String, String> fields = new TreeMap<>();
            for (String line : block.split("\n")) {
                fields.put(
                        line.substring(0, line.indexOf('=')),
                        line.substring(line.indexOf('=') + 1));
            }
            services.put(fields.getOrDefault("Id", ""), fields.getOrDefault("MainPID", ""));
        }
        return services;
    }
}
