package dev.capdrop.linux.engine;

import dev.capdrop.core.snapshot.Engine;
import dev.capdrop.core.snapshot.EngineContainer;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.Words;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Containers that a unit makes anew at each of its starts: those of Quadlet's files
/// (podman-systemd.unit(5)), and those of services whose `ExecStart=` is `docker run` or `podman
/// run`.
final class RunUnits {
    private static final List<String> QUADLETS =
            List.of(
                    "/etc/containers/systemd",
                    "/run/containers/systemd",
                    "/usr/share/containers/systemd");
    private static final String QUADLET = ".container";
    private static final List<String> DEFAULTS =
            List.of("/usr/share/containers/containers.conf", "/etc/containers/containers.conf");

    /// containers.conf(5): an array of strings, on one line or several.
    private static final Pattern DEFAULT_CAPABILITIES =
            Pattern.compile("(?m)^\\s*default_capabilities\\s*=\\s*\\[([^\\]]*)\\]");

    private static final Pattern QUOTED = Pattern.compile("[\"']([^\"']*)[\"']");
    private static final Pattern RUNS =
            Pattern.compile("(?:\\S*/)?(docker|podman)\\s.*\\brun\\b.*");

    private final EngineFiles files;
    private final ServiceFiles services;
    private final Supplier<Engine> docker;

    /// @param docker which Docker it is
    RunUnits(EngineFiles files, ServiceFiles services, Supplier<Engine> docker) {
        this.files = files;
        this.services = services;
        this.docker = docker;
    }

    List<EngineContainer> containers() {
        List<EngineContainer> containers = new ArrayList<>();
        for (String folder : QUADLETS) {
            for (String name : services.namesOrNone(folder)) {
                if (name.endsWith(QUADLET) && containers.size() < EngineReader.MOST) {
                    containers.add(quadlet(folder, name));
                }
            }
        }
        for (String service : services.ofAdministrator()) {
            for (String command : services.values(service, "ExecStart")) {
                String plain = command.replaceFirst("^[-@:+!|]+", "");
                Matcher runs = RUNS.matcher(plain);
                if (runs.matches() && containers.size() < EngineReader.MOST) {
                    containers.add(run(service, Words.split(plain), runs.group(1)));
                }
            }
        }
        return containers;
    }

    private EngineContainer quadlet(String folder, String name) {
        String stem = name.substring(0, name.length() - QUADLET.length());
        String source = folder + "/" + name;
        String container = "systemd-" + stem;
        NamedCapabilities named = podmanDefaults();
        List<Setting> settings = new ArrayList<>(services.parsed(source));
        for (String parent : QUADLETS) {
            String dropIns = parent + "/" + name + ".d";
            for (String dropIn : services.namesOrNone(dropIns)) {
                if (dropIn.endsWith(".conf")) {
                    settings.addAll(services.parsed(dropIns + "/" + dropIn));
                }
            }
        }
        for (Setting setting : settings) {
            List<String> words = Words.split(setting.value());
            if (setting.isOf("Container", "ContainerName") && !setting.value().isBlank()) {
                container = setting.value().strip();
            } else if (setting.isOf("Container", "AddCapability")) {
                named.add(words);
            } else if (setting.isOf("Container", "DropCapability")) {
                named.drop(words);
            } else if (setting.isOf("Container", "PodmanArgs")) {
                named.options(words);
            }
        }
        return new EngineContainer(
                Engine.PODMAN, stem, container, source, false, true, named.asked());
    }

    private EngineContainer run(String service, List<String> words, String program) {
        boolean podman = program.equals("podman");
        NamedCapabilities named = podman ? podmanDefaults() : new NamedCapabilities();
        return new EngineContainer(
                podman ? Engine.PODMAN : docker.get(),
                service,
                name(words, service),
                service,
                false,
                true,
                named.options(words).asked());
    }

    private static String name(List<String> words, String otherwise) {
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).startsWith("--name=")) {
                return words.get(i).substring("--name=".length());
            }
            if (words.get(i).equals("--name") && i + 1 < words.size()) {
                return words.get(i + 1);
            }
        }
        return otherwise;
    }

    private NamedCapabilities podmanDefaults() {
        NamedCapabilities named = new NamedCapabilities();
        for (String file : DEFAULTS) {
            Matcher list = DEFAULT_CAPABILITIES.matcher(textOrEmpty(file));
            if (list.find()) {
                named.defaults(
                        QUOTED.matcher(list.group(1)).results().map(it -> it.group(1)).toList());
            }
        }
        return named;
    }

    private String textOrEmpty(String path) {
        try {
            @Nullable String text = files.text(path);
            return text == null ? "" : text;
        } catch (IOException unreadable) {
            return "";
        }
    }
}
