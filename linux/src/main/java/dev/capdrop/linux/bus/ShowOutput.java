package dev.capdrop.linux.bus;

import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.ConditionLine;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Systemd.Job;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.Dependencies;
import dev.capdrop.core.unit.Dependency;
import dev.capdrop.core.unit.LoadState;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.core.unit.UnitType;
import dev.capdrop.linux.bus.SystemdBus.UnitFiles;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What `systemctl show` prints: `Name=value` lines, an empty line between units.
final class ShowOutput {
    static final String PROPERTIES =
            "--property=Id,Names,LoadState,ActiveState,SubState,FragmentPath,DropInPaths,UnitFileState,"
                    + "NeedDaemonReload,Transient,ConditionResult,ConditionTimestampMonotonic,"
                    + "InactiveExitTimestampMonotonic,InactiveEnterTimestampMonotonic,"
                    + "Requires,Requisite,Wants,BindsTo,Upholds,"
                    + "After,TriggeredBy,Conflicts,PartOf,"
                    + "Result,ExecMainCode,ExecMainStatus,NRestarts,ExecMount,"
                    + "RequiredBy,WantedBy,BoundBy,RequisiteOf";

    private static final int MAX_TEXT = 4096;
    private static final int JOB_WORDS = 4;
    private static final Set<UnitType> WITHOUT_RESULT =
            EnumSet.of(UnitType.TARGET, UnitType.SLICE, UnitType.DEVICE);
    private static final Pattern LAST_CODE =
            Pattern.compile("code=([a-z(]+[a-z)]*) ; status=([0-9]+)[^;]*}\\s*$");

    private ShowOutput() {}

    static List<Map<String, String>> blocks(String text) {
        List<Map<String, String>> blocks = new ArrayList<>();
        Map<String, String> block = new HashMap<>();
        blocks.add(block);
        for (String line : text.split("\n")) {
            int equals = line.indexOf('=');
            if (line.isEmpty()) {
                block = new HashMap<>();
                blocks.add(block);
            } else if (equals > 0) {
                block.put(line.substring(0, equals), bounded(line.substring(equals + 1)));
            }
        }
        return blocks;
    }

    private static String bounded(String value) {
        return value.length() <= MAX_TEXT * 16 ? value : value.substring(0, MAX_TEXT * 16);
    }

    static long number(@Nullable String text) {
        return text != null && text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }

    static UnitState unit(Map<String, String> block, UnitFiles files) {
        UnitDetail detail = detail(block, files);
        return new UnitState(
                block.getOrDefault("Id", ""),
                block.getOrDefault("LoadState", ""),
                block.getOrDefault("ActiveState", ""),
                block.getOrDefault("SubState", ""),
                tested("Condition", detail),
                detail);
    }

    private static UnitDetail detail(Map<String, String> block, UnitFiles files) {
        String fragment = block.getOrDefault("FragmentPath", "");
        List<String> dropIns = words(block.get("DropInPaths"));
        boolean masked = LoadState.of(block.getOrDefault("LoadState", "")) == LoadState.MASKED;
        return new UnitDetail(
                UnitDetail.aliases(names(block.get("Names")), block.getOrDefault("Id", "")),
                new UnitDetail.Files(
                        fragment,
                        dropIns,
                        block.getOrDefault("UnitFileState", ""),
                        "yes".equals(block.get("NeedDaemonReload")),
                        "yes".equals(block.get("Transient"))),
                new UnitDetail.Activation(
                        "yes".equals(block.get("ConditionResult")),
                        number(block.get("ConditionTimestampMonotonic")),
                        number(block.get("InactiveExitTimestampMonotonic")),
                        number(block.get("InactiveEnterTimestampMonotonic"))),
                List.of(),
                dependencies(block),
                exit(block),
                masked ? List.of() : files.settings(fragment, dropIns),
                null);
    }

    private static Dependencies dependencies(Map<String, String> block) {
        Dependencies all = Dependencies.NONE;
        for (Dependency kind : Dependency.recorded()) {
            all = all.with(kind, names(block.get(kind.word())));
        }
        return all;
    }

    /// What tells why a unit is in trouble; without its commands, whose arguments systemctl prints
    /// along.
    static Trouble trouble(Map<String, String> block) {
        List<String> neededBy = new ArrayList<>();
        for (String property : List.of("RequiredBy", "WantedBy", "BoundBy", "RequisiteOf")) {
            neededBy.addAll(names(block.get(property)));
        }
        return new Trouble("", List.of(), List.of(), 0, 0, 0, neededBy, List.of());
    }

    private static List<String> words(@Nullable String value) {
        List<String> words = new ArrayList<>();
        for (String word : value == null ? new String[0] : value.split(" +")) {
            if (!word.isEmpty()) {
                words.add(unquoted(word));
            }
        }
        return words;
    }

    /// Since systemd 250 a word with a backslash comes quoted, as in C.
    private static String unquoted(String word) {
        boolean quoted = word.length() >= 2 && word.startsWith("\"") && word.endsWith("\"");
        return quoted ? word.substring(1, word.length() - 1).replace("\\\\", "\\") : word;
    }

    private static List<String> names(@Nullable String value) {
        return words(value).stream().filter(UnitName::isValid).toList();
    }

    private static UnitDetail.@Nullable Exit exit(Map<String, String> block) {
        if (WITHOUT_RESULT.contains(UnitName.type(block.getOrDefault("Id", "")))) {
            return null;
        }
        String result = block.getOrDefault("Result", "");
        Matcher mount = LAST_CODE.matcher(block.getOrDefault("ExecMount", ""));
        if (mount.find()) {
            int code =
                    switch (mount.group(1)) {
                        case "exited" -> 1;
                        case "killed" -> 2;
                        case "dumped" -> 3;
                        default -> 0;
                    };
            return new UnitDetail.Exit(result, code, (int) number(mount.group(2)));
        }
        return new UnitDetail.Exit(
                result,
                (int) number(block.get("ExecMainCode")),
                (int) number(block.get("ExecMainStatus")),
                (int) number(block.get("NRestarts")));
    }

    /// What `systemctl list-jobs` prints: number, unit, type and state in each line.
    static List<Job> queue(String text) {
        List<Job> queue = new ArrayList<>();
        for (String line : text.split("\n")) {
            String[] words = line.strip().split("\\s+");
            if (words.length >= JOB_WORDS
                    && UnitName.isValid(words[1])
                    && queue.size() < BusLimits.DEFAULT.units()) {
                queue.add(new Job(words[1], words[2], words[3].equals("running")));
            }
        }
        return queue;
    }

    /// The results follow from that of the whole list where they can: if it held, each condition
    /// that is no trigger held; if it failed and there is but one, that one failed.
    private static List<Condition.Tested> tested(String family, UnitDetail detail) {
        List<Condition> conditions = new ArrayList<>();
        for (Setting setting : detail.settings()) {
            if (setting.section().equals("Unit") && setting.key().startsWith(family)) {
                ConditionLine line = ConditionLine.of(setting);
                conditions.add(
                        new Condition(
                                line.type(), line.trigger(), line.negate(), line.text().strip()));
            }
        }
        List<Condition.Tested> tested = new ArrayList<>();
        for (Condition condition : conditions) {
            boolean only = conditions.size() == 1;
            boolean asked = detail.activation().conditionMicros() > 0;
            boolean held =
                    asked
                            && detail.activation().conditionResult()
                            && (only || !condition.trigger());
            boolean failed = asked && !detail.activation().conditionResult() && only;
            tested.add(
                    new Condition.Tested(
                            condition,
                            held
                                    ? Condition.Result.SUCCEEDED
                                    : failed
                                            ? Condition.Result.FAILED
                                            : Condition.Result.UNTESTED));
        }
        return tested;
    }
}
