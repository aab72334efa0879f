package dev.capdrop.core.container;

import dev.capdrop.core.document.LineDocument;
import module java.base;

/// The LXC configuration that Proxmox VE generates from a `VMID.conf`, as far as it decides about
/// capabilities. Source: what pve-container 4 to 6 were seen to write to
/// `/var/lib/lxc/VMID/config`.
final class GeneratedConfig {
    private static final String INCLUDED = "/usr/share/lxc/config/";
    private static final String COMMON = "common.conf";
    private static final String USERNS = "userns.conf";

    /// The values of `ostype` for which lxc-templates has `config/*.userns.conf.in`.
    private static final Set<String> TYPES_WITH_USERNS_CONF =
            Set.of(
                    "alpine",
                    "archlinux",
                    "centos",
                    "debian",
                    "devuan",
                    "fedora",
                    "gentoo",
                    "ubuntu");

    /// The values of `ostype` for which lxc-templates has `config/*.common.conf.in`.
    private static final Set<String> TYPES_WITH_COMMON_CONF =
            Set.of(
                    "alpine",
                    "archlinux",
                    "centos",
                    "debian",
                    "devuan",
                    "fedora",
                    "gentoo",
                    "opensuse",
                    "ubuntu");

    private static final List<String> REQUIRED = List.of("arch", "ostype");
    private static final Pattern MKNOD = Pattern.compile("(.*,)?mknod=(1|on|yes|true)(,.*)?");
    private static final Pattern NESTING = Pattern.compile("(.*,)?nesting=(1|on|yes|true)(,.*)?");
    private static final Pattern NETWORK = Pattern.compile("net(\\d+)");
    private static final int NOWHERE = -1;

    static LxcResolver nextStart(String path, ConfigSource source, int last) {
        String text = source.read(path);
        return text == null
                ? LxcResolver.refused(path, source, "cannot read '" + path + "'")
                : read(
                        ProxmoxConfig.parse(LineDocument.parse(text)).nextStart(),
                        path,
                        source,
                        last);
    }

    static LxcResolver read(
            ProxmoxConfig.Section section, String path, ConfigSource source, int last) {
        for (String key : REQUIRED) {
            if (section.property(key) == null) {
                return LxcResolver.refused(
                        path, source, "Proxmox VE starts no container without '" + key + "'");
            }
        }
        return LxcResolver.read(path, lines(section, source), source, last)
                .without(missing(section, source));
    }

    /// Returns the template files that `source` lacks; the common file was read instead, as by
    /// Proxmox VE.
    private static List<String> missing(ProxmoxConfig.Section section, ConfigSource source) {
        String type = section.property("ostype", "");
        List<String> missing = new ArrayList<>();
        if (TYPES_WITH_COMMON_CONF.contains(type) && source.read(own(section, COMMON)) == null) {
            missing.add(own(section, COMMON));
        }
        boolean userns = section.unprivileged() && TYPES_WITH_USERNS_CONF.contains(type);
        if (userns && source.read(own(section, USERNS)) == null) {
            missing.add(own(section, USERNS));
        }
        return missing;
    }

    private static List<LxcLine> lines(ProxmoxConfig.Section section, ConfigSource source) {
        List<LxcLine> lines = new ArrayList<>();
        lines.add(include(section, COMMON, source));
        if (section.unprivileged()) {
            lines.add(include(section, USERNS, source));
        }
        if (section.unprivileged() && !section.hasIdMap()) {
            lines.add(setting(LxcKeys.ID_MAP, "u 0 100000 65536"));
            lines.add(setting(LxcKeys.ID_MAP, "g 0 100000 65536"));
        }
        lines.addAll(appArmor(section));
        if (section.unprivileged() && MKNOD.matcher(section.property("features", "")).matches()) {
            lines.add(setting("lxc.seccomp.notify.proxy", "unix:/run/pve/lxc-syscalld.sock"));
        }
        String entrypoint = section.property("entrypoint");
        if (entrypoint != null) {
            lines.add(setting("lxc.init.cmd", entrypoint));
        }
        section.properties().keySet().stream()
                .sorted()
                .map(NETWORK::matcher)
                .filter(Matcher::matches)
                .forEach(net -> lines.add(setting("lxc.net." + net.group(1) + ".type", "veth")));
        lines.addAll(section.lxcLines());
        return lines;
    }

    /// Returns the lines about AppArmor; none where a raw line's profile replaces them.
    private static List<LxcLine> appArmor(ProxmoxConfig.Section section) {
        if (section.raw().stream().anyMatch(l -> l.key().equals(LxcKeys.APPARMOR_PROFILE))) {
            return List.of();
        }
        LxcLine profile = setting(LxcKeys.APPARMOR_PROFILE, LxcSettings.GENERATED);
        return NESTING.matcher(section.property("features", "")).matches()
                ? List.of(profile, setting(LxcKeys.APPARMOR_NESTING, "1"))
                : List.of(profile);
    }

    private static LxcLine include(
            ProxmoxConfig.Section section, String file, ConfigSource source) {
        String own = own(section, file);
        return setting(LxcKeys.INCLUDE, source.read(own) == null ? INCLUDED + file : own);
    }

    private static String own(ProxmoxConfig.Section section, String file) {
        return INCLUDED + section.property("ostype") + "." + file;
    }

    private static LxcLine setting(String key, String value) {
        String text = key + " = " + value;
        return new LxcLine.Setting(NOWHERE, 0, text, key, value, text.length() - value.length());
    }
}
