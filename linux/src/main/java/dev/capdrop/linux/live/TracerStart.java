package dev.capdrop.linux.live;

import dev.capdrop.linux.session.LeashedProcess;
import dev.capdrop.linux.session.OwnSession;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The start of the [Tracer]: as this very program where it was compiled ahead of time, and by the
/// same JVM with the same classes where one runs it.
record TracerStart(Path program, List<String> options) {
    TracerStart {
        options = List.copyOf(options);
    }

    static TracerStart here() {
        if (System.getProperty("org.graalvm.nativeimage.imagecode") != null) {
            // what runs, and not what lies there since an upgrade
            long self = ProcessHandle.current().pid();
            return new TracerStart(Path.of("/proc", Long.toString(self), "exe"), List.of());
        }
        return ofJvm(Tracer.class);
    }

    static TracerStart ofJvm(Class<?> main) {
        String modules = System.getProperty("jdk.module.path", "");
        String classes = System.getProperty("java.class.path", "");
        return new TracerStart(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-XX:-UsePerfData",
                        "-Xlog:disable",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        modules + File.pathSeparator + classes,
                        main.getName()));
    }

    LeashedProcess with(List<String> words) throws IOException {
        List<String> arguments = new ArrayList<>(options);
        arguments.addAll(words);
        return LeashedProcess.start(OwnSession.of(program), arguments);
    }
}
