package dev.capdrop.cli.command;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Folders; an empty text, as an unset variable leaves it, would be the current one.
final class Folders implements ITypeConverter<Path> {
    @Override
    public Path convert(String text) {
        if (text.isBlank()) {
            throw new TypeConversionException("'" + text + "' names no folder");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException impossible) {
            throw new TypeConversionException(
                    "'" + text + "' cannot be a path: " + impossible.getReason());
        }
    }
}
