package dev.capdrop.linux.copy;

import dev.capdrop.core.nspawn.NspawnCommand;
import dev.capdrop.core.nspawn.NspawnCommand.Network;
import dev.capdrop.core.nspawn.NspawnCommand.Settings;
import dev.capdrop.core.nspawn.NspawnFile;
import dev.capdrop.core.nspawn.NspawnService;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.Words;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// The network of a machine, as far as copies can have the same beside it: devices that
/// systemd-nspawn makes anew for each container, of a name and a hardware address that follow from
/// the container's name.
///
/// Source: systemd-nspawn(1) and systemd.nspawn(5), `[Network]`; which of the two counts is
/// `merge_settings` of systemd's nspawn.c: one of them as a whole.
final class NspawnCopyNetwork {
    /// The options that make such a device.
    static final Set<String> NAMES =
            Set.of(
                    "network-bridge",
                    "network-ipvlan",
                    "network-macvlan",
                    "network-veth",
                    "network-zone");

    /// What gives the container something of which there is one only.
    private static final Set<String> ALONE =
            Set.of("network-interface", "network-namespace-path", "network-veth-extra");

    private static final Map<String, String> SETTINGS =
            Map.of(
                    "Bridge", "network-bridge",
                    "IPVLAN", "network-ipvlan",
                    "Interface", "network-interface",
                    "MACVLAN", "network-macvlan",
                    "Port", "port",
                    "VirtualEthernet", "network-veth",
                    "VirtualEthernetExtra", "network-veth-extra",
                    "Zone", "network-zone");

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.:-]+");

    private final List<String> words = new ArrayList<>();
    private final List<String> differences = new ArrayList<>();

    /// @param service how it is started
    /// @param file its settings file
    /// @throws IOException one sentence when no copy can have its network
    NspawnCopyNetwork(NspawnService service, NspawnFile file) throws IOException {
        NspawnCommand command = service.command();
        boolean ofOptions =
                file.network() == Network.NOT_SAID
                        || (command.network() != Network.NOT_SAID
                                && command.settings() != Settings.OVER_OPTIONS);
        if ((ofOptions ? command.network() : file.network()) != Network.PRIVATE) {
            throw refused("it has no network of its own, so that a copy would have the same one");
        }
        if (ofOptions) {
            for (NspawnCommand.Option option : NspawnCommand.options(service.words())) {
                String said = at(option.format(), service.path(), service.line());
                take(option.name(), option.value(), said);
            }
        } else {
            for (Setting setting : file.file().settings()) {
                take(setting);
            }
        }
        differences.addFirst(
                words.isEmpty()
                        ? "no network but a loopback device, as it has itself"
                        : CopyTexts.OTHER_ADDRESSES);
    }

    private void take(Setting setting) throws IOException {
        String option = SETTINGS.get(setting.key());
        String value = setting.value();
        if (!setting.section().equals("Network") || option == null || value.isEmpty()) {
            return;
        }
        String said = at(setting.format(), setting.file(), setting.line());
        if (option.equals("network-veth")) {
            if (Words.flag(value, false)) {
                take(option, "", said);
            }
            return;
        }
        for (String word : Words.split(value)) {
            take(option, word, said);
        }
    }

    private void take(String option, String value, String said) throws IOException {
        if (option.equals("port")) {
            differences.add("without the port of the host that leads to it: " + said);
        } else if (ALONE.contains(option)) {
            throw refused(said + ", which no copy can have beside it");
        } else if (NAMES.contains(option)) {
            if (!value.isEmpty() && !PLAIN.matcher(value).matches()) {
                throw refused(said + ", which is not understood");
            }
            words.add(value.isEmpty() ? "--" + option : "--" + option + "=" + value);
        }
    }

    private static String at(String what, String path, int line) {
        return "'%s' (%s:%d)".formatted(what, path, line);
    }

    private static IOException refused(String why) {
        return new IOException("--network: %s; leave out --network".formatted(why));
    }

    /// The options to add to a copy's command line.
    List<String> words() {
        return List.copyOf(words);
    }

    /// In what the network of copies is another, a sentence each.
    List<String> differences() {
        return List.copyOf(differences);
    }
}
