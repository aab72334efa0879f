/// The programs in a container's root directory.
///
/// Source of truth: capabilities(7), systemd.service(5). May use: bus, root, and core's snapshot.
package dev.capdrop.linux.program;
