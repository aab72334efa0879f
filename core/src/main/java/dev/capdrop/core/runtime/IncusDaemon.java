package dev.capdrop.core.runtime;

import java.util.List;

/// Incus, and LXD, of which it is a fork, and all in which they differ (incus(1), `INCUS_DIR`;
/// lxc(1) of LXD 5, `LXD_DIR`).
public enum IncusDaemon {
    INCUS("Incus", "incusd", "incus", "incus", "resume", List.of("/var/lib/incus")),

    /// LXD 5, by Debian or as a snap, where `start` resumes a paused container.
    LXD("LXD", "lxd", "lxd", "lxc", "start", List.of("/var/lib/lxd", "/var/snap/lxd/common/lxd"));

    private final String title;
    private final String program;
    private final String service;
    private final String client;
    private final String thaw;
    private final List<String> directories;

    IncusDaemon(
            String title,
            String program,
            String service,
            String client,
            String thaw,
            List<String> directories) {
        this.title = title;
        this.program = program;
        this.service = service;
        this.client = client;
        this.thaw = thaw;
        this.directories = directories;
    }

    public String title() {
        return title;
    }

    public String program() {
        return program;
    }

    public String service() {
        return service;
    }

    public String client() {
        return client;
    }

    /// Returns the resource of Terraform that is an instance, with its provider.
    public String terraform() {
        return switch (this) {
            case INCUS -> "incus_instance (provider lxc/incus)";
            case LXD -> "lxd_instance (provider terraform-lxd/lxd)";
        };
    }

    /// Returns the client's command that thaws a frozen container.
    public String thaw() {
        return thaw;
    }

    public List<String> directories() {
        return directories;
    }

    public String variable() {
        return name() + "_DIR";
    }

    /// Returns a container, by liblxc's name `PROJECT_NAME` or `NAME`, in words for the client.
    public String words(String lxcName) {
        int project = lxcName.indexOf('_');
        return project < 0
                ? lxcName
                : lxcName.substring(project + 1) + " --project " + lxcName.substring(0, project);
    }
}
