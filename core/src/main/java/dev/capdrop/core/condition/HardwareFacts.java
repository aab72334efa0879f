package dev.capdrop.core.condition;

import static dev.capdrop.core.condition.Condition.Result.ERROR;
import static dev.capdrop.core.condition.Condition.Result.FAILED;
import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;

import dev.capdrop.core.unit.UnitTree.FileText;
import dev.capdrop.core.unit.Words;
import dev.capdrop.core.unit.Words.WordReader;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The tests of what the kernel says of firmware, power, CPU and its own modules.
final class HardwareFacts {
    private static final String SUPPLIES = "/sys/class/power_supply";
    private static final String COMPATIBLE = "device-tree-compatible(";
    private static final String SMBIOS = "smbios-field(";

    /// The flags that ConditionCPUFeature= knows (systemd's src/shared/condition.c,
    /// src/basic/virt.c).
    private static final Set<String> CPU_FLAGS =
            Set.of(
                    """
                    fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush
                    mmx fxsr sse sse2 ht pni pclmul monitor ssse3 fma3 cx16 sse4_1 sse4_2 movbe
                    popcnt aes xsave osxsave avx f16c rdrand bmi1 avx2 bmi2 rdseed adx sha_ni
                    syscall rdtscp lm lahf_lm abm constant_tsc
                    """
                            .split("\\s+"));

    private static final Map<String, String> IN_CPUINFO =
            Map.of("pclmul", "pclmulqdq", "fma3", "fma", "osxsave", "xsave");

    static Condition.Result firmware(Machine machine, String parameter) {
        if (parameter.equals("uefi")) {
            return Condition.Result.of(uefi(machine));
        }
        if (parameter.equals("device-tree")) {
            return Condition.Result.of(exists(machine, "/sys/firmware/devicetree"));
        }
        if (parameter.startsWith(COMPATIBLE)) {
            String wanted = inParentheses(parameter);
            return wanted == null ? FAILED : compatible(machine, wanted);
        }
        if (parameter.startsWith(SMBIOS)) {
            String expression = inParentheses(parameter);
            return expression == null ? ERROR : smbios(machine, expression);
        }
        return FAILED;
    }

    private static @Nullable String inParentheses(String parameter) {
        return parameter.endsWith(")")
                ? parameter.substring(parameter.indexOf('(') + 1, parameter.length() - 1)
                : null;
    }

    static @Nullable Boolean uefi(Machine machine) {
        Boolean container = IdentityFacts.inContainer(machine);
        if (container != null && container) {
            return false;
        }
        Boolean efi = exists(machine, "/sys/firmware/efi");
        boolean open = container == null && (efi == null || efi);
        return open ? null : efi;
    }

    private static Condition.Result compatible(Machine machine, String wanted) {
        return Condition.Result.of(
                machine.text("/proc/device-tree/compatible"),
                text -> text.endsWith("\0") && List.of(text.split("\0")).contains(wanted),
                FAILED);
    }

    private static Condition.Result smbios(Machine machine, String expression) {
        WordReader words = new WordReader(expression);
        String field = words.upTo(CompareOperator.CHARACTERS, true);
        int systemd = machine.systemd();
        CompareOperator operator = CompareOperator.leading(words.rest(), systemd);
        if (field == null || operator == null) {
            return ERROR;
        }
        WordReader values = new WordReader(words.rest().substring(operator.length()));
        String wanted = values.next(WordReader.BLANKS, true);
        String name = field.stripTrailing();
        boolean plain = !name.isEmpty() && !name.matches("\\.\\.?|.*/.*");
        if (wanted == null || !values.rest().isEmpty() || !plain) {
            return ERROR;
        }
        return Condition.Result.of(
                machine.text("/sys/class/dmi/id/" + name),
                text -> operator.holds(text.stripTrailing(), wanted, systemd),
                FAILED);
    }

    static Condition.Result acPower(Machine machine, String parameter) {
        Boolean wanted = Words.flag(parameter);
        return wanted == null ? ERROR : Condition.Result.of(onAcPower(machine), wanted::equals);
    }

    /// Whether a supply from the mains is connected, or none is known to be off and no battery is
    /// being emptied (systemd's `on_ac_power`).
    private static @Nullable Boolean onAcPower(Machine machine) {
        List<String> supplies = machine.names(SUPPLIES);
        if (supplies == null) {
            return null;
        }
        boolean off = false;
        for (String supply : supplies) {
            String folder = SUPPLIES + "/" + supply + "/";
            switch (value(machine, folder + "type")) {
                case "Mains", "USB", "Wireless" -> {
                    if (value(machine, folder + "online").equals("1")) {
                        return true;
                    }
                    off |= value(machine, folder + "online").equals("0");
                }
                case "Battery" ->
                        off |=
                                !value(machine, folder + "scope").equals("Device")
                                        && value(machine, folder + "status").equals("Discharging");
                default -> {}
            }
        }
        return !off;
    }

    static Condition.Result cpuFeature(Machine machine, String parameter) {
        String flag = parameter.toLowerCase(Locale.ROOT);
        if (!CPU_FLAGS.contains(flag)) {
            return FAILED;
        }
        return Condition.Result.of(
                machine.cpuFlags(), all -> all.contains(IN_CPUINFO.getOrDefault(flag, flag)));
    }

    static Condition.Result moduleLoaded(Machine machine, String parameter) {
        String name = parameter.replace('-', '_');
        if (name.isEmpty() || name.matches("\\.\\.?|.*/.*")) {
            return FAILED;
        }
        Boolean there = exists(machine, "/sys/module/" + name);
        if (there == null || !there) {
            return Condition.Result.of(there);
        }
        return Condition.Result.of(
                machine.text("/sys/module/" + name + "/initstate"),
                state -> state.stripTrailing().equals("live"),
                SUCCEEDED);
    }

    static @Nullable Boolean exists(Machine machine, String path) {
        Machine.PathStatus status = machine.path(path);
        return status == null ? null : Boolean.valueOf(status.exists());
    }

    static String value(Machine machine, String path) {
        return machine.text(path) instanceof FileText.Text(String text)
                ? Arrays.stream(text.split("\n", 2)).findFirst().orElse("").strip()
                : "";
    }
}
