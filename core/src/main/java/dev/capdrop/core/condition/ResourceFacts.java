package dev.capdrop.core.condition;

import static dev.capdrop.core.condition.Condition.Result.ERROR;
import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;

import dev.capdrop.core.unit.UnitTree.FileText;
import dev.capdrop.core.unit.Words.WordReader;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The tests of memory, CPUs and the controllers of control groups.
final class ResourceFacts {
    private static final String ROOT = "/sys/fs/cgroup";
    private static final int UNITS_SINCE = 248;
    private static final int HIERARCHIES_SINCE = 248;
    private static final int ONLY_UNIFIED_SINCE = 258;

    /// The controllers of cgroups(7) that systemd knows, in both versions' names.
    private static final Set<String> CONTROLLERS =
            Set.of("cpu", "cpuacct", "cpuset", "io", "blkio", "memory", "devices", "pids");

    private static final Set<String> UNIFIED = Set.of("cpu", "cpuset", "io", "memory", "pids");
    private static final Set<String> LEGACY =
            Set.of("cpu", "cpuacct", "blkio", "memory", "devices", "pids");

    /// The features of systemd's BPF that it calls controllers, of which the kernel lists none.
    private static final Set<String> BPF_CONTROLLERS =
            Set.of(
                    "bpf-firewall",
                    "bpf-devices",
                    "bpf-foreign",
                    "bpf-socket-bind",
                    "bpf-restrict-network-interfaces",
                    "bpf-bind-network-interface");

    static Condition.Result memory(Machine machine, String parameter) {
        int systemd = machine.systemd();
        CompareOperator operator = operator(parameter, systemd);
        String size = value(parameter, systemd);
        boolean plain = size.matches("[ \\t\\n\\r]*\\+?[0-9]+");
        BigInteger wanted =
                operator == null || (!plain && systemd < UNITS_SINCE) ? null : Numbers.size(size);
        if (operator == null || wanted == null) {
            return ERROR;
        }
        return Condition.Result.of(
                machine.memory(),
                memory -> operator.holds(BigInteger.valueOf(memory).compareTo(wanted)));
    }

    static Condition.Result cpus(Machine machine, String parameter) {
        int systemd = machine.systemd();
        CompareOperator operator = operator(parameter, systemd);
        Long wanted = operator == null ? null : Numbers.unsigned(value(parameter, systemd));
        if (operator == null || wanted == null) {
            return ERROR;
        }
        return Condition.Result.of(
                machine.cpus(), cpus -> operator.holds(Long.compare(cpus, wanted)));
    }

    private static @Nullable CompareOperator operator(String parameter, int systemd) {
        CompareOperator operator = CompareOperator.leading(parameter, systemd);
        return operator == null
                ? CompareOperator.GREATER_OR_EQUAL
                : operator.globs() ? null : operator;
    }

    private static String value(String parameter, int systemd) {
        CompareOperator operator = CompareOperator.leading(parameter, systemd);
        return operator == null ? parameter : parameter.substring(operator.length());
    }

    static Condition.Result controllers(Machine machine, String parameter) {
        boolean ofHierarchy = parameter.equals("v1") || parameter.equals("v2");
        if (ofHierarchy && machine.systemd() >= HIERARCHIES_SINCE) {
            Boolean unified =
                    machine.systemd() >= ONLY_UNIFIED_SINCE ? Boolean.TRUE : unified(machine);
            return Condition.Result.of(unified, it -> it == parameter.equals("v2"));
        }
        Set<String> wanted = new HashSet<>();
        WordReader words = new WordReader(parameter);
        String word = words.next(WordReader.BLANKS, false);
        while (word != null) {
            if (CONTROLLERS.contains(word) || BPF_CONTROLLERS.contains(word)) {
                wanted.add(word);
            }
            word = words.next(WordReader.BLANKS, false);
        }
        if (words.broken() || wanted.isEmpty()) {
            return SUCCEEDED;
        }
        return Condition.Result.of(supported(machine), it -> it.containsAll(wanted));
    }

    private static @Nullable Boolean unified(Machine machine) {
        Machine.MountStatus mount = machine.mount(ROOT);
        return mount == null ? null : Boolean.valueOf(mount.type().equals("cgroup2"));
    }

    private static @Nullable Set<String> supported(Machine machine) {
        Boolean unified = unified(machine);
        return unified == null ? null : unified ? ofUnified(machine) : ofLegacy(machine);
    }

    private static @Nullable Set<String> ofUnified(Machine machine) {
        if (!(machine.text(ROOT + "/cgroup.controllers") instanceof FileText.Text(String text))) {
            return null;
        }
        Set<String> supported = new HashSet<>(List.of(text.strip().split("\\s+")));
        supported.retainAll(UNIFIED);
        return supported;
    }

    private static @Nullable Set<String> ofLegacy(Machine machine) {
        Set<String> supported = new HashSet<>();
        for (String controller : LEGACY) {
            String processes = ROOT + "/" + controller + "/cgroup.procs";
            Boolean mounted = HardwareFacts.exists(machine, processes);
            if (mounted == null) {
                return null;
            }
            if (mounted) {
                supported.add(controller);
            }
        }
        return supported;
    }
}
