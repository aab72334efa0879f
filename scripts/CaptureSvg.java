import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Draws what a terminal showed as a picture: `CaptureSvg COLUMNS TITLE IN OUT.svg`. Of control
/// sequences it knows SGR (ECMA-48) with the renditions that capdrop uses, and leaves others out.
final class CaptureSvg {
    private static final double WIDTH = 8.4;
    private static final int HEIGHT = 18;
    private static final int MARGIN = 14;
    private static final int BAR = 30;

    private CaptureSvg() {}

    public static void main(String[] arguments) throws IOException {
        int columns = Integer.parseInt(arguments[0]);
        String shown = Files.readString(Path.of(arguments[2]), UTF_8).replace("\r", "");
        List<String> lines = shown.stripTrailing().lines().toList();
        Files.writeString(Path.of(arguments[3]), svg(columns, arguments[1], lines), UTF_8);
    }

    private static String svg(int columns, String title, List<String> lines) {
        int width = (int) Math.ceil(columns * WIDTH) + 2 * MARGIN;
        int height = lines.size() * HEIGHT + BAR + MARGIN;
        StringBuilder out = new StringBuilder();
        out.append(
                """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img">
                <title>%s</title>
                <style>text{font:14px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;fill:#d8dee9;white-space:pre}\
                .b{font-weight:bold}.d{fill:#8b95a5}.r{fill:#ff7b72}.g{fill:#7ee787}</style>
                <rect width="100%%" height="100%%" rx="8" fill="#161b22"/>
                <text x="%d" y="20" class="d">%s</text>
                """
                        .formatted(
                                width,
                                height,
                                width,
                                height,
                                escaped(title),
                                MARGIN,
                                escaped(title)));
        int y = BAR;
        for (String line : lines) {
            y += HEIGHT;
            if (!line.isBlank()) {
                out.append("<text x=\"%d\" y=\"%d\">".formatted(MARGIN, y - 4));
                out.append(line(line)).append("</text>\n");
            }
        }
        return out.append("</svg>\n").toString();
    }

    private static String line(String line) {
        StringBuilder out = new StringBuilder();
        StringBuilder piece = new StringBuilder();
        String style = "";
        int at = 0;
        while (at < line.length()) {
            if (line.charAt(at) != '\u001b') {
                piece.append(line.charAt(at++));
                continue;
            }
            int end = at + 2;
            while (end < line.length() && !Character.isLetter(line.charAt(end))) {
                end++;
            }
            if (end < line.length() && line.charAt(end) == 'm') {
                add(out, piece, style);
                style = style(line.substring(at + 2, end));
            }
            at = end + 1;
        }
        add(out, piece, style);
        return out.toString();
    }

    private static void add(StringBuilder out, StringBuilder piece, String style) {
        String text = escaped(piece.toString());
        piece.setLength(0);
        if (!text.isEmpty()) {
            out.append(
                    style.isEmpty()
                            ? text
                            : "<tspan class=\"" + style + "\">" + text + "</tspan>");
        }
    }

    private static String style(String rendition) {
        return switch (rendition) {
            case "1" -> "b";
            case "2" -> "d";
            case "31" -> "r";
            case "32" -> "g";
            case "1;31" -> "b r";
            default -> "";
        };
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
