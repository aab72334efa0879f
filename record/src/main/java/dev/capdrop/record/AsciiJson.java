package dev.capdrop.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import org.jspecify.annotations.Nullable;

/// Makes writers of JSON in printable ASCII.
///
/// A string of a document holds text from a container, and a C1 control, DEL, or a bidirectional
/// override is legal in a JSON string: everything else is escaped, so that a terminal that shows a
/// document obeys nothing in it.
public final class AsciiJson {
    private static final int DELETE = 127;

    private AsciiJson() {}

    /// Returns a factory whose generators write printable ASCII only.
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
