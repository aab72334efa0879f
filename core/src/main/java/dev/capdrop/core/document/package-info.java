/// Text for other readers: a file as lines, untouched ones byte-equal, a word for a shell; and the
/// tables in which capdrop keeps what it knows.
///
/// May use: nothing.
///
/// Internal: it may change in any version.
package dev.capdrop.core.document;
