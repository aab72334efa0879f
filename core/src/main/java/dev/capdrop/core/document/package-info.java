/// Lossless text: a file as lines, of which untouched ones stay byte-equal.
///
/// May use: nothing.
package dev.capdrop.core.document;
