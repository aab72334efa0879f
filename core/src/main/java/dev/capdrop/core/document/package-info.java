/// Text that others read: a file as lines, of which untouched ones stay byte-equal, and a word as a
/// shell takes it.
///
/// May use: nothing.
///
/// Internal: it may change in any version.
package dev.capdrop.core.document;
