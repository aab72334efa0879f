package dev.capdrop.record;

import dev.capdrop.capability.IdMap;
import dev.capdrop.capability.ThreadCapabilities;
import dev.capdrop.capability.ThreadStatus;
import dev.capdrop.core.condition.CapabilityLists;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Init.InitThread;
import dev.capdrop.core.snapshot.Init.KernelStart;
import org.jspecify.annotations.Nullable;

/// The `init` of a snapshot: the container's PID 1.
final class InitJson {
    private InitJson() {}

    static Init init(Form<Init> form) throws RecordException {
        return new Init(
                form.integer("pid", Init::pid),
                form.instant("startedAt", Init::startedAt),
                form.bool("unprivileged", Init::unprivileged),
                form.set("bounding", Init::bounding),
                form.bool("executableReplaced", Init::executableReplaced),
                form.objectOrNull("thread", InitJson::thread, Init::thread),
                start(form),
                form.set("limit", CapabilityLists.ALL, Init::limit));
    }

    private static @Nullable KernelStart start(Form<Init> form) throws RecordException {
        long ticks =
                form.number("startTicks", init -> init.start() == null ? 0 : init.start().ticks());
        String bootId =
                form.text("bootId", init -> init.start() == null ? "" : init.start().bootId());
        return ticks == 0 ? null : new KernelStart(ticks, bootId);
    }

    private static InitThread thread(Form<InitThread> form) throws RecordException {
        Form<ThreadCapabilities> sets = form.part(thread -> thread.status().capabilities());
        ThreadCapabilities capabilities =
                new ThreadCapabilities(
                        sets.set("permitted", ThreadCapabilities::permitted),
                        sets.set("inheritable", ThreadCapabilities::inheritable),
                        sets.set("effective", ThreadCapabilities::effective),
                        sets.set("bounding", ThreadCapabilities::bounding),
                        sets.set("ambient", ThreadCapabilities::ambient));
        return new InitThread(
                new ThreadStatus(
                        capabilities,
                        form.bool("noNewPrivs", thread -> thread.status().noNewPrivs())),
                IdMap.parse(form.required("uidMap", thread -> thread.users().format())),
                IdMap.parse(form.required("gidMap", thread -> thread.groups().format())));
    }
}
