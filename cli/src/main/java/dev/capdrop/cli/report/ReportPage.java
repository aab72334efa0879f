package dev.capdrop.cli.report;

import static dev.capdrop.cli.render.Json.object;

import dev.capdrop.capability.Capability;
import dev.capdrop.cli.check.CheckFinding;
import dev.capdrop.cli.render.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The report of many containers as one HTML page.
final class ReportPage {
    private final List<PageContainer> containers;
    private final @Nullable Previous previous;

    private ReportPage(List<PageContainer> containers, @Nullable Previous previous) {
        this.containers = containers;
        this.previous = previous;
    }

    /// Returns the page, in UTF-8.
    ///
    /// @param title whose containers these are
    /// @param previous the report to compare with; null for none
    public static byte[] of(
            String title, Instant at, List<PageContainer> containers, @Nullable Previous previous)
            throws IOException {
        ReportPage page = new ReportPage(containers, previous);
        String time = at.truncatedTo(ChronoUnit.SECONDS).toString();
        return Template.fill(page.values(title, time)).getBytes(StandardCharsets.UTF_8);
    }

    private Map<String, @Nullable Object> values(String title, String at) throws IOException {
        List<Capability> all = Capability.all();
        List<Object> views = new ArrayList<>();
        for (PageContainer container : containers) {
            views.add(new ContainerView(container, views.size() + 1, all).values());
        }
        List<Brief> now = containers.stream().map(Brief::of).toList();
        Set<String> states = new TreeSet<>();
        containers.forEach(container -> states.add(container.state()));
        Map<String, @Nullable Object> values =
                object(
                        "policy", Template.policy(),
                        "data", data(at, now),
                        "title", title,
                        "at", at,
                        "totals", totals(),
                        "states", List.copyOf(states),
                        "capabilities", all.stream().map(Capability::name).toList(),
                        "containers", views);
        List<Object> causes = causes();
        values.put("causes", causes);
        values.put("anyCause", !causes.isEmpty());
        putChanges(values, now);
        return values;
    }

    private static String data(String at, List<Brief> now) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Json.writeCompact(bytes, Brief.tree(at, now));
        return bytes.toString(StandardCharsets.US_ASCII);
    }

    private void putChanges(Map<String, @Nullable Object> values, List<Brief> now) {
        List<Object> changes = new ArrayList<>();
        if (previous != null) {
            for (PageChange change : PageChange.between(previous.containers(), now)) {
                changes.add(
                        object(
                                "target", change.target(),
                                "kind", change.kind(),
                                "text", change.text()));
            }
        }
        values.put("compared", previous != null);
        values.put(
                "since",
                previous == null || previous.at().isEmpty() ? "the last report" : previous.at());
        values.put("changes", changes);
        values.put("anyChange", !changes.isEmpty());
    }

    private List<Object> totals() {
        Map<String, Integer> states = new TreeMap<>();
        Map<String, String> moods = new TreeMap<>();
        for (PageContainer container : containers) {
            states.merge(container.state(), 1, Integer::sum);
            moods.merge(
                    container.state(),
                    ContainerView.mood(container),
                    (before, after) -> before.equals(after) ? before : "quiet");
        }
        List<Object> totals = new ArrayList<>();
        totals.add(
                total(
                        containers.size(),
                        containers.size() == 1 ? "container" : "containers",
                        "quiet"));
        states.forEach((state, number) ->
                totals.add(total(number, state, moods.getOrDefault(state, "quiet"))));
        return totals;
    }

    private static Object total(int number, String word, String kind) {
        return object("number", Integer.toString(number), "word", word, "kind", kind);
    }

    /// Returns the number of findings of each cause, the most frequent first.
    private List<Object> causes() {
        Map<String, Integer> findings = new TreeMap<>();
        Map<String, Integer> having = new TreeMap<>();
        for (PageContainer container : containers) {
            Set<String> rules = new HashSet<>();
            for (CheckFinding finding : container.findings()) {
                findings.merge(finding.rule(), 1, Integer::sum);
                rules.add(finding.rule());
            }
            rules.forEach(rule -> having.merge(rule, 1, Integer::sum));
        }
        Comparator<Map.Entry<String, Integer>> most = Map.Entry.comparingByValue();
        return findings.entrySet().stream()
                .sorted(most.reversed())
                .<Object>map(cause ->
                        object(
                                "rule", cause.getKey(),
                                "findings", cause.getValue(),
                                "containers", having.getOrDefault(cause.getKey(), 0)))
                .toList();
    }
}
