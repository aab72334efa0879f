package dev.capdrop.cli.command;

import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.record.SnapshotJson;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/// `capdrop snapshot`: everything known of a container, as one JSON file.
final class SnapshotCommand implements Callable<Integer> {
    private String target = "";
    private @Nullable Path file;
    private final HostOptions where;
    private final OutputStream out;

    SnapshotCommand(Environment environment) {
        where = new HostOptions(environment.hosts());
        out = environment.streams().out();
    }

    CommandSpec spec() {
        return new CommandModel(this)
                .description("Writes everything known of a container as one JSON file, for --from.")
                .examples("  capdrop snapshot web -o web.json", "  capdrop check --from web.json")
                .operand("TARGET", "1", "VMID, lxc:NAME, NAME or root:DIR", word -> target = word)
                .option(
                        "-o",
                        "FILE",
                        "write to FILE, mode 0600 (default: stdout)",
                        Path.class,
                        file,
                        path -> file = path)
                .with(where)
                .spec();
    }

    @Override
    public Integer call() throws IOException {
        Host host = where.host();
        host.requireRoot();
        OutputFile.requirePlace(file);
        RootTarget root = RootTarget.of(target);
        Snapshot snapshot = Helpers.one(target, Helpers.LIMIT, (_, _) -> read(host, root));
        OutputFile.write(file, out, SnapshotJson.write(snapshot), OutputFile.PRIVATE);
        return ExitCode.OK.status();
    }

    private Snapshot read(Host host, @Nullable RootTarget root) throws IOException {
        return root == null ? host.reader().read(host.container(target)) : root.read(host.facts());
    }
}
