package dev.capdrop.lab.boots;

/// The boots of an image in the order in which they are made, the most telling first, so that an
/// interrupted survey has something to say of every image.
enum Stage {
    /// Without any drop, several times: what differs between these boots is no drop's doing.
    BASELINES,
    /// The sets, the advised one among them.
    SETS,
    /// Several capabilities each, drawn by lot.
    MIXES,
    /// One capability each that the kernel honours in a user namespace somewhere.
    HONOURED,
    /// One capability each that it honours nowhere.
    INERT
}
