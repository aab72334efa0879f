package dev.capdrop.core.nspawn;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.capdrop.core.nspawn.NspawnCommand.Network;
import dev.capdrop.core.unit.UnitFile;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.Words;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A settings file, `NAME.nspawn`. Its syntax is that of unit files (systemd.syntax(7)).
///
/// @param file its lines
public record NspawnFile(UnitFile file) {
    /// A file that says nothing.
    public static final NspawnFile EMPTY = new NspawnFile(new UnitFile(List.of(), 0, ""));

    private static final String EXEC = "Exec";
    private static final String NETWORK = "Network";

    /// An interface of one of these kinds gives the container a network of its own.
    private static final Set<String> INTERFACES =
            Set.of("VirtualEthernetExtra", "Interface", "MACVLAN", "IPVLAN", "Bridge", "Zone");

    /// Reads it.
    ///
    /// @param path its absolute path
    /// @param text its content, a string of bytes
    public static NspawnFile parse(String path, String text) {
        return new NspawnFile(UnitFile.read(path, UnitFile.text(text.getBytes(ISO_8859_1))));
    }

    /// Its lines about capabilities, in order.
    public List<Setting> capabilities() {
        return file.settings().stream()
                .filter(one -> one.isOf(EXEC, "Capability") || one.isOf(EXEC, "DropCapability"))
                .toList();
    }

    /// Whether a line of [#capabilities] takes away.
    public static boolean drops(Setting setting) {
        return setting.key().equals("DropCapability");
    }

    /// What it gives the first process beside: a line for which systemd-nspawn boots no container;
    /// null where there is none.
    public @Nullable Setting ambient() {
        return last(EXEC, "AmbientCapability");
    }

    /// The value of `PrivateUsers=`; null where it says nothing of it.
    public @Nullable String users() {
        Setting users = last(EXEC, "PrivateUsers");
        return users == null ? null : users.value();
    }

    /// Whose network it gives the container.
    public Network network() {
        boolean own = false;
        boolean said = false;
        for (String key : List.of("Private", "VirtualEthernet")) {
            Setting flag = last(NETWORK, key);
            String value = flag == null ? "" : flag.value();
            own |= Words.flag(value, false);
            said |= Words.flag(value, false) || !Words.flag(value, true);
        }
        own |=
                file.settings().stream()
                        .anyMatch(one ->
                                one.section().equals(NETWORK)
                                        && INTERFACES.contains(one.key())
                                        && !one.value().isEmpty());
        if (own) {
            return Network.PRIVATE;
        }
        return said ? Network.NAMED : Network.NOT_SAID;
    }

    /// The words that mount something of the host, as `Bind=` and `BindReadOnly=` have them:
    /// `SOURCE[:DESTINATION[:OPTIONS]]`.
    public List<String> binds() {
        return file.settings().stream()
                .filter(one -> one.isOf("Files", "Bind") || one.isOf("Files", "BindReadOnly"))
                .map(Setting::value)
                .toList();
    }

    private @Nullable Setting last(String section, String key) {
        Setting last = null;
        for (Setting setting : file.settings()) {
            last = setting.isOf(section, key) && !setting.value().isEmpty() ? setting : last;
        }
        return last;
    }
}
