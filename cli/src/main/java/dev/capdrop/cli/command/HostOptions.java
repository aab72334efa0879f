package dev.capdrop.cli.command;

import dev.capdrop.cli.command.CommandModel.OptionGroup;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.document.ShellWord;
import dev.capdrop.linux.store.ClusterFileSystem;
import dev.capdrop.linux.store.FileJournal;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The options that say where this host keeps things.
public final class HostOptions implements OptionGroup {
    /// The file of defaults, where a command line names no other.
    public static final Path DEFAULTS = Path.of("/etc/capdrop/capdrop.conf");

    public static final String CONFIG = "--config";

    private final Environment environment;
    @Nullable Path lxcPath;
    public Path stateDir = FileJournal.DEFAULT_DIRECTORY;
    Path pveDir = ClusterFileSystem.DEFAULT_DIRECTORY;
    private String config = "";
    private @Nullable CommandModel model;
    private @Nullable Host host;

    /// Whether what is changed is shown in the lists of its runtime.
    public boolean tag;

    public HostOptions(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void addTo(CommandModel model) {
        this.model = model;
        model.of("host")
                .option("--lxc-path", "DIR")
                .as(OptionValues::folder, lxcPath, dir -> lxcPath = dir)
                .option("--state-dir", "DIR")
                .as(OptionValues::folder, stateDir, dir -> stateDir = dir)
                .option("--pve-dir", "DIR")
                .as(OptionValues::folder, pveDir, dir -> pveDir = dir)
                .option(CONFIG, "FILE")
                .as(String.class, config, file -> config = file);
    }

    /// Returns the host that they name, made when it is first asked for, after the line was read.
    public Host host() {
        Host made = host == null ? environment.hosts().apply(this) : host;
        host = made;
        return made;
    }

    void say(Text sentence) {
        new Output(environment).terminal().talk("%s", sentence);
    }

    /// Returns these as words of a command line; defaults hold for the next one, too.
    public String arguments() {
        return word("--lxc-path", lxcPath == null ? Path.of("") : lxcPath)
                + word("--pve-dir", pveDir)
                + word("--state-dir", stateDir)
                + word(CONFIG, Path.of(config));
    }

    private String word(String option, Path value) {
        return model != null && model.isGiven(option)
                ? " " + option + " " + ShellWord.quoted(value.toString())
                : "";
    }
}
