package dev.capdrop.cli.check;

import dev.capdrop.cli.render.Text;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.diagnosis.Cause;
import dev.capdrop.core.diagnosis.Diagnosis;
import dev.capdrop.core.plan.Plan;
import module java.base;

/// The number of containers of each kind, and the causes that several share.
record CheckTotals(int number, Map<Kind, Integer> kinds, List<Shared> shared) {
    /// The most causes told; those of fewer containers are left out first.
    private static final int MOST = 10;

    /// The treatment that a container needs, in the order in which it is told.
    enum Kind {
        DROP("fixable by a drop"),
        PARTLY("fixable by a drop in part"),
        RESTART("fixable by a restart"),
        NESTING("fixable by nesting"),
        NEXT_START("worse at the next start"),
        OTHER("with other causes"),
        NOT_READ("not read"),
        HEALTHY("healthy"),
        STOPPED("stopped"),
        WITHOUT_SYSTEMD("without systemd"),
        ELSEWHERE("on another node"),
        TEMPLATE("a template");

        final String words;

        Kind(String words) {
            this.words = words;
        }

        static Kind of(Checked checked) {
            ProxmoxGuest guest = checked.guest();
            if (guest != null && (guest.template() || !guest.place().here())) {
                return guest.template() ? TEMPLATE : ELSEWHERE;
            }
            if (checked.withoutSystemd()) {
                return WITHOUT_SYSTEMD;
            }
            if (checked.snapshot() == null || checked.unanswered()) {
                return NOT_READ;
            }
            if (checked.hasFindings()) {
                return ofSick(checked);
            }
            return checked.snapshot().running() ? HEALTHY : STOPPED;
        }

        boolean sick() {
            return compareTo(NOT_READ) < 0;
        }

        private static Kind ofSick(Checked checked) {
            List<Diagnosis.Finding> causes = first(checked.diagnosis());
            Plan plan = checked.plan();
            boolean drops = plan != null && !plan.drop().isEmpty();
            boolean others = causes.stream().anyMatch(cause -> cause.cause().inert().isEmpty());
            if (drops) {
                return others ? PARTLY : DROP;
            }
            if (plan != null && plan.heals() && !others) {
                return RESTART;
            }
            if (!causes.isEmpty()) {
                return causes.stream().allMatch(c -> c.cause().refusedByAppArmor())
                        ? NESTING
                        : OTHER;
            }
            return checked.nextStart().hasFindings() ? NEXT_START : OTHER;
        }
    }

    /// A cause, in about five words, that several containers share.
    record Shared(String words, int units, int containers) {}

    static CheckTotals of(List<CheckRow> all) {
        Map<Kind, Integer> kinds = new EnumMap<>(Kind.class);
        Map<String, Shared> causes = new TreeMap<>();
        int number = 0;
        for (CheckRow row : all) {
            kinds.merge(row.kind(), row.size(), Integer::sum);
            number += row.size();
            row.causes()
                    .units()
                    .forEach((words, units) ->
                            causes.merge(
                                    words, new Shared(words, units, row.size()), CheckTotals::sum));
        }
        List<Shared> shared =
                causes.values().stream()
                        .filter(cause -> cause.containers() > 1)
                        .sorted(Comparator.comparingInt(Shared::containers).reversed())
                        .limit(MOST)
                        .toList();
        return new CheckTotals(number, kinds, shared);
    }

    private static Shared sum(Shared first, Shared second) {
        return new Shared(
                first.words(),
                first.units() + second.units(),
                first.containers() + second.containers());
    }

    /// Returns the findings without those that only went down with another one.
    static List<Diagnosis.Finding> first(Diagnosis diagnosis) {
        Set<String> units = new HashSet<>();
        diagnosis.findings().forEach(finding -> units.add(finding.unit()));
        return diagnosis.findings().stream()
                .filter(finding ->
                        !(finding.cause() instanceof Cause.BroughtDown by
                                && units.contains(by.by())))
                .toList();
    }

    List<Text> causes() {
        return shared.stream()
                .map(cause ->
                        Text.of(
                                "%s: %s units in %s containers",
                                cause.words(), cause.units(), cause.containers()))
                .toList();
    }

    Text kindsInWords() {
        List<String> parts = new ArrayList<>();
        kinds.forEach((kind, count) -> parts.add(count + " " + kind.words));
        return Text.whole(String.join(", ", parts));
    }

    /// Returns the last line; `next` is the next command, or empty.
    Text last(String note, String next) {
        Text all =
                Text.of(
                        "%s%s: %s",
                        number == 1 ? "1 container" : number + " containers", note, kindsInWords());
        return next.isEmpty()
                ? all
                : Text.of("%s; next: %s", all, Text.whole(next).unbroken().strong());
    }
}
