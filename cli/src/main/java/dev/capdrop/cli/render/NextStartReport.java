package dev.capdrop.cli.render;

import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.core.plan.StartReview;

/// The next start as a tree for [Json].
final class NextStartReport {
    private NextStartReport() {}

    static Object of(StartReview next) {
        return object(
                "text", NextStartText.sentence(next),
                "returns", next.returns().names(),
                "leaves", next.leaves().names(),
                "inVain",
                        next.inVain().stream()
                                .map(start ->
                                        object(
                                                "unit",
                                                start.unit(),
                                                "capabilities",
                                                start.capabilities().names(),
                                                "again",
                                                start.again(),
                                                "evidence",
                                                start.evidence().word(),
                                                "text",
                                                NextStartText.sentence(start)))
                                .toList(),
                "confinement",
                        object(
                                "fail",
                                next.confinement().fail(),
                                "units",
                                next.confinement().units(),
                                "remedy",
                                next.confinement().remedy()),
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
