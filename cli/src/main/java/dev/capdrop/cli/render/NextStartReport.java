package dev.capdrop.cli.render;

import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.core.plan.NextStart;

/// The next start as a tree for [Json].
final class NextStartReport {
    private NextStartReport() {}

    static Object of(NextStart next) {
        return object(
                "text", NextStartText.sentence(next),
                "returns", next.returns().names(),
                "leaves", next.leaves().names(),
                "relapses",
                        next.relapses().stream()
                                .map(relapse ->
                                        object(
                                                "unit",
                                                relapse.unit(),
                                                "capabilities",
                                                relapse.capabilities().names(),
                                                "evidence",
                                                relapse.evidence().word(),
                                                "text",
                                                NextStartText.sentence(relapse)))
                                .toList(),
                "losses",
                        next.losses().stream()
                                .map(loss ->
                                        object(
                                                "unit",
                                                loss.unit(),
                                                "certain",
                                                loss.certain(),
                                                "text",
                                                loss.why()))
                                .toList());
    }
}
