package dev.capdrop.core.load;

import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitTree;
import dev.capdrop.core.unit.UnitTree.FileText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the generators of some of Debian's packages make: the instances of a template that an
/// administrator set up, and where NFS mounts its pipes.
///
/// Source: postgresql-generator of postgresql-common, tor-generator of tor,
/// postfix-instance-generator of postfix, openvpn-generator of openvpn, rpc-pipefs-generator and
/// nfs-server-generator of nfs-utils, each as its package installs it.
final class PackageGenerators {
    /// Debian's scripts name it so; where `/lib` is not a link to it the file is there, too.
    private static final String SYSTEM = "/lib/systemd/system/";

    private static final Pattern AUTOSTART = Pattern.compile("AUTOSTART=[\"']?([^\"'#]*)[\"']?.*");
    private static final Pattern INSTANCES =
            Pattern.compile("multi_instance_directories\\s*=\\s*\\S.*");
    private static final Pattern PIPEFS =
            Pattern.compile("\\s*pipefs-directory\\s*=\\s*(/\\S+)\\s*");
    private static final String USUAL_PIPEFS = "/var/lib/nfs/rpc_pipefs";
    private static final Pattern PLAIN = Pattern.compile("[a-zA-Z0-9]+");

    private final UnitTree tree;
    private final Map<String, String> links = new HashMap<>();
    private final Map<String, String> files = new HashMap<>();

    PackageGenerators(UnitTree tree) {
        this.tree = tree;
    }

    /// Runs one of them.
    ///
    /// @return whether it is one of these, and all that it makes is known
    boolean run(String generator) {
        return switch (generator) {
            case "postgresql-generator" -> postgresql();
            case "tor-generator" -> tor();
            case "postfix-instance-generator" -> postfix();
            case "openvpn-generator" -> openvpn();
            case "rpc-pipefs-generator" -> rpcPipefs();
            // It orders the server behind the mounts that are exported.
            case "nfs-server-generator" ->
                    lines("/etc/exports").isEmpty() && tree.list("/etc/exports.d").isEmpty();
            default -> false;
        };
    }

    /// The symlinks made so far, by path.
    Map<String, String> links() {
        return links;
    }

    /// The texts of the files made so far, by path.
    Map<String, String> files() {
        return files;
    }

    private boolean postgresql() {
        String clusters = "/etc/postgresql/";
        for (String version : tree.list(clusters)) {
            boolean installed = tree.executable("/usr/lib/postgresql/" + version + "/bin/postgres");
            for (String cluster : installed ? tree.list(clusters + version) : List.<String>of()) {
                String its = clusters + version + "/" + cluster + "/";
                boolean automatic =
                        !exists(its + "start.conf")
                                || lines(its + "start.conf").equals(List.of("auto"));
                if (exists(its + "postgresql.conf") && automatic) {
                    instance("postgresql", version + "-" + cluster);
                }
            }
        }
        return true;
    }

    private boolean tor() {
        if (exists("/etc/tor/torrc")) {
            wanted("tor.service", "tor@default.service", SYSTEM + "tor@default.service");
        }
        for (String name : tree.list("/etc/tor/instances")) {
            boolean taken = PLAIN.matcher(name).matches() && !name.equals("default");
            if (taken && exists("/etc/tor/instances/" + name + "/torrc")) {
                instance("tor", name);
            }
        }
        return true;
    }

    private boolean postfix() {
        instance("postfix", "-");
        return lines("/etc/postfix/main.cf").stream()
                .noneMatch(l -> INSTANCES.matcher(l).matches());
    }

    private boolean openvpn() {
        String autostart = "all";
        for (String line : lines("/etc/default/openvpn")) {
            Matcher set = AUTOSTART.matcher(line);
            autostart = set.matches() ? set.group(1).strip() : autostart;
        }
        List<String> named = List.of(autostart.split("\\s+"));
        for (String file : tree.list("/etc/openvpn")) {
            String name = file.endsWith(".conf") ? file.substring(0, file.length() - 5) : "";
            boolean all = autostart.isEmpty() || autostart.equals("all");
            if (!name.isEmpty() && (all || named.contains(name))) {
                instance("openvpn", name);
            }
        }
        return true;
    }

    /// Where it is not mounted at the place that the package's own unit has, the unit of the other
    /// place takes over.
    private boolean rpcPipefs() {
        String place = USUAL_PIPEFS;
        for (String line : lines("/etc/nfs.conf")) {
            Matcher set = PIPEFS.matcher(line);
            place = set.matches() ? set.group(1) : place;
        }
        if (!place.equals(USUAL_PIPEFS)) {
            String unit = UnitName.escapePath(place) + ".mount";
            files.put(
                    LoadPath.GENERATOR + "/" + unit,
                    "[Unit]\nDefaultDependencies=no\nAfter=systemd-tmpfiles-setup.service\n"
                            + "[Mount]\nWhat=sunrpc\nWhere="
                            + place.replace("%", "%%")
                            + "\nType=rpc_pipefs\n");
            files.put(
                    LoadPath.GENERATOR + "/rpc_pipefs.target",
                    "[Unit]\nRequires=" + unit + "\nAfter=" + unit + "\n");
        }
        return tree.list("/etc/nfs.conf.d").isEmpty();
    }

    private void instance(String template, String name) {
        wanted(
                template + ".service",
                template + "@" + name + ".service",
                SYSTEM + template + "@.service");
    }

    private void wanted(String by, String unit, String file) {
        if (UnitName.isValid(unit)) {
            links.put(LoadPath.GENERATOR + "/" + by + ".wants/" + unit, file);
        }
    }

    private boolean exists(String path) {
        return tree.link(path) != null || !(tree.read(path) instanceof FileText.Missing);
    }

    /// The lines of a configuration file that say something; none where there is no such file.
    private List<String> lines(String path) {
        List<String> lines = new ArrayList<>();
        if (tree.read(path) instanceof FileText.Text text) {
            for (String line : text.text().lines().toList()) {
                String said = line.replaceFirst("#.*", "").strip();
                if (!said.isEmpty()) {
                    lines.add(said);
                }
            }
        }
        return lines;
    }
}
