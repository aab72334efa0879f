package dev.capdrop.record;

import dev.capdrop.core.snapshot.ProgramFile;
import dev.capdrop.core.snapshot.ProgramFile.Reading;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Snapshot.Isolation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The facts that decide what a program of the container may do, as objects.
final class ProgramsJson {
    private ProgramsJson() {}

    static JsonValue.@Nullable Obj write(@Nullable Isolation isolation) {
        return isolation == null
                ? null
                : new ObjectBuilder()
                        .number("rootUid", isolation.rootUid())
                        .bool("lendsMknod", isolation.lendsMknod())
                        .bool("ownAppArmorPolicy", isolation.ownAppArmorPolicy())
                        .done();
    }

    static @Nullable Isolation isolation(@Nullable Fields fields) throws RecordException {
        return fields == null
                ? null
                : new Isolation(
                        fields.number("rootUid"),
                        fields.bool("lendsMknod"),
                        fields.bool("ownAppArmorPolicy"));
    }

    static JsonValue.@Nullable Obj write(@Nullable Programs programs) {
        return programs == null
                ? null
                : new ObjectBuilder()
                        .list("files", programs.files().stream().map(ProgramsJson::write).toList())
                        .bool("searched", programs.searched())
                        .texts("engines", programs.engines())
                        .done();
    }

    static @Nullable Programs programs(@Nullable Fields fields) throws RecordException {
        return fields == null
                ? null
                : new Programs(
                        files(fields.objects("files")),
                        fields.bool("searched"),
                        fields.texts("engines"));
    }

    private static JsonValue.Obj write(ProgramFile file) {
        boolean read = file.reading() == Reading.READ;
        return new ObjectBuilder()
                .required("path", file.path())
                .text("reading", read ? "" : Values.choice(file.reading()))
                .text("capabilities", file.capabilities())
                .bool("setUid", file.setUid())
                .bool("setGid", file.setGid())
                .number("owner", file.owner())
                .done();
    }

    private static List<ProgramFile> files(List<Fields> list) throws RecordException {
        List<ProgramFile> files = new ArrayList<>();
        for (Fields file : list) {
            Reading reading =
                    file.text("reading").isEmpty()
                            ? Reading.READ
                            : Values.choice(file, "reading", Reading.class);
            files.add(
                    new ProgramFile(
                            file.required("path"),
                            reading,
                            file.text("capabilities"),
                            file.bool("setUid"),
                            file.bool("setGid"),
                            file.number("owner")));
        }
        return files;
    }
}
