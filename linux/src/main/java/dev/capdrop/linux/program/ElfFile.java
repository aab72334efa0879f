package dev.capdrop.linux.program;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.Libc;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The imports of a program or shared library, of which nothing is to be believed: every offset is
/// checked, and every part has a limit.
///
/// Source: elf(5); System V ABI, chapter 5, "Dynamic Section". Only the section header or the old
/// hash table tells the number of symbols; the new one leaves undefined symbols out.
///
/// @param libraries the libraries that it needs (DT_NEEDED)
/// @param searched the folders to look for them first (DT_RUNPATH, DT_RPATH), as written
/// @param imports the names of the undefined symbols
/// @param segments the mapped parts of the file
record ElfFile(
        List<String> libraries,
        List<String> searched,
        TreeSet<String> imports,
        List<Segment> segments) {
    private static final int HEADER = 64;
    private static final int CLASS_AT = 4;
    private static final int ORDER_AT = 5;
    private static final int CLASS_64 = 2;
    private static final int LITTLE = 1;
    private static final int HEADERS_AT = 32;
    private static final int SECTIONS_AT = 40;
    private static final int HEADER_SIZE_AT = 54;
    private static final int HEADER_COUNT_AT = 56;
    private static final int SECTION_SIZE_AT = 58;
    private static final int SECTION_COUNT_AT = 60;
    private static final int HEADER_SIZE = 56;
    private static final int SECTION = 64;
    private static final int SYMBOLS = 11;
    private static final int MOST_HEADERS = 64;
    private static final int LOAD = 1;
    private static final int DYNAMIC = 2;
    private static final int ENTRY = 16;
    private static final int MOST_ENTRIES = 4096;
    private static final int SYMBOL = 24;
    private static final int SECTION_OF_SYMBOL = 6;
    private static final int MOST_SYMBOLS = 100_000;
    private static final int MOST_TEXT = 8 << 20;
    private static final int MOST_NAME = 256;

    /// A part of the file that is mapped.
    record Segment(long offset, long address, long size) {}

    /// The tags of the dynamic section that count here.
    private enum Tag {
        NEEDED(1),
        HASH(4),
        STRTAB(5),
        SYMTAB(6),
        STRSZ(10),
        RPATH(15),
        RUNPATH(29);

        private final long number;

        Tag(long number) {
            this.number = number;
        }
    }

    /// An entry of the dynamic section.
    private record Entry(Tag tag, long value) {}

    /// Reads an open file, or throws when it is no consistent ELF file of 64 bits and this byte
    /// order.
    static ElfFile read(Descriptor descriptor, Allowance allowance) throws IOException {
        Source file = new Source(descriptor, allowance);
        ByteBuffer header = file.part(0, HEADER);
        boolean known =
                header.getInt(0) == 0x464c457f
                        && header.get(CLASS_AT) == CLASS_64
                        && header.get(ORDER_AT) == LITTLE
                        && header.getShort(HEADER_SIZE_AT) == HEADER_SIZE;
        int count = header.getShort(HEADER_COUNT_AT);
        if (!known || count < 0 || count > MOST_HEADERS) {
            throw new IOException("no ELF file of 64 bits");
        }
        ByteBuffer headers = file.part(header.getLong(HEADERS_AT), (long) count * HEADER_SIZE);
        List<Segment> segments = new ArrayList<>();
        List<Entry> dynamic = new ArrayList<>();
        for (int at = 0; at < count * HEADER_SIZE; at += HEADER_SIZE) {
            Segment segment =
                    new Segment(
                            headers.getLong(at + 8),
                            headers.getLong(at + 16),
                            headers.getLong(at + 32));
            if (headers.getInt(at) == LOAD) {
                segments.add(segment);
            } else if (headers.getInt(at) == DYNAMIC) {
                dynamic.addAll(entries(file, segment));
            }
        }
        return dynamic.isEmpty()
                ? new ElfFile(List.of(), List.of(), new TreeSet<>(), segments)
                : new Linked(file, segments, dynamic, symbols(file, header)).read();
    }

    /// Returns the number of symbols by the section header; 0 where there is none.
    private static long symbols(Source file, ByteBuffer header) throws IOException {
        long at = header.getLong(SECTIONS_AT);
        int count = Short.toUnsignedInt(header.getShort(SECTION_COUNT_AT));
        if (at == 0 || header.getShort(SECTION_SIZE_AT) != SECTION) {
            return 0;
        }
        ByteBuffer sections = file.part(at, (long) count * SECTION);
        for (int section = 0; section < count * SECTION; section += SECTION) {
            if (sections.getInt(section + 4) == SYMBOLS) {
                return sections.getLong(section + 32) / SYMBOL;
            }
        }
        return 0;
    }

    private static List<Entry> entries(Source file, Segment segment) throws IOException {
        long size = Math.min(segment.size, (long) MOST_ENTRIES * ENTRY) / ENTRY * ENTRY;
        ByteBuffer bytes = file.part(segment.offset, size);
        List<Entry> entries = new ArrayList<>();
        while (bytes.hasRemaining()) {
            long number = bytes.getLong();
            long value = bytes.getLong();
            for (Tag tag : Tag.values()) {
                if (tag.number == number) {
                    entries.add(new Entry(tag, value));
                }
            }
            if (number == 0) {
                break;
            }
        }
        return entries;
    }

    /// Returns the bytes of one segment, up to the limit.
    static byte[] bytes(Descriptor file, Allowance allowance, Segment segment) throws IOException {
        long size = Math.min(segment.size, MOST_TEXT);
        return new Source(file, allowance).part(segment.offset, size).array();
    }

    /// The file, read within the allowance.
    private record Source(Descriptor file, Allowance allowance) {
        ByteBuffer part(long offset, long size) throws IOException {
            if (offset < 0 || size < 0 || size > MOST_TEXT) {
                throw new IOException("an ELF file with a part that is too large, or nowhere");
            }
            allowance.take(size);
            byte[] bytes = new byte[(int) size];
            Libc.lseek(file, offset);
            int length = 0;
            while (length < bytes.length) {
                int more = Libc.read(file, bytes, length, bytes.length - length);
                if (more == 0) {
                    throw new IOException("an ELF file that ends too early");
                }
                length += more;
            }
            return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /// A file with a dynamic section, and the section header's number of symbols.
    private record Linked(Source file, List<Segment> segments, List<Entry> dynamic, long listed) {
        ElfFile read() throws IOException {
            byte[] strings = file.part(offset(value(Tag.STRTAB)), value(Tag.STRSZ)).array();
            Set<String> searched = new LinkedHashSet<>();
            for (Tag tag : List.of(Tag.RUNPATH, Tag.RPATH)) {
                for (String path : strings(tag, strings)) {
                    searched.addAll(Arrays.asList(path.split(":")));
                }
            }
            return new ElfFile(
                    strings(Tag.NEEDED, strings),
                    List.copyOf(searched),
                    imports(strings),
                    segments);
        }

        private long value(Tag tag) {
            for (Entry entry : dynamic) {
                if (entry.tag == tag) {
                    return entry.value;
                }
            }
            return 0;
        }

        private List<String> strings(Tag tag, byte[] strings) {
            Set<String> found = new LinkedHashSet<>();
            for (Entry entry : dynamic) {
                if (entry.tag == tag) {
                    found.add(string(strings, entry.value));
                }
            }
            return List.copyOf(found);
        }

        private static String string(byte[] strings, long at) {
            if (at < 0 || at >= strings.length) {
                return "";
            }
            int end = (int) at;
            while (end < strings.length && strings[end] != 0 && end - at < MOST_NAME) {
                end++;
            }
            return new String(strings, (int) at, end - (int) at, ISO_8859_1);
        }

        private TreeSet<String> imports(byte[] strings) throws IOException {
            TreeSet<String> names = new TreeSet<>();
            long count = Math.min(symbols(), MOST_SYMBOLS);
            if (count <= 0 || value(Tag.SYMTAB) == 0) {
                return names;
            }
            ByteBuffer table = file.part(offset(value(Tag.SYMTAB)), count * SYMBOL);
            for (int at = 0; at < count * SYMBOL; at += SYMBOL) {
                if (table.getShort(at + SECTION_OF_SYMBOL) == 0) {
                    names.add(string(strings, Integer.toUnsignedLong(table.getInt(at))));
                }
            }
            names.remove("");
            return names;
        }

        private long symbols() throws IOException {
            long hash = value(Tag.HASH);
            return listed > 0 || hash == 0
                    ? listed
                    : Integer.toUnsignedLong(file.part(offset(hash), 8).getInt(4));
        }

        private long offset(long address) throws IOException {
            for (Segment segment : segments) {
                if (address >= segment.address && address - segment.address < segment.size) {
                    return segment.offset + (address - segment.address);
                }
            }
            throw new IOException("an ELF file with an address that is nowhere in it");
        }
    }
}
