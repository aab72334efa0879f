package dev.capdrop.core.snapshot;

import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.incus.IncusFile;
import dev.capdrop.core.incus.IncusProfile;

/// Which container this is; or that all of a host are meant, where a change is of the file that
/// they share.
///
/// @param runtime `lxc`, or `pve` for one of Proxmox VE, or `nspawn` for one of systemd-nspawn, or
///   `incus` for one of Incus, or `host` for all, or `profile` for those that use a profile of
///   Incus, or `root` for a root directory of which no container need have been made
/// @param name the runtime's name for it: for Proxmox VE its VMID, for Incus what liblxc calls it,
///   `PROJECT_NAME` where the project is not the default one, for a root directory its path
/// @param lxcPath the folder that holds the container's folder, as liblxc names it
/// @param configPath the path of the container's own configuration file; for a machine that was
///   started by hand that of its command line, `/proc/PID/cmdline`
public record ContainerId(String runtime, String name, String lxcPath, String configPath) {
    private static final String HOST = "host";
    private static final String PROFILE = "profile";
    private static final String ROOT = "root";

    /// A container of plain LXC.
    ///
    /// @param runtime `lxc`
    public ContainerId(String runtime, String name, String lxcPath) {
        this(runtime, name, lxcPath, lxcPath + "/" + name + "/config");
    }

    /// A container of Proxmox VE.
    public static ContainerId proxmox(String vmid, String lxcPath, String configPath) {
        return new ContainerId(RuntimeKind.PROXMOX.prefix(), vmid, lxcPath, configPath);
    }

    /// A container of Incus.
    ///
    /// @param file what its configuration is read as
    public static ContainerId incus(IncusFile file) {
        return new ContainerId(
                RuntimeKind.INCUS.prefix(), file.lxcName(), file.lxcPath(), file.raw());
    }

    /// All containers of this host.
    ///
    /// @param configPath the file that they share
    public static ContainerId ofHost(String configPath) {
        return new ContainerId(HOST, "all", "", configPath);
    }

    /// All containers that use a profile of Incus.
    public static ContainerId ofProfile(IncusProfile profile) {
        return new ContainerId(PROFILE, profile.word(), "", profile.raw());
    }

    /// A root directory.
    ///
    /// @param directory its absolute path
    public static ContainerId ofRoot(String directory) {
        return new ContainerId(ROOT, directory, "");
    }

    /// Whether it is a root directory, and no container.
    public boolean ofRoot() {
        return runtime.equals(ROOT);
    }

    /// Whether its configuration is the command line of a program that runs, which nobody edits.
    public boolean ofCommandLine() {
        return configPath.startsWith("/proc/");
    }

    /// Whether all containers of a host are meant.
    boolean ofHost() {
        return runtime.equals(HOST);
    }

    /// Whether several containers are meant, by what they share.
    public boolean shared() {
        return ofHost() || runtime.equals(PROFILE);
    }

    /// The name as the command line takes it, `lxc:NAME`, `pve:VMID`, `nspawn:NAME`, `incus:NAME`
    /// or `incus:PROJECT/NAME`.
    public String target() {
        return runtime + ":" + kind().shown(name);
    }

    /// Whether a word of a command line means this one: its name, or its target in any of the ways
    /// in which that may be written, as `incus:default/web`.
    public boolean isCalled(String word) {
        return name.equals(word)
                || (word.startsWith(runtime + ":")
                        && name.equals(kind().named(word.substring(runtime.length() + 1))));
    }

    /// What looks after it.
    public RuntimeKind kind() {
        return RuntimeKind.of(runtime);
    }

    /// What its configuration file is written in.
    public ConfigFormat format() {
        return kind().format();
    }

    /// Whether both are one container for what makes it, be that liblxc or systemd-nspawn, whoever
    /// looks after it.
    public boolean isSameForLxc(ContainerId other) {
        return name.equals(other.name)
                && lxcPath.equals(other.lxcPath)
                && kind().liblxc() == other.kind().liblxc();
    }
}
