package dev.capdrop.cli.check;

import dev.capdrop.cli.drop.PendingText;
import dev.capdrop.cli.render.TextTable.Color;
import dev.capdrop.core.container.ProxmoxGuest;
import dev.capdrop.core.document.ShellWord;
import dev.capdrop.core.plan.Plan;
import dev.capdrop.core.snapshot.Snapshot;
import module java.base;
import org.jspecify.annotations.Nullable;

/// A row of the table of `check`: one container, or several of which the same is to be said.
///
/// @param seen whether the units were seen, so that the number of failed ones is a fact
record CheckRow(
        List<Member> members,
        CheckTotals.Kind kind,
        String state,
        int failed,
        boolean seen,
        Causes causes,
        Fix fix,
        Color color) {
    /// The words for one container.
    ///
    /// @param file the recording; empty where it was not read from one
    /// @param word the shortest word that a command line takes
    /// @param name Proxmox VE's name; empty for others
    /// @param command the words behind a command's name that mean it
    record Member(
            String file,
            String word,
            String name,
            String node,
            String command,
            List<String> problems) {
        String title() {
            return file.isEmpty() ? word : file;
        }

        String look() {
            return "capdrop check "
                    + (file.isEmpty() ? command : "--from " + ShellWord.quoted(file));
        }
    }

    /// The treatment, and what stands in its way or is to be known before.
    record Fix(Remedy remedy, List<String> notes) {
        enum Remedy {
            NONE,
            APPLY,
            /// For a configuration that is a command line, which nobody edits.
            PLAN,
            RESTART,
            /// A change of ours that has not ended.
            RESUME,
            CONFIG,
            LOOK
        }

        private static Fix of(Checked checked) {
            List<String> notes = new ArrayList<>();
            ProxmoxGuest guest = checked.guest();
            boolean here = guest == null || guest.place().here();
            if (here
                    && checked.change().pending() != null
                    && !checked.change().holder().isEmpty()) {
                notes.add(PendingText.underWay(checked.change().holder()));
            }
            if (guest != null && guest.lock() != null) {
                notes.add("locked: " + guest.lock());
            }
            if (guest != null && !here) {
                notes.add("on node " + guest.place().node());
            }
            if (guest != null && guest.haManaged()) {
                notes.add("HA");
            }
            return new Fix(here ? remedy(checked) : Remedy.NONE, notes);
        }

        private static Remedy remedy(Checked checked) {
            Plan plan = checked.plan();
            if (checked.change().pending() != null) {
                return checked.change().holder().isEmpty() ? Remedy.RESUME : Remedy.NONE;
            }
            if (checked.wouldNotStart()) {
                return Remedy.CONFIG;
            }
            if (plan != null && !plan.drop().isEmpty()) {
                return checked.ofCommandLine() ? Remedy.PLAN : Remedy.APPLY;
            }
            if (plan != null && plan.heals()) {
                return Remedy.RESTART;
            }
            return checked.hasFindings() ? Remedy.LOOK : Remedy.NONE;
        }
    }

    /// Returns the row of one container; `file` is its recording, or empty.
    static CheckRow of(String file, Checked checked) {
        ProxmoxGuest guest = checked.guest();
        boolean seen = checked.observed() && !checked.isForecast();
        Member member =
                new Member(
                        file,
                        guest == null ? checked.target() : guest.vmid(),
                        guest == null ? "" : guest.hostname(),
                        guest == null ? host(checked.snapshot()) : guest.place().node(),
                        checked.command(),
                        problems(checked));
        return new CheckRow(
                List.of(member),
                CheckTotals.Kind.of(checked),
                checked.state(),
                checked.failed(),
                seen,
                Causes.of(checked),
                Fix.of(checked),
                color(checked));
    }

    private static String host(@Nullable Snapshot snapshot) {
        return snapshot == null ? "" : snapshot.host().name();
    }

    private static List<String> problems(Checked checked) {
        List<String> problems = new ArrayList<>();
        if (checked.snapshot() != null) {
            problems.add(checked.problem());
        }
        problems.add(checked.change().problem());
        if (checked.snapshot() != null && !checked.withoutSystemd()) {
            problems.addAll(checked.snapshot().problems());
        }
        problems.removeIf(String::isEmpty);
        return problems;
    }

    private static Color color(Checked checked) {
        if (checked.hasFindings() || checked.snapshot() == null) {
            return Color.BAD;
        }
        if (checked.withoutSystemd() || checked.frozen()) {
            return Color.NONE;
        }
        return checked.snapshot().running() ? Color.GOOD : Color.NONE;
    }

    /// Returns one row for all of which the same is to be said, in the order of the first of each.
    static List<CheckRow> grouped(List<CheckRow> all) {
        Map<Object, CheckRow> groups = new LinkedHashMap<>();
        for (CheckRow row : all) {
            groups.merge(
                    List.of(row.kind, row.state, row.causes.key(), row.fix), row, CheckRow::with);
        }
        return List.copyOf(groups.values());
    }

    /// Returns the same without telling several causes apart.
    CheckRow coarse() {
        return new CheckRow(members, kind, state, failed, seen, causes.coarse(), fix, color);
    }

    private CheckRow with(CheckRow more) {
        List<Member> both = new ArrayList<>(members);
        both.addAll(more.members);
        return new CheckRow(
                both,
                kind,
                state,
                failed + more.failed,
                seen,
                causes.with(more.causes),
                fix,
                color);
    }

    /// The order by need: what would not start again; what has failed, is not known, or gets worse
    /// at the next start, of those that run and of those that do not; last what is well.
    static final Comparator<CheckRow> WORST =
            Comparator.comparingInt(CheckRow::rank)
                    .thenComparing(row -> row.kind.sick() ? CheckTotals.Kind.NOT_READ : row.kind)
                    .thenComparing(Comparator.comparingInt(CheckRow::failed).reversed())
                    .thenComparing(Comparator.comparingInt(CheckRow::size).reversed());

    private int rank() {
        if (causes.problem().equals(Causes.NOT_LOADED)) {
            return 0;
        }
        if (failed > 0) {
            return 1;
        }
        if (kind.sick()) {
            return causes.forecast() ? 4 : 3;
        }
        return kind == CheckTotals.Kind.NOT_READ ? 2 : 5;
    }

    int size() {
        return members.size();
    }
}
