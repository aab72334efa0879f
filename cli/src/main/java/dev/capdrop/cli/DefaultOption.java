package dev.capdrop.cli;

import module java.base;

import org.jspecify.annotations.Nullable;

/// The settings of a file of defaults: the options that make sense for a whole host, a row each.
enum DefaultOption {
    LXC_PATH("lxc-path", "/var/lib/lxc", Set.of()),
    PVE_DIR("pve-dir", "/etc/pve", Set.of()),
    STATE_DIR("state-dir", "/var/lib/capdrop", Set.of()),
    USERNS_DIR(
            "userns-dir",
            "/usr/share/lxc/config/userns.conf.d",
            Set.of(Command.plan, Command.apply, Command.undo)),
    TIMEOUT("timeout", "30s", Set.of(Command.check, Command.metrics, Command.report)),
    EXCLUDE("exclude", "101,lxc:build,nocheck", Set.of()),
    FAIL_ON("fail-on", "degraded,drift", Set.of(Command.check));

    final String word;
    final String example;
    private final Set<Command> commands;

    DefaultOption(String word, String example, Set<Command> commands) {
        this.word = word;
        this.example = example;
        this.commands = commands;
    }

    /// Returns the commands of which it is a default; empty for all that have the option.
    public List<String> commands() {
        return commands.stream().sorted().map(Command::name).toList();
    }

    String option() {
        return "--" + word;
    }

    /// Returns a command that has the option, and means by it what the setting does.
    Command command() {
        return commands.stream().sorted().findFirst().orElse(Command.check);
    }

    public boolean isFor(String command) {
        return commands.isEmpty() || commands().contains(command);
    }

    /// Returns the option of this word; null where there is none.
    static @Nullable DefaultOption of(String word) {
        for (DefaultOption one : values()) {
            if (one.word.equals(word)) {
                return one;
            }
        }
        return null;
    }

    boolean isFolder() {
        return example.startsWith("/");
    }
}
