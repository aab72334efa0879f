package dev.capdrop.core.snapshot;

import dev.capdrop.core.container.ConfigFormat;

/// A runtime, as far as nothing of a host has to be looked at: what it is called, what it writes
/// down, and the words that its administrator types.
public enum RuntimeKind {
    /// LXC's own tools: lxc-attach(1), lxc-stop(1), lxc-start(1).
    LXC("lxc", "plain LXC", ConfigFormat.LXC) {
        @Override
        public String attach(ContainerId container) {
            String path =
                    container.lxcPath().equals(DEFAULT_LXC_PATH)
                            ? ""
                            : " -P " + quoted(container.lxcPath());
            return "lxc-attach" + path + " -n " + quoted(container.name());
        }

        // A reboot from inside would not do: LXC keeps the configuration that it was started with.
        @Override
        public String restart(ContainerId container) {
            String of = " -P " + container.lxcPath() + " -n " + container.name();
            return "lxc-stop" + of + " && lxc-start" + of;
        }

        @Override
        public String nesting() {
            return "lxc.apparmor.allow_nesting = 1";
        }
    },

    /// Proxmox VE: pct(1), and pct.conf(5). It sets limits of CPU and memory for every container.
    PROXMOX("pve", "Proxmox VE", ConfigFormat.PROXMOX) {
        @Override
        public String word(ContainerId container) {
            return container.name();
        }

        @Override
        public boolean uniqueNames() {
            return true;
        }

        @Override
        public boolean limitsAll() {
            return true;
        }

        @Override
        public String attach(ContainerId container) {
            return "pct exec " + container.name();
        }

        @Override
        public String restart(ContainerId container) {
            return "pct reboot " + container.name();
        }

        @Override
        public String nesting() {
            return "features: nesting=1";
        }
    },

    /// systemd-nspawn: machinectl(1), systemd.nspawn(5).
    NSPAWN("nspawn", "systemd-nspawn", ConfigFormat.NSPAWN) {
        @Override
        public boolean uniqueNames() {
            return true;
        }

        @Override
        public boolean liblxc() {
            return false;
        }

        @Override
        public String attach(ContainerId container) {
            return "systemd-run -M " + container.name() + " --pipe --quiet";
        }

        // A reboot from inside would do, too: systemd-nspawn ends and its service starts it anew.
        @Override
        public String restart(ContainerId container) {
            return "systemctl restart systemd-nspawn@" + container.name() + ".service";
        }

        @Override
        public String thaw(ContainerId container) {
            return "systemctl thaw systemd-nspawn@" + container.name() + ".service";
        }

        // No profile of AppArmor confines a machine.
        @Override
        public String nesting() {
            return "";
        }
    },

    /// Incus: incus(1), and its `raw.lxc`. An instance of another project than the default one is
    /// called `PROJECT_NAME` by liblxc, and `PROJECT/NAME` here; neither name has an underscore or
    /// a slash in it.
    INCUS("incus", "Incus", ConfigFormat.INCUS) {
        @Override
        public boolean uniqueNames() {
            return true;
        }

        @Override
        public String shown(String name) {
            return name.replace('_', '/');
        }

        @Override
        public String named(String word) {
            return word.startsWith(DEFAULT_PROJECT)
                    ? word.substring(DEFAULT_PROJECT.length())
                    : word.replace('/', '_');
        }

        @Override
        public String attach(ContainerId container) {
            return "incus exec " + words(container);
        }

        @Override
        public String restart(ContainerId container) {
            return "incus restart " + words(container);
        }

        @Override
        public String thaw(ContainerId container) {
            return "incus resume " + words(container);
        }

        @Override
        public String nesting() {
            return "security.nesting=true";
        }

        private static String words(ContainerId container) {
            int project = container.name().indexOf('_');
            return project < 0
                    ? container.name()
                    : container.name().substring(project + 1)
                            + " --project "
                            + container.name().substring(0, project);
        }
    };

    private static final String DEFAULT_PROJECT = "default/";

    private static final String DEFAULT_LXC_PATH = "/var/lib/lxc";

    private final String prefix;
    private final String title;
    private final ConfigFormat format;

    RuntimeKind(String prefix, String title, ConfigFormat format) {
        this.prefix = prefix;
        this.title = title;
        this.format = format;
    }

    /// The kind of this prefix. What no kind has, as a recorded snapshot may, counts as plain LXC.
    static RuntimeKind of(String prefix) {
        for (RuntimeKind kind : values()) {
            if (kind.prefix.equals(prefix)) {
                return kind;
            }
        }
        return LXC;
    }

    /// What its targets begin with, before the colon.
    public String prefix() {
        return prefix;
    }

    /// What sentences call it.
    public String title() {
        return title;
    }

    /// What it writes its configurations in.
    public ConfigFormat format() {
        return format;
    }

    /// A container's name as it stands behind the prefix of a target.
    String shown(String name) {
        return name;
    }

    /// The name that such a word stands for.
    public String named(String word) {
        return word;
    }

    /// The shortest word for a container that the command line takes.
    public String word(ContainerId container) {
        return container.target();
    }

    /// Whether a host has only one container of a name, wherever its files are.
    public boolean uniqueNames() {
        return false;
    }

    /// Whether it limits the CPUs and the memory of every container, whatever the configuration
    /// says.
    public boolean limitsAll() {
        return false;
    }

    /// Whether its containers are made by liblxc, whose tools know them then.
    public boolean liblxc() {
        return true;
    }

    /// What lets a container go on that was frozen.
    public String thaw(ContainerId container) {
        return "lxc-unfreeze";
    }

    /// What runs a program in a container: the program and its arguments follow behind ` -- `.
    public abstract String attach(ContainerId container);

    /// What restarts a container so that it takes its configuration anew.
    public abstract String restart(ContainerId container);

    /// The line of a configuration that lets a container of an AppArmor profile mount inside.
    public abstract String nesting();

    /// A word in single quotes, as a shell takes it for nothing but itself.
    public static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
