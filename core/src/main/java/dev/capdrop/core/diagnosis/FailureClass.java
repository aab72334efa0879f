package dev.capdrop.core.diagnosis;

/// The classes that failures of units in containers fall into. Only for the first and for [#CLOCK]
/// can a drop be the remedy, and there only where a condition of the unit asks for the capability.
public enum FailureClass {
    /// A capability that is held and worth nothing.
    INERT_CAPABILITY('A'),
    MOUNT_NAMESPACE('B'),
    CREDENTIALS('C'),
    USER('D'),
    LOST_CAPABILITY('E'),
    NOT_NAMESPACED('F'),
    TERMINAL('G'),
    NETWORK('H'),
    CLOCK('I'),
    NOT_FOR_CONTAINERS('J'),
    /// None of these: its own program, its own files.
    OTHER('-');

    private final char letter;

    FailureClass(char letter) {
        this.letter = letter;
    }

    /// `A` to `J`, or `-`.
    public char letter() {
        return letter;
    }
}
