package dev.capdrop.cli.check;

import static dev.capdrop.cli.render.Json.members;

import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.diagnosis.Policy.Acceptance;
import module java.base;
import org.jspecify.annotations.Nullable;

record PolicyText(Terminal terminal) {
    private static final int MOST_NAMED = 3;

    void write(Checked checked) {
        PolicyReview policy = checked.policy();
        Map<String, List<String>> held =
                Text.grouped(policy.held(), one -> one.when(), one -> one.capability().name());
        held.forEach((when, names) ->
                terminal.item(
                        "%s%s, by '%s'",
                        Text.of("must not hold %s, and does", Text.join(" ", names)).bad(),
                        when,
                        policy.file()));
        if (policy.held().stream().anyMatch(PolicyReview.Held::next)) {
            terminal.fix(Text.foreign(fix(checked, policy)), Text.of("says what that would lose"));
        }
        if (policy.unknown()) {
            terminal.item("nobody can say what it holds, so '%s' judges nothing", policy.file());
        }
        for (PolicyReview.Accepted one : policy.accepted()) {
            terminal.item("accepted until %s: %s", one.by().until(), sentence(one.by()));
        }
        for (Acceptance one : policy.expired()) {
            terminal.item("no longer accepted, since %s: %s", one.until(), sentence(one));
        }
    }

    private static String fix(Checked checked, PolicyReview policy) {
        List<String> drop =
                policy.held().stream()
                        .filter(PolicyReview.Held::next)
                        .map(one -> one.capability().name())
                        .toList();
        return "capdrop plan " + checked.command() + " --drop " + String.join(",", drop);
    }

    private static String sentence(Acceptance one) {
        String what =
                one.capability() == null
                        ? one.unit() + " (" + one.finding() + ")"
                        : one.capability().name() + " is held";
        return what + ", because: " + one.reason();
    }

    /// The verdict of a policy on one of many containers.
    record Judged(String target, PolicyReview policy) {
        static Judged of(Checked checked) {
            return new Judged(checked.target(), checked.policy());
        }
    }

    /// Writes what it says of many, a row for each forbidden capability.
    void write(List<Judged> all) {
        Map<String, List<String>> holders = new TreeMap<>();
        int accepted = 0;
        int expired = 0;
        for (Judged one : all) {
            for (PolicyReview.Held held : one.policy.held()) {
                holders.computeIfAbsent(held.capability().name(), _ -> new ArrayList<>())
                        .add(one.target);
            }
            accepted += one.policy.accepted().size();
            expired += one.policy.expired().size();
        }
        holders.forEach(this::write);
        if (accepted + expired > 0) {
            terminal.head(
                    "findings that are accepted: %s, and no longer accepted: %s",
                    accepted, expired);
        }
    }

    private void write(String capability, List<String> holders) {
        List<String> named = holders.subList(0, Math.min(holders.size(), MOST_NAMED));
        int more = holders.size() - named.size();
        terminal.head(
                "%s by %s that must not: %s%s",
                Text.of("%s is held", capability).bad(),
                holders.size() == 1 ? "1 container" : holders.size() + " containers",
                Text.join(" ", named),
                more == 0 ? Text.EMPTY : Text.of(" and %s more", more));
    }

    /// Returns the part of `capdrop/check/1`; null where there is no policy.
    static @Nullable Object report(PolicyReview policy) {
        if (policy.file().isEmpty()) {
            return null;
        }
        return members()
                .with("file", policy.file())
                .list(
                        "held",
                        policy.held(),
                        one ->
                                members()
                                        .with("capability", one.capability().name())
                                        .with("now", one.now())
                                        .with("nextStart", one.next()))
                .list("accepted", policy.accepted(), one -> acceptance(one.by()))
                .list("expired", policy.expired(), PolicyText::acceptance)
                .with("unknown", policy.unknown());
    }

    private static Object acceptance(Acceptance one) {
        return members()
                .text("unit", one.unit())
                .with(
                        "finding",
                        one.capability() == null ? one.finding() : PolicyReview.MUST_NOT_HOLD)
                .with("capability", one.capability() == null ? null : one.capability().name())
                .with("reason", one.reason())
                .with("until", one.until().toString());
    }
}
