package dev.capdrop.linux.perf;

import dev.capdrop.core.observe.Observation.Meaning;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Processes of the host on their way into the container, such as those of lxc-attach(1): what they
/// ask for before they execute a program of the container is none of its use, though they have
/// entered its namespaces by then.
///
/// One is told by a check that it was granted over the container with the credentials of the host,
/// as setns(2) makes it; what such a process forks is another. It is one until it executes a
/// program or ends. Each CPU has a ring of its own, so that a fork may be read after what the new
/// process did: checks wait until all that was recorded before them has been read, which is at the
/// end of the next reading.
///
/// Where records are lost, nobody counts as one: what is said to be used too much is only kept.
final class Arrivals {
    private static final int MOST = 1 << 16;
    private static final long REMEMBERED = 60_000_000_000L;

    /// What a record says of a process: it was granted something with the host's credentials, was
    /// forked by `parent`, or has left where both are not so.
    private record Event(long nanos, int process, @Nullable Integer parent, boolean arrived) {}

    private record Stay(long from, long until) {
        boolean contains(long nanos) {
            return from <= nanos && nanos < until;
        }
    }

    private record Waiting(CapabilityCheck check, Meaning meaning) {}

    private final Map<Integer, Stay> stays = new HashMap<>();
    private List<Event> read = new ArrayList<>();
    private List<Event> ripe = new ArrayList<>();
    private List<Waiting> checks = new ArrayList<>();
    private List<Waiting> ripeChecks = new ArrayList<>();
    private long latest = Long.MIN_VALUE;

    /// A check by a process that is in no unit.
    void check(CapabilityCheck check, Meaning meaning, Namespaces namespaces) {
        if (meaning == Meaning.HOST && check.demanded() == namespaces.container()) {
            note(new Event(check.nanos(), check.process(), null, true));
        }
        checks.add(new Waiting(check, meaning));
    }

    void forked(int parent, int process, long nanos) {
        note(new Event(nanos, process, parent, false));
    }

    /// It executes another program, or has ended.
    void left(int process, long nanos) {
        note(new Event(nanos, process, null, false));
    }

    private void note(Event event) {
        if (read.size() < MOST) {
            read.add(event);
        } else {
            forget();
        }
    }

    /// Something was lost that may have been about them.
    void forget() {
        stays.clear();
        read.clear();
        ripe.clear();
    }

    /// Ends a reading of all rings.
    ///
    /// @param counted is told each check that all is known of, with what it means
    void settle(BiConsumer<CapabilityCheck, Meaning> counted) {
        apply();
        for (Waiting waiting : ripeChecks) {
            counted.accept(waiting.check, meaning(waiting));
        }
        ripeChecks = checks;
        checks = new ArrayList<>();
        stays.values().removeIf(stay -> stay.until < latest - REMEMBERED);
    }

    /// What was read the last time, and what is older, in the order of time.
    private void apply() {
        long until = Long.MIN_VALUE;
        for (Event event : ripe) {
            until = Math.max(until, event.nanos);
        }
        for (Waiting waiting : ripeChecks) {
            until = Math.max(until, waiting.check.nanos());
        }
        List<Event> due = ripe;
        ripe = new ArrayList<>();
        for (Event event : read) {
            (event.nanos <= until ? due : ripe).add(event);
        }
        read = new ArrayList<>();
        due.sort(Comparator.comparingLong(Event::nanos));
        due.forEach(this::apply);
    }

    private void apply(Event event) {
        latest = Math.max(latest, event.nanos);
        Stay last = stays.get(event.process);
        Stay stay = last != null && last.contains(event.nanos) ? last : null;
        if (event.parent != null) {
            Stay parents = stays.get(event.parent);
            if (parents != null && parents.contains(event.nanos)) {
                stays.put(event.process, new Stay(event.nanos, Long.MAX_VALUE));
            }
        } else if (event.arrived && stay == null) {
            stays.put(event.process, new Stay(event.nanos, Long.MAX_VALUE));
        } else if (!event.arrived && stay != null) {
            stays.put(event.process, new Stay(stay.from, event.nanos));
        }
    }

    private Meaning meaning(Waiting waiting) {
        Stay stay = stays.get(waiting.check.process());
        return stay != null && stay.contains(waiting.check.nanos())
                ? Meaning.HOST
                : waiting.meaning;
    }
}
