package dev.capdrop.cli.command;

import java.io.IOException;

/// A step that may fail for want of the machine.
@FunctionalInterface
public interface Errand<T> {
    T run() throws IOException;
}
