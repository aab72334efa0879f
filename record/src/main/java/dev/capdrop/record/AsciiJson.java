package dev.capdrop.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import org.jspecify.annotations.Nullable;

/// Makes writers of JSON in printable ASCII.
///
/// A string of a document holds text from a container, and a C1 control, DEL, or a bidirectional
/// override is legal in a JSON string: all that is not printable ASCII is written as an escape, so
/// that a terminal obeys nothing of a document that is shown on it.
public final class AsciiJson {
    private static final int DELETE = 127;

    private AsciiJson() {}

    /// A factory whose generators write nothing else.
    public static JsonFactory factory() {
        return new JsonFactoryBuilder()
                .highestNonEscapedChar(DELETE)
                .characterEscapes(new WithDelete())
                .build();
    }

    /// JSON's own escapes, and DEL among them, which is a control character, too.
    private static final class WithDelete extends CharacterEscapes {
        private static final long serialVersionUID = 1L;

        @Override
        public int[] getEscapeCodesForAscii() {
            int[] codes = standardAsciiEscapesForJSON();
            codes[DELETE] = ESCAPE_STANDARD;
            return codes;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int character) {
            return null;
        }
    }
}
