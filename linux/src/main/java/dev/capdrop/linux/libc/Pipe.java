package dev.capdrop.linux.libc;

/// Both ends of a pipe(7).
public record Pipe(Descriptor readEnd, Descriptor writeEnd) implements AutoCloseable {
    @Override
    public void close() {
        readEnd.close();
        writeEnd.close();
    }
}
