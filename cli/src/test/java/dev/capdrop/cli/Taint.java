package dev.capdrop.cli;

import dev.capdrop.core.rule.Rule;
import dev.capdrop.core.rule.Rule.GeneralRule;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Puts what a terminal obeys into strings of a value made of records, found by reflection, so that
/// a field that is added is tainted, too.
///
/// A place is a record and its component, `UnitState.name`. Where a record's constructor refuses a
/// tainted string, the place keeps what it had, and is one of [#refused].
public final class Taint {
    /// SGR by ESC, a title by OSC and BEL, the same two by C1, bidirectional controls of all kinds,
    /// separators, a character that shows nothing, DEL, and a line of its own.
    private static final String EVIL =
            "\u001b[31m\u001b]0;a\u0007\u009b2J\u009d0;b\u009c\u202e\u2066\u200f\u061c\u2028\u2029"
                    + "\u200b\u0000\u007f\r\t\n";

    /// What a line begins with that somebody has forged.
    public static final String FORGED = "FORGED'\"";

    /// Where a string holds the bytes of a file, a char for each, whose lines are its own.
    private static final Set<String> BYTES =
            Set.of(
                    "ConfigurationText.files",
                    "Editing$ConfigEdit.before",
                    "Editing$ConfigEdit.after");

    /// Where only a capability's name or number can stand, since it was parsed.
    private static final Set<String> PARSED = Set.of("EffectiveCapabilities$CapabilityLine.adds");

    /// How a string is tainted.
    public enum Manner {
        /// Behind its first character, so that a unit keeps its type, and a path is absolute.
        INSIDE,
        BEHIND
    }

    private final Predicate<String> where;
    private final Manner manner;
    private final boolean fills;
    private final Set<String> refused = new TreeSet<>();
    private final Set<String> tainted = new TreeSet<>();

    private Taint(Predicate<String> where, Manner manner, boolean fills) {
        this.where = where;
        this.manner = manner;
        this.fills = fills;
    }

    /// A value and what became of its places.
    record Tainted<T>(T value, Set<String> tainted, Set<String> refused) {}

    /// The value with all its strings tainted, and one more in each list that had none.
    public static <T> T full(T value, Manner manner) {
        return new Taint(place -> !PARSED.contains(place), manner, true).of(value).value();
    }

    /// The least value of a type.
    public static <T> T least(Class<T> type) {
        Object least = fresh(type);
        if (least == null) {
            throw new IllegalArgumentException("no value of " + type + " can be made");
        }
        return type.cast(least);
    }

    /// The value with all its strings tainted.
    static <T> Tainted<T> all(T value, Manner manner) {
        return new Taint(_ -> true, manner, false).of(value);
    }

    /// The value with the strings of one place tainted; where it has none, some are made.
    static <T> Tainted<T> at(String place, T value, Manner manner) {
        Tainted<T> plain = new Taint(place::equals, manner, false).of(value);
        return plain.tainted().isEmpty() ? new Taint(place::equals, manner, true).of(value) : plain;
    }

    /// All places of a type.
    static Set<String> places(Class<?> type) {
        Set<String> places = new TreeSet<>();
        collect(type, places, new HashSet<>());
        return places;
    }

    /// The string, tainted, every line of it.
    public static String evil(String text, String place, Manner manner) {
        String evil = EVIL + FORGED + place + ";";
        if (BYTES.contains(place)) {
            byte[] bytes = evil.replace("\n", "").getBytes(StandardCharsets.UTF_8);
            evil = new String(bytes, StandardCharsets.ISO_8859_1);
        }
        StringBuilder out = new StringBuilder();
        for (String line : text.split("(?<=\n)", -1)) {
            int end = line.endsWith("\n") ? line.length() - 1 : line.length();
            int at = manner == Manner.INSIDE ? Math.min(1, end) : end;
            out.append(line, 0, at).append(evil).append(line.substring(at));
        }
        return out.toString();
    }

    @SuppressWarnings("unchecked")
    private <T> Tainted<T> of(T value) {
        T changed = (T) Objects.requireNonNull(rewritten(value, value.getClass(), ""));
        return new Tainted<>(changed, tainted, refused);
    }

    private @Nullable Object rewritten(@Nullable Object value, Type type, String place) {
        if (type == String.class) {
            return string((String) value, place);
        }
        if (type instanceof ParameterizedType generic) {
            return collection(value, generic, place);
        }
        if (value == null) {
            Object fresh = fills && type instanceof Class<?> one && holds(one) ? fresh(one) : null;
            return fresh == null ? null : rewritten(fresh, type, place);
        }
        return value instanceof Record one ? record(one) : value;
    }

    private @Nullable String string(@Nullable String value, String place) {
        if (value == null || !where.test(place)) {
            return value;
        }
        tainted.add(place);
        return evil(value, place, manner);
    }

    private @Nullable Object collection(
            @Nullable Object value, ParameterizedType type, String place) {
        Type[] of = type.getActualTypeArguments();
        return switch (value) {
            case List<?> list -> items(list, of[0], place);
            case Set<?> set -> new HashSet<>(items(set, of[0], place));
            case Map<?, ?> map -> {
                Map<Object, Object> changed = new LinkedHashMap<>();
                map.forEach((key, item) ->
                        changed.put(
                                rewritten(key, of[0], place + ".key"),
                                rewritten(item, of[1], place)));
                if (map.isEmpty() && fills && of[0] == String.class) {
                    Object item = fresh(of[1]);
                    changed.put(
                            rewritten("x", of[0], place + ".key"), rewritten(item, of[1], place));
                }
                yield changed;
            }
            case null, default -> value;
        };
    }

    private List<Object> items(Collection<?> items, Type type, String place) {
        List<Object> changed = new ArrayList<>();
        items.forEach(item -> changed.add(rewritten(item, type, place)));
        boolean string = type == String.class && where.test(place);
        if (items.isEmpty() && fills && (string || (type instanceof Class<?> of && holds(of)))) {
            Object fresh = fresh(type);
            if (fresh != null) {
                changed.add(rewritten(fresh, type, place));
            }
        }
        return changed;
    }

    private Object record(Record value) {
        RecordComponent[] components = value.getClass().getRecordComponents();
        @Nullable Object[] before = new Object[components.length];
        @Nullable Object[] after = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            before[i] = read(components[i], value);
            after[i] = rewritten(before[i], components[i].getGenericType(), place(components[i]));
        }
        Object changed = made(value.getClass(), after);
        if (changed != null) {
            return changed;
        }
        for (int i = 0; i < components.length; i++) {
            @Nullable Object kept = before[i];
            before[i] = after[i];
            if (made(value.getClass(), before) == null) {
                before[i] = kept;
                refused.add(place(components[i]));
            }
        }
        Object partly = made(value.getClass(), before);
        return partly == null ? value : partly;
    }

    private static String place(RecordComponent component) {
        return name(component.getDeclaringRecord()) + "." + component.getName();
    }

    private static String name(Class<?> type) {
        return type.getName().substring(type.getPackageName().length() + 1);
    }

    private boolean holds(Class<?> type) {
        return places(type).stream().anyMatch(where);
    }

    private static void collect(Type type, Set<String> places, Set<Type> seen) {
        if (type instanceof ParameterizedType generic) {
            for (Type of : generic.getActualTypeArguments()) {
                collect(of, places, seen);
            }
        } else if (type instanceof Class<?> one && seen.add(one)) {
            if (one.isSealed()) {
                for (Class<?> each : one.getPermittedSubclasses()) {
                    collect(each, places, seen);
                }
            }
            if (one.isRecord()) {
                for (RecordComponent component : one.getRecordComponents()) {
                    add(component, places);
                    collect(component.getGenericType(), places, seen);
                }
            }
        }
    }

    private static void add(RecordComponent component, Set<String> places) {
        Type type = component.getGenericType();
        String text = type.getTypeName();
        if (text.startsWith("java.util.Map<java.lang.String")) {
            places.add(place(component) + ".key");
        }
        if (type == String.class
                || text.endsWith("java.lang.String>")
                || text.endsWith("java.lang.String>>")) {
            places.add(place(component));
        }
    }

    /// The least value of a type; null where none can be made.
    private static @Nullable Object fresh(Type type) {
        if (type instanceof ParameterizedType generic) {
            return generic.getRawType() == Map.class ? Map.of() : fresh(generic);
        }
        if (!(type instanceof Class<?> one)) {
            return null;
        }
        if (one.isEnum()) {
            return one.getEnumConstants()[0];
        }
        if (one == Rule.class) {
            return GeneralRule.PARTIAL_READING;
        }
        if (one.isSealed() && one.isInterface()) {
            return fresh(one.getPermittedSubclasses()[0]);
        }
        if (one.isRecord()) {
            Object named = fresh(one, "x");
            return named == null ? fresh(one, "") : named;
        }
        return plain(one);
    }

    private static @Nullable Object fresh(Class<?> type, String text) {
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            Type one = components[i].getGenericType();
            values[i] = one == String.class ? text : fresh(one);
        }
        return made(type, values);
    }

    private static Object fresh(ParameterizedType collection) {
        return collection.getRawType() == Set.class ? Set.of() : List.of();
    }

    private static @Nullable Object plain(Class<?> type) {
        return switch (type.getName()) {
            case "boolean" -> false;
            case "int" -> 0;
            case "long" -> 0L;
            case "java.lang.String" -> "x";
            case "java.time.Instant" -> Instant.EPOCH;
            default -> null;
        };
    }

    private static @Nullable Object read(RecordComponent component, Record value) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(value);
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError("cannot read " + component, impossible);
        }
    }

    /// A record of these; null when it refuses them.
    private static @Nullable Object made(Class<?> type, @Nullable Object[] values) {
        try {
            List<Class<?>> types = new ArrayList<>();
            for (RecordComponent component : type.getRecordComponents()) {
                types.add(component.getType());
            }
            Constructor<?> constructor =
                    type.getDeclaredConstructor(types.toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException | IllegalArgumentException refused) {
            return null;
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError("cannot make a " + type, impossible);
        }
    }
}
