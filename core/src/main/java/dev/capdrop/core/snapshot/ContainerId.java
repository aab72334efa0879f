package dev.capdrop.core.snapshot;

/// Which container this is.
///
/// @param runtime `lxc`
/// @param name the runtime's name for it
/// @param lxcPath the folder that holds the container's folder, as liblxc names it
public record ContainerId(String runtime, String name, String lxcPath) {
    /// The name as the command line takes it, `lxc:NAME`.
    public String target() {
        return runtime + ":" + name;
    }

    /// The path of the container's own configuration file.
    public String configPath() {
        return lxcPath + "/" + name + "/config";
    }
}
