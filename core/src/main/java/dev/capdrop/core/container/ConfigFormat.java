package dev.capdrop.core.container;

import dev.capdrop.capability.Capability;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.core.container.Editing.ConfigEdit;
import dev.capdrop.core.container.EffectiveCapabilities.LoadError;
import dev.capdrop.core.document.LineDocument;
import dev.capdrop.core.runtime.IncusExpansion;
import dev.capdrop.core.runtime.IncusFile;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A format of container configurations: what a file comes to, and the smallest edit of it.
public enum ConfigFormat {
    /// The format of lxc.container.conf(5), "CAPABILITIES" and "INCLUDES", as liblxc 5 and later
    /// read it. Keys are judged; values only where they are about capabilities.
    LXC(" = "),
    /// Proxmox VE's `VMID.conf`, pct.conf(5). The next start's is read; only the main section is
    /// edited.
    PROXMOX(": "),
    /// The format of systemd.nspawn(5): a machine's `NAME.nspawn`, which may be absent, and its
    /// unit's command line, or `/proc/PID/cmdline` of one started by hand, which is never written.
    NSPAWN("="),
    /// `raw.lxc` of an instance of Incus or LXD, read behind the generated lines; where it has
    /// none, that of its last profile that has one.
    INCUS(" = ");

    private final String assignment;

    ConfigFormat(String assignment) {
        this.assignment = assignment;
    }

    /// Returns the format of a file of this name; [#LXC] where no other format claims it.
    public static ConfigFormat ofFile(String fileName) {
        return fileName.endsWith(".nspawn") ? NSPAWN : LXC;
    }

    /// Returns what the configuration at `path` comes to; `last` is /proc's `cap_last_cap`.
    public EffectiveCapabilities resolve(String path, ConfigSource source, int last) {
        return read(path, source, last).effective();
    }

    public LxcSettings settings(String path, ConfigSource source) {
        return read(path, source, Capability.MAX_NUMBER).settings();
    }

    /// Returns what a start from each snapshot in the file would come to, by its name.
    public Map<String, EffectiveCapabilities> snapshots(
            String path, ConfigSource source, int last) {
        Map<String, EffectiveCapabilities> snapshots = new TreeMap<>();
        String text = this == PROXMOX ? source.read(path) : null;
        ProxmoxConfig.parse(text == null ? "" : text)
                .snapshots()
                .forEach((name, section) ->
                        snapshots.put(name, ProxmoxConfig.resolve(section, path, source, last)));
        return snapshots;
    }

    private Reading read(String path, ConfigSource source, int last) {
        return switch (this) {
            case LXC -> LxcResolver.read(path, source, last).reading();
            case PROXMOX -> GeneratedConfig.nextStart(path, source, last).reading();
            case NSPAWN -> NspawnConfig.read(path, source, last);
            case INCUS -> incus(path, source, last).reading();
        };
    }

    private static LxcResolver incus(String path, ConfigSource source, int last) {
        String own = source.read(path);
        String expanded = source.read(IncusFile.expanded(path));
        if (own == null || expanded == null) {
            return LxcResolver.refused(path, source, "nobody tells what it says");
        }
        IncusExpansion given = IncusExpansion.parse(expanded);
        String lines = given.lines(source.list(IncusExpansion.COMMON) != null);
        LxcResolver resolver = LxcResolver.generated(given.daemon().title(), lines, source, last);
        if (own.isEmpty()) {
            return resolver.goOn("profile " + given.profile(), given.profileLines());
        }
        return given.profile().isEmpty()
                ? resolver.goOn(path, own)
                : LxcResolver.refused(
                        path,
                        source,
                        "it would take the raw.lxc of profile '%s' out of force"
                                .formatted(given.profile()));
    }

    /// Returns the lines that open the container wider than the lines before them.
    public List<Opening> openings(String path, ConfigSource source, int last) {
        return read(path, source, last).openings();
    }

    /// The result of reading a configuration; `settings` has each key's value in liblxc's terms.
    record Reading(EffectiveCapabilities effective, LxcSettings settings, List<Opening> openings) {
        boolean decidesAs(Reading other) {
            return effective.mode() == other.effective.mode()
                    && effective.names().equals(other.effective.names())
                    && texts().equals(other.texts())
                    && settings.values(LxcKeys.ID_MAP)
                            .equals(other.settings.values(LxcKeys.ID_MAP));
        }

        private List<String> texts() {
            return effective.lines().stream().map(line -> line.file() + ":" + line.text()).toList();
        }
    }

    List<LxcLine> lines(LineDocument document) {
        return switch (this) {
            case LXC, INCUS -> LxcSyntax.parse(document);
            case PROXMOX -> ProxmoxConfig.parse(document).main().lxcLines();
            case NSPAWN -> List.copyOf(NspawnEdit.NspawnLines.of(document).assignments());
        };
    }

    int end(LineDocument document) {
        return switch (this) {
            case LXC, INCUS -> LxcSyntax.endOfFile(document);
            case PROXMOX -> ProxmoxConfig.parse(document).main().end();
            case NSPAWN -> document.size();
        };
    }

    private NestingEdit nesting(String text) {
        return switch (this) {
            case LXC -> new NestingEdit.OfLines(this, text);
            case PROXMOX -> new NestingEdit.OfFeatures(text);
            case NSPAWN, INCUS -> new NestingEdit.Needless();
        };
    }

    Editing.Obstacle obstacle(String text) {
        return switch (this) {
            case LXC -> Editing.Obstacle.LATER_LINE;
            case PROXMOX -> {
                ProxmoxConfig.Section pending = ProxmoxConfig.parse(text).pending();
                yield pending == null || pending.raw(false).isEmpty()
                        ? Editing.Obstacle.LATER_LINE
                        : Editing.Obstacle.PENDING_RAW_LINES;
            }
            case NSPAWN -> Editing.Obstacle.OTHER_SETTINGS;
            case INCUS ->
                    text.isEmpty()
                            ? Editing.Obstacle.LINES_OF_PROFILE
                            : Editing.Obstacle.LATER_LINE;
        };
    }

    String dropKey() {
        return this == NSPAWN ? NspawnEdit.DROP : LxcKeys.DROP;
    }

    @Nullable Capability capability(String word) {
        return this == NSPAWN
                ? NspawnWords.read(word)
                : CapabilityWords.read(word, Capability.MAX_NUMBER);
    }

    /// Returns the texts that drop `held`, best first.
    List<String> dropping(String path, String before, CapabilitySet held, CapabilitySet wanted) {
        if (this != NSPAWN) {
            return DropEdit.inserted(this, before, List.of(line(LxcKeys.DROP, held.toString())));
        }
        return NspawnConfig.isCommandLine(path)
                ? NspawnEdit.ofCommandLine(before, held, wanted)
                : NspawnEdit.ofFile(before, held);
    }

    /// Whether a container need not have such a file; an absent one counts as empty.
    public boolean optional() {
        return this == NSPAWN;
    }

    /// Returns the program that reads the file, as sentences call it.
    public String reader() {
        return this == NSPAWN ? "systemd-nspawn" : "liblxc";
    }

    String line(String key, String value) {
        return (key + assignment + value).stripTrailing();
    }

    /// Returns the smallest edit after which `drop` is no longer held, as reading proves.
    public Editing drop(String path, ConfigSource source, CapabilitySet drop, int last) {
        EffectiveCapabilities now = resolve(path, source, last);
        String found = source.read(path);
        String text = found == null && optional() ? "" : found;
        return now.error() != null || text == null
                ? new Editing.NotLoaded(path, now.error())
                : new DropEdit(this, path, source, last, text, now).drop(drop);
    }

    /// Returns the smallest edit after which AppArmor lets the container mount inside, by a profile
    /// that liblxc makes. Source: lxc.container.conf(5), "APPARMOR PROFILE"; pct.conf(5),
    /// `features`.
    public Editing allowNesting(String path, ConfigSource source) {
        String before = source.read(path);
        LoadError error = read(path, source, Capability.MAX_NUMBER).effective().error();
        if (before == null || error != null) {
            return new Editing.NotLoaded(path, error);
        }
        LxcSettings now = settings(path, source);
        for (String candidate : nesting(before).allowed(now.generatesProfile())) {
            boolean already = now.allowsNesting();
            if (already || settings(path, source.with(path, candidate)).allowsNesting()) {
                String after = already ? before : candidate;
                CapabilitySet none = CapabilitySet.EMPTY;
                return new ConfigEdit(path, before, after, none, none, true);
            }
        }
        return new Editing.NestingUndone(path);
    }

    /// Makes `edit` anew for a file that somebody else has changed; null where that change decides
    /// about capabilities, so that a new plan is needed.
    public @Nullable ConfigEdit again(
            ConfigEdit edit, String current, ConfigSource source, int last) {
        String path = edit.path();
        ConfigSource now = source.with(path, current);
        Reading was = read(path, source.with(path, edit.before()), last);
        Reading is = read(path, now, last);
        if (!is.effective().loads() || !was.decidesAs(is)) {
            return null;
        }
        if (edit.nesting()) {
            return is.settings().confinesAs(was.settings())
                            && allowNesting(path, now) instanceof ConfigEdit again
                    ? again
                    : null;
        }
        CapabilitySet drop = edit.addedToDrop().union(edit.removedFromKeep());
        return drop(path, now, drop, last) instanceof ConfigEdit again ? again : null;
    }

    /// Returns a container's own text without its lines about capabilities.
    public String withoutCapabilities(String text) {
        EditedLists lists = new EditedLists(this, text);
        for (String key : List.of(LxcKeys.DROP, LxcKeys.KEEP)) {
            lists.settings(key, _ -> true).forEach(lists::delete);
        }
        return lists.format();
    }

    /// Returns `current` without what `edit` did: `edit.before()` when nobody else edited it, else
    /// with our names taken back, also from lines of others that name them, and other edits kept.
    public String takeBack(String current, ConfigEdit edit) {
        String rest =
                current.equals(edit.after()) || current.equals(edit.before())
                        ? edit.before()
                        : edit.nesting()
                                ? nesting(edit.before()).withdrawn(edit.after(), current)
                                : new EditedLists.TakeBack(this, edit).from(current);
        return this == NSPAWN ? NspawnEdit.withoutOurs(rest) : rest;
    }

    /// A line of a configuration that opens what the lines before it, or its runtime, had closed.
    ///
    /// @param gives the capabilities that the container holds because of it
    /// @param line from 1; 0 where a line is missing
    /// @param text the line as written; what is missing where there is none
    public record Opening(Kind kind, CapabilitySet gives, String file, int line, String text)
            implements EffectiveCapabilities.Placed {
        /// The guard that is taken away.
        public enum Kind {
            /// No AppArmor profile confines the container: `lxc.apparmor.profile = unconfined`.
            APPARMOR,
            /// The list of dropped capabilities begins anew: `lxc.cap.drop =`.
            CAPABILITIES,
            /// Every device may be used: `lxc.cgroup2.devices.allow = a`.
            DEVICES,
            /// `/proc/sys` and `/proc/sysrq-trigger` are writable: `lxc.mount.auto = proc:rw`.
            PROC,
            /// `/sys` is writable: `lxc.mount.auto = sys:rw`.
            SYS,
            /// The container has no user namespace of its own: no `lxc.idmap`.
            PRIVILEGED
        }
    }
}
