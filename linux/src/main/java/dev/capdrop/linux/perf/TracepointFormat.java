package dev.capdrop.linux.perf;

import java.io.IOException;
import java.nio.ByteBuffer;

/// The format of the tracepoint `capability:cap_capable`, by the kernel's own description of it
/// (`events/capability/cap_capable/format` in tracefs).
record TracepointFormat(int id, int demanded, int granting, int capability, int result)
        implements CheckFormat {
    static TracepointFormat parse(String text) throws IOException {
        EventFields fields = new EventFields("tracepoint capability:cap_capable", text);
        return new TracepointFormat(
                fields.id(),
                fields.offset("target_ns", Long.BYTES),
                fields.offset("capable_ns", Long.BYTES),
                fields.offset("cap", Integer.BYTES),
                fields.offset("ret", Integer.BYTES));
    }

    @Override
    public CapabilityCheck check(ByteBuffer bytes, int at, long cgroup, long nanos, int process) {
        return new CapabilityCheck(
                bytes.getInt(at + capability),
                bytes.getLong(at + demanded),
                bytes.getLong(at + granting),
                bytes.getInt(at + result) == 0,
                cgroup,
                nanos,
                process);
    }

    @Override
    public String notGrantedIn(long namespace) {
        return "capable_ns != " + Long.toUnsignedString(namespace);
    }
}
