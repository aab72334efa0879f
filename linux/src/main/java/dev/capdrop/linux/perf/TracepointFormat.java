package dev.capdrop.linux.perf;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where the tracepoint `capability:cap_capable` keeps what it tells, by the kernel's own
/// description of it (`events/capability/cap_capable/format` in tracefs).
///
/// @param id the tracepoint's number
/// @param demanded where the address of the demanded namespace lies, in bytes
/// @param granting where that of the granting one lies
/// @param capability where the capability's number lies
/// @param result where the result lies
record TracepointFormat(int id, int demanded, int granting, int capability, int result) {
    private static final Pattern ID = Pattern.compile("(?m)^ID: ([0-9]{1,9})$");

    /// @throws IOException when a field is not there, or is not as long as it was in all kernels so
    ///   far
    static TracepointFormat parse(String text) throws IOException {
        Matcher id = ID.matcher(text);
        if (!id.find()) {
            throw unknown("ID");
        }
        return new TracepointFormat(
                Integer.parseInt(id.group(1)),
                offset(text, "target_ns", Long.BYTES),
                offset(text, "capable_ns", Long.BYTES),
                offset(text, "cap", Integer.BYTES),
                offset(text, "ret", Integer.BYTES));
    }

    private static int offset(String text, String field, int size) throws IOException {
        Matcher line =
                Pattern.compile(
                                "(?m)^\\s*field:[^;]*[ *]"
                                        + field
                                        + ";\\s*offset:([0-9]{1,4});\\s*size:"
                                        + size
                                        + ";")
                        .matcher(text);
        if (!line.find()) {
            throw unknown(field);
        }
        return Integer.parseInt(line.group(1));
    }

    private static IOException unknown(String field) {
        return new IOException(
                "this kernel's tracepoint capability:cap_capable has no field '"
                        + field
                        + "' as Linux 6.14 has it; this version of capdrop cannot read it");
    }
}
