package dev.capdrop.cli.render;

import module java.base;

import org.jspecify.annotations.Nullable;

/// A stream that remembers its first failure, as a PrintStream does not, and then stops.
public final class DataStream extends FilterOutputStream {
    private @Nullable IOException failure;

    public DataStream(OutputStream out) {
        super(out);
    }

    /// Whether the reader has gone: a pipe without one, or a terminal that was hung up.
    boolean closed() {
        return failure != null && readerGone(failure);
    }

    /// Throws if data is lost for another reason than that nobody reads it.
    public void requireWritten() throws IOException {
        if (failure != null && !readerGone(failure)) {
            throw new IOException(
                    "cannot write to standard output: " + failure.getMessage(), failure);
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (failure != null) {
            return;
        }
        try {
            out.write(bytes, offset, length);
        } catch (IOException failed) {
            failure = failed;
        }
    }

    /// Whether the reader has gone, by glibc's texts (strerror(3)) in the launcher's locale.
    private static boolean readerGone(IOException failure) {
        String reason = String.valueOf(failure.getMessage());
        return reason.contains("Broken pipe") || reason.contains("Input/output error");
    }
}
