package dev.capdrop.linux.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.core.snapshot.KernelLog;
import dev.capdrop.core.snapshot.KernelLog.Line;
import dev.capdrop.core.snapshot.KernelLog.Owner;
import dev.capdrop.core.snapshot.KernelRefusal;
import dev.capdrop.linux.libc.Descriptor;
import dev.capdrop.linux.libc.ErrnoException;
import dev.capdrop.linux.libc.ErrnoException.Errno;
import dev.capdrop.linux.libc.Libc;
import dev.capdrop.linux.proc.ContainerInit;
import dev.capdrop.linux.proc.ProcessTable.UnitCgroup.Payload;
import dev.capdrop.linux.time.Deadline;
import dev.capdrop.linux.time.Errand;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Reads what the ring of the host's kernel holds about a container. Nobody's reading takes a
/// record from another.
///
/// Records that a program wrote there have another facility than the kernel's (`devkmsg_write` in
/// kernel/printk/printk.c), and do not count.
///
/// Source: Linux Documentation/ABI/testing/dev-kmsg.
public final class KernelRing {
    private static final int RECORD = 8192;
    private static final int MOST_RECORDS = 200_000;
    private static final int MOST_LINES = 200;
    private static final Duration READS = Duration.ofSeconds(2);
    private static final long NANOS = 1000;

    /// `PRIORITY,NUMBER,MICROSECONDS,FLAGS[,…];TEXT`, with lines of its dictionary behind it.
    private static final Pattern FORM =
            Pattern.compile("(?s)([0-9]{1,9}),[0-9]+,([0-9]{1,18}),[^;]*;([^\n]*).*");

    private static final int FACILITY = 3;
    private static final Pattern ESCAPED = Pattern.compile("\\\\x([0-9a-f]{2})");

    /// The profiles that a runtime makes for one container: `lxc-NAME_</PATH>`.
    private static final Pattern GENERATED =
            Pattern.compile("((?:lxc|lxd|incus)-[^<>]+_<[^<>]*>)(?:(?://&|:| ).*)?\\s*");

    private KernelRing() {}

    /// Returns the lines about this container since it started, the last ones where they are many.
    public static KernelLog of(ContainerInit init) {
        Owner owner =
                owner(
                        Errand.or("", () -> init.read("cgroup")),
                        Errand.or("", () -> init.read("attr/current")));
        long since = Duration.between(Instant.EPOCH, init.facts().startedAt()).toNanos() / NANOS;
        return read(Path.of("/dev/kmsg"), owner, since, clock());
    }

    /// Returns what the realtime clock is ahead of that of the ring, in µs.
    private static long clock() {
        // on Linux this is CLOCK_MONOTONIC, by which the kernel counts from its start
        long up = System.nanoTime();
        return (Duration.between(Instant.EPOCH, Instant.now()).toNanos() - up) / NANOS;
    }

    static Owner owner(String cgroup, String confined) {
        List<String> groups =
                cgroup.lines()
                        .map(line -> line.split(":", 3))
                        .filter(line -> line.length > 2 && !line[2].contains("/.."))
                        .map(line -> Payload.directory(line[2]))
                        .toList();
        Matcher profile = GENERATED.matcher(confined);
        return new Owner(groups, profile.matches() ? profile.group(1) : "");
    }

    /// @param ahead what the realtime clock is ahead of that of the ring, in µs
    static KernelLog read(Path ring, Owner owner, long since, long ahead) {
        Deque<Line> lines = new ArrayDeque<>();
        Deadline deadline = Deadline.in(READS);
        boolean begun = false;
        try (Descriptor file = Libc.open(ring.toString(), Libc.TO_READ)) {
            for (int count = 0; count < MOST_RECORDS; count++) {
                byte[] record = record(file);
                if (record.length == 0) {
                    return new KernelLog(owner, List.copyOf(lines), unread(begun));
                }
                Line line = line(new String(record, UTF_8), ahead);
                begun |= line != null && line.atMicros() < since;
                if (line != null
                        && line.atMicros() >= since
                        && KernelRefusal.of(line, owner) != null) {
                    lines.add(line);
                    if (lines.size() > MOST_LINES) {
                        lines.remove();
                    }
                }
                if (deadline.passed()) {
                    break;
                }
            }
            return new KernelLog(
                    owner,
                    List.copyOf(lines),
                    "the host's kernel log is longer than what was read of it");
        } catch (IOException refused) {
            return new KernelLog(
                    owner,
                    List.of(),
                    "the host's kernel log was not read: " + refused.getMessage());
        }
    }

    private static String unread(boolean begun) {
        return begun ? "" : "the host's kernel log begins after the container's start";
    }

    /// Returns the next record; empty at the end.
    private static byte[] record(Descriptor ring) throws IOException {
        while (true) {
            try {
                return Libc.read(ring, RECORD);
            } catch (ErrnoException none) {
                none.unless(Errno.EAGAIN, Errno.EPIPE);
                if (none.errno() == Errno.EAGAIN) {
                    return new byte[0];
                }
                // the next one was overwritten; the read after this begins at the oldest
            }
        }
    }

    /// Returns null for what no kernel wrote.
    static @Nullable Line line(String record, long ahead) {
        Matcher form = FORM.matcher(record);
        if (!form.matches() || Integer.parseInt(form.group(1)) >> FACILITY != 0) {
            return null;
        }
        String text =
                ESCAPED.matcher(form.group(3))
                        .replaceAll(found ->
                                Matcher.quoteReplacement(
                                        String.valueOf(
                                                (char) Integer.parseInt(found.group(1), 16))));
        return new Line(Long.parseLong(form.group(2)) + ahead, text);
    }
}
