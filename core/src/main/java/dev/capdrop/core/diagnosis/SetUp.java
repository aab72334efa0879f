package dev.capdrop.core.diagnosis;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.document.ResourceTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A step with which systemd sets the process of a unit up: a row of the resource `set-up.tsv`,
/// where the columns are explained.
public record SetUp(
        String name, int status, String what, List<String> settings, CapabilitySet needs) {
    private static final List<SetUp> ALL =
            ResourceTable.rows("diagnosis/set-up.tsv").stream().map(SetUp::parse).toList();

    private static SetUp parse(String[] cells) {
        return new SetUp(
                cells[0],
                Integer.parseInt(cells[1]),
                cells[2],
                ResourceTable.words(cells[3]),
                CapabilitySet.of(ResourceTable.words(cells[4]).toArray(String[]::new)));
    }

    static @Nullable SetUp of(int status) {
        return ALL.stream().filter(step -> step.status == status).findFirst().orElse(null);
    }

    /// Returns the exit status of a step by its name; 0 where there is no such step.
    static int status(String name) {
        return ALL.stream()
                .filter(step -> step.name.equals(name))
                .mapToInt(SetUp::status)
                .findFirst()
                .orElse(0);
    }

    /// Returns the status as systemctl(1) says it: `226/NAMESPACE`, or the bare number.
    public static String format(int status) {
        SetUp step = of(status);
        return step == null ? Integer.toString(status) : status + "/" + step.name;
    }
}
