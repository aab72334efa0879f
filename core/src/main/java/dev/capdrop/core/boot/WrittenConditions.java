package dev.capdrop.core.boot;

import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.unit.LoadedUnit;
import dev.capdrop.core.unit.Setting;
import dev.capdrop.core.unit.Specifiers;
import dev.capdrop.core.unit.Specifiers.Expansion;
import dev.capdrop.core.unit.SystemFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The conditions or assertions that a unit's files ask for, in systemd's order: the last line of
/// the files first.
///
/// Source: systemd.unit(5), "Conditions and Asserts"; systemd's `config_parse_unit_condition_path`
/// and `config_parse_unit_condition_string`.
public final class WrittenConditions {
    private static final Pattern PREFIXES =
            Pattern.compile("(\\|?)\\s*(!?)\\s*(.*)", Pattern.DOTALL);
    private static final Pattern PATH_PREFIXES = Pattern.compile("(\\|?)(!?)(.*)", Pattern.DOTALL);

    /// Of these the right side is a path; systemd leaves out a line with any other.
    private static final Set<String> PATH_TYPES =
            Set.of(
                    "PathExists",
                    "PathExistsGlob",
                    "PathIsDirectory",
                    "PathIsSymbolicLink",
                    "PathIsMountPoint",
                    "PathIsReadWrite",
                    "PathIsEncrypted",
                    "PathIsSocket",
                    "DirectoryNotEmpty",
                    "FileNotEmpty",
                    "FileIsExecutable",
                    "NeedsUpdate");

    private final LoadedUnit unit;
    private final Specifiers specifiers;

    private WrittenConditions(LoadedUnit unit, SystemFacts facts) {
        this.unit = unit;
        this.specifiers = new Specifiers(unit.name(), unit.fragment(), facts);
    }

    /// One line.
    ///
    /// @param condition with its specifiers expanded, but for one that is open
    /// @param open whether only the next boot tells what one of its specifiers stands for
    public record Line(Condition condition, boolean open) {}

    /// The lines of one unit.
    ///
    /// @param family `Condition` or `Assert`
    public static List<Line> of(LoadedUnit unit, String family, SystemFacts facts) {
        return new WrittenConditions(unit, facts).lines(family);
    }

    private List<Line> lines(String family) {
        List<Line> lines = new ArrayList<>();
        for (Setting setting : unit.settings().reversed()) {
            if (setting.section().equals("Unit") && setting.key().startsWith(family)) {
                add(setting.key().substring(family.length()), setting.value(), lines);
            }
        }
        return lines;
    }

    private void add(String type, String value, List<Line> lines) {
        boolean path = PATH_TYPES.contains(type);
        Matcher parts = (path ? PATH_PREFIXES : PREFIXES).matcher(value);
        if (!parts.matches()) {
            return;
        }
        boolean trigger = !parts.group(1).isEmpty();
        boolean negate = !parts.group(2).isEmpty();
        switch (specifiers.expand(parts.group(3))) {
            case Expansion.Done done -> {
                String parameter = path ? simplified(done.text()) : done.text();
                if (parameter != null) {
                    Condition condition = new Condition(type, trigger, negate, parameter);
                    lines.add(new Line(condition, false));
                }
            }
            case Expansion.Open _ ->
                    lines.add(new Line(new Condition(type, trigger, negate, parts.group(3)), true));
            // systemd leaves out such a line.
            case Expansion.Failed _ -> {}
        }
    }

    /// A path as systemd keeps it: no slash more than it takes, no `.`; null for one that is not
    /// absolute or has a `..` (systemd's `path_simplify_and_warn`).
    private static @Nullable String simplified(String path) {
        if (!path.startsWith("/") || ("/" + path + "/").contains("/../")) {
            return null;
        }
        StringBuilder simple = new StringBuilder();
        for (String component : path.split("/+")) {
            if (!component.isEmpty() && !component.equals(".")) {
                simple.append('/').append(component);
            }
        }
        return simple.isEmpty() ? "/" : simple.toString();
    }
}
