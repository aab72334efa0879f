package dev.capdrop.cli.drop;

import dev.capdrop.cli.command.Host;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.change.Change;
import dev.capdrop.core.change.Decision;
import dev.capdrop.core.change.SharedChange.SharedMembers;
import dev.capdrop.core.journal.Experience;
import dev.capdrop.core.journal.Journal;
import dev.capdrop.core.journal.JournalEntry;
import dev.capdrop.core.runtime.IncusFile.IncusProfile;
import dev.capdrop.core.snapshot.ContainerId;
import dev.capdrop.core.snapshot.Snapshot;
import dev.capdrop.core.snapshot.Subject;
import dev.capdrop.linux.runtime.HostRuntime;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Wires a change to this host.
public final class Changes {
    private Changes() {}

    /// Returns the change of a container, unless one of what it shares with others is under way.
    public static Change change(Host host, ContainerId container, Change.Progress progress)
            throws IOException {
        requireNoShared(host, container);
        return new Change(
                new Change.Ports(
                        host.store(container),
                        host.runtime(container),
                        host.journal(),
                        host.reader(),
                        host.inside().starter(),
                        host.inside().live(),
                        host.facts().clock(),
                        progress));
    }

    /// Returns a sentence for a question: what a change lets go first; else empty.
    public static Text opened(Host host, ContainerId container) throws IOException {
        String opened = host.runtime(container).opened(container);
        return opened.isEmpty() ? Text.EMPTY : Text.of("%s ", opened);
    }

    /// Returns what keeps a running container from the restart of its undo; else null.
    public static Decision.@Nullable LeftOut againstRestart(
            Host host, ContainerId container, RestartOptions restart) throws IOException {
        HostRuntime runtime = host.runtime(container);
        if (restart.noRestart || !runtime.running(container)) {
            return null;
        }
        runtime.requireInstalled();
        return runtime.notRestartable(container);
    }

    /// Refuses to go on where a change of a profile that a container uses is under way.
    public static void requireNoShared(Host host, ContainerId container) throws IOException {
        for (JournalEntry entry : host.journal().entries(container.target())) {
            IncusProfile profile = entry.ofProfile() ? IncusProfile.of(entry.edit().path()) : null;
            if (profile != null && !entry.phase().ended()) {
                Subject.Profile shared = new Subject.Profile(profile);
                JournalEntry pending = pending(host.journal(), shared);
                if (pending != null && entry.belongsTo(pending)) {
                    throw new IOException(
                            "a change of the profile '%s' is under way, which '%s' uses; 'capdrop apply %s' finishes it"
                                    .formatted(
                                            profile.word(),
                                            container.target(),
                                            new HostDrop(host, shared).arguments()));
                }
            }
        }
    }

    /// Returns the containers that a change of what they share has stopped, and that do not run.
    static List<ContainerId> down(Host host, JournalEntry shared) throws IOException {
        List<ContainerId> down = new ArrayList<>();
        for (ContainerId one : new SharedMembers(host.journal(), shared).underWay()) {
            if (!host.runtime(one).running(one)) {
                down.add(one);
            }
        }
        return down;
    }

    /// Returns the end of a sentence that names the containers that are down; else empty.
    static String leftDown(Host host, JournalEntry shared) throws IOException {
        List<ContainerId> down = down(host, shared);
        return down.isEmpty() ? "" : " (down in the middle of its restart: " + names(down) + ")";
    }

    /// Returns the end of a question that names the containers to be started; else empty.
    public static String toStart(Host host, JournalEntry shared) throws IOException {
        List<ContainerId> down = down(host, shared);
        return down.isEmpty() ? "" : ", and start what a restart for it left down: " + names(down);
    }

    static String names(List<ContainerId> containers) {
        return String.join(", ", containers.stream().map(ContainerId::target).toList());
    }

    public static Change.WaitingChange waiting(Host host, JournalEntry entry) {
        return new Change.WaitingChange(
                host.store(entry.before().container()), host.journal(), entry);
    }

    /// Returns this very container's own changes, oldest first; a namesake has others.
    public static List<JournalEntry> entries(Journal journal, Subject subject) throws IOException {
        return journal.entries(subject.target()).stream()
                .filter(entry -> entry.before().subject().equals(subject))
                .filter(entry -> !entry.ofProfile())
                .toList();
    }

    public static Experience experience(Journal journal, Subject subject) throws IOException {
        return new Experience(entries(journal, subject));
    }

    /// Returns the refusals since we dropped something, from it alone or from what it shares.
    public static List<SinceDropText> sinceDrop(Host host, Snapshot now) throws IOException {
        ContainerId container = now.container();
        List<SinceDropText> all = new ArrayList<>();
        Experience.SinceDrop alone = experience(host.journal(), container).sinceDrop(now);
        if (!alone.refused().isEmpty()) {
            all.add(new SinceDropText(alone, host.command(container), container));
        }
        // nothing is looked for of those of whom nothing was learnt
        if (now.learnt() != null) {
            Recorded recorded = new Recorded(host, host.journal());
            for (String target : host.journal().targets()) {
                for (Subject shared : isShared(target) ? recorded.of(target) : List.<Subject>of()) {
                    if (shared instanceof Subject.Lines lines) {
                        all.addAll(new HostDrop(host, lines).sinceDrop(now));
                    }
                }
            }
        }
        return all;
    }

    private static boolean isShared(String target) {
        return target.startsWith(Subject.HostFile.PREFIX + ":")
                || target.startsWith(Subject.Profile.PREFIX + ":");
    }

    /// Returns the newest entry of this container when it has not ended, else null.
    public static @Nullable JournalEntry pending(Journal journal, Subject subject)
            throws IOException {
        return pending(entries(journal, subject));
    }

    /// Returns the newest of a container's entries, oldest first, when it has not ended, else null.
    public static @Nullable JournalEntry pending(List<JournalEntry> entries) {
        return entries.isEmpty() || entries.getLast().phase().ended() ? null : entries.getLast();
    }

    /// Returns a container, its PID 1 limited to what our changes show that it ever held.
    public static Snapshot limited(Host host, Snapshot read) throws IOException {
        return experience(host.journal(), read.container()).limited(read);
    }

    /// The containers that the journal knows, whether they are still there or not.
    public record Recorded(Host host, Journal journal) {
        /// Returns the containers of a target: several where folders of LXC's hold namesakes.
        public List<Subject> of(String target) throws IOException {
            Set<Subject> containers = new LinkedHashSet<>();
            for (JournalEntry entry : journal.entries(target)) {
                if (host.runtimes().cover(entry.before().subject())) {
                    containers.add(entry.before().subject());
                }
            }
            return List.copyOf(containers);
        }

        /// Returns the containers that a word names. Shared lines are meant by their full target
        /// only, so that nobody restarts all who share them for one that is gone.
        public List<Subject> named(String word) throws IOException {
            List<Subject> found = new ArrayList<>();
            for (String target : journal.targets()) {
                if (target.equals(word)) {
                    found.addAll(of(target));
                } else if (target.substring(target.indexOf(':') + 1).equals(word)) {
                    of(target).stream()
                            .filter(one -> !(one instanceof Subject.Lines))
                            .forEach(found::add);
                }
            }
            return found;
        }
    }
}
