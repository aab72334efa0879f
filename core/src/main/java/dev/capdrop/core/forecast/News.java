package dev.capdrop.core.forecast;

import dev.capdrop.core.forecast.Ties.Tie;
import dev.capdrop.core.unit.Dependencies.Rounds;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The units that are to be looked at, and what of that on which they hang: at first everything,
/// then what has changed since the last look. So all looks together take as long as there are ties,
/// not as many times longer as there are rounds.
final class News {
    private final LinkIndex links;
    private final Rounds rounds;

    private final List<@Nullable List<Tie>> changed;

    News(LinkIndex links) {
        this.links = links;
        this.rounds = new Rounds(links.units().size());
        this.changed = new ArrayList<>(Collections.nCopies(links.units().size(), null));
    }

    int next() {
        return rounds.next();
    }

    Ties take(int position) {
        List<Tie> some = changed.set(position, new ArrayList<>(0));
        return some == null ? links.ties(position) : Ties.of(some);
    }

    void changed(int position) {
        again(position);
        for (Tie tie : links.hangingOn(links.units().get(position).name())) {
            List<Tie> some = changed.get(tie.position());
            if (some != null) {
                some.add(tie);
            }
            rounds.again(tie.position());
        }
    }

    void again(int position) {
        changed.set(position, null);
        rounds.again(position);
    }
}
