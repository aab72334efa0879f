package dev.capdrop.lab;

import dev.capdrop.capability.Capability;
import dev.capdrop.core.observe.Observation.Meaning;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// A row of `workloads.tsv`: something that `workload.pl` does, and what is known to be seen of it.
///
/// @param name as `work@NAME.service` takes it: a mode, `-`, and what is done
/// @param seen each as `chown USED`, in the order of their letters
/// @param place the function of the kernel that asks; `-` for none
/// @param unless the name of the error by which it tells that this kernel does not ask; `-` for
///   none
record Workload(String name, Set<String> seen, String place, String unless) {
    /// All rows, in their order.
    static List<Workload> all() {
        List<Workload> all = new ArrayList<>();
        for (String line : resource("workloads.tsv").lines().toList()) {
            if (!line.startsWith("#")) {
                String[] cells = line.split("\t", -1);
                all.add(new Workload(cells[0], verdicts(cells[1]), cells[2], cells[3]));
            }
        }
        return all;
    }

    private static Set<String> verdicts(String cell) {
        Set<String> verdicts = new TreeSet<>();
        if (!cell.equals("-")) {
            for (String verdict : cell.split(", ")) {
                String[] words = verdict.split(" ");
                verdicts.add(Capability.of(words[0]).name() + " " + Meaning.valueOf(words[1]));
            }
        }
        return verdicts;
    }

    /// The program that does them.
    static String program() {
        return resource("workload.pl");
    }

    private static String resource(String name) {
        try (var stream = Workload.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// `with`, `without` or `user`.
    String mode() {
        return name.substring(0, name.indexOf('-'));
    }

    /// What is done, whatever the mode.
    String task() {
        return name.substring(name.indexOf('-') + 1);
    }

    /// The service that does it.
    String unit() {
        return "work@" + name + ".service";
    }

    @Override
    public String toString() {
        return name;
    }
}
