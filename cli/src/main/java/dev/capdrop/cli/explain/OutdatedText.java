package dev.capdrop.cli.explain;

import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.snapshot.HostProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Writes the processes that hold more than their container's PID 1, by unit, for people.
record OutdatedText(Terminal terminal) {
    /// Writes a paragraph for each container of these processes, and a line for each unit.
    void write(List<HostProcess> outdated) {
        Map<String, List<HostProcess>> containers = new TreeMap<>();
        for (HostProcess process : outdated) {
            String target = process.container() == null ? "" : process.container().target();
            containers.computeIfAbsent(target, _ -> new ArrayList<>()).add(process);
        }
        if (containers.isEmpty()) {
            terminal.talk("no process holds more than the PID 1 of its container");
        }
        containers.forEach(this::write);
    }

    private void write(String target, List<HostProcess> processes) {
        terminal.head(
                "%s  %s %s more than PID 1, until each is restarted",
                Text.foreign(target).strong(),
                processes.size(),
                processes.size() == 1 ? "process holds" : "processes hold");
        Map<String, List<HostProcess>> units = new TreeMap<>();
        processes.forEach(process ->
                units.computeIfAbsent(process.unit(), _ -> new ArrayList<>()).add(process));
        units.forEach((unit, members) ->
                terminal.item(
                        "%s  %s: %s",
                        unit.isEmpty() ? Text.of("no unit") : Text.foreign(unit),
                        members.size(),
                        members.getFirst().beyond()));
    }
}
