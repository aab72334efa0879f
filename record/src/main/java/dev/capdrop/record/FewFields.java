package dev.capdrop.record;

import module java.base;

import org.jspecify.annotations.Nullable;

/// The fields of an object with few, in order, for less memory than thousands of hash tables.
final class FewFields extends AbstractMap<String, JsonValue> {
    /// The most that are looked through one by one; hostile input may have millions.
    static final int MOST = 32;

    private static final int USUAL = 4;

    private String[] names = new String[USUAL];
    private JsonValue[] values = new JsonValue[USUAL];
    private int size;

    void add(String name, JsonValue value) {
        if (size == names.length) {
            names = Arrays.copyOf(names, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        names[size] = name;
        values[size++] = value;
    }

    private int find(@Nullable Object name) {
        for (int i = 0; i < size; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return find(name) >= 0;
    }

    @Override
    public @Nullable JsonValue get(@Nullable Object name) {
        int at = find(name);
        return at < 0 ? null : values[at];
    }

    @Override
    public Set<Map.Entry<String, JsonValue>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public Iterator<Map.Entry<String, JsonValue>> iterator() {
                return IntStream.range(0, size)
                        .mapToObj(i -> Map.entry(names[i], values[i]))
                        .iterator();
            }
        };
    }
}
