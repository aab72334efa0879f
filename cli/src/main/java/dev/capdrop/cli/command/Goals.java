package dev.capdrop.cli.command;

import dev.capdrop.core.plan.Goal;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Goals by the words that help and reports use.
final class Goals implements ITypeConverter<Goal> {
    @Override
    public Goal convert(String text) {
        for (Goal goal : Goal.values()) {
            if (goal.word().equals(text)) {
                return goal;
            }
        }
        throw new TypeConversionException(
                "'%s' is no goal, expected one of %s"
                        .formatted(
                                text,
                                Arrays.stream(Goal.values())
                                        .map(Goal::word)
                                        .collect(Collectors.joining(", "))));
    }
}
