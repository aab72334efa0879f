package dev.capdrop.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capdrop.cli.Taint;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What an output may not hold, whoever writes it.
public final class Harmless {
    private static final int AROUND = 60;

    private static final Pattern FORGED_LINE =
            Pattern.compile("(?m)^\\s*" + Pattern.quote(Taint.FORGED));

    /// What is tainted at a place says which, behind the escaped quotes of JSON, too.
    private static final Pattern PLACE = Pattern.compile("FORGED'\\\\?\"([\\w$.]+);");

    private Harmless() {}

    /// The output as text, after a look at every character of it.
    public static String text(byte[] output) throws CharacterCodingException {
        String text =
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(output)).toString();
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int point = text.codePointAt(i);
            if (point != '\n' && !Untrusted.isShown(point)) {
                throw new AssertionError(
                        "U+%04X in %s".formatted(point, Text.whole(around(text, i))));
            }
        }
        Matcher forged = FORGED_LINE.matcher(text);
        if (forged.find()) {
            throw new AssertionError("a forged line: " + Text.whole(around(text, forged.start())));
        }
        assertThat(text).doesNotContain("this is a mistake in capdrop");
        return text;
    }

    private static String around(String text, int at) {
        return text.substring(Math.max(0, at - AROUND), Math.min(text.length(), at + AROUND));
    }

    /// The places whose strings stand in it.
    public static Set<String> places(String text) {
        Set<String> places = new TreeSet<>();
        PLACE.matcher(text).results().forEach(found -> places.add(found.group(1)));
        return places;
    }
}
