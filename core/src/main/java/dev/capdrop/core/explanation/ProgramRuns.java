package dev.capdrop.core.explanation;

import static dev.capdrop.capability.ExecutedFile.Mount.TRUSTED;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Credentials;
import dev.capdrop.capability.ExecutedFile;
import dev.capdrop.capability.Execve;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.capability.Kernel;
import dev.capdrop.capability.ThreadCapabilities;
import dev.capdrop.capability.ThreadIds;
import dev.capdrop.capability.UserNamespace;
import dev.capdrop.core.execution.Execution;
import dev.capdrop.core.snapshot.Init;
import dev.capdrop.core.snapshot.Programs;
import dev.capdrop.core.snapshot.Programs.ProgramFile;
import dev.capdrop.core.snapshot.RecordedSettings;
import dev.capdrop.core.snapshot.RecordedSettings.ExecLine;
import dev.capdrop.core.snapshot.UnitDetail;
import dev.capdrop.core.unit.UnitFile.Setting;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The programs of a service, each executed by a thread as systemd leaves it between fork(2) and
/// execve(2); anybody may stand for a user other than root. Source: systemd.exec(5); systemd's
/// `exec_invoke` (`exec_child` before 255), `enforce_user`.
record ProgramRuns(Init.InitThread init, @Nullable Programs programs, Kernel kernel) {
    private static final long SOMEBODY = 65_534;
    private static final long FIRST_SYSTEM_GROUP = 1;

    List<UnitExplanation.ProgramRun> of(UnitDetail detail, Execution execution) {
        List<UnitExplanation.ProgramRun> runs = new ArrayList<>();
        for (Setting setting : detail.settings()) {
            ExecLine command = ExecLine.parse(setting.value());
            if (RecordedSettings.isCommand(setting.key()) && !command.program().isEmpty()) {
                runs.add(run(setting, command, execution));
            }
        }
        return runs;
    }

    private UnitExplanation.ProgramRun run(Setting setting, ExecLine command, Execution execution) {
        ProgramFile file = programs == null ? null : programs.file(command.program());
        Credentials before = handedOver(execution, command);
        Execve execve =
                file != null && file.reading() == ProgramFile.Reading.READ
                        ? execve(before, file)
                        : null;
        return new UnitExplanation.ProgramRun(setting, command, file, before, execve);
    }

    private @Nullable Execve execve(Credentials before, ProgramFile file) {
        FileCapabilities capabilities = file.fileCapabilities();
        long group = before.namespace().groups().outside(FIRST_SYSTEM_GROUP).orElse(0);
        boolean setUid = file.setUid();
        ExecutedFile executed =
                new ExecutedFile(capabilities, file.owner(), group, setUid, file.setGid(), TRUSTED);
        return capabilities == null && !file.capabilities().isEmpty()
                ? null
                : Execve.of(before, executed, kernel);
    }

    private Credentials handedOver(Execution execution, ExecLine command) {
        Credentials pid1 = init.credentials();
        if (command.fullPrivileges()) {
            return pid1;
        }
        Credentials limited = pid1.with(sets(execution, pid1.capabilities(), command));
        Credentials switched =
                execution.leavesRoot(command) ? limited.with(somebody(pid1.namespace())) : limited;
        return execution.noNewPrivs(command) ? switched.withNoNewPrivs() : switched;
    }

    private static ThreadCapabilities sets(
            Execution execution, ThreadCapabilities pid1, ExecLine command) {
        CapabilitySet bounding = pid1.bounding().intersect(execution.bounding());
        CapabilitySet ambient = execution.ambient().intersect(pid1.permitted()).intersect(bounding);
        boolean keepsNothing = execution.leavesRoot(command) && ambient.isEmpty();
        return new ThreadCapabilities(
                keepsNothing ? CapabilitySet.EMPTY : pid1.permitted(),
                pid1.inheritable().union(ambient),
                execution.leavesRoot(command) ? ambient : pid1.effective(),
                bounding,
                ambient);
    }

    private static ThreadIds somebody(UserNamespace namespace) {
        return ThreadIds.of(
                namespace.users().outside(SOMEBODY).orElse(SOMEBODY),
                namespace.groups().outside(SOMEBODY).orElse(SOMEBODY));
    }
}
