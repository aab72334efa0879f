package dev.capdrop.core.condition;

import static dev.capdrop.core.condition.Condition.Result.ERROR;
import static dev.capdrop.core.condition.Condition.Result.FAILED;
import static dev.capdrop.core.condition.Condition.Result.SUCCEEDED;
import static dev.capdrop.core.condition.Condition.Result.UNDECIDED;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.unit.UnitTree.FileText;
import dev.capdrop.core.unit.Words;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The tests of PID 1's identity and surroundings.
final class IdentityFacts {
    private static final int MORE_IDS_SINCE = 258;
    private static final String ID =
            "[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

    /// The containers among the names of systemd-detect-virt(1).
    private static final Set<String> CONTAINER_KINDS =
            Set.of(
                    "systemd-nspawn",
                    "lxc-libvirt",
                    "lxc",
                    "openvz",
                    "docker",
                    "podman",
                    "rkt",
                    "wsl",
                    "proot",
                    "pouch",
                    "container-other");

    static Condition.Result capability(CapabilitySet bounding, String parameter) {
        Capability capability = Conditions.capabilityNamed(parameter);
        return capability == null ? ERROR : Condition.Result.of(bounding.contains(capability));
    }

    static Condition.Result virtualization(Machine machine, String parameter) {
        if (parameter.equals("private-users")) {
            return Condition.Result.of(machine.userNamespace());
        }
        String id = machine.virtualization();
        if (id == null) {
            return UNDECIDED;
        }
        boolean any = !id.equals("none");
        Boolean wanted = Words.flag(parameter);
        if (wanted != null) {
            return Condition.Result.of(wanted == any);
        }
        return Condition.Result.of(
                switch (parameter) {
                    case "container" -> CONTAINER_KINDS.contains(id);
                    case "vm" -> any && !CONTAINER_KINDS.contains(id);
                    default -> any && id.equals(parameter);
                });
    }

    static @Nullable Boolean inContainer(Machine machine) {
        String id = machine.virtualization();
        return id == null ? null : Boolean.valueOf(CONTAINER_KINDS.contains(id));
    }

    static Condition.Result architecture(Machine machine, String parameter) {
        return Condition.Result.of(
                machine.architecture(), it -> parameter.equals("native") || parameter.equals(it));
    }

    /// Tests the host. Up to systemd 257 an id is compared with the machine id and nothing else.
    static Condition.Result host(Machine machine, String parameter) {
        if (parameter.matches(ID)) {
            boolean more = machine.systemd() >= MORE_IDS_SINCE;
            Condition.Result byId = id(machine, parameter, more);
            if (!more || byId != FAILED) {
                return byId;
            }
        }
        return Condition.Result.of(
                machine.hostName(), name -> Fnmatch.matches(parameter, name, true));
    }

    private static Condition.Result id(Machine machine, String parameter, boolean more) {
        List<String> files = new ArrayList<>(List.of("/etc/machine-id"));
        if (more) {
            files.add("/proc/sys/kernel/random/boot_id");
            files.add("/sys/class/dmi/id/product_uuid");
        }
        String wanted = plainId(parameter);
        boolean open = false;
        for (String file : files) {
            FileText text = machine.text(file);
            open |= text instanceof FileText.Unreadable;
            if (text instanceof FileText.Text(String id) && plainId(id).equals(wanted)) {
                return SUCCEEDED;
            }
            if (!more && text instanceof FileText.Text(String id) && !id.strip().matches(ID)) {
                return ERROR;
            }
        }
        return open ? UNDECIDED : FAILED;
    }

    private static String plainId(String text) {
        return text.strip().replace("-", "").toLowerCase(Locale.ROOT);
    }

    static Condition.Result kernelCommandLine(Machine machine, String parameter) {
        boolean whole = parameter.contains("=");
        return Condition.Result.of(
                machine.commandLine(),
                words ->
                        words.stream()
                                .anyMatch(word ->
                                        word.equals(parameter)
                                                || (!whole && word.startsWith(parameter + "="))));
    }

    static Condition.Result environment(Machine machine, String parameter) {
        Map<String, @Nullable String> variables = machine.environment();
        if (variables == null) {
            return UNDECIDED;
        }
        String[] parts = parameter.split("=", 2);
        if (!variables.containsKey(parts[0])) {
            return FAILED;
        }
        String value = variables.get(parts[0]);
        if (parts.length == 1) {
            return SUCCEEDED;
        }
        return value == null ? UNDECIDED : Condition.Result.of(value.equals(parts[1]));
    }

    /// Tests the user. PID 1 is root, and asks no user database.
    static Condition.Result user(Machine machine, String parameter) {
        Long id = Numbers.id(parameter);
        return Condition.Result.of(
                parameter.equals("root") || parameter.equals("@system") || (id != null && id == 0));
    }

    static Condition.Result group(Machine machine, String parameter) {
        Long id = Numbers.id(parameter);
        if (id == null) {
            return Condition.Result.of(parameter.equals("root"));
        }
        return id == 0
                ? SUCCEEDED
                : Condition.Result.of(machine.groups(), groups -> groups.contains(id));
    }

    static Condition.Result firstBoot(Machine machine, String parameter) {
        Boolean wanted = Words.flag(parameter);
        return wanted == null ? ERROR : Condition.Result.of(machine.firstBoot(), wanted::equals);
    }
}
