package dev.capdrop.cli.command;

import dev.capdrop.cli.render.ConfigText;
import dev.capdrop.cli.render.JsonReports;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.linux.snapshot.SnapshotReader;
import dev.capdrop.linux.store.FileConfigSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `capdrop config`: what a configuration really says.
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  capdrop config web", "  capdrop config /usr/share/lxc/config/common.conf"},
        description =
                "Says what a configuration really says: includes resolved, resets applied, file and line of"
                        + " each entry, or why liblxc would refuse it.")
final class ConfigCommand implements Callable<Integer> {
    @Parameters(paramLabel = "TARGET|FILE", description = "lxc:NAME, NAME, or a configuration file")
    String target = "";

    @Mixin HostOptions host = new HostOptions();
    @Mixin Output output = new Output();

    @Override
    public Integer call() throws IOException {
        Terminal terminal = output.terminal();
        String path = path();
        int last = SnapshotReader.host().lastCapability();
        FileConfigSource source = new FileConfigSource();
        EffectiveCapabilities effective = ConfigFormat.LXC.resolve(path, source, last);
        if (!effective.loads() && !source.problems().isEmpty()) {
            throw new IOException(source.problems().getFirst());
        }
        if (output.isJson()) {
            output.writeJson(JsonReports.config(effective, last));
        } else {
            new ConfigText(terminal).write(path, effective, last);
        }
        return terminal.closed() || effective.loads()
                ? ExitCode.OK.status()
                : ExitCode.FINDINGS.status();
    }

    private String path() throws IOException {
        if (target.contains("/")) {
            Path file = Path.of(target).toAbsolutePath().normalize();
            if (!Files.isRegularFile(file)) {
                throw new UsageException(
                        "'"
                                + target
                                + "' is no file, expected a configuration or a container's name");
            }
            return file.toString();
        }
        return host.container(target).configPath();
    }
}
