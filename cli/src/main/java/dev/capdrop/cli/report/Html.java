package dev.capdrop.cli.report;

import dev.capdrop.cli.render.Text;

/// Makes any text fit for an element's content and for an attribute in double quotes, the two
/// places where the template has values (OWASP, "Cross Site Scripting Prevention": HTML and HTML
/// attribute contexts). Characters that a terminal would obey or nobody would see, bidirectional
/// controls among them, are written out first, as everywhere.
final class Html {
    private Html() {}

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
