package dev.capdrop.cli.report;

import dev.capdrop.record.ForeignJson;
import module java.base;
import org.jspecify.annotations.Nullable;

/// An earlier report or `check --json`, and when it was written, or an empty text.
record Previous(String at, List<Brief> containers) {
    private static final Pattern DATA =
            Pattern.compile("<meta name=\"capdrop-report\" content=\"([^\"]*)\">");

    public static Previous read(byte[] bytes, String name) throws IOException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.stripLeading().startsWith("<")) {
            Matcher data = DATA.matcher(text);
            if (!data.find()) {
                throw new IOException(
                        "'%s' is a page without the data of a report, expected one that 'capdrop report' wrote"
                                .formatted(name));
            }
            return of(Template.plain(data.group(1)).getBytes(StandardCharsets.UTF_8), name);
        }
        return of(bytes, name);
    }

    private static Previous of(byte[] json, String name) throws IOException {
        Map<String, @Nullable Object> document = ForeignJson.read(json, name);
        Object schema = document.get("schema");
        if (Brief.SCHEMA.equals(schema) || "capdrop/check/1".equals(schema)) {
            Object at = document.get("at");
            return new Previous(at == null ? "" : at.toString(), Brief.read(document));
        }
        throw new IOException(
                "'%s' is neither a report of capdrop nor what 'capdrop check --json' writes"
                        .formatted(name));
    }
}
