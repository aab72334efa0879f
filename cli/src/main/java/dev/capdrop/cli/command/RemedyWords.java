package dev.capdrop.cli.command;

import dev.capdrop.core.diagnosis.Remedy;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// The remedies beside a drop that edit a container's configuration, by the words that reports use.
final class RemedyWords implements ITypeConverter<String> {
    private static final String NESTING = new Remedy.Nesting(List.of()).id();

    @Override
    public String convert(String text) {
        if (!text.equals(NESTING)) {
            throw new TypeConversionException(
                    "'%s' is no remedy that edits a configuration, expected one of %s"
                            .formatted(text, NESTING));
        }
        return text;
    }
}
