/// The findings of a walk through a directory tree: files with capabilities or set-ID bits.
///
/// Source of truth: capabilities(7), inode(7). May use: capability.
///
/// Internal: it may change in any version.
package dev.capdrop.core.scan;
