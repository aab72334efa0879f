package dev.capdrop.cli.explain;

import dev.capdrop.cli.command.CommandModel;
import dev.capdrop.cli.command.ExitCode;
import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.command.HostCommand;
import dev.capdrop.cli.command.Mistakes.UsageException;
import dev.capdrop.core.container.ConfigFormat;
import dev.capdrop.core.container.ConfigSource;
import dev.capdrop.core.container.EffectiveCapabilities;
import dev.capdrop.core.container.ProxmoxConfig;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.RuntimeKind;
import module java.base;

/// `capdrop config`: what a configuration really says.
final class ConfigCommand extends HostCommand {
    /// A configuration of Proxmox VE, by its name.
    private static final Pattern VMID_CONF = Pattern.compile("([1-9][0-9]{2,8})\\.conf");

    private String target = "";

    @Override
    protected CommandModel model() {
        return new CommandModel("config", this)
                .operand("TARGET|FILE", "1", word -> target = word)
                .with(where, output);
    }

    @Override
    public ExitCode call() throws IOException {
        Host host = where.host();
        int last = host.lastCapability();
        Host.Files.Source source = host.files().source();
        ConfigText.Sections sections = sections(host, source.files(), last);
        List<String> problems = source.problems().get();
        if (!sections.current().loads() && !problems.isEmpty()) {
            throw new IOException(problems.getFirst());
        }
        boolean closed =
                show(
                        () -> ConfigText.config(sections, last),
                        terminal -> new ConfigText(terminal).write(sections, last));
        return closed || sections.loads() ? ExitCode.OK : ExitCode.FINDINGS;
    }

    private ConfigText.Sections sections(Host host, ConfigSource source, int last)
            throws IOException {
        if (target.contains("/") && !RuntimeKind.namesInProject(target)) {
            Path file = Path.of(target).toAbsolutePath().normalize();
            if (!Files.isRegularFile(file)) {
                throw new UsageException(
                        "'%s' is no file, expected a configuration or a container's name"
                                .formatted(target));
            }
            String name = file.getFileName().toString();
            Matcher vmid = VMID_CONF.matcher(name);
            if (!vmid.matches()) {
                return plain(ConfigFormat.ofFile(name), file.toString(), source, last);
            }
            ContainerId guest = ContainerId.proxmox(vmid.group(1), "", file.toString());
            return proxmox(file.toString(), source, last, host.runtimes().cover(guest));
        }
        ContainerId container = host.container(target);
        return container.format() == ConfigFormat.PROXMOX
                ? proxmox(container.configPath(), source, last, true)
                : plain(container.format(), container.configPath(), source, last);
    }

    private static ConfigText.Sections plain(
            ConfigFormat format, String path, ConfigSource source, int last) {
        EffectiveCapabilities effective = format.resolve(path, source, last);
        return new ConfigText.Sections(format, path, effective, null, Map.of());
    }

    private static ConfigText.Sections proxmox(
            String path, ConfigSource source, int last, boolean here) {
        String text = source.read(path);
        if (text == null) {
            return plain(ConfigFormat.PROXMOX, path, source, last);
        }
        ProxmoxConfig config = ProxmoxConfig.parse(text);
        Map<String, EffectiveCapabilities> snapshots = new TreeMap<>();
        config.snapshots()
                .forEach((name, section) ->
                        snapshots.put(name, resolve(section, path, source, last, here)));
        return new ConfigText.Sections(
                ConfigFormat.PROXMOX,
                path,
                resolve(config.main(), path, source, last, here).with(config.remarks(path)),
                config.pending() == null
                        ? null
                        : resolve(config.nextStart(), path, source, last, here),
                snapshots);
    }

    private static EffectiveCapabilities resolve(
            ProxmoxConfig.Section section,
            String path,
            ConfigSource source,
            int last,
            boolean here) {
        EffectiveCapabilities effective = ProxmoxConfig.resolve(section, path, source, last);
        return here ? effective.complete() : effective;
    }
}
