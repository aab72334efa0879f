package dev.capdrop.core.unit;

/// The kinds of dependency that decide which units a boot starts, and what becomes of one unit when
/// another does not start.
///
/// Source: systemd.unit(5), "`[Unit]` Section Options".
public enum Dependency {
    REQUIRES("Requires", true),
    REQUISITE("Requisite", false),
    WANTS("Wants", true),
    BINDS_TO("BindsTo", true),
    UPHOLDS("Upholds", true),
    CONFLICTS("Conflicts", false),
    AFTER("After", false),
    BEFORE("Before", false),
    /// What the unit starts when something happens; no setting of its own.
    TRIGGERS("Triggers", false);

    private final String setting;
    private final boolean pullsIn;

    Dependency(String setting, boolean pullsIn) {
        this.setting = setting;
        this.pullsIn = pullsIn;
    }

    /// The setting of `[Unit]`.
    String setting() {
        return setting;
    }

    /// Whether starting the one starts the other.
    public boolean pullsIn() {
        return pullsIn;
    }
}
