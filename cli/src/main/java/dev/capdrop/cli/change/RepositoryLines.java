package dev.capdrop.cli.change;

import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.cli.command.Output;
import dev.capdrop.cli.drop.PlanOptions;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.plan.Plan.Goal;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import dev.capdrop.core.snapshot.Subject;
import module java.base;

/// Prints a plan as lines for a repository of configurations, in ASCII, each value quoted.
final class RepositoryLines {
    private final Subject subject;
    private final Plan plan;
    private final PlanOptions options;
    private final ConfigEdit edit;
    private final StringBuilder out = new StringBuilder();

    private RepositoryLines(Subject subject, Plan plan, PlanOptions options, ConfigEdit edit) {
        this.subject = subject;
        this.plan = plan;
        this.options = options;
        this.edit = edit;
    }

    /// Returns the lines in this language; a comment alone where nothing is to be changed.
    static byte[] of(Output.Format language, Subject subject, Plan plan, PlanOptions options) {
        ConfigEdit edit = plan.edit();
        if (edit == null && !plan.drop().isEmpty()) {
            throw new UsageException(
                    "the configuration of '%s' is not known, so there are no lines for a repository; 'capdrop plan' without --format says what to drop"
                            .formatted(subject.target()));
        }
        if (edit == null || !edit.changes()) {
            String none = "# " + Quoted.yaml(subject.target()) + ": nothing to change\n";
            return none.getBytes(StandardCharsets.US_ASCII);
        }
        RepositoryLines lines = new RepositoryLines(subject, plan, options, edit);
        lines.line("# " + Quoted.yaml(subject.target()) + ", by 'capdrop plan': " + lines.change());
        switch (language) {
            case terraform -> lines.terraform();
            case ansible -> lines.ansible();
            case incus -> lines.daemon();
            case text, json, sarif, junit ->
                    throw new IllegalArgumentException(language + " is for no repository");
        }
        return lines.out.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private void line(String line) {
        out.append(line).append('\n');
    }

    private String change() {
        return edit.nesting() ? "lets it mount inside" : "drops " + plan.drop();
    }

    private void terraform() {
        String resource = subject.kind().terraform();
        if (!resource.isEmpty()) {
            line(
                    "# the argument 'config' of the resource "
                            + resource
                            + ", beside the keys it has:");
            line("config = {");
            line("  \"raw.lxc\" = " + Quoted.hcl(text(edit.after())));
            line("}");
        } else if (edit.nesting() && subject.kind() == RuntimeKind.PROXMOX) {
            line("# in the resource proxmox_virtual_environment_container (provider bpg/proxmox):");
            line("features {");
            line("  nesting = true");
            line("}");
        } else {
            line(
                    "# No provider of Terraform that capdrop knows of has an argument for this in a container of %s: keep it by 'capdrop plan %s --format ansible' beside Terraform."
                            .formatted(subject.kind().title(), Quoted.yaml(subject.target())));
        }
    }

    private void daemon() {
        if (subject.kind().terraform().isEmpty() || !(subject instanceof ContainerId container)) {
            throw new UsageException(
                    "'%s' is no container of Incus or LXD, expected one of theirs with --format incus; --format ansible has lines for any"
                            .formatted(subject.target()));
        }
        String raw = text(edit.after());
        line("# " + subject.kind().set(container) + " raw.lxc=" + Quoted.bash(raw));
        line("config:");
        line("  raw.lxc: " + Quoted.yaml(raw));
    }

    private void ansible() {
        if (edit.nesting()) {
            line("# the collection capdrop.capdrop has no task for a remedy");
        } else {
            task();
        }
        List<String> plain = plain();
        if (!plain.isEmpty()) {
            line(
                    "# Without capdrop on the node, in place of that; it restarts nothing and takes nothing back:");
            plain.forEach(line -> line("# " + line));
        }
    }

    /// Writes the task of this project's collection, with the names that an unknown goal drops.
    private void task() {
        boolean known = options.goal == Goal.HEALTHY || options.goal == Goal.INERT;
        CapabilitySet drop = known ? options.drop : plan.drop();
        line("- name: Nothing is held that has to go");
        line("  capdrop.capdrop.capdrop:");
        line("    target: " + Quoted.ansible(subject.target()));
        line("    state: " + (known ? options.goal.word() : Goal.HEALTHY.word()));
        list("drop", drop.names());
        list("keep", options.keep.names());
        list("allow_skip", options.allowSkip);
    }

    private void list(String name, List<String> words) {
        if (!words.isEmpty()) {
            line(
                    words.stream()
                            .map(Quoted::ansible)
                            .collect(Collectors.joining(", ", "    " + name + ": [", "]")));
        }
    }

    /// Returns a task for a single line of a file that may be written by a rename; else none.
    private List<String> plain() {
        if (subject.kind().format() != ConfigFormat.LXC) {
            return List.of();
        }
        List<String> before = text(edit.before()).lines().toList();
        List<String> after = text(edit.after()).lines().toList();
        int same = 0;
        while (same < before.size()
                && same < after.size()
                && before.get(same).equals(after.get(same))) {
            same++;
        }
        int removed = before.size() - same;
        int added = after.size() - same;
        while (removed > 0
                && added > 0
                && before.get(same + removed - 1).equals(after.get(same + added - 1))) {
            removed--;
            added--;
        }
        boolean behindAll = same == before.size();
        String at = behindAll ? "" : before.get(same);
        boolean unclear = !behindAll && before.stream().filter(at::equals).count() > 1;
        if (added != 1 || removed > 1 || unclear) {
            return List.of();
        }
        List<String> task = new ArrayList<>();
        task.add("- name: Nothing is held that has to go");
        task.add("  ansible.builtin.lineinfile:");
        task.add("    path: " + Quoted.ansible(edit.path()));
        task.add("    line: " + Quoted.ansible(after.get(same)));
        if (removed == 1) {
            task.add("    regexp: " + Quoted.ansible(Quoted.pattern(at)));
        } else if (!behindAll) {
            task.add("    insertbefore: " + Quoted.ansible(Quoted.pattern(at)));
            task.add("    firstmatch: true");
        }
        return task;
    }

    private String text(String bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException other) {
            throw new UsageException(
                    "'%s' is not UTF-8, expected text that a repository's language can hold; 'capdrop apply' edits it as it is"
                            .formatted(edit.path()),
                    other);
        }
    }
}
