package dev.capdrop.linux.perf;

import dev.capdrop.capability.CapabilitySet;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The format of a kprobe on `cap_capable(cred, targ_ns, cap, opts)`, with the result that the
/// function will return: a probe at its return can miss calls, and knows the arguments only since
/// Linux 6.9. It decides by nothing but what is recorded here (`cap_capable()` in
/// security/commoncap.c, the same from Linux 3.12 to 6.13).
record KprobeFormat(int id, int capability, int demanded, Caller caller, Ancestors ancestors)
        implements CheckFormat {
    /// The compiler inlines cap_capable() into cap_task_prctl(), which asks for setpcap
    /// (PR_CAPBSET_DROP and others, prctl(2)); the others of its kind ask in the initial namespace.
    static final CapabilitySet UNSEEN = CapabilitySet.of("setpcap");

    private static final int STEPS = 3;

    record Caller(int namespace, int level, int effective, int user) {}

    /// The offsets of the facts about the namespaces from the demanded one upwards.
    record Ancestors(int level, List<Integer> parents, List<Integer> owners) {}

    /// Returns the line that defines the event `GROUP/EVENT` in `kprobe_events`. `$arg1` is the
    /// kernel's own word for the register of the first argument, on each architecture that has one.
    static String definition(String name, Btf types) throws IOException {
        String user = at(types, "cred", "user_ns", "$arg1");
        StringBuilder line = new StringBuilder("p:").append(name).append(" cap_capable");
        field(line, "cap", "$arg3", "s32");
        field(line, "target_ns", "$arg2", "x64");
        field(line, "user_ns", user, "x64");
        field(line, "user_level", at(types, "user_namespace", "level", user), "s32");
        field(line, "effective", at(types, "cred", "cap_effective", "$arg1"), "x64");
        field(line, "euid", at(types, "cred", "euid", "$arg1"), "u32");
        field(line, "level", at(types, "user_namespace", "level", "$arg2"), "s32");
        String namespace = "$arg2";
        for (int step = 0; step < STEPS; step++) {
            field(line, "owner" + step, at(types, "user_namespace", "owner", namespace), "u32");
            namespace = at(types, "user_namespace", "parent", namespace);
            field(line, "parent" + step, namespace, "x64");
        }
        return line.toString();
    }

    private static void field(StringBuilder line, String name, String where, String type) {
        line.append(' ').append(name).append('=').append(where).append(':').append(type);
    }

    private static String at(Btf types, String struct, String member, String pointer)
            throws IOException {
        return "+" + types.offset(struct, member) + "(" + pointer + ")";
    }

    static KprobeFormat parse(String text) throws IOException {
        CheckFormat.EventFields fields = new CheckFormat.EventFields("kprobe", text);
        List<Integer> parents = new ArrayList<>();
        List<Integer> owners = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            parents.add(fields.offset("parent" + step, Long.BYTES));
            owners.add(fields.offset("owner" + step, Integer.BYTES));
        }
        return new KprobeFormat(
                fields.id(),
                fields.offset("cap", Integer.BYTES),
                fields.offset("target_ns", Long.BYTES),
                new Caller(
                        fields.offset("user_ns", Long.BYTES),
                        fields.offset("user_level", Integer.BYTES),
                        fields.offset("effective", Long.BYTES),
                        fields.offset("euid", Integer.BYTES)),
                new Ancestors(fields.offset("level", Integer.BYTES), parents, owners));
    }

    /// Returns null where the caller's namespace is further above the demanded one than is
    /// recorded.
    @Override
    public @Nullable CapabilityCheck check(
            ByteBuffer bytes, int at, long cgroup, long nanos, int process) {
        Boolean granted = granted(bytes, at);
        if (granted == null) {
            return null;
        }
        return new CapabilityCheck(
                bytes.getInt(at + capability),
                bytes.getLong(at + demanded),
                granted ? bytes.getLong(at + caller.namespace) : 0,
                granted,
                cgroup,
                nanos,
                process);
    }

    private @Nullable Boolean granted(ByteBuffer bytes, int at) {
        long own = bytes.getLong(at + caller.namespace);
        int ownLevel = bytes.getInt(at + caller.level);
        int level = bytes.getInt(at + ancestors.level);
        long namespace = bytes.getLong(at + demanded);
        for (int step = 0; ; step++) {
            if (namespace == own) {
                long held = bytes.getLong(at + caller.effective);
                return ((held >>> bytes.getInt(at + capability)) & 1) != 0;
            }
            if (level - step <= ownLevel) {
                return false;
            }
            if (step == STEPS) {
                return null;
            }
            long parent = bytes.getLong(at + ancestors.parents.get(step));
            int owner = bytes.getInt(at + ancestors.owners.get(step));
            if (parent == own && owner == bytes.getInt(at + caller.user)) {
                return true;
            }
            namespace = parent;
        }
    }

    /// Also leaves out checks refused to callers in the namespace.
    @Override
    public String notGrantedIn(long namespace) {
        return "user_ns != " + Long.toUnsignedString(namespace);
    }
}
