/// Text for other readers: a file as lines, untouched ones byte-equal, and a word for a shell.
///
/// May use: nothing.
///
/// Internal: it may change in any version.
package dev.capdrop.core.document;
