package dev.capdrop.linux.perf;

import dev.capdrop.linux.perf.CheckFormat.EventFields;
import module java.base;
import org.jspecify.annotations.Nullable;

interface CheckFormat {
    int id();

    /// Returns the check that a sample with its own fields from `at` on reports; null where it does
    /// not hold enough for that.
    @Nullable CapabilityCheck check(ByteBuffer bytes, int at, long cgroup, long nanos, int process);

    String notGrantedIn(long namespace);

    /// The kernel's own description of an event, its file `format` in tracefs.
    record EventFields(String event, String text) {
        private static final Pattern ID = Pattern.compile("(?m)^ID: ([0-9]{1,9})$");

        int id() throws IOException {
            Matcher id = ID.matcher(text);
            if (!id.find()) {
                throw unknown("ID");
            }
            return Integer.parseInt(id.group(1));
        }

        /// Returns the offset of a field in bytes, which must have this size.
        int offset(String field, int size) throws IOException {
            String declared = "(?m)^\\s*field:[^;]*[ *]" + field + ";\\s*offset:([0-9]{1,4});";
            Matcher line = Pattern.compile(declared + "\\s*size:" + size + ";").matcher(text);
            if (!line.find()) {
                throw unknown(field);
            }
            return Integer.parseInt(line.group(1));
        }

        private IOException unknown(String field) {
            return new IOException(
                    "this kernel's %s has no field '%s' of the known kind; this version of capdrop cannot read it"
                            .formatted(event, field));
        }
    }

    /// The format of the tracepoint `capability:cap_capable`, by tracefs.
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
        public CapabilityCheck check(
                ByteBuffer bytes, int at, long cgroup, long nanos, int process) {
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
}
