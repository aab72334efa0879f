package dev.capdrop.core.condition;

import static dev.capdrop.core.condition.Condition.Result.ERROR;
import static dev.capdrop.core.condition.Condition.Result.FAILED;
import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;
import static dev.capdrop.core.condition.Condition.Result.UNDECIDED;

import dev.capdrop.core.unit.UnitTree.FileText;
import dev.capdrop.core.unit.WordReader;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The tests of pressure stall information, `[SLICE:]SHARE[/TIMESPAN]`: they hold while the
/// pressure is at most the share, and where the kernel does not measure it.
///
/// Source: systemd.unit(5), "ConditionMemoryPressure="; the kernel's accounting/psi.rst.
enum Pressure {
    MEMORY("memory"),
    CPU("cpu"),
    IO("io");

    private static final String ALL = "/proc/pressure/";
    private static final List<String> FILES = List.of("cpu", "io", "memory");
    private static final Pattern AVERAGE =
            Pattern.compile("avg(10|60|300)=([0-9]{1,4}\\.[0-9]{2})");
    private static final int LONGEST = 300;
    private static final int WHOLE = 10_000;

    private final String resource;

    Pressure(String resource) {
        this.resource = resource;
    }

    /// The limit in a parameter.
    ///
    /// @param share in ten thousandths
    /// @param seconds the time to average over
    private record Limit(int share, int seconds) {}

    Condition.Result test(Machine machine, String parameter) {
        Boolean measured = measured(machine);
        if (measured == null || !measured) {
            return measured == null ? UNDECIDED : SUCCEEDED;
        }
        WordReader words = new WordReader(parameter);
        String first = words.next(":", false);
        String second = first == null ? null : words.next(":", false);
        if (first == null || words.broken()) {
            return ERROR;
        }
        return second == null
                ? compared(machine.text(ALL + resource), first, true)
                : ofSlice(machine, first.strip(), second);
    }

    private static @Nullable Boolean measured(Machine machine) {
        for (String file : FILES) {
            Boolean exists = HardwareTests.exists(machine, ALL + file);
            if (exists == null || !exists) {
                return exists;
            }
        }
        return true;
    }

    private static @Nullable Limit limit(String value) {
        WordReader words = new WordReader(value);
        String first = words.next("/", false);
        String second = first == null ? null : words.next("/", false);
        if (first == null || words.broken()) {
            return null;
        }
        Integer share = Numbers.permyriad(first.strip());
        Integer seconds = second == null ? Integer.valueOf(LONGEST) : seconds(second.strip());
        return share == null || seconds == null ? null : new Limit(share, seconds);
    }

    private static @Nullable Integer seconds(String timespan) {
        if (timespan.startsWith("10sec")) {
            return 10;
        }
        if (timespan.startsWith("1min")) {
            return 60;
        }
        return timespan.startsWith("5min") ? Integer.valueOf(LONGEST) : null;
    }

    /// Tests a slice. Without cgroup v2 alone, or without the controller, systemd asks for no
    /// slice, not even for an impossible one.
    private Condition.Result ofSlice(Machine machine, String slice, String value) {
        Boolean unified = ResourceTests.unified(machine);
        Set<String> controllers = ResourceTests.supported(machine);
        if (unified == null || (unified && controllers == null)) {
            return UNDECIDED;
        }
        if (!unified || controllers == null || !controllers.contains(resource)) {
            return SUCCEEDED;
        }
        String path = slicePath(slice);
        return path == null
                ? ERROR
                : compared(
                        machine.text("/sys/fs/cgroup" + path + "/" + resource + ".pressure"),
                        value,
                        false);
    }

    /// Returns the path of a slice: `a-b.slice` lies in `a.slice`; `-.slice` is the root.
    private static @Nullable String slicePath(String slice) {
        if (slice.equals("-.slice")) {
            return "";
        }
        String name = slice.endsWith(".slice") ? slice.substring(0, slice.length() - 6) : "";
        if (!name.matches("[A-Za-z0-9:_.\\\\]+(-[A-Za-z0-9:_.\\\\]+)*")) {
            return null;
        }
        StringBuilder path = new StringBuilder();
        for (int i = name.indexOf('-'); i >= 0; i = name.indexOf('-', i + 1)) {
            path.append('/').append(name, 0, i).append(".slice");
        }
        return path.append('/').append(slice).toString();
    }

    private Condition.Result compared(FileText text, String value, boolean ofAll) {
        Limit limit = limit(value);
        if (limit == null) {
            return ERROR;
        }
        return switch (text) {
            case FileText.Missing _ -> SUCCEEDED;
            case FileText.Unreadable _ -> limit.share() == WHOLE ? SUCCEEDED : UNDECIDED;
            case FileText.Text(String lines) -> {
                boolean partly = this == CPU && ofAll;
                BigDecimal average = average(lines, partly ? "some " : "full ", limit.seconds());
                average = average == null ? average(lines, "some ", limit.seconds()) : average;
                if (average == null) {
                    yield ERROR;
                }
                yield limit.share() == WHOLE
                                || average.movePointRight(2).intValue() <= limit.share()
                        ? SUCCEEDED
                        : FAILED;
            }
        };
    }

    private static @Nullable BigDecimal average(String lines, String kind, int seconds) {
        for (String line : lines.lines().toList()) {
            if (line.startsWith(kind)) {
                Matcher average = AVERAGE.matcher(line);
                while (average.find()) {
                    if (Integer.parseInt(average.group(1)) == seconds) {
                        return new BigDecimal(average.group(2));
                    }
                }
            }
        }
        return null;
    }
}
