package dev.capdrop.record;

import dev.capdrop.core.snapshot.ProgramFile;
import dev.capdrop.core.snapshot.ProgramFile.Reading;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Snapshot.Isolation;

/// The facts that decide what a program of the container may do, as objects.
final class ProgramsJson {
    private ProgramsJson() {}

    static Isolation isolation(Form<Isolation> form) throws RecordException {
        return new Isolation(
                form.number("rootUid", Isolation::rootUid),
                form.bool("lendsMknod", Isolation::lendsMknod),
                form.bool("ownAppArmorPolicy", Isolation::ownAppArmorPolicy));
    }

    static Programs programs(Form<Programs> form) throws RecordException {
        return new Programs(
                form.list("files", ProgramsJson::file, Programs::files),
                form.bool("searched", Programs::searched),
                form.texts("engines", Programs::engines));
    }

    private static ProgramFile file(Form<ProgramFile> form) throws RecordException {
        return new ProgramFile(
                form.required("path", ProgramFile::path),
                form.choice("reading", Reading.READ, Reading.class, ProgramFile::reading),
                form.text("capabilities", ProgramFile::capabilities),
                form.bool("setUid", ProgramFile::setUid),
                form.bool("setGid", ProgramFile::setGid),
                form.number("owner", ProgramFile::owner));
    }
}
