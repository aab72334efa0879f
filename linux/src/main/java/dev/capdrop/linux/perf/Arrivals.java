package dev.capdrop.linux.perf;

import dev.capdrop.core.observe.Observation.Meaning;
import dev.capdrop.core.observe.Observation.Tallies;
import module java.base;

/// Tracks processes of the host on their way into the container, such as those of lxc-attach(1):
/// their checks before they execute a program of it are none of its use.
///
/// Such a process is recognised by a check granted over the container with the credentials of the
/// host, as setns(2) makes it, and so are the processes that it forks, until they execute a program
/// or end; those that have executed one count as ones from outside. Each CPU has a ring of its own,
/// so that a fork may be read after the new process' checks: checks wait until all older records
/// have been read, at the end of the next reading. Where records are lost, no process counts as
/// either: a use that is counted too often only keeps a capability.
final class Arrivals {
    private static final int MOST = 1 << 16;
    private static final long REMEMBERED = 60_000_000_000L;

    enum Kind {
        ARRIVED,
        FORKED,
        EXECUTED,
        ENDED
    }

    /// A record's event of a process, and the one that forked it, else itself.
    record Event(long nanos, int process, int parent, Kind kind) {}

    @FunctionalInterface
    interface Counted {
        void check(String unit, CapabilityCheck check, Meaning meaning);
    }

    private record Stay(long from, long until) {
        boolean contains(long nanos) {
            return from <= nanos && nanos < until;
        }
    }

    private record Waiting(CapabilityCheck check, Meaning meaning) {}

    private final Map<Integer, Stay> stays = new HashMap<>();
    private final Map<Integer, Stay> guests = new HashMap<>();
    private List<Event> read = new ArrayList<>();
    private List<Event> ripe = new ArrayList<>();
    private List<Waiting> checks = new ArrayList<>();
    private List<Waiting> ripeChecks = new ArrayList<>();
    private long latest = Long.MIN_VALUE;

    void check(CapabilityCheck check, Meaning meaning, NamespaceAddresses.Namespaces namespaces) {
        if (meaning == Meaning.HOST && check.demanded() == namespaces.container()) {
            note(new Event(check.nanos(), check.process(), check.process(), Kind.ARRIVED));
        }
        checks.add(new Waiting(check, meaning));
    }

    void note(Event event) {
        if (read.size() < MOST) {
            read.add(event);
        } else {
            forget();
        }
    }

    /// A lost record may have been about any of the processes.
    void forget() {
        stays.clear();
        guests.clear();
        read.clear();
        ripe.clear();
    }

    void settle(Counted counted) {
        apply();
        for (Waiting waiting : ripeChecks) {
            CapabilityCheck check = waiting.check;
            boolean arriving = in(stays, check.process(), check.nanos());
            boolean guest = !arriving && in(guests, check.process(), check.nanos());
            counted.check(
                    guest && waiting.meaning != Meaning.HOST ? Tallies.FROM_OUTSIDE : "",
                    check,
                    arriving ? Meaning.HOST : waiting.meaning);
        }
        ripeChecks = checks;
        checks = new ArrayList<>();
        stays.values().removeIf(stay -> stay.until < latest - REMEMBERED);
        guests.values().removeIf(stay -> stay.until < latest - REMEMBERED);
    }

    /// Applies the events of the previous reading, and older ones, in the order of time.
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
        boolean arriving = in(stays, event.process, event.nanos);
        switch (event.kind) {
            case ARRIVED -> {
                if (!arriving) {
                    stays.put(event.process, new Stay(event.nanos, Long.MAX_VALUE));
                }
            }
            case FORKED -> {
                inherit(stays, event);
                inherit(guests, event);
            }
            case EXECUTED -> {
                if (arriving) {
                    end(stays, event);
                    guests.put(event.process, new Stay(event.nanos, Long.MAX_VALUE));
                }
            }
            case ENDED -> {
                end(stays, event);
                end(guests, event);
            }
        }
    }

    private static void inherit(Map<Integer, Stay> all, Event event) {
        if (in(all, event.parent, event.nanos)) {
            all.put(event.process, new Stay(event.nanos, Long.MAX_VALUE));
        }
    }

    private static void end(Map<Integer, Stay> all, Event event) {
        Stay stay = all.get(event.process);
        if (stay != null && stay.contains(event.nanos)) {
            all.put(event.process, new Stay(stay.from, event.nanos));
        }
    }

    private static boolean in(Map<Integer, Stay> all, int process, long nanos) {
        Stay stay = all.get(process);
        return stay != null && stay.contains(nanos);
    }
}
