package dev.capdrop.cli.report;

import static dev.capdrop.cli.render.Json.members;
import static dev.capdrop.cli.render.Json.object;
import static java.util.Objects.requireNonNullElse;

import dev.capdrop.capability.Capability;
import dev.capdrop.cli.check.CheckFinding.Fault;
import dev.capdrop.cli.render.Json;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The report of many containers as one HTML page.
record ReportPage(List<PageContainer> containers, @Nullable Previous previous) {
    /// Returns the page, in UTF-8, compared with a previous one or none.
    public static byte[] of(
            String title,
            Json.Made made,
            List<PageContainer> containers,
            @Nullable Previous previous)
            throws IOException {
        ReportPage page = new ReportPage(containers, previous);
        return Template.fill(page.values(title, made));
    }

    private Map<String, @Nullable Object> values(String title, Json.Made made) throws IOException {
        List<Capability> all = Capability.all();
        List<ContainerView> views = new ArrayList<>();
        List<Object> hosts = new ArrayList<>();
        for (Map.Entry<String, List<PageContainer>> host : byHost().entrySet()) {
            List<ContainerView> members = new ArrayList<>();
            for (PageContainer container : host.getValue()) {
                int number = views.size() + members.size() + 1;
                members.add(new ContainerView(container, number, all, made.at()));
            }
            views.addAll(members);
            hosts.add(
                    members()
                            .with("host", host.getKey())
                            .with("numbers", numbers(host.getValue()))
                            .with("containers", Template.each(members, ContainerView::values)));
        }
        List<Brief> now = containers.stream().map(Brief::of).toList();
        Set<String> states = new TreeSet<>();
        containers.forEach(container -> states.add(container.state()));
        Map<String, @Nullable Object> values =
                members()
                        .with("policy", Template.policy())
                        .with("data", data(made.time(), now))
                        .with("title", title)
                        .with("at", made.time())
                        .with("version", requireNonNullElse(made.version(), ""))
                        .with("here", requireNonNullElse(made.host(), ""))
                        .with("kernel", requireNonNullElse(made.kernel(), ""))
                        .with("totals", totals(views))
                        .with("states", List.copyOf(states))
                        .list("capabilities", all, Capability::name)
                        .with("hosts", hosts);
        values.put("causes", causes(views));
        putChanges(values, now);
        return values;
    }

    private Map<String, List<PageContainer>> byHost() {
        Map<String, List<PageContainer>> hosts =
                new TreeMap<>(
                        Comparator.comparing(String::isEmpty)
                                .thenComparing(Comparator.naturalOrder()));
        for (PageContainer container : containers) {
            hosts.computeIfAbsent(container.origin().host(), _ -> new ArrayList<>()).add(container);
        }
        return hosts;
    }

    private static String numbers(List<PageContainer> some) {
        long bad = some.stream().filter(one -> !one.findings().isEmpty()).count();
        return "%s, %s with findings, %s fixable"
                .formatted(counted(some.size(), "container"), bad, fixable(some));
    }

    static String counted(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private static int fixable(List<PageContainer> some) {
        return (int) some.stream().filter(PageContainer::fixable).count();
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
                        members()
                                .with("target", change.target())
                                .with("kind", change.kind())
                                .with("text", change.text()));
            }
        }
        values.put("compared", previous != null);
        values.put(
                "since",
                previous == null || previous.at().isEmpty() ? "the last report" : previous.at());
        values.put("changes", changes);
        values.put("anyChange", !changes.isEmpty());
    }

    private List<Object> totals(List<ContainerView> views) {
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
        totals.add(total(fixable(containers), "fixable by capdrop", "quiet"));
        int old = (int) views.stream().filter(ContainerView::old).count();
        if (old > 0) {
            totals.add(total(old, "recorded a week ago or earlier", "old"));
        }
        return totals;
    }

    private static Object total(int number, String word, String kind) {
        return object("number", Integer.toString(number), "word", word, "kind", kind);
    }

    /// Returns each kind of fault with its containers, the most frequent first.
    private static List<Object> causes(List<ContainerView> views) {
        Map<String, Integer> findings = new TreeMap<>();
        Map<String, List<Object>> having = new TreeMap<>();
        for (ContainerView view : views) {
            Map<String, Integer> rules = new TreeMap<>();
            view.container().findings().forEach(one -> rules.merge(one.rule(), 1, Integer::sum));
            rules.forEach((rule, number) -> {
                findings.merge(rule, number, Integer::sum);
                having.computeIfAbsent(rule, _ -> new ArrayList<>()).add(view.link());
            });
        }
        Comparator<Map.Entry<String, Integer>> most = Map.Entry.comparingByValue();
        return findings.entrySet().stream()
                .sorted(most.reversed())
                .<Object>map(cause -> {
                    List<Object> those = having.getOrDefault(cause.getKey(), List.of());
                    Fault fault = Fault.of(cause.getKey());
                    return members()
                            .with("words", fault.words())
                            .with("help", fault.help())
                            .with(
                                    "numbers",
                                    counted(cause.getValue(), "finding")
                                            + ", "
                                            + counted(those.size(), "container"))
                            .with("having", those);
                })
                .toList();
    }
}
