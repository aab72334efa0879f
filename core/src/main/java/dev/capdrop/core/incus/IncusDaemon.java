package dev.capdrop.core.incus;

import java.util.List;

/// Which of the two it is that speak one API and keep their containers alike: Incus, or LXD, of
/// which it is a fork. All in which they differ stands here.
///
/// Source: incus(1), `INCUS_DIR`; lxc(1) of LXD 5, `LXD_DIR`.
public enum IncusDaemon {
    /// Incus 6 and later.
    INCUS("Incus", "incusd", "incus", "incus", "resume", List.of("/var/lib/incus")),

    /// LXD 5, as Debian packages it, or its snap. What is paused goes on by a start there.
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

    /// What sentences call it.
    public String title() {
        return title;
    }

    /// Its program, as sentences call it.
    public String program() {
        return program;
    }

    /// The unit of the host that starts it.
    public String service() {
        return service;
    }

    /// The program that its administrator types.
    public String client() {
        return client;
    }

    /// Debian's package of that program.
    public String clientPackage() {
        return service + "-client";
    }

    /// The arguments by which that program runs another one in a container, without a terminal and
    /// without input; the other program follows. The administrator may have chosen another server
    /// and another project than those of this host and of the container.
    ///
    /// @param lxcName see [#words]
    public List<String> exec(String lxcName) {
        int project = lxcName.indexOf('_');
        return List.of(
                "exec",
                "local:" + lxcName.substring(project + 1),
                "--project",
                project < 0 ? "default" : lxcName.substring(0, project),
                "--disable-stdin",
                "--force-noninteractive",
                "--");
    }

    /// The word of that program by which a container goes on that was frozen.
    public String thaw() {
        return thaw;
    }

    /// Where it may have its files, the usual place first.
    public List<String> directories() {
        return directories;
    }

    /// The variable of the environment that names another place.
    public String variable() {
        return name() + "_DIR";
    }

    /// How its client is told of a container.
    ///
    /// @param lxcName what liblxc calls the container, `PROJECT_NAME` for one of another project
    ///   than the default one
    public String words(String lxcName) {
        int project = lxcName.indexOf('_');
        return project < 0
                ? lxcName
                : lxcName.substring(project + 1) + " --project " + lxcName.substring(0, project);
    }
}
