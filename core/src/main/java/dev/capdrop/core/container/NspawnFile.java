package dev.capdrop.core.container;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.capdrop.core.container.NspawnCommand.Network;
import dev.capdrop.core.unit.UnitFile;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.Words;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A settings file, `NAME.nspawn`, in the syntax of unit files (systemd.syntax(7)).
record NspawnFile(UnitFile file) {
    public static final NspawnFile EMPTY = new NspawnFile(new UnitFile(List.of(), 0, ""));
    private static final String EXEC = "Exec";
    private static final String NETWORK = "Network";
    private static final Set<String> INTERFACES =
            Set.of("VirtualEthernetExtra", "Interface", "MACVLAN", "IPVLAN", "Bridge", "Zone");

    public static NspawnFile parse(String path, String text) {
        return new NspawnFile(UnitFile.read(path, UnitFile.text(text.getBytes(ISO_8859_1))));
    }

    public List<Setting> capabilities() {
        return file.settings().stream()
                .filter(setting ->
                        setting.isOf(EXEC, "Capability") || setting.isOf(EXEC, "DropCapability"))
                .toList();
    }

    /// Whether a line of [#capabilities] takes away.
    public static boolean drops(Setting setting) {
        return setting.key().equals("DropCapability");
    }

    /// Returns the setting of ambient capabilities, which keeps a container from booting, or null.
    public @Nullable Setting ambient() {
        return last(EXEC, "AmbientCapability");
    }

    public @Nullable String users() {
        Setting users = last(EXEC, "PrivateUsers");
        return users == null ? null : users.value();
    }

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
                        .anyMatch(setting ->
                                setting.section().equals(NETWORK)
                                        && INTERFACES.contains(setting.key())
                                        && !setting.value().isEmpty());
        return own ? Network.PRIVATE : said ? Network.NAMED : Network.NOT_SAID;
    }

    /// Returns the values of `Bind=` and `BindReadOnly=`: `SOURCE[:DESTINATION[:OPTIONS]]`.
    public List<String> binds() {
        return file.settings().stream()
                .filter(setting ->
                        setting.isOf("Files", "Bind") || setting.isOf("Files", "BindReadOnly"))
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
