package dev.capdrop.linux.scan;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// The places that several threads share. The one that was added last is taken first, which keeps
/// the list short and few anchors open.
final class WorkList {
    private final Deque<Place> waiting = new ArrayDeque<>();

    /// Those that wait, and those that somebody is at, who may add more.
    private int unfinished;

    private boolean stopped;

    synchronized void add(Place place) {
        waiting.push(place);
        unfinished++;
        notify();
    }

    /// The next one, which is to be finished by [#finish()]; null when there is no more.
    synchronized @Nullable Place take() throws InterruptedException {
        while (waiting.isEmpty() && unfinished > 0 && !stopped) {
            wait();
        }
        return stopped ? null : waiting.poll();
    }

    synchronized void finish() {
        unfinished--;
        if (unfinished == 0) {
            notifyAll();
        }
    }

    /// Nobody gets any more.
    synchronized void stop() {
        stopped = true;
        notifyAll();
    }
}
