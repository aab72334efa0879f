package dev.capdrop.linux.incus;

import dev.capdrop.core.change.ConfigStore.SharedConfigStore;
import dev.capdrop.core.plan.SharedProfile;
import dev.capdrop.core.plan.SharedProfile.Use;
import dev.capdrop.core.runtime.IncusDaemon;
import dev.capdrop.core.runtime.IncusFile;
import dev.capdrop.core.runtime.IncusFile.IncusProfile;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.linux.incus.IncusServer.IncusInstance;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The profiles of the Incus of this host, and who uses them. A project without `features.profiles`
/// has the default project's (`rest-api.md`, `projects.md`).
public record IncusProfiles(IncusServer server) implements IncusConfig.Profiles {
    public static final String ONLY_INCUS =
            "--profile is for profiles of Incus, and capdrop does not edit those of LXD; name each container, as in 'capdrop apply lxd:NAME'";

    public IncusProfiles() {
        this(new IncusServer(IncusDaemon.INCUS));
    }

    @Override
    public String directory() {
        return server.directory();
    }

    @Override
    public SharedConfigStore store() {
        return server.store();
    }

    /// A profile and its users.
    ///
    /// @param lines the profile's lines, and what they are to those of this host
    /// @param here its users on this host, of whichever project, by the path of the configuration
    /// @param others one sentence of each other user: a virtual machine, or one on another member
    public record Users(SharedProfile lines, Map<String, ContainerId> here, List<String> others) {}

    @Override
    public Users users(IncusProfile profile) throws IOException {
        if (!server.present() && new IncusServer(IncusDaemon.LXD).present()) {
            throw new IOException(ONLY_INCUS);
        }
        Map<String, @Nullable String> lines = lines(profile.project());
        if (!lines.containsKey(profile.name())) {
            throw new NoSuchFileException(profile.raw(), null, missing(profile, lines));
        }
        String member = server.member();
        String current = lines.get(profile.name());
        Map<String, Use> uses = new LinkedHashMap<>();
        Map<String, ContainerId> here = new LinkedHashMap<>();
        List<String> others = new ArrayList<>();
        Map<String, String> owners = owners();
        for (IncusServer.User one : server.users()) {
            String owner = owners.getOrDefault(one.project(), one.project());
            IncusInstance instance = one.container();
            boolean silent = instance != null && !instance.told();
            if (!owner.equals(profile.project())
                    || !(silent || one.profiles().contains(profile.name()))) {
                continue;
            }
            IncusFile file = new IncusFile(server.directory(), one.project(), one.name());
            String word = ContainerId.incus(file).target();
            if (instance != null && !instance.told()) {
                others.add(
                        "'%s' is on the member '%s' of this Incus cluster, which does not answer, so that nobody knows whether it uses the profile"
                                .formatted(word, instance.location()));
            } else if (instance == null) {
                others.add(
                        "'%s' is a virtual machine, which does not read raw.lxc".formatted(word));
            } else if (!instance.location().equals(member)) {
                others.add(
                        "'%s' is on the member '%s' of this Incus cluster and gets it at its next start there, without a forecast"
                                .formatted(word, instance.location()));
            } else {
                ContainerId id = ContainerId.incus(instance.file(server.directory()));
                here.put(id.configPath(), id);
                uses.put(id.configPath(), use(instance, profile.name(), lines));
            }
        }
        String text = current == null ? "" : IncusConfig.bytes(current);
        return new Users(new SharedProfile(profile, text, uses), here, others);
    }

    private String missing(IncusProfile profile, Map<String, @Nullable String> lines)
            throws IOException {
        String owner = owners().get(profile.project());
        if (owner == null) {
            return "Incus has no project '%s'".formatted(profile.project());
        }
        return owner.equals(profile.project())
                ? "Incus has no profile '%s' in project '%s'; it has %s"
                        .formatted(profile.name(), owner, String.join(", ", lines.keySet()))
                : "the project '%s' uses the profiles of project '%s': say --profile %s"
                        .formatted(
                                profile.project(),
                                owner,
                                new IncusProfile(profile.incusDirectory(), owner, profile.name())
                                        .word());
    }

    @Override
    public List<String> saying(IncusProfile profile, String text) throws IOException {
        String own = profile.name();
        List<String> found = new ArrayList<>();
        lines(profile.project())
                .forEach((name, lines) -> {
                    boolean same = lines != null && IncusConfig.bytes(lines).equals(text);
                    if (same && !name.equals(own)) {
                        found.add(name);
                    }
                });
        return found;
    }

    private static Use use(
            IncusInstance instance, String profile, Map<String, @Nullable String> lines) {
        if (instance.hasOwnLines()) {
            return new Use("it has a raw.lxc of its own, which takes the profile's place", "");
        }
        int place = instance.profiles().lastIndexOf(profile);
        String earlier = "";
        for (int i = 0; i < instance.profiles().size(); i++) {
            String other = instance.profiles().get(i);
            if (lines.get(other) != null && i > place) {
                return new Use(
                        "its profile '%s' comes later, and has a raw.lxc that takes this one's place"
                                .formatted(other),
                        "");
            }
            earlier = lines.get(other) != null && i < place ? other : earlier;
        }
        return new Use("", lines.get(profile) == null ? earlier : "");
    }

    private Map<String, @Nullable String> lines(String project) throws IOException {
        Map<String, @Nullable String> lines = new LinkedHashMap<>();
        String target = "/1.0/profiles?recursion=1&project=" + IncusServer.encoded(project);
        for (Map<String, @Nullable Object> one : server.listed(target, "profiles")) {
            boolean here = project.equals(one.getOrDefault("project", project));
            if (here && one.get("name") instanceof String name) {
                lines.put(name, IncusInstance.lines(one));
            }
        }
        return lines;
    }

    /// Returns the project whose profiles each project has.
    private Map<String, String> owners() throws IOException {
        Map<String, String> owners = new LinkedHashMap<>();
        for (Map<String, @Nullable Object> one :
                server.listed("/1.0/projects?recursion=1", "projects")) {
            if (one.get("name") instanceof String name) {
                boolean own =
                        one.get("config") instanceof Map<?, ?> config
                                && config.get("features.profiles") instanceof String on
                                && IncusInstance.isOn(on);
                owners.put(name, own ? name : IncusFile.DEFAULT_PROJECT);
            }
        }
        return owners;
    }
}
