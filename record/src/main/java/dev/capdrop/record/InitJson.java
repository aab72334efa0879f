package dev.capdrop.record;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.IdMap;
import dev.capdrop.capability.ThreadCapabilities;
import dev.capdrop.capability.ThreadStatus;
import dev.capdrop.core.condition.CapabilityLists;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Init.KernelStart;
import org.jspecify.annotations.Nullable;

/// The `init` of a snapshot: the container's PID 1.
final class InitJson {
    private InitJson() {}

    static JsonValue.Obj write(Init init) {
        return new ObjectBuilder()
                .number("pid", init.pid())
                .required("startedAt", init.startedAt().toString())
                .bool("unprivileged", init.unprivileged())
                .required("bounding", init.bounding().formatHex())
                .bool("executableReplaced", init.executableReplaced())
                .object("thread", init.thread() == null ? null : thread(init.thread()))
                .number("startTicks", init.start() == null ? 0 : init.start().ticks())
                .text("bootId", init.start() == null ? "" : init.start().bootId())
                .text("limit", limit(init.limit()))
                .done();
    }

    static @Nullable Init read(@Nullable Fields fields) throws RecordException {
        return fields == null
                ? null
                : new Init(
                        fields.integer("pid"),
                        Values.instant(fields, "startedAt"),
                        fields.bool("unprivileged"),
                        Values.capabilities(fields, "bounding"),
                        fields.bool("executableReplaced"),
                        thread(fields.object("thread")),
                        start(fields),
                        fields.has("limit")
                                ? Values.capabilities(fields, "limit")
                                : CapabilityLists.ALL);
    }

    private static @Nullable KernelStart start(Fields fields) throws RecordException {
        long ticks = fields.number("startTicks");
        return ticks == 0 ? null : new KernelStart(ticks, fields.text("bootId"));
    }

    private static String limit(CapabilitySet set) {
        return set.equals(CapabilityLists.ALL) ? "" : set.formatHex();
    }

    private static JsonValue.Obj thread(Init.InitThread thread) {
        ThreadCapabilities sets = thread.status().capabilities();
        return new ObjectBuilder()
                .required("permitted", sets.permitted().formatHex())
                .required("inheritable", sets.inheritable().formatHex())
                .required("effective", sets.effective().formatHex())
                .required("bounding", sets.bounding().formatHex())
                .required("ambient", sets.ambient().formatHex())
                .bool("noNewPrivs", thread.status().noNewPrivs())
                .required("uidMap", thread.users().format())
                .required("gidMap", thread.groups().format())
                .done();
    }

    private static Init.@Nullable InitThread thread(@Nullable Fields fields)
            throws RecordException {
        if (fields == null) {
            return null;
        }
        ThreadCapabilities sets =
                new ThreadCapabilities(
                        Values.capabilities(fields, "permitted"),
                        Values.capabilities(fields, "inheritable"),
                        Values.capabilities(fields, "effective"),
                        Values.capabilities(fields, "bounding"),
                        Values.capabilities(fields, "ambient"));
        return new Init.InitThread(
                new ThreadStatus(sets, fields.bool("noNewPrivs")),
                IdMap.parse(fields.required("uidMap")),
                IdMap.parse(fields.required("gidMap")));
    }
}
