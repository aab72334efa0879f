package dev.capdrop.cli.render;

import dev.capdrop.capability.Notation;

/// A text that was decoded.
///
/// @param file the file that it is of, as grep(1) or getfattr(1) named it; empty where none did
/// @param input the text
/// @param notation what it stands for
public record Decoded(String file, String input, Notation notation) {}
