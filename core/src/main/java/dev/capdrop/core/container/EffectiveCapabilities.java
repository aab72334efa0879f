package dev.capdrop.core.container;

import static java.util.Objects.requireNonNullElseGet;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The capabilities that a configuration comes to, includes resolved and resets applied.
///
/// @param names those on the list in force; before the error, when it does not load
/// @param lines every line about capabilities that took part, in the order liblxc reads them
/// @param error why liblxc would refuse the configuration; null when it loads
/// @param missing files that a Proxmox VE node has for it and this machine lacks
public record EffectiveCapabilities(
        Mode mode,
        CapabilitySet names,
        List<CapabilityLine> lines,
        @Nullable LoadError error,
        List<Remark> remarks,
        List<String> missing) {
    public EffectiveCapabilities with(List<Remark> more) {
        List<Remark> all = new ArrayList<>(remarks);
        all.addAll(more);
        return new EffectiveCapabilities(mode, names, lines, error, all, missing);
    }

    /// Returns this as on the starting machine, where an absent file is just not read.
    public EffectiveCapabilities complete() {
        return new EffectiveCapabilities(mode, names, lines, error, remarks, List.of());
    }

    public interface Placed {
        String file();

        /// Returns the line, from 1; 0 where no line is meant.
        int line();

        /// Returns the file and the line; the file alone where no line is meant.
        default String place() {
            return line() > 0 ? file() + ":" + line() : file();
        }
    }

    /// The list in force: lxc.container.conf(5) allows a drop or a keep list, never both.
    public enum Mode {
        NONE,
        DROP,
        KEEP
    }

    public boolean loads() {
        return error == null;
    }

    /// Returns the starting bounding set on a host that holds every capability up to `last`.
    public CapabilitySet bounding(int last) {
        CapabilitySet all = CapabilitySet.upTo(last);
        return switch (mode) {
            case NONE -> all;
            case DROP -> all.minus(names);
            case KEEP -> all.intersect(names);
        };
    }

    /// A remark about a line, or about the file where `line` is 0.
    public record Remark(String file, int line, String text) implements Placed {}

    /// The reason why liblxc refuses a configuration; `line` is 0 when the file is meant.
    public record LoadError(String file, int line, String text, String reason) implements Placed {}

    /// A line that says something about capabilities.
    ///
    /// @param line from 1; 0 for what a runtime does without being told
    /// @param adds the names it adds to the list, as this program spells them
    public record CapabilityLine(
            String file, int line, String text, List<String> adds, boolean clears)
            implements Placed {
        public CapabilitySet set() {
            return adds.stream()
                    .map(name ->
                            requireNonNullElseGet(
                                    Capability.named(name),
                                    () -> new Capability(Integer.parseInt(name))))
                    .collect(CapabilitySet.toCapabilitySet());
        }
    }
}
