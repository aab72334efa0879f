package dev.capdrop.core.snapshot;

import dev.capdrop.core.runtime.IncusFile;

/// The identity of a container.
///
/// @param name the VMID for Proxmox VE; for Incus `PROJECT_NAME` outside the default project
/// @param lxcPath the folder that holds the container's folder
/// @param configPath its own configuration file; `/proc/PID/cmdline` of a machine started by hand
public record ContainerId(RuntimeKind kind, String name, String lxcPath, String configPath)
        implements Subject {
    public ContainerId(RuntimeKind kind, String name, String lxcPath) {
        this(kind, name, lxcPath, lxcPath + "/" + name + "/config");
    }

    public static ContainerId proxmox(String vmid, String lxcPath, String configPath) {
        return new ContainerId(RuntimeKind.PROXMOX, vmid, lxcPath, configPath);
    }

    public static ContainerId incus(IncusFile file) {
        return new ContainerId(RuntimeKind.INCUS, file.lxcName(), file.lxcPath(), file.raw());
    }

    /// Whether the configuration is the command line of a running program, which nobody edits.
    public boolean ofCommandLine() {
        return configPath.startsWith("/proc/");
    }

    /// Returns the name on the command line, as `lxc:NAME` or `incus:PROJECT/NAME`.
    @Override
    public String target() {
        return prefix() + ":" + kind.shown(name);
    }

    @Override
    public String word() {
        return kind.word(this);
    }

    /// Whether a word means this container: its name, or its target in any form.
    public boolean isCalled(String word) {
        return name.equals(word)
                || (word.startsWith(prefix() + ":")
                        && name.equals(kind.named(word.substring(prefix().length() + 1))));
    }

    /// Whether both are one container of liblxc or systemd-nspawn, whichever runtime manages it.
    public boolean isSameForLxc(ContainerId other) {
        return name.equals(other.name)
                && lxcPath.equals(other.lxcPath)
                && kind.liblxc() == other.kind.liblxc();
    }
}
