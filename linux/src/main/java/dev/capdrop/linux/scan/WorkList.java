package dev.capdrop.linux.scan;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// The work shared by the threads of a walk: each goes through places of its own, and puts one here
/// where another thread wants one.
final class WorkList {
    private final Deque<PendingFolder> waiting = new ArrayDeque<>();

    /// The number of places that wait, and of those being looked at, which may add more.
    private int unfinished;

    private int idle;
    private volatile boolean wanted;
    private volatile boolean stopped;

    /// Whether some thread waits for a place. Costs no lock.
    boolean isWanted() {
        return wanted;
    }

    synchronized void add(PendingFolder place) {
        waiting.push(place);
        unfinished++;
        wanted = idle > waiting.size();
        notify();
    }

    /// Returns the next place, which is to be finished by [#finish()]; null when there is no more.
    synchronized @Nullable PendingFolder take() throws InterruptedException {
        idle++;
        while (waiting.isEmpty() && unfinished > 0 && !stopped) {
            wanted = true;
            wait();
        }
        idle--;
        PendingFolder place = stopped ? null : waiting.poll();
        wanted = idle > waiting.size();
        return place;
    }

    synchronized void finish() {
        unfinished--;
        if (unfinished == 0) {
            notifyAll();
        }
    }

    boolean isStopped() {
        return stopped;
    }

    synchronized void stop() {
        stopped = true;
        notifyAll();
    }
}
