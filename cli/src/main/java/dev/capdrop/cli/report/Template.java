package dev.capdrop.cli.report;

import com.samskivert.mustache.Mustache;
import dev.capdrop.cli.render.Text;
import module java.base;

/// The page's template, style and script. Its policy (Content Security Policy, Level 3) allows this
/// very style and script by their hashes and nothing else.
final class Template {
    private static final String STYLE = text("page.css");
    private static final String SCRIPT = text("page.js");

    /// Returns the page, in UTF-8.
    static byte[] fill(Map<String, ?> values) throws IOException {
        Mustache.Compiler compiler =
                Mustache.compiler()
                        .withEscaper(Template::escape)
                        .emptyStringIsFalse(true)
                        .zeroIsFalse(true)
                        .withLoader(name -> new StringReader(part(name)));
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        try (Writer out = new OutputStreamWriter(page, StandardCharsets.UTF_8)) {
            compiler.compile(text("page.mustache")).execute(values, out);
        }
        return page.toByteArray();
    }

    /// Returns what `form` makes of each, made where the page is written and not kept: the values
    /// of a thousand containers at once took four times as much as the containers.
    static <T> Iterable<Object> each(Collection<? extends T> all, Function<T, Object> form) {
        return () -> all.stream().<Object>map(form).iterator();
    }

    private static String part(String name) {
        return switch (name) {
            case "style" -> STYLE;
            case "script" -> SCRIPT;
            default ->
                    throw new IllegalArgumentException("the template has no part '" + name + "'");
        };
    }

    /// Returns the policy on what the page may load and run.
    static String policy() {
        return "default-src 'none'; style-src %s; script-src %s; img-src data:; base-uri 'none'; form-action 'none'"
                .formatted(hash(STYLE), hash(SCRIPT));
    }

    private static String hash(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException impossible) {
            throw new LinkageError("every JDK has SHA-256", impossible);
        }
    }

    static String text(String resource) {
        try (InputStream in = Template.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new LinkageError("'" + resource + "' is missing from this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String escape(String text) {
        String shown = Text.whole(text).toString();
        StringBuilder out = new StringBuilder(shown.length() + 16);
        for (int i = 0; i < shown.length(); i++) {
            char character = shown.charAt(i);
            switch (character) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(character);
            }
        }
        return out.toString();
    }

    /// Undoes [#escape] of a text of printable ASCII.
    static String plain(String escaped) {
        return escaped.replace("&#39;", "'")
                .replace("&quot;", "\"")
                .replace("&gt;", ">")
                .replace("&lt;", "<")
                .replace("&amp;", "&");
    }
}
