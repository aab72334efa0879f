package dev.capdrop.cli.render;

import static dev.capdrop.cli.render.Json.members;
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
                                        members()
                                                .with("unit", start.unit())
                                                .with("capabilities", start.capabilities().names())
                                                .with("again", start.again())
                                                .with("evidence", start.evidence().word())
                                                .with("text", NextStartText.sentence(start)))
                                .toList(),
                "confinement",
                        members()
                                .with("fail", next.confinement().fail())
                                .with("units", next.confinement().units())
                                .with("remedy", next.confinement().remedy()),
                "losses",
                        next.losses().stream()
                                .map(loss ->
                                        members()
                                                .with("unit", loss.unit())
                                                .with("certain", loss.certain())
                                                .with("text", loss.why()))
                                .toList());
    }
}
