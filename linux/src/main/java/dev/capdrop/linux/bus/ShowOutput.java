package dev.capdrop.linux.bus;

import dev.capdrop.core.condition.Condition;
import dev.capdrop.core.condition.ConditionLine;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Systemd.Job;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitFile.Setting;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.linux.bus.SystemdBus.UnitFiles;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What `systemctl show` prints: `Name=value` lines, an empty line between units.
final class ShowOutput {
    /// The properties that are asked for beside the state, and what D-Bus would answer.
    private static final Map<String, String> ASKED = asked();

    static final String PROPERTIES =
            "--property=Id,LoadState,ActiveState,SubState," + String.join(",", ASKED.keySet());
    private static final int MAX_TEXT = 4096;
    private static final int JOB_WORDS = 4;
    private static final Pattern LAST_CODE =
            Pattern.compile("code=([a-z(]+[a-z)]*) ; status=([0-9]+)[^;]*}\\s*$");

    private ShowOutput() {}

    /// systemctl prints neither conditions nor assertions.
    private static Map<String, String> asked() {
        Map<String, String> asked = new TreeMap<>(DetailProperties.EVERY_UNIT);
        DetailProperties.EXIT.values().forEach(asked::putAll);
        TroubleProperties.NEEDED_BY.forEach(name -> asked.put(name, "as"));
        asked.remove("Asserts");
        return asked;
    }

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
        UnitState bare =
                new UnitState(
                        block.getOrDefault("Id", ""),
                        block.getOrDefault("LoadState", ""),
                        block.getOrDefault("ActiveState", ""),
                        block.getOrDefault("SubState", ""),
                        List.of(),
                        UnitDetail.UNREAD);
        UnitDetail detail = DetailProperties.detail(bare, values(block), files);
        return new UnitState(
                bare.name(),
                bare.loadState(),
                bare.activeState(),
                bare.subState(),
                tested("Condition", detail),
                detail);
    }

    /// Returns what D-Bus would have answered.
    private static Map<String, @Nullable Object> values(Map<String, String> block) {
        Map<String, @Nullable Object> values = new HashMap<>();
        ASKED.forEach((name, signature) -> {
            String text = block.getOrDefault(name, "");
            values.put(
                    name,
                    switch (signature) {
                        case "s" -> text;
                        case "b" -> text.equals("yes");
                        case "as" -> words(text);
                        case DetailProperties.COMMANDS -> commands(text);
                        default -> number(text);
                    });
        });
        return values;
    }

    /// Returns the last command alone, of which only its end is known; none where it has not run.
    private static List<List<Object>> commands(String text) {
        Matcher last = LAST_CODE.matcher(text);
        if (!last.find()) {
            return List.of();
        }
        List<Object> command =
                new ArrayList<>(Collections.nCopies(DetailProperties.COMMAND_CODE, ""));
        command.add(
                switch (last.group(1)) {
                    case "exited" -> 1L;
                    case "killed" -> 2L;
                    case "dumped" -> 3L;
                    default -> 0L;
                });
        command.add(number(last.group(2)));
        return List.of(command);
    }

    /// What tells why a unit is in trouble; without its commands, whose arguments systemctl prints
    /// along.
    static Trouble trouble(Map<String, String> block) {
        return TroubleProperties.trouble(values(block));
    }

    private static List<String> words(String value) {
        List<String> words = new ArrayList<>();
        for (String word : value.split(" +")) {
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
