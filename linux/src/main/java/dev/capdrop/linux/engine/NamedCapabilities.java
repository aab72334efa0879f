package dev.capdrop.linux.engine;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.EngineContainer.Anew;
import module java.base;

/// The lists of capabilities that a container of an engine is given, by the rules of docker-run(1)
/// and podman-run(1): names of any case, with and without `CAP_`, and `ALL`.
final class NamedCapabilities {
    private static final String ALL = "ALL";

    private boolean privileged;
    private boolean all;
    private boolean none;
    private CapabilitySet added = CapabilitySet.EMPTY;
    private CapabilitySet dropped = CapabilitySet.EMPTY;

    NamedCapabilities privileged(boolean flag) {
        privileged |= flag;
        return this;
    }

    NamedCapabilities add(Collection<String> names) {
        all |= names.stream().anyMatch(name -> isAll(name));
        added = added.union(set(names));
        return this;
    }

    NamedCapabilities drop(Collection<String> names) {
        none |= names.stream().anyMatch(name -> isAll(name));
        dropped = dropped.union(set(names));
        return this;
    }

    /// Takes the options `--cap-add`, `--cap-drop` and `--privileged` of a command line.
    NamedCapabilities options(List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            int equals = word.indexOf('=');
            String option = equals < 0 ? word : word.substring(0, equals);
            boolean lists = option.equals("--cap-add") || option.equals("--cap-drop");
            if (option.equals("--privileged")) {
                privileged(equals < 0 || Boolean.parseBoolean(word.substring(equals + 1)));
            } else if (lists && (equals >= 0 || i + 1 < words.size())) {
                String value = equals < 0 ? words.get(++i) : word.substring(equals + 1);
                List<String> names = List.of(value.split(","));
                if (option.equals("--cap-add")) {
                    add(names);
                } else {
                    drop(names);
                }
            }
        }
        return this;
    }

    /// The default list is written out in a configuration: it is as if each were named.
    NamedCapabilities defaults(Collection<String> names) {
        none = true;
        added = added.union(set(names));
        return this;
    }

    Anew asked() {
        return new Anew(privileged, all, none, added, dropped);
    }

    private static boolean isAll(String name) {
        String plain = name.strip();
        return plain.equalsIgnoreCase(ALL) || plain.equalsIgnoreCase("CAP_" + ALL);
    }

    /// Returns the capabilities with these names; what is no name of one is left out.
    static CapabilitySet set(Collection<String> names) {
        CapabilitySet set = CapabilitySet.EMPTY;
        for (String name : names) {
            Capability capability = Capability.named(name.strip().toLowerCase(Locale.ROOT));
            set = capability == null ? set : set.with(capability);
        }
        return set;
    }
}
