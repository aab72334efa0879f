package dev.capdrop.core.container;

/// The keys of lxc.container.conf(5) that this program acts on.
final class LxcKey {
    static final String DROP = "lxc.cap.drop";
    static final String KEEP = "lxc.cap.keep";
    static final String INCLUDE = "lxc.include";
    static final String ID_MAP = "lxc.idmap";
    static final String APPARMOR_PROFILE = "lxc.apparmor.profile";
    static final String APPARMOR_NESTING = "lxc.apparmor.allow_nesting";

    private LxcKey() {}
}
