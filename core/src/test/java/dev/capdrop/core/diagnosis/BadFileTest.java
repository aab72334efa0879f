package dev.capdrop.core.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.core.forecast.Sketch;
import dev.capdrop.core.snapshot.Evidence;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.Snapshot;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadFileTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.service | bad unit file setting | ExecStart=bin/app | no absolute path",
                "a.service | bad unit file setting | ExecStart=~/app | no absolute path",
                "a.service | bad unit file setting | User=app | no ExecStart=",
                "a.service | bad unit file setting | ExecStart=/a;ExecStart=/b | more than one",
                "a.service | bad unit file setting | Type=oneshot;Restart=always;ExecStart=/a | Restart=always is not",
                "a.service | bad unit file setting | Type=dbus;ExecStart=/a | wants BusName=",
                "a.service | bad unit file setting | Type=exec;ExecStart=/a | the quotes",
                "a.service | Bad message | ExecStart=/a | neither [Section] nor",
                "a.timer | bad unit file setting | Unit=x.service | no On",
                "a.timer | bad unit file setting | OnCalendar=dayly | OnCalendar=dayly is no time",
                "a.path | bad unit file setting | Unit=x.service | no PathExists=",
                "a.socket | bad unit file setting | Accept=no | no Listen",
                "a.mount | bad unit file setting | Where=/mnt/b | asks for the name mnt-b.mount"
            })
    void whatSystemdDoesNotAcceptIsToldByTheFile(
            String unit, String error, String lines, String why) {
        Trouble trouble = new Trouble(error, List.of(), List.of(), 0, 0, 0, List.of(), List.of());
        Sketch sketch =
                new Sketch()
                        .wanted(unit, "failed", "failed")
                        .ended("resources", 0)
                        .withLines(lines.split(";"))
                        .evidence(new Evidence(Map.of(unit, trouble), List.of()));
        Snapshot snapshot = sketch.draw();
        Snapshot.Observed seen = (Snapshot.Observed) snapshot.view();
        Patient patient = new Patient(Objects.requireNonNull(seen.systemd().called(unit)), seen);
        assertThat(BadFile.why(patient)).contains(why);
    }
}
