package dev.capdrop.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import org.jspecify.annotations.Nullable;

/// Makes writers of JSON in printable ASCII: all else of a container's text is escaped, such as C1
/// controls, DEL and bidirectional overrides, so that a terminal obeys nothing in a document.
public final class AsciiJson {
    private static final int DELETE = 127;

    private AsciiJson() {}

    public static JsonFactory factory() {
        return new JsonFactoryBuilder()
                .highestNonEscapedChar(DELETE)
                .characterEscapes(new WithDelete())
                .build();
    }

    /// The standard escapes of JSON, and DEL, which is a control character, too.
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
