package dev.capdrop.cli.check;

import dev.capdrop.cli.check.CheckReport.Recorded;
import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.Exclusion;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Helpers;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.HostCommand;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.cli.command.Output;
import dev.capdrop.cli.command.RootTarget;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.linux.runtime.HostContainers.HostContainer;
import dev.capdrop.record.SnapshotJson;
import module java.base;
import org.jspecify.annotations.Nullable;

/// `capdrop snapshot`: everything known of a container, as one JSON file.
final class SnapshotCommand extends HostCommand {
    private String word = "";
    private boolean all;
    private boolean json;
    private @Nullable Path file;
    private final Exclusion exclusion = new Exclusion("each");

    @Override
    protected CommandModel model() {
        return new CommandModel("snapshot", this)
                .operand("TARGET|DIR", "1", given -> word = given)
                .flag("--all", on -> all = on)
                .flag("--json", on -> json = on)
                .option("-o", "FILE")
                .as(Path.class, file, path -> file = path)
                .with(where, exclusion);
    }

    @Override
    public ExitCode call() throws IOException {
        exclusion.require(all, "--all");
        Host host = where.host();
        host.requireRoot();
        if (all) {
            return writeAll(host);
        }
        Output.File.requirePlace(file);
        RootTarget root = RootTarget.of(word);
        Snapshot snapshot = Helpers.one(word, Helpers.LIMIT, (_, _) -> read(host, root));
        output.write(file, SnapshotJson.write(snapshot), Output.File.PRIVATE);
        return ExitCode.OK;
    }

    private Snapshot read(Host host, @Nullable RootTarget root) throws IOException {
        return root == null ? host.read(host.container(word)) : root.read(host.facts());
    }

    /// Writes each as soon as it has been read: what cannot be read costs no other one.
    private ExitCode writeAll(Host host) throws IOException {
        if (file != null) {
            throw new UsageException(
                    "--all writes into the folder that is named, -o into one file");
        }
        Path folder = Path.of(word);
        if (!Files.isDirectory(folder)) {
            throw new UsageException(
                    "'" + word + "' is no folder; --all writes a file for each container into one");
        }
        Map<HostContainer, Path> files = files(folder, exclusion.leave(host.containers().all()));
        Terminal terminal = output.terminal();
        List<Recorded> recorded =
                Helpers.ask(
                        List.copyOf(files.keySet()),
                        Helpers.LIMIT,
                        (one, _) -> {
                            byte[] content = SnapshotJson.write(host.read(one.id()));
                            output.write(files.get(one), content, Output.File.PRIVATE);
                            return new Recorded(one.id().target(), files.get(one), null);
                        },
                        (one, why) -> {
                            terminal.complain("'%s' %s", one.id().target(), why);
                            return new Recorded(one.id().target(), null, why);
                        });
        if (json) {
            output.writeJson(CheckReport.recorded(recorded));
        }
        long done = recorded.stream().filter(one -> one.file() != null).count();
        terminal.talk("%s of %s containers recorded in %s", done, files.size(), folder);
        return done == files.size() ? ExitCode.OK : ExitCode.FAILURE;
    }

    /// Returns a name for each, `lxc-web.json`, the next namesake's `lxc-web-2.json`. No colon:
    /// scp(1) would take what is before it for a host.
    private static Map<HostContainer, Path> files(Path folder, List<HostContainer> containers) {
        Map<HostContainer, Path> files = new LinkedHashMap<>();
        Set<String> taken = new HashSet<>();
        for (HostContainer one : containers) {
            String name = one.id().target().replace(':', '-').replace('/', '-');
            String free = name;
            for (int number = 2; !taken.add(free); number++) {
                free = name + "-" + number;
            }
            files.put(one, folder.resolve(free + ".json"));
        }
        return files;
    }
}
