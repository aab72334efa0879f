package dev.capdrop.cli.scan;

import static dev.capdrop.cli.render.Json.document;
import static dev.capdrop.cli.render.Json.members;

import dev.capdrop.capability.BoundedExecution;
import dev.capdrop.capability.CapabilitySet;
import dev.capdrop.capability.Execve;
import dev.capdrop.capability.FileCapabilities;
import dev.capdrop.capability.Kernel;
import dev.capdrop.cli.render.LinePath;
import dev.capdrop.cli.render.Terminal;
import dev.capdrop.cli.render.Text;
import dev.capdrop.core.observe.Findings;
import dev.capdrop.core.observe.Findings.FoundFile.Status;
import module java.base;
import org.jspecify.annotations.Nullable;

/// Writes a line for each file as getcap(8) does, and anything else in brackets behind that.
final class ScanText {
    private final Terminal terminal;
    private final View view;
    private final boolean raw;

    /// The texts of attributes by their values: many files have the same.
    private final Map<ByteBuffer, String> texts = new HashMap<>();

    public ScanText(Terminal terminal, View view, boolean raw) {
        this.terminal = terminal;
        this.view = view;
        this.raw = raw;
    }

    public void write(Findings findings) {
        findings.files().forEach(this::line);
    }

    private void line(Findings.FoundFile file) {
        Text rest = Text.whole(capabilities(file) + setIds(file) + execution(file));
        if (raw) {
            terminal.line(LinePath.of(file.path()), rest);
        } else {
            terminal.line("%s%s", LinePath.shown(file.path()), rest);
        }
    }

    private String capabilities(Findings.FoundFile file) {
        FileCapabilities found = file.capabilities();
        if (found == null) {
            return "";
        }
        return texts.computeIfAbsent(ByteBuffer.wrap(found.encode()), _ -> text(found));
    }

    private String text(FileCapabilities found) {
        int last = view.last();
        return " " + (view.rootId() ? found.formatWithRootId(last) : found.format(last));
    }

    private static String setIds(Findings.FoundFile file) {
        Findings.FoundFile.Status status = file.status();
        if (status == null) {
            return "";
        }
        return (status.setUid() ? " [setuid=" + status.user() + "]" : "")
                + (status.setGid() ? " [setgid=" + status.group() + "]" : "")
                + (status.directory() ? " [directory]" : "");
    }

    private String execution(Findings.FoundFile file) {
        BoundedExecution execution = view.execution(file);
        if (execution == null || file.capabilities() == null) {
            return "";
        }
        String lacking = execution.lacking(view.last()).toString();
        if (execution.refused()) {
            return " [execve fails with EPERM: lacks " + lacking + "]";
        }
        return view.loses(file) ? " [loses " + lacking + "]" : " [works]";
    }

    /// The facts to show: root ids, and executions under a bounding set, null for none.
    public record View(boolean rootId, @Nullable CapabilitySet bounding, Kernel kernel) {
        /// Executes a file under the bounding set; null where there is none.
        @Nullable BoundedExecution execution(Findings.FoundFile file) {
            return bounding == null ? null : BoundedExecution.of(file.executed(), bounding, kernel);
        }

        /// Whether the bounding set lacks something that a file asks for.
        public boolean loses(Findings.FoundFile file) {
            BoundedExecution execution = execution(file);
            return execution != null && !execution.lacking(last()).isEmpty();
        }

        int last() {
            return kernel.lastCapability();
        }
    }

    public static Object scan(List<Findings> found, ScanText.View view) {
        return document("capdrop/scan/1")
                .with("bounding", hex(view.bounding()))
                .list("files", all(found, Findings::files), f -> file(f, view))
                .list("unreadable", all(found, Findings::unreadable), ScanText::unreadable);
    }

    private static <T> List<T> all(List<Findings> found, Function<Findings, List<T>> part) {
        return found.stream().flatMap(findings -> part.apply(findings).stream()).toList();
    }

    private static Object file(Findings.FoundFile file, ScanText.View view) {
        FileCapabilities capabilities = file.capabilities();
        Status status = file.status();
        return members()
                .with("path", LinePath.decoded(file.path()))
                .with("raw", raw(file.path()))
                .with(
                        "capabilities",
                        capabilities == null ? null : capabilities.format(view.last()))
                .with("rootid", capabilities == null ? null : capabilities.rootId())
                .with("setuid", status == null ? null : status.setUid())
                .with("setgid", status == null ? null : status.setGid())
                .with("mode", status == null ? null : String.format("%06o", status.mode()))
                .with("uid", status == null ? null : status.user())
                .with("gid", status == null ? null : status.group())
                .with("execve", execve(view.execution(file), view.last()));
    }

    private static @Nullable String raw(Findings.RawPath path) {
        return LinePath.isText(path) ? null : HexFormat.of().formatHex(path.bytes());
    }

    private static @Nullable Object execve(@Nullable BoundedExecution execution, int last) {
        if (execution == null) {
            return null;
        }
        CapabilitySet lacking = execution.lacking(last);
        String works = lacking.isEmpty() ? "works" : "loses";
        return members()
                .with("outcome", execution.refused() ? "EPERM" : works)
                .with("lacking", lacking.names())
                .with("user", permitted(execution.byUser()))
                .with("root", permitted(execution.byRoot()));
    }

    private static @Nullable String permitted(Execve execve) {
        return hex(BoundedExecution.permitted(execve));
    }

    private static @Nullable String hex(@Nullable CapabilitySet set) {
        return set == null ? null : set.formatHex();
    }

    private static Map<String, @Nullable Object> unreadable(Findings.Unreadable place) {
        return members()
                .with("path", LinePath.decoded(place.path()))
                .with("raw", raw(place.path()))
                .with("reason", place.reason());
    }
}
