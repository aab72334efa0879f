package dev.capdrop.cli.check;

import dev.capdrop.cli.render.Json;
import dev.capdrop.cli.render.Text;
import module java.base;
import org.jspecify.annotations.Nullable;

/// The findings of `check` as JUnit's XML: a suite a container, a failed test a finding.
final class JunitReport {
    private final StringBuilder xml = new StringBuilder();

    private final Json.Made made;

    private JunitReport(Json.Made made) {
        this.made = made;
    }

    public static byte[] of(Json.Made made, List<Tested> all) {
        JunitReport report = new JunitReport(made);
        report.xml.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        report.open(0, "testsuites", "name", "capdrop check");
        all.forEach(report::suite);
        report.close(0, "testsuites");
        return report.xml.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void suite(Tested tested) {
        boolean judged = tested.outcome() == Tested.Outcome.JUDGED;
        boolean failed = tested.outcome() == Tested.Outcome.NOT_READ;
        int findings = tested.findings().size();
        open(
                1,
                "testsuite",
                "name",
                tested.target(),
                "tests",
                String.valueOf(judged ? Math.max(1, findings) : findings + 1),
                "failures",
                String.valueOf(findings),
                "errors",
                failed ? "1" : "0",
                "skipped",
                judged || failed ? "0" : "1",
                "file",
                tested.source(),
                "timestamp",
                made.time(),
                "hostname",
                made.host());
        if (!judged) {
            String element = failed ? "error" : "skipped";
            test(tested, "check", element, element, tested.why(), List.of());
        } else if (tested.findings().isEmpty()) {
            open(2, "testcase", "classname", tested.target(), "name", "check");
            close(2, "testcase");
        }
        for (CheckFinding finding : tested.findings()) {
            String name = finding.unit().isEmpty() ? finding.rule() : finding.unit();
            test(tested, name, "failure", finding.rule(), finding.text(), lines(finding));
        }
        close(1, "testsuite");
    }

    private void test(
            Tested tested,
            String name,
            String element,
            String type,
            String message,
            List<String> lines) {
        open(2, "testcase", "classname", tested.target(), "name", name);
        open(3, element, "type", type, "message", message);
        lines.forEach(line -> xml.append(escaped(line)).append('\n'));
        close(3, element);
        close(2, "testcase");
    }

    private static List<String> lines(CheckFinding finding) {
        List<String> lines = new ArrayList<>();
        lines.add(Tested.sentence(finding));
        CheckFinding.Place place = finding.place();
        if (place != null) {
            lines.add(place.file() + ":" + place.line() + ": " + place.quote());
        }
        return lines;
    }

    /// @param attributes name, value, …; one whose value is null is left out
    private void open(int depth, String element, @Nullable String... attributes) {
        xml.append("  ".repeat(depth)).append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            String value = attributes[i + 1];
            if (value != null) {
                xml.append(' ').append(attributes[i]);
                xml.append("=\"").append(escaped(value)).append('"');
            }
        }
        xml.append(">\n");
    }

    private void close(int depth, String element) {
        xml.append("  ".repeat(depth)).append("</").append(element).append(">\n");
    }

    /// Escapes a text for XML 1.0; a text for a terminal lacks its forbidden characters.
    private static String escaped(String text) {
        return Text.whole(text)
                .toString()
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
