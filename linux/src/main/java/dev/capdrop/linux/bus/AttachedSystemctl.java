package dev.capdrop.linux.bus;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.snapshot.ActiveState;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Evidence.Trouble;
import dev.capdrop.core.snapshot.RuntimeKind.Attached;
import dev.capdrop.core.snapshot.Systemd;
import dev.capdrop.core.snapshot.Systemd.Job;
import dev.capdrop.core.snapshot.UnitState;
import dev.capdrop.core.unit.UnitName;
import dev.capdrop.linux.bus.SystemdBus.UnitFiles;
import dev.capdrop.linux.proc.ProcStatus;
import dev.capdrop.linux.session.Answer;
import dev.capdrop.linux.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The questions to systemd, put to the container's `systemctl show`.
public final class AttachedSystemctl {
    private static final int NAMES_A_CALL = 500;

    /// Root's in the host's user namespace: a map of user ids is written, and a control group of
    /// the container's root is entered (`userns_exec_minimal` in src/lxc/conf.c).
    private static final CapabilitySet FOR_ATTACH =
            CapabilitySet.of("sys_admin", "setuid", "setgid");

    private final Attached attached;
    private final Deadline deadline;
    private final Map<String, Trouble> troubles = new HashMap<>();

    private AttachedSystemctl(Attached attached, Deadline deadline) {
        this.attached = attached;
        this.deadline = deadline;
    }

    /// Asks nothing yet.
    ///
    /// @throws IOException when nothing runs a program in such a container, or this process may not
    public static AttachedSystemctl of(ContainerId container, Deadline deadline)
            throws IOException {
        Attached attached = container.kind().attached(container);
        if (attached == null) {
            throw new IOException(
                    container.kind().title()
                            + " has nothing that runs a program in a machine without D-Bus");
        }
        if (isConfined()) {
            throw new IOException(
                    "D-Bus does not run, and a process with as few capabilities as this one does"
                            + " not run the container's own systemctl; a shell of root's does");
        }
        return new AttachedSystemctl(attached, deadline);
    }

    /// Whether root has been left too few capabilities for lxc-attach, which would give up after it
    /// has begun to run the program. Another user's does without them; and a service that was
    /// confined runs nothing in a container of any runtime.
    private static boolean isConfined() throws IOException {
        ProcStatus self = ProcStatus.parse(Files.readString(Path.of("/proc/self/status")));
        return self.uid() == 0 && !self.bounding().containsAll(FOR_ATTACH);
    }

    /// What runs it in the container, as messages call it.
    public String way() {
        return attached.way();
    }

    /// What systemd says of itself.
    ///
    /// @throws IOException when systemctl does not answer
    public Systemd.Manager manager() throws IOException {
        Map<String, String> block;
        try {
            block =
                    ShowOutput.blocks(
                                    run(
                                            List.of(
                                                    "show",
                                                    "--property=SystemState,Version,NJobs,UserspaceTimestampMonotonic,FinishTimestampMonotonic")))
                            .getFirst();
        } catch (Answer.FailedException failed) {
            block = Map.of();
        }
        if (!block.containsKey("SystemState")) {
            throw new GoneException("the container's systemctl did not reach its systemd");
        }
        return new Systemd.Manager(
                block.getOrDefault("SystemState", ""),
                block.getOrDefault("Version", ""),
                (int) ShowOutput.number(block.get("NJobs")),
                ShowOutput.number(block.get("UserspaceTimestampMonotonic")),
                ShowOutput.number(block.get("FinishTimestampMonotonic")),
                defaultTarget());
    }

    private String defaultTarget() throws IOException {
        String text = run(List.of("show", "--property=Id", "--", "default.target"));
        return ShowOutput.blocks(text).getFirst().getOrDefault("Id", "");
    }

    /// The jobs that systemd has queued.
    public List<Job> queue() throws IOException {
        return ShowOutput.queue(run(List.of("list-jobs", "--plain", "--no-legend", "--full")));
    }

    /// The units, with details; their conditions come from their files, for systemctl does not
    /// print them.
    public List<UnitState> units(UnitFiles files) throws IOException {
        List<String> names = names();
        List<UnitState> units = new ArrayList<>();
        for (int from = 0; from < names.size(); from += NAMES_A_CALL) {
            List<String> some = names.subList(from, Math.min(from + NAMES_A_CALL, names.size()));
            List<String> arguments = new ArrayList<>(List.of("show", ShowOutput.PROPERTIES, "--"));
            arguments.addAll(some);
            for (Map<String, String> block : ShowOutput.blocks(run(arguments))) {
                if (UnitName.isValid(block.getOrDefault("Id", ""))) {
                    UnitState unit = ShowOutput.unit(block, files);
                    units.add(unit);
                    if (unit.active() != ActiveState.ACTIVE) {
                        troubles.put(unit.name(), ShowOutput.trouble(block));
                    }
                }
            }
        }
        return units;
    }

    /// What tells why units are in trouble, of those that [#units] has found and that are not up.
    public Map<String, Trouble> troubles() {
        return troubles;
    }

    private List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        String list = run(List.of("list-units", "--all", "--plain", "--no-legend", "--full"));
        for (String line : list.split("\n")) {
            String name = line.strip().split("\\s+", 2)[0];
            if (UnitName.isValid(name)) {
                names.add(name);
            }
        }
        if (names.size() > BusLimits.DEFAULT.units()) {
            throw new IOException("systemd lists " + names.size() + " units");
        }
        return names;
    }

    private String run(List<String> arguments) throws IOException {
        List<String> program = new ArrayList<>(List.of("systemctl", "--no-pager"));
        program.addAll(arguments);
        return AttachedCommand.run(attached, deadline, program);
    }

    /// Nobody answers for a container's systemd: it has neither a D-Bus nor a socket of its own on
    /// which it listens, as after it froze.
    public static final class GoneException extends IOException {
        private static final long serialVersionUID = 1L;

        private GoneException(String message) {
            super(message);
        }
    }
}
