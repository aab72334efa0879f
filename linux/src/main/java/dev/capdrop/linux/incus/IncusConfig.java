package dev.capdrop.linux.incus;

import dev.capdrop.core.change.ConfigStore.SharedConfigStore;
import dev.capdrop.core.runtime.IncusDaemon;
import dev.capdrop.core.runtime.IncusExpansion;
import dev.capdrop.core.runtime.IncusFile;
import dev.capdrop.linux.incus.IncusServer.IncusInstance;
import dev.capdrop.linux.time.Errand;
import dev.capdrop.record.ForeignJson;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The configurations of Incus' containers, read as if they were files (see [IncusFile]).
public final class IncusConfig {
    private IncusConfig() {}

    public static boolean isOne(String path) {
        return server(path) != null;
    }

    private static @Nullable IncusServer server(String path) {
        IncusFile file = IncusFile.of(path);
        for (IncusDaemon daemon : IncusDaemon.values()) {
            IncusServer server = new IncusServer(daemon);
            if (file != null && file.incusDirectory().equals(server.directory())) {
                return server;
            }
        }
        return null;
    }

    /// Reads what stands there, a string of bytes; [NoSuchFileException] where Incus has no such
    /// container.
    public static String read(String path) throws IOException {
        IncusServer server = server(path);
        if (server == null) {
            throw new NoSuchFileException(path);
        }
        return read(server, path);
    }

    public static String read(IncusServer server, String path) throws IOException {
        IncusFile file = IncusFile.of(path);
        if (file == null) {
            throw new NoSuchFileException(path);
        }
        IncusInstance instance = server.instance(file.project(), file.instance()).instance();
        return IncusFile.isExpanded(path)
                ? bytes(expansion(server, instance).format())
                : bytes(own(instance));
    }

    static String own(IncusInstance instance) {
        return instance.config().getOrDefault(IncusInstance.RAW_LXC, "");
    }

    static IncusExpansion expansion(IncusServer server, IncusInstance instance) throws IOException {
        boolean own = instance.hasOwnLines();
        String lines = own ? "" : instance.expanded().getOrDefault(IncusInstance.RAW_LXC, "");
        return new IncusExpansion(
                server.daemon(),
                instance.on("security.privileged"),
                instance.on("security.nesting"),
                idMaps(instance),
                instance.interfaces(),
                stacked(),
                lines.isEmpty() ? "" : profile(server, instance),
                lines);
    }

    /// Whether AppArmor can hold a policy of a container's own: Incus looks at the same.
    static boolean stacked() {
        return yes(Path.of("/sys/kernel/security/apparmor/features/domain/stack"))
                && !yes(Path.of("/sys/kernel/security/apparmor/.ns_stacked"));
    }

    private static boolean yes(Path file) {
        return Errand.or(false, () -> Files.readString(file).strip().equals("yes"));
    }

    private static String profile(IncusServer server, IncusInstance instance) throws IOException {
        for (String profile : instance.profiles().reversed()) {
            if (server.profileLines(instance.project(), profile) != null) {
                return profile;
            }
        }
        return "of its own";
    }

    /// Returns the ids that its next user namespace has as values of an `lxc.idmap`, such as `u 0
    /// 1000000 65536`; none for a privileged one.
    public static List<String> idMaps(IncusInstance instance) throws IOException {
        // Incus keeps them as an array of JSON
        String json = instance.expanded().getOrDefault("volatile.idmap.next", "[]");
        byte[] document = ("{\"maps\":" + json + "}").getBytes(StandardCharsets.UTF_8);
        List<String> maps = new ArrayList<>();
        if (ForeignJson.read(document, "volatile.idmap.next").get("maps") instanceof List<?> all) {
            for (Object one : all) {
                Map<String, @Nullable Object> map = IncusInstance.fields(one);
                String ids =
                        " "
                                + number(map, "Nsid")
                                + " "
                                + number(map, "Hostid")
                                + " "
                                + number(map, "Maprange");
                if (Boolean.TRUE.equals(map.get("Isuid"))) {
                    maps.add("u" + ids);
                }
                if (Boolean.TRUE.equals(map.get("Isgid"))) {
                    maps.add("g" + ids);
                }
            }
        }
        return maps;
    }

    private static String number(Map<String, @Nullable Object> map, String key) {
        return map.get(key) instanceof ForeignJson.Literal number
                        && number.literal().matches("[0-9]{1,10}")
                ? number.literal()
                : "0";
    }

    static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    static String text(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    public interface Profiles {
        String directory();

        /// Returns a profile and who uses it now; throws NoSuchFileException when there is none.
        IncusProfiles.Users users(IncusFile.IncusProfile profile) throws IOException;

        List<String> saying(IncusFile.IncusProfile profile, String text) throws IOException;

        SharedConfigStore store();
    }
}
