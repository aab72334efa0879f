package dev.capdrop.cli.render;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capdrop.core.scan.RawPath;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.Locale;
import java.util.function.IntFunction;

/// Decodes a path: UTF-8, and `\xHH` for other bytes. Control characters are still in it.
public final class RawPathText {
    private RawPathText() {}

    public static String of(RawPath path) {
        return decode(path, odd -> String.format(Locale.ROOT, "\\x%02x", odd));
    }

    /// Decodes UTF-8, with `odd` of each other byte.
    static String decode(RawPath path, IntFunction<String> odd) {
        ByteBuffer in = ByteBuffer.wrap(path.bytes());
        CharBuffer out = CharBuffer.allocate(in.remaining());
        StringBuilder text = new StringBuilder();
        CharsetDecoder decoder = decoder();
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            text.append(out.flip());
            out.clear();
            if (!result.isError()) {
                return text.toString();
            }
            for (int i = 0; i < result.length(); i++) {
                text.append(odd.apply(Byte.toUnsignedInt(in.get())));
            }
            decoder.reset();
        }
    }

    /// Whether the bytes are UTF-8, so that the text stands for them alone.
    static boolean isText(RawPath path) {
        try {
            decoder().decode(ByteBuffer.wrap(path.bytes()));
            return true;
        } catch (CharacterCodingException other) {
            return false;
        }
    }

    private static CharsetDecoder decoder() {
        return UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
    }
}
