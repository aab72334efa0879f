package dev.capdrop.cli.render;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/// A stream of data. It remembers its first failure, which a PrintStream around it would hide, and
/// takes no more after that.
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

    /// Whether the reader has gone, by glibc's English texts (strerror(3)), which the launcher's
    /// locale selects.
    private static boolean readerGone(IOException failure) {
        String reason = String.valueOf(failure.getMessage());
        return reason.contains("Broken pipe") || reason.contains("Input/output error");
    }
}
