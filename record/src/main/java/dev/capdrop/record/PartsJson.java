package dev.capdrop.record;

import dev.capdrop.capability.IdMap;
import dev.capdrop.capability.ThreadCapabilities;
import dev.capdrop.capability.ThreadStatus;
import dev.capdrop.core.condition.Conditions.CapabilityLists;
import dev.capdrop.core.snapshot.Evidence;
import dev.capdrop.core.snapshot.Evidence.Quota;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Evidence.Trouble.CommandExit;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Init.InitThread;
import dev.capdrop.core.snapshot.KernelLog;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Programs.ProgramFile;
import dev.capdrop.core.snapshot.Snapshot.Isolation;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The parts of a snapshot beside systemd: its PID 1, its programs and the evidence, as objects.
final class PartsJson {
    static Init init(Form<Init> form) throws RecordException {
        return new Init(
                form.integer("pid", Init::pid),
                form.instant("startedAt", Init::startedAt),
                form.bool("unprivileged", Init::unprivileged),
                form.set("bounding", Init::bounding),
                form.bool("executableReplaced", Init::executableReplaced),
                form.objectOrNull("thread", PartsJson::thread, Init::thread),
                start(form),
                form.set("limit", CapabilityLists.ALL, Init::limit));
    }

    private static Init.@Nullable KernelStart start(Form<Init> form) throws RecordException {
        long ticks =
                form.number("startTicks", init -> init.start() == null ? 0 : init.start().ticks());
        String bootId =
                form.text("bootId", init -> init.start() == null ? "" : init.start().bootId());
        return ticks == 0 ? null : new Init.KernelStart(ticks, bootId);
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

    static Isolation isolation(Form<Isolation> form) throws RecordException {
        return new Isolation(
                form.number("rootUid", Isolation::rootUid),
                form.bool("lendsMknod", Isolation::lendsMknod),
                form.bool("ownAppArmorPolicy", Isolation::ownAppArmorPolicy));
    }

    static Programs programs(Form<Programs> form) throws RecordException {
        return new Programs(
                form.list("files", PartsJson::program, Programs::files),
                form.bool("searched", Programs::searched),
                form.texts("engines", Programs::engines));
    }

    private static ProgramFile program(Form<ProgramFile> form) throws RecordException {
        return new ProgramFile(
                form.required("path", ProgramFile::path),
                form.choice(
                        "reading",
                        ProgramFile.Reading.READ,
                        ProgramFile.Reading.class,
                        ProgramFile::reading),
                form.text("capabilities", ProgramFile::capabilities),
                form.bool("setUid", ProgramFile::setUid),
                form.bool("setGid", ProgramFile::setGid),
                form.number("owner", ProgramFile::owner));
    }

    static Evidence evidence(Form<Evidence> form) throws RecordException {
        return new Evidence(
                form.entries("units", PartsJson::unit, Evidence::units),
                form.list("quotas", PartsJson::quota, Evidence::quotas),
                form.object("kernel", KernelLog.NONE, PartsJson::kernel, Evidence::kernel));
    }

    private static KernelLog kernel(Form<KernelLog> form) throws RecordException {
        Form<KernelLog.Owner> owner = form.part(KernelLog::owner);
        return new KernelLog(
                new KernelLog.Owner(
                        owner.texts("groups", KernelLog.Owner::groups),
                        owner.text("profile", KernelLog.Owner::profile)),
                form.list("lines", PartsJson::line, KernelLog::lines),
                form.text("unread", KernelLog::unread));
    }

    private static KernelLog.Line line(Form<KernelLog.Line> form) throws RecordException {
        return new KernelLog.Line(
                form.number("atMicros", KernelLog.Line::atMicros),
                form.required("text", KernelLog.Line::text));
    }

    private static Map.Entry<String, Trouble> unit(Form<Map.Entry<String, Trouble>> form)
            throws RecordException {
        return Map.entry(
                form.required("unit", Map.Entry::getKey), trouble(form.part(Map.Entry::getValue)));
    }

    private static Quota quota(Form<Quota> form) throws RecordException {
        return new Quota(
                form.choice("kind", Quota.Kind.class, Quota::kind),
                form.number("user", Quota::user),
                form.number("used", Quota::used),
                form.number("limit", Quota::limit),
                form.number("refusals", Quota::refusals));
    }

    private static Trouble trouble(Form<Trouble> form) throws RecordException {
        return new Trouble(
                form.text("loadError", Trouble::loadError),
                form.list("commands", PartsJson::command, Trouble::commands),
                form.list("files", PartsJson::file, Trouble::files),
                form.number("sinceMicros", Trouble::sinceMicros),
                form.number("pauseMicros", Trouble::pauseMicros),
                form.number("runMicros", Trouble::runMicros),
                form.texts("neededBy", Trouble::neededBy),
                form.texts("log", Trouble::log));
    }

    private static CommandExit command(Form<CommandExit> form) throws RecordException {
        return new CommandExit(
                form.required("setting", CommandExit::setting),
                form.text("program", CommandExit::program),
                form.integer("code", CommandExit::code),
                form.integer("status", CommandExit::status));
    }

    private static Trouble.NamedFile file(Form<Trouble.NamedFile> form) throws RecordException {
        return new Trouble.NamedFile(
                form.required("setting", Trouble.NamedFile::setting),
                form.text("name", Trouble.NamedFile::name),
                form.choice(
                        "standing", Trouble.NamedFile.Standing.class, Trouble.NamedFile::standing),
                form.text("more", Trouble.NamedFile::more));
    }
}
